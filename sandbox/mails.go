package sandbox

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"log/slog"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

// Mail is one mail that the sink took. Nothing leaves it.
type Mail struct {
	Seq     uint64    `json:"seq"`
	At      time.Time `json:"at"`
	From    string    `json:"from"`
	To      []string  `json:"to"`
	Subject string    `json:"subject"`
	ID      string    `json:"message_id"`
	Text    string    `json:"text"`
	HTML    string    `json:"html"`
}

// Mails is a mail server that keeps the newest mails in memory and sends none on.
type Mails struct {
	now func() time.Time

	mu      sync.Mutex
	kept    []Mail
	seq     uint64
	refusal int // the code that is answered to every recipient; 0 takes all
}

const (
	mailsKept    = 500
	mailMaxBytes = 1 << 20
)

// NewMails makes an empty sink.
func NewMails(now func() time.Time) *Mails { return &Mails{now: now} }

// Kept gives the mails to one address, or to all for none, the oldest first.
func (m *Mails) Kept(to string) []Mail {
	m.mu.Lock()
	defer m.mu.Unlock()
	found := []Mail{}
	for _, mail := range m.kept {
		if to == "" || slices.ContainsFunc(mail.To, func(a string) bool { return strings.EqualFold(a, to) }) {
			found = append(found, mail)
		}
	}
	return found
}

// Forget empties the sink.
func (m *Mails) Forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.kept = nil
}

// Refuse has every recipient answered with the code from now on; 0 takes all again.
func (m *Mails) Refuse(code int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.refusal = code
}

// Serve takes mails on the listener until ctx ends.
func (m *Mails) Serve(ctx context.Context, listener net.Listener) error {
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &mailSession{sink: m}, nil }))
	server.Domain, server.MaxMessageBytes, server.MaxRecipients = "sandbox.invalid", mailMaxBytes, 50
	server.ReadTimeout, server.WriteTimeout = 30*time.Second, 30*time.Second
	server.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	stop := context.AfterFunc(ctx, func() {
		_ = server.Close()
		_ = listener.Close() // which it knows of only once it serves
	})
	defer stop()
	if err := server.Serve(listener); ctx.Err() == nil && !errors.Is(err, smtp.ErrServerClosed) {
		return err
	}
	return nil
}

// mailSession is one connection.
type mailSession struct {
	sink *Mails
	from string
	to   []string
}

// Mail implements smtp.Session.
func (s *mailSession) Mail(from string, _ *smtp.MailOptions) error {
	s.from = from
	return nil
}

// Rcpt implements smtp.Session.
func (s *mailSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.sink.mu.Lock()
	defer s.sink.mu.Unlock()
	if code := s.sink.refusal; code != 0 {
		return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 1, 1}, Message: "refused by a fault: <" + to + ">"}
	}
	s.to = append(s.to, to)
	return nil
}

// Data implements smtp.Session.
func (s *mailSession) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	kept := readMail(raw)
	kept.At, kept.From, kept.To = s.sink.now(), s.from, slices.Clone(s.to)
	s.sink.mu.Lock()
	defer s.sink.mu.Unlock()
	s.sink.seq++
	kept.Seq = s.sink.seq
	if s.sink.kept = append(s.sink.kept, kept); len(s.sink.kept) > mailsKept {
		s.sink.kept = slices.Clone(s.sink.kept[1:])
	}
	return nil
}

// Reset implements smtp.Session.
func (s *mailSession) Reset() { s.from, s.to = "", nil }

// Logout implements smtp.Session.
func (s *mailSession) Logout() error { return nil }

// readMail takes a mail apart; what is no mail is kept as its text.
func readMail(raw []byte) Mail {
	message, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return Mail{Text: string(raw)}
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(message.Header.Get("Subject"))
	if err != nil {
		subject = message.Header.Get("Subject")
	}
	kept := Mail{Subject: subject, ID: strings.Trim(message.Header.Get("Message-Id"), "<>")}
	kept.take(message.Header.Get("Content-Type"), message.Header.Get("Content-Transfer-Encoding"), message.Body)
	return kept
}

func (m *Mail) take(contentType, encoding string, body io.Reader) {
	kind, params, err := mime.ParseMediaType(contentType)
	if err == nil && strings.HasPrefix(kind, "multipart/") {
		parts := multipart.NewReader(body, params["boundary"])
		for {
			part, err := parts.NextRawPart()
			if err != nil {
				return
			}
			m.take(part.Header.Get("Content-Type"), part.Header.Get("Content-Transfer-Encoding"), part)
		}
	}
	switch strings.ToLower(encoding) {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	text, _ := io.ReadAll(io.LimitReader(body, mailMaxBytes))
	if kind == "text/html" {
		m.HTML = string(text)
	} else if m.Text == "" {
		m.Text = strings.ReplaceAll(string(text), "\r\n", "\n")
	}
}
