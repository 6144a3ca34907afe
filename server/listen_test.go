package server_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"posthaste/auth"
	"posthaste/messaging"
	"posthaste/server"
)

// TestNobodyIsRedirected: a client that comes to the wrong place has to mend its ways, or it would go on telling its
// credential to whoever listens on the way.
func TestNobodyIsRedirected(t *testing.T) {
	t.Parallel()
	s := newEdge(t)
	paths := []string{"//graphql", "/graphql/", "/./graphql", "/x/../graphql", "/GRAPHQL", "/webhooks/whatsapp/7/", "/uploads", "/uploads/", "//evil.example/", "/\\evil.example", "/assets", "/index.html", "/sign-in/"}
	for _, r := range s.Routes() {
		paths = append(paths, pathOf(r), pathOf(r)+"/")
	}
	for _, path := range paths {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT"} {
			for _, scheme := range []string{"http", "https"} {
				r := httptest.NewRequest(method, scheme+"://ph.example/", nil)
				r.URL.Path, r.RemoteAddr = path, "203.0.113.7:1"
				r.Header.Set("X-Forwarded-Proto", "http")
				r.Header.Set("Host", "evil.example")
				w := httptest.NewRecorder()
				s.Handler().ServeHTTP(w, r)
				if w.Code >= 300 && w.Code < 400 || w.Header().Get("Location") != "" || w.Header().Get("Refresh") != "" {
					t.Errorf("%s %s over %s: %d to %q", method, path, scheme, w.Code, w.Header().Get("Location"))
				}
			}
		}
	}
}

// serving runs a server with our own TLS on ports of its own, and gives where the world and the host reach it.
func serving(t *testing.T, change ...func(*server.Options)) (world, host string) {
	t.Helper()
	certified := httptest.NewTLSServer(nil)
	certified.Close()
	change = append(change, func(o *server.Options) {
		o.TLS = &tls.Config{Certificates: certified.TLS.Certificates, MinVersion: tls.VersionTLS12}
	})
	s := newEdge(t, change...)
	public, err := server.Listen("127.0.0.1:0", true)
	if err != nil {
		t.Fatal(err)
	}
	private, err := server.Listen("127.0.0.1:0", false)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, public, private) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("serve: %v", err)
		}
	})
	return public.Addr().String(), private.Addr().String()
}

