package stories

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"posthaste/auth"
	"posthaste/frontend"
	"posthaste/server"
	"posthaste/test/harness"
)

// routes is the table of the program, as the server itself declares it.
func routes(t *testing.T) []server.Route {
	t.Helper()
	clientIP, err := auth.NewClientIP([]netip.Prefix(nil), "", false)
	if err != nil {
		t.Fatal(err)
	}
	s, err := server.New(server.Options{
		Assets: frontend.Assets(), CSP: frontend.CSP(), ClientIP: clientIP, PublicURL: &url.URL{Scheme: "http", Host: "localhost"},
		Registry: prometheus.NewRegistry(), Log: slog.New(slog.DiscardHandler), Now: time.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	return s.Routes()
}

var wildcard = regexp.MustCompile(`\{[^}]*\}`)

func pathOf(r server.Route) string { return wildcard.ReplaceAllString(r.Pattern, "1") }

// visit makes one request with nothing but what is given.
func visit(t *testing.T, box *harness.Box, method, address string, body []byte, headers map[string]string) (int, http.Header, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, address, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	response, err := box.Visitor().Do(request)
	if err != nil {
		t.Fatalf("%s: %v", address, err)
	}
	defer func() { _ = response.Body.Close() }()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, response.Header, string(raw)
}

// Every route of the table on the running program, with its own policy for browsers: each answer carries the headers, and
// nothing of the host's is told to the world. Who may come in, with what, is server/matrix_test.go's.
func TestTheRunningProgramAnswersGuardedly(t *testing.T) {
	t.Parallel()
	box := harness.Start(t)
	e := box.Enterprise(t, "Door Tea")
	e.Connect(t)
	question := []byte(`{"query":"{ viewer { user { id } } }"}`)
	table := routes(t)
	if len(table) < 8 {
		t.Fatalf("the table has %d routes only", len(table))
	}
	for _, r := range table {
		what := r.Method + " " + r.Pattern
		var body []byte
		if r.MaxBody > 0 {
			body = question
		}
		_, header, answer := visit(t, box, r.Method, box.URL+pathOf(r), body, map[string]string{"Content-Type": "application/json"})
		checkHeaders(t, what, header)
		for _, word := range []string{"go_goroutines", "goroutine", "postgres", "heap"} {
			if r.Class == server.Host && strings.Contains(answer, word) {
				t.Errorf("%s: the world is answered what is the host's", what)
			}
		}
	}
	unknown, _, first := visit(t, box, "POST", box.URL+"/webhooks/whatsapp/12345", question, nil)
	known, _, second := visit(t, box, "POST", e.WebhookURL, question, map[string]string{"X-Hub-Signature-256": "sha256=00"})
	if unknown != http.StatusForbidden || known != unknown || first != second {
		t.Errorf("an unknown app is answered %d %q, a wrong signature %d %q", unknown, first, known, second)
	}
	status, header, _ := visit(t, box, "DELETE", box.URL+"/graphql", nil, nil)
	checkHeaders(t, "a method that is not in the table", header)
	if status < 400 {
		t.Errorf("DELETE /graphql: %d", status)
	}
	box.NoLeaks(t)
}

func checkHeaders(t *testing.T, what string, h http.Header) {
	t.Helper()
	for name, value := range map[string]string{
		"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer", "Cross-Origin-Opener-Policy": "same-origin",
	} {
		if h.Get(name) != value {
			t.Errorf("%s: %s is %q", what, name, h.Get(name))
		}
	}
	csp := h.Get("Content-Security-Policy")
	if !strings.Contains(csp, "default-src 'none'") && !strings.Contains(csp, "default-src 'self'") || strings.Contains(csp, "unsafe-eval") {
		t.Errorf("%s: Content-Security-Policy is %q", what, csp)
	}
	if h.Get("X-Request-Id") == "" || h.Get("Server") != "" || h.Get("X-Powered-By") != "" {
		t.Errorf("%s: request id %q, server %q", what, h.Get("X-Request-Id"), h.Get("Server"))
	}
}
