package email

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http/httptest"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	gomail "github.com/wneessen/go-mail"
)

// post is a mail server of the test.
type post struct {
	address string
	answer  func(to string) error

	mu    sync.Mutex
	taken []string
	to    []string
	tls   []uint16
}

func (p *post) mails() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.taken
}

type session struct {
	post *post
	conn *smtp.Conn
}

func (s *session) Mail(string, *smtp.MailOptions) error { return nil }
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if s.post.answer != nil {
		if err := s.post.answer(to); err != nil {
			return err
		}
	}
	s.post.mu.Lock()
	defer s.post.mu.Unlock()
	s.post.to = append(s.post.to, to)
	return nil
}
func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	s.post.mu.Lock()
	defer s.post.mu.Unlock()
	s.post.taken = append(s.post.taken, string(raw))
	if state, ok := s.conn.TLSConnectionState(); ok {
		s.post.tls = append(s.post.tls, state.Version)
	}
	return err
}
func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

func newPost(t *testing.T, secure *tls.Config) *post {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &post{address: listener.Addr().String()}
	server := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &session{p, c}, nil }))
	server.Domain, server.TLSConfig = "example.com", secure
	server.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	done := make(chan struct{})
	go func() { defer close(done); _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close(); _ = listener.Close(); <-done }) // a server that never served closes no listener
	return p
}

func hello(to string) Message {
	return Message{ID: "4711", To: to, Subject: "Grüße aus Köln", Text: "Hello.\n", HTML: "<p>Hello.</p>", Date: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}
}

func transport(t *testing.T, o Options) *Transport {
	t.Helper()
	if o.From == "" {
		o.From = "Acme Tea <no-reply@acme.example>"
	}
	o.Timeout = 10 * time.Second
	made, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func TestAMailArrivesInTextAndHTML(t *testing.T) {
	t.Parallel()
	p := newPost(t, nil)
	if err := transport(t, Options{URL: "smtp://" + p.address}).Send(t.Context(), hello("asha@acme.example")); err != nil {
		t.Fatal(err)
	}
	if len(p.mails()) != 1 || len(p.to) != 1 || p.to[0] != "asha@acme.example" {
		t.Fatalf("%d mails to %v", len(p.mails()), p.to)
	}
	got, err := mail.ReadMessage(strings.NewReader(p.mails()[0]))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"From": `"Acme Tea" <no-reply@acme.example>`, "To": "<asha@acme.example>", "Message-Id": "<4711@acme.example>", "Auto-Submitted": "auto-generated",
	} {
		if got.Header.Get(name) != want {
			t.Errorf("%s: %q, want %q", name, got.Header.Get(name), want)
		}
	}
	if kind := got.Header.Get("Content-Type"); !strings.HasPrefix(kind, "multipart/alternative") {
		t.Errorf("content %q", kind)
	}
}