func unchecked() *http.Client {
	return &http.Client{
		Transport:     &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}, // the certificate is a test's
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// TestWithTLSNothingIsServedInPlain: the one address for the world speaks TLS and nothing else; who speaks plain HTTP to it
// is neither served nor sent elsewhere.
func TestWithTLSNothingIsServedInPlain(t *testing.T) {
	t.Parallel()
	world, host := serving(t)
	client := unchecked()
	defer client.CloseIdleConnections()
	response, err := client.Get("https://" + world + "/livez")
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusOK || response.Header.Get("Strict-Transport-Security") == "" {
		t.Errorf("by TLS: %d, HSTS %q", response.StatusCode, response.Header.Get("Strict-Transport-Security"))
	}
	for _, path := range []string{"/livez", "/graphql", "/sign-in"} {
		plain, err := net.Dial("tcp", world)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(plain, "GET "+path+" HTTP/1.1\r\nHost: ph.example\r\nAuthorization: Bearer sesame\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		said, err := io.ReadAll(plain)
		_ = plain.Close()
		if err != nil || !strings.HasPrefix(string(said), "HTTP/1.0 400 ") || strings.Contains(string(said), "Location") || strings.Contains(string(said), "sesame") {
			t.Errorf("%s in plain is answered %q, %v", path, said, err)
		}
	}
	// What is the host's stays in plain on loopback, and the world's listener does not have it.
	if response, err = client.Get("http://" + host + "/readyz"); err != nil || response.StatusCode != http.StatusOK {
		t.Errorf("the host's listener: %v, %v", response, err)
	} else {
		_ = response.Body.Close()
	}
}

// TestNothingButThePortalsFilesMayBeKept: an answer that a browser or a proxy kept would outlive the session that it was for.
func TestNothingButThePortalsFilesMayBeKept(t *testing.T) {
	t.Parallel()
	s := newEdge(t, func(o *server.Options) {
		o.Assets = fstest.MapFS{"index.html": {Data: []byte("<!doctype html>")}, "assets/page-1a2b3c4d.js": {Data: []byte("1")}, "favicon.svg": {Data: []byte("<svg/>")}}
		o.Receiver = answering{}
	})
	for _, test := range []struct {
		method, path, bearer string
		status               int
		want                 string
	}{
		{"GET", "/assets/page-1a2b3c4d.js", "", 200, "public, max-age=31536000, immutable"}, // the name changes with the content
		{"GET", "/", "", 200, "no-cache"},
		{"GET", "/campaigns", "", 200, "no-cache"},
		{"GET", "/favicon.svg", "", 200, "no-cache"},
		{"GET", "/assets/page-1a2b3c4d.js", "no", 401, "no-store"},
		{"GET", "/campaigns", "no", 401, "no-store"},
		{"POST", "/graphql", "sesame", 400, "no-store"},
		{"POST", "/graphql", "no", 401, "no-store"},
		{"GET", "/evidence/x", "", 401, "no-store"},
		{"PUT", "/uploads/x", "", 401, "no-store"},
		{"GET", "/webhooks/whatsapp/7?hub.mode=subscribe&hub.challenge=1&hub.verify_token=t", "", 200, "no-store"},
		{"POST", "/webhooks/whatsapp/x", "", 403, "no-store"},
		{"GET", "/livez", "", 200, "no-store"},
		{"DELETE", "/nothing", "", 404, "no-store"},
	} {
		r := httptest.NewRequest(test.method, "https://ph.example"+test.path, nil)
		if test.bearer != "" {
			r.Header.Set("Authorization", "Bearer "+test.bearer)
		}
		w := httptest.NewRecorder()
		s.Handler().ServeHTTP(w, r)
		if got := w.Header().Values("Cache-Control"); w.Code != test.status || len(got) != 1 || got[0] != test.want {
			t.Errorf("%s %s: %d with %q, want %d with %q", test.method, test.path, w.Code, got, test.status, test.want)
		}
	}
	if w := post(s, "application/json", query(t, `{ __typename }`), "Authorization", "Bearer sesame"); w.Code != 200 || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("an answer with data: %d with %q", w.Code, w.Header().Get("Cache-Control"))
	}
}

// broken panics wherever a route leads, with what nobody may read.
type broken struct{ server.Receiver }

const unspeakable = "the text of a message to +919811107052"

func (broken) Upload(context.Context, messaging.Actor, string, io.Reader) (messaging.ID, error) {
	panic(unspeakable)
}

func (broken) Evidence(context.Context, messaging.Actor, string) (io.ReadCloser, string, error) {
	panic(errors.New(unspeakable))
}
func (broken) Handshake(context.Context, messaging.ID, string) error { panic(unspeakable) }
func (broken) Receive(context.Context, messaging.ID, []byte, string) error {
	panic([]byte(unspeakable))
}

func (broken) Enter(_ context.Context, bearer string, v auth.Visit) (messaging.Actor, error) {
	if bearer == "break" {
		panic(unspeakable)
	}
	return porter{}.Enter(context.Background(), bearer, v)
}
func (broken) RequireFresh(context.Context, messaging.Actor, auth.Action) error { return nil }
func (broken) Recheck(context.Context, messaging.Actor) error                   { return nil }

// TestAPanicAnywhereBehindARouteAnswersINTERNAL: on a real listener, for each kind of route and for the door itself. The
// process goes on, and neither the caller nor the log learns what the panic said.
func TestAPanicAnywhereBehindARouteAnswersINTERNAL(t *testing.T) {
	t.Parallel()
	log := &lockedLog{}
	world, _ := serving(t, func(o *server.Options) {
		o.Uploads, o.Evidence, o.Receiver, o.Door, o.Log = broken{}, broken{}, broken{}, broken{}, slog.New(slog.NewTextHandler(log, nil))
	})
	client := unchecked()
	defer client.CloseIdleConnections()
	for n, test := range []struct{ method, path, bearer string }{
		{"PUT", "/uploads/x", "sesame"}, {"GET", "/evidence/x", "sesame"}, {"GET", "/webhooks/whatsapp/7?hub.mode=subscribe&hub.challenge=1&hub.verify_token=t", ""},
		{"POST", "/webhooks/whatsapp/7", ""}, {"GET", "/sign-in", "break"}, {"POST", "/graphql", "break"},
	} {
		r, err := http.NewRequestWithContext(t.Context(), test.method, "https://"+world+test.path, bytes.NewReader([]byte("{}")))
		if err != nil {
			t.Fatal(err)
		}
		if test.bearer != "" {
			r.Header.Set("Authorization", "Bearer "+test.bearer)
		}
		response, err := client.Do(r)
		if err != nil {
			t.Fatalf("%s %s: the connection ended: %v", test.method, test.path, err)
		}
		body, err := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if err != nil || response.StatusCode != http.StatusInternalServerError || !strings.Contains(string(body), `"code":"INTERNAL"`) ||
			!strings.Contains(string(body), response.Header.Get("X-Request-Id")) || response.Header.Get("Content-Security-Policy") == "" {
			t.Errorf("%s %s: %d %s (%v)", test.method, test.path, response.StatusCode, body, err)
		}
		if said := string(body) + log.String(); strings.Contains(said, "98111") || strings.Contains(said, "the text of") || strings.Contains(string(body), ".go:") {
			t.Errorf("%s %s tells what broke: %s\n%s", test.method, test.path, body, log)
		}
		if logged := strings.Count(log.String(), "a panic was caught"); logged != n+1 {
			t.Errorf("%s %s: %d panics are logged, want %d", test.method, test.path, logged, n+1)
		}
	}
	response, err := client.Get("https://" + world + "/livez")
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("afterwards: %v, %v", response, err)
	}
	_ = response.Body.Close()
}

// lockedLog is a log that a test reads while handlers write it.
type lockedLog struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lockedLog) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *lockedLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
