package stories

import (
	"bytes"
	"encoding/json"
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

type credential struct {
	name, header, value string
}

// visit makes one request with nothing but what is given.
func visit(t *testing.T, method, address string, body []byte, headers map[string]string) (int, http.Header, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, address, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(request)
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

// Every route of the table, with no credential, wrong ones and those of another class, on the running program: each
// answer carries the headers, each refusal a code and nothing about what is behind the door.
func TestEveryRouteKeepsItsDoor(t *testing.T) {
	t.Parallel()
	box := harness.Start(t)
	e := box.Enterprise(t, "Door Tea")
	e.Connect(t)
	key := e.Key(t, "shop", "ANALYTICS_READ")
	pending := box.Client(t).Password(t, e.Email, e.Password)
	wrong := []credential{
		{"none", "X-Nothing", "1"}, {"garbage", "Authorization", "Bearer garbage"}, {"a key in Basic", "Authorization", "Basic " + key.Bearer},
		{"a changed key", "Authorization", "Bearer " + key.Bearer[:len(key.Bearer)-1] + "x"}, {"half a sign-in", "Authorization", "Bearer " + pending},
		{"a token cut short", "Authorization", "Bearer " + e.Owner.Bearer[:len(e.Owner.Bearer)-2]}, {"the app's secret", "Authorization", "Bearer " + e.AppSecret},
		{"a key in the cookie", "Cookie", "__Host-posthaste-refresh=" + key.Bearer},
	}
	question := []byte(`{"query":"{ viewer { user { id } } }"}`)
	table := routes(t)
	if len(table) < 8 {
		t.Fatalf("the table has %d routes only", len(table))
	}
	for _, r := range table {
		for _, c := range wrong {
			if c.name == "none" || r.Class != server.Public {
				checkDoor(t, box, r, c, question)
			}
		}
	}
	unknown, _, first := visit(t, "POST", box.URL+"/webhooks/whatsapp/12345", question, nil)
	known, _, second := visit(t, "POST", e.WebhookURL, question, map[string]string{"X-Hub-Signature-256": "sha256=00"})
	if unknown != http.StatusForbidden || known != unknown || first != second {
		t.Errorf("an unknown app is answered %d %q, a wrong signature %d %q", unknown, first, known, second)
	}
	status, header, body := visit(t, "POST", box.URL+"/graphql", question, map[string]string{
		"Content-Type": "application/json", "Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site", "Authorization": "Bearer " + e.Owner.Bearer,
	})
	checkRefusal(t, "a page of another site", status, header, body, "FORBIDDEN")
	status, header, _ = visit(t, "DELETE", box.URL+"/graphql", nil, nil)
	checkHeaders(t, "a method that is not in the table", header)
	if status < 400 {
		t.Errorf("DELETE /graphql: %d", status)
	}
}

func checkDoor(t *testing.T, box *harness.Box, r server.Route, c credential, question []byte) {
	t.Helper()
	what := r.Method + " " + r.Pattern + " with " + c.name
	headers := map[string]string{"Content-Type": "application/json", c.header: c.value}
	var body []byte
	if r.MaxBody > 0 {
		body = question
	}
	status, header, answer := visit(t, r.Method, box.URL+pathOf(r), body, headers)
	checkHeaders(t, what, header)
	if secret := strings.TrimPrefix(c.value, "Bearer "); len(secret) > 20 && strings.Contains(answer, secret) {
		t.Errorf("%s: the answer repeats the credential", what)
	}
	switch r.Class {
	case server.API:
		checkRefusal(t, what, status, header, answer, "UNAUTHENTICATED")
	case server.Portal:
		if c.header == "Authorization" {
			checkRefusal(t, what, status, header, answer, "UNAUTHENTICATED")
		} else if status != http.StatusOK || !strings.Contains(answer, "<html") {
			t.Errorf("%s: %d", what, status) // the sign-in page itself
		}
	case server.Provider:
		if status != http.StatusForbidden {
			t.Errorf("%s: %d", what, status)
		}
	case server.Host:
		for _, word := range []string{"go_goroutines", "goroutine", "postgres", "heap"} {
			if strings.Contains(answer, word) {
				t.Errorf("%s: the world is answered what is the host's", what)
			}
		}
	}
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

// checkRefusal takes an answer that is a code, a constant sentence and the request's id; nothing else.
func checkRefusal(t *testing.T, what string, status int, h http.Header, body, code string) {
	t.Helper()
	var refusal struct {
		Data   any `json:"data"`
		Errors []struct {
			Message    string         `json:"message"`
			Path       any            `json:"path"`
			Extensions map[string]any `json:"extensions"`
		} `json:"errors"`
	}
	if err := json.Unmarshal([]byte(body), &refusal); err != nil || len(refusal.Errors) != 1 {
		t.Errorf("%s: %d %q", what, status, body)
		return
	}
	extensions := refusal.Errors[0].Extensions
	if refusal.Data != nil || extensions["code"] != code || extensions["requestId"] != h.Get("X-Request-Id") || len(extensions) != 2 || len(refusal.Errors[0].Message) > 60 {
		t.Errorf("%s: want %s and no more, got %d %s", what, code, status, body)
	}
}