// TestHops: TLS is asked for and checked wherever the network is not this host.
func TestHops(t *testing.T) {
	t.Parallel()
	site := httptest.NewTLSServer(nil) // for its certificate of example.com
	t.Cleanup(site.Close)
	trusted := x509.NewCertPool()
	trusted.AddCert(site.Certificate())
	secure := &tls.Config{Certificates: site.TLS.Certificates}
	old := &tls.Config{Certificates: site.TLS.Certificates, MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}
	for _, test := range []struct {
		name   string
		server *tls.Config
		o      Options
		good   bool
	}{
		{"verified", secure, Options{URL: "smtp://example.com", TLS: &tls.Config{RootCAs: trusted}}, true},
		{"not trusted", secure, Options{URL: "smtp://example.com"}, false},
		{"another name", secure, Options{URL: "smtp://mail.acme.example", TLS: &tls.Config{RootCAs: trusted}}, false},
		{"no TLS there", nil, Options{URL: "smtp://example.com"}, false},
		{"too old a TLS", old, Options{URL: "smtp://example.com", TLS: &tls.Config{RootCAs: trusted}}, false},
		{"plain by wish", nil, Options{URL: "smtp://example.com", Plain: true}, true},
		{"plain here", nil, Options{URL: "smtp://localhost"}, true},
		{"TLS from the start with one that has none", nil, Options{URL: "smtps://example.com"}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p := newPost(t, test.server)
			made := transport(t, test.o)
			made.timeout = 3 * time.Second
			made.options = append(made.options, gomail.WithDialContextFunc(func(ctx context.Context, network, _ string) (net.Conn, error) {
				conn, err := new(net.Dialer).DialContext(ctx, network, p.address)
				if err == nil && strings.HasPrefix(test.o.URL, "smtps:") {
					conn = tls.Client(conn, tlsConfig(nil, "example.com")) // as the library does without a dialler
				}
				return conn, err
			}))
			err := made.Send(t.Context(), hello("asha@acme.example"))
			if (err == nil) != test.good || (len(p.mails()) == 1) != test.good {
				t.Fatalf("%v, %d mails", err, len(p.mails()))
			}
			if errors.Is(err, ErrRefused) {
				t.Error("a hop that fails gives the mail up")
			}
			if test.good && test.server != nil && (len(p.tls) != 1 || p.tls[0] < tls.VersionTLS12) {
				t.Errorf("TLS %v", p.tls)
			}
		})
	}
}

func TestFailuresTellNoAddress(t *testing.T) {
	t.Parallel()
	const to = "asha@acme.example"
	for _, test := range []struct {
		code    int
		forGood bool
	}{{550, true}, {553, true}, {450, false}, {451, false}} {
		p := newPost(t, nil)
		p.answer = func(to string) error {
			return &smtp.SMTPError{Code: test.code, EnhancedCode: smtp.EnhancedCode{test.code / 100, 1, 1}, Message: "no " + to + " here"}
		}
		err := transport(t, Options{URL: "smtp://" + p.address}).Send(t.Context(), hello(to))
		if err == nil || errors.Is(err, ErrRefused) != test.forGood {
			t.Errorf("%d: %v", test.code, err)
		}
		if err != nil && (strings.Contains(err.Error(), "asha") || strings.Contains(err.Error(), "here")) {
			t.Errorf("%d repeats the server: %v", test.code, err)
		}
	}
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = closed.Close()
	err = transport(t, Options{URL: "smtp://" + closed.Addr().String()}).Send(t.Context(), hello(to))
	if err == nil || errors.Is(err, ErrRefused) {
		t.Errorf("nobody there: %v", err)
	}
}

func TestNoHeaderTakesALineBreak(t *testing.T) {
	t.Parallel()
	p := newPost(t, nil)
	made := transport(t, Options{URL: "smtp://" + p.address})
	for name, change := range map[string]func(*Message){
		"subject CRLF":       func(m *Message) { m.Subject = "Hi\r\nBcc: eve@evil.example" },
		"subject LF":         func(m *Message) { m.Subject = "Hi\nBcc: eve@evil.example" },
		"subject CR":         func(m *Message) { m.Subject = "Hi\rBcc: eve@evil.example" },
		"subject separator":  func(m *Message) { m.Subject = "Hi\u2028Bcc: eve@evil.example" },
		"subject NUL":        func(m *Message) { m.Subject = "Hi\x00" },
		"to CRLF":            func(m *Message) { m.To = "asha@acme.example\r\nBcc: eve@evil.example" },
		"to two":             func(m *Message) { m.To = "asha@acme.example, eve@evil.example" },
		"to a name":          func(m *Message) { m.To = "Asha <asha@acme.example>" },
		"to a command":       func(m *Message) { m.To = "asha@acme.example>\r\nRCPT TO:<eve@evil.example" },
		"to quoted CRLF":     func(m *Message) { m.To = "\"a\r\nRCPT TO:<eve@evil.example>\"@acme.example" },
		"id CRLF":            func(m *Message) { m.ID = "1\r\nBcc: eve@evil.example" },
		"id of another form": func(m *Message) { m.ID = "1> <2" },
	} {
		m := hello("asha@acme.example")
		change(&m)
		if err := made.Send(t.Context(), m); !errors.Is(err, ErrRefused) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(p.mails()) != 0 {
		t.Errorf("%d mails went out", len(p.mails()))
	}
	if _, err := New(Options{URL: "smtp://" + p.address, From: "Acme\r\nBcc: eve@evil.example <a@acme.example>"}); !errors.Is(err, ErrSetting) {
		t.Errorf("a sender with a line break: %v", err)
	}
}

func TestSettings(t *testing.T) {
	t.Parallel()
	const secret = "hunter2-of-the-mail-server"
	for name, o := range map[string]Options{
		"nothing":         {},
		"another scheme":  {URL: "http://mail.example", From: "a@acme.example"},
		"no host":         {URL: "smtp://", From: "a@acme.example"},
		"a path":          {URL: "smtp://u:" + secret + "@mail.example/inbox", From: "a@acme.example"},
		"a bad port":      {URL: "smtp://u:" + secret + "@mail.example:99999", From: "a@acme.example"},
		"no number":       {URL: "smtp://u:" + secret + "@mail.example:smtp", From: "a@acme.example"},
		"no sender":       {URL: "smtp://u:" + secret + "@mail.example"},
		"a user, no word": {URL: "smtp://u@mail.example", From: "a@acme.example"},
	} {
		_, err := New(o)
		if !errors.Is(err, ErrSetting) || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := New(Options{URL: "smtps://u@mail.example", Password: secret, From: "a@acme.example"}); err != nil {
		t.Errorf("a password given apart: %v", err)
	}
}

func TestALetterSaysTheSameTwice(t *testing.T) {
	t.Parallel()
	l := Letter{
		Title: "Your <invitation>", Lines: []string{"You are invited by Eve\r\nBcc: x <script>alert(1)</script>."}, Button: "Accept",
		Link: "https://ph.example/invite#abc_-1", Foot: "Nothing else.",
	}
	page, err := l.HTML()
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(page, "<script>") || !strings.Contains(page, `href="https://ph.example/invite#abc_-1"`) {
		t.Errorf("page %s", page)
	}
	text := l.Text()
	if strings.Contains(text, "\nBcc") || !strings.Contains(text, "Accept:\nhttps://ph.example/invite#abc_-1\n") {
		t.Errorf("text %q", text)
	}
	if l.Lines[0] != "You are invited by Eve\r\nBcc: x <script>alert(1)</script>." {
		t.Error("the letter was changed by printing it")
	}
}

// FuzzHeaders: whatever a mail is addressed and called, it is refused or has our headers and no others.
func FuzzHeaders(f *testing.F) {
	f.Add("asha@acme.example", "Hello", "1")
	f.Add("asha@acme.example\r\nBcc: e@x.example", "a\r\nX: y", "1\n")
	f.Add("\"a b\"@acme.example", "=?utf-8?q?=0ABcc:_x?=", "é")
	made, err := New(Options{URL: "smtp://127.0.0.1:1", From: "a@acme.example"})
	if err != nil {
		f.Fatal(err)
	}
	ours := map[string]bool{
		"From": true, "To": true, "Subject": true, "Message-Id": true, "Date": true, "Auto-Submitted": true, "Content-Type": true,
		"Content-Transfer-Encoding": true, "Mime-Version": true,
	}
	f.Fuzz(func(t *testing.T, to, subject, id string) {
		msg, err := made.message(Message{To: to, Subject: subject, ID: id, Text: "x"})
		if err != nil {
			if !errors.Is(err, ErrRefused) {
				t.Fatal(err)
			}
			return
		}
		var raw bytes.Buffer
		if _, err := msg.WriteTo(&raw); err != nil {
			return // the library refuses it
		}
		read, err := mail.ReadMessage(&raw)
		if err != nil {
			t.Fatalf("no mail came of it: %v", err)
		}
		for name, values := range read.Header {
			if !ours[name] || len(values) != 1 {
				t.Fatalf("header %s: %q", name, values)
			}
		}
	})
}
