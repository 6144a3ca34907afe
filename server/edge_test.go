package server_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"posthaste/auth"
	"posthaste/messaging"
	"posthaste/resolvers"
	"posthaste/server"
)

// porter lets everybody in who brings the word.
type porter struct{}

func (porter) Enter(_ context.Context, bearer string, v auth.Visit) (messaging.Actor, error) {
	if bearer != "sesame" {
		return messaging.Actor{}, messaging.Refuse(messaging.CodeUnauthenticated, "", "sign in again")
	}
	return messaging.Actor{Tenant: 5, User: 7, Session: 9, Address: v.Address, Permissions: auth.PermissionsOf(auth.Owner)}, nil
}
func (porter) RequireFresh(context.Context, messaging.Actor, auth.Action) error { return nil }
func (porter) Recheck(context.Context, messaging.Actor) error                   { return nil }

// newEdge is the program's edge with nothing behind it.
func newEdge(t *testing.T, change ...func(*server.Options)) *server.Server {
	t.Helper()
	public, err := url.Parse("https://ph.example")
	if err != nil {
		t.Fatal(err)
	}
	o := server.Options{
		Resolvers: &resolvers.Resolver{}, Door: porter{}, Assets: fstest.MapFS{"index.html": {Data: []byte("<!doctype html>")}},
		CSP: "default-src 'self'", PublicURL: public, Registry: prometheus.NewRegistry(), Log: slog.New(slog.DiscardHandler), Now: time.Now,
	}
	for _, fn := range change {
		fn(&o)
	}
	s, err := server.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// post asks GraphQL with a body of the kind.
func post(s *server.Server, kind, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", "https://ph.example/graphql", strings.NewReader(body))
	r.Header.Set("Content-Type", kind)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	return w
}

func query(t *testing.T, text string) string {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": text})
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// TestEveryAnswerCarriesTheHeaders: of every route and of what is no route, whether it is answered or refused.
func TestEveryAnswerCarriesTheHeaders(t *testing.T) {
	t.Parallel()
	s := newEdge(t, func(o *server.Options) { o.TLS = &tls.Config{} })
	want := map[string]string{
		"Content-Security-Policy": "default-src 'self'", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
		"Referrer-Policy": "no-referrer", "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
		"Strict-Transport-Security": "max-age=31536000; includeSubDomains",
	}
	type call struct{ name, method, path, remote, origin, bearer string }
	var calls []call
	for _, r := range s.Routes() {
		path := strings.NewReplacer("{app}", "7", "{ticket}", "x", "{path...}", "campaigns").Replace(r.Pattern)
		for _, method := range []string{r.Method, "TRACE", "DELETE"} {
			calls = append(calls, call{"plain", method, path, "203.0.113.7:1", "", ""})
		}
		calls = append(calls, call{"another site", "POST", path, "203.0.113.7:1", "https://evil.example", ""},
			call{"nobody's address", r.Method, path, "nowhere", "", ""}, call{"a wrong credential", r.Method, path, "203.0.113.7:1", "", "Bearer no"})
	}
	calls = append(calls, call{"no route", "GET", "/../../etc/passwd", "203.0.113.7:1", "", ""}, call{"no route", "PUT", "/nothing", "203.0.113.7:1", "", ""})
	statuses := map[int]int{}
	for _, c := range calls {
		r := httptest.NewRequest(c.method, "https://ph.example/", nil)
		r.URL.Path, r.RemoteAddr = c.path, c.remote
		if c.origin != "" {
			r.Header.Set("Origin", c.origin)
			r.Header.Set("Sec-Fetch-Site", "cross-site")
		}
		if c.bearer != "" {
			r.Header.Set("Authorization", c.bearer)
		}
		w := httptest.NewRecorder()
		s.Handler().ServeHTTP(w, r)
		statuses[w.Code]++
		for name, value := range want {
			if got := w.Header().Get(name); got != value {
				t.Errorf("%s %s, %s: %d with %s %q", c.method, c.path, c.name, w.Code, name, got)
			}
		}
		if w.Header().Get("Cache-Control") == "" {
			t.Errorf("%s %s, %s: %d may be cached by anybody", c.method, c.path, c.name, w.Code)
		}
	}
	for _, status := range []int{200, 401, 403, 404} {
		if statuses[status] == 0 {
			t.Errorf("nothing was answered with %d: %v", status, statuses)
		}
	}
}

// TestHSTSFollowsThePublicURL: also where a proxy ends TLS before us.
func TestHSTSFollowsThePublicURL(t *testing.T) {
	t.Parallel()
	for scheme, want := range map[string]string{"https": "max-age=31536000; includeSubDomains", "http": ""} {
		s := newEdge(t, func(o *server.Options) { o.PublicURL = &url.URL{Scheme: scheme, Host: "localhost:8080"} })
		w := httptest.NewRecorder()
		s.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/livez", nil))
		if got := w.Header().Get("Strict-Transport-Security"); got != want {
			t.Errorf("%s: %q", scheme, got)
		}
	}
}

// TestTraceEchoesNothing: what a client sends never comes back.
func TestTraceEchoesNothing(t *testing.T) {
	t.Parallel()
	s := newEdge(t)
	for _, path := range []string{"/", "/graphql", "/livez", "/webhooks/whatsapp/7"} {
		r := httptest.NewRequest("TRACE", "https://ph.example"+path, nil)
		r.Header.Set("Authorization", "Bearer sesame")
		w := httptest.NewRecorder()
		s.Handler().ServeHTTP(w, r)
		if w.Code < 400 || strings.Contains(w.Body.String(), "sesame") || strings.Contains(w.Body.String(), "TRACE") {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
}

// TestGraphQLTakesJSONAlone: a form of another site can send the other kinds without asking.
func TestGraphQLTakesJSONAlone(t *testing.T) {
	t.Parallel()
	s := newEdge(t)
	body := query(t, `{ __typename }`)
	if w := post(s, "application/json; charset=utf-8", body); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"Query"`) {
		t.Fatalf("JSON: %d %s", w.Code, w.Body)
	}
	for _, kind := range []string{"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/graphql", "", "text/plain; application/json"} {
		for _, accept := range []string{"application/json", "text/event-stream"} {
			if w := post(s, kind, body, "Accept", accept); w.Code < 400 || w.Code >= 500 || strings.Contains(w.Body.String(), `"Query"`) {
				t.Errorf("%q, asking for %s: %d %s", kind, accept, w.Code, w.Body)
			}
		}
	}
	for _, method := range []string{"GET", "HEAD", "PUT", "OPTIONS"} {
		r := httptest.NewRequest(method, "https://ph.example/graphql?query="+url.QueryEscape("{__typename}"), nil)
		r.Header.Set("Accept", "application/json")
		w := httptest.NewRecorder()
		s.Handler().ServeHTTP(w, r)
		if strings.Contains(w.Body.String(), `"Query"`) {
			t.Errorf("%s: %d %s", method, w.Code, w.Body)
		}
	}
}

// TestGraphQLLimits: each document is refused for its shape before anything behind the schema is asked.
func TestGraphQLLimits(t *testing.T) {
	t.Parallel()
	log := &bytes.Buffer{}
	s := newEdge(t, func(o *server.Options) { o.Log = slog.New(slog.NewTextHandler(log, nil)) })
	aliases := func(n int, field string) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(" a" + string(rune('a'+i/26)) + string(rune('a'+i%26)) + ": " + field)
		}
		return b.String()
	}
	deep := func(n int) string {
		return `{ __type(name: "Query") { fields { type ` + strings.Repeat("{ ofType ", n-4) + `{ name }` + strings.Repeat(" }", n-4) + " } } }"
	}
	signIn := `signIn(input: {email: "a@b.example", password: "x"}) { state }`
	for name, test := range map[string]struct {
		text string
		want messaging.Code
	}{
		"as deep as may be":          {deep(8), ""},
		"deeper":                     {deep(9), messaging.CodeLimited},
		"deeper through fragments":   {strings.Replace(deep(8), "{ name }", "{ ...f }", 1) + ` fragment f on __Type { ofType { name } }`, messaging.CodeLimited},
		"a fragment in itself":       {`{ __type(name: "Query") { ...f } } fragment f on __Type { ofType { ...f } }`, messaging.CodeInvalid},
		"as wide as may be":          {"{" + aliases(12, "__typename") + "}", ""},
		"wider by aliases":           {"{" + aliases(13, "__typename") + "}", messaging.CodeLimited},
		"wider by a fragment":        {"{ ...f " + aliases(6, "__typename") + " } fragment f on Query { " + strings.ReplaceAll(aliases(7, "__typename"), " a", " b") + " }", messaging.CodeLimited},
		"two tries of a password":    {"mutation {" + aliases(2, signIn) + "}", messaging.CodeLimited},
		"a try behind another act":   {"mutation { signOut { userErrors { code } } " + signIn + " }", messaging.CodeLimited},
		"a page that costs too much": {`{ audit(first: 1000000000) { edges { node { id at action } } } }`, messaging.CodeLimited},
		"twelve dear pages":          {"{" + aliases(12, "audit(first: 1000) { edges { node { id at action } } }") + "}", messaging.CodeLimited},
		"too many directives":        {`{ __type(name: "Query") {` + aliases(21, "name @include(if: true)") + " } }", messaging.CodeLimited},
	} {
		w := post(s, "application/json", query(t, test.text), "Authorization", "Bearer sesame")
		var a answer
		if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
			t.Fatalf("%s: %d %s", name, w.Code, w.Body)
		}
		if got := a.refused(); got != test.want {
			t.Errorf("%s: %q, want %q: %s", name, got, test.want, w.Body)
		}
	}
	if strings.Contains(log.String(), "panicked") {
		t.Errorf("something behind the schema was asked:\n%s", log)
	}
}

// TestOnlySignedInCallersSeeTheSchema: a stranger learns neither its names nor how near a guess came.
func TestOnlySignedInCallersSeeTheSchema(t *testing.T) {
	t.Parallel()
	s := newEdge(t)
	const names = `{ __schema { queryType { name } types { name } } }`
	if w := post(s, "application/json", query(t, names), "Authorization", "Bearer sesame"); !strings.Contains(w.Body.String(), `"Campaign"`) {
		t.Errorf("signed in: %.200s", w.Body)
	}
	for _, text := range []string{names, `{ __type(name: "Campaign") { name fields { name } } }`} {
		if w := post(s, "application/json", query(t, text)); strings.Contains(w.Body.String(), `"Campaign"`) || strings.Contains(w.Body.String(), "queryType") {
			t.Errorf("a stranger: %.200s", w.Body)
		}
	}
	var said []string
	for _, guess := range []string{`{ campaign { id } }`, `{ campaigns { idd } }`, `{ nothingLikeIt }`} {
		var a answer
		if err := json.Unmarshal(post(s, "application/json", query(t, guess)).Body.Bytes(), &a); err != nil || len(a.Errors) == 0 {
			t.Fatalf("%s: %+v, %v", guess, a, err)
		}
		said = append(said, a.Errors[0].Message)
	}
	if slices.Max(said) != slices.Min(said) {
		t.Errorf("guesses are told apart: %q", said)
	}
}

// TestAPanicInAResolverTellsNothing: it becomes INTERNAL and is logged once; the process goes on.
func TestAPanicInAResolverTellsNothing(t *testing.T) {
	t.Parallel()
	log := &bytes.Buffer{}
	s := newEdge(t, func(o *server.Options) { o.Log = slog.New(slog.NewTextHandler(log, nil)) })
	w := post(s, "application/json", query(t, `{ passkeys { id } }`), "Authorization", "Bearer sesame") // nothing is behind it: nil
	var a answer
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil || len(a.Errors) != 1 || a.refused() != messaging.CodeInternal {
		t.Errorf("%d %s (%v)", w.Code, w.Body, err)
	}
	for _, leak := range []string{"nil pointer", "runtime", "goroutine", ".go:", "panic"} {
		if strings.Contains(w.Body.String(), leak) {
			t.Errorf("%q is told: %s", leak, w.Body)
		}
	}
	if n := strings.Count(log.String(), "level=ERROR"); n != 1 {
		t.Errorf("logged %d times:\n%s", n, log)
	}
	if w := post(s, "application/json", query(t, `{ __typename }`)); w.Code != http.StatusOK {
		t.Errorf("afterwards: %d", w.Code)
	}
}

// TestListenNeedsTLSBeyondThisHost: what leaves the host in clear is not opened.
func TestListenNeedsTLSBeyondThisHost(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		address      string
		secure, good bool
	}{
		{"127.0.0.1:0", false, true}, {"127.9.9.9:0", false, true}, {"[::1]:0", false, true}, {"localhost:0", false, true}, {"0.0.0.0:0", true, true},
		{"0.0.0.0:0", false, false}, {"[::]:0", false, false}, {":0", false, false}, {"203.0.113.7:0", false, false}, {"localhost.evil.example:0", false, false},
		{"127.0.0.1.evil.example:0", false, false}, {"2130706433:0", false, false}, {"127.1:0", false, false}, {"127.0.0.1", false, false}, {"", false, false},
	} {
		l, err := server.Listen(test.address, test.secure)
		if (err == nil) != test.good {
			t.Errorf("%q, TLS %t: %v", test.address, test.secure, err)
		}
		if err == nil {
			_ = l.Close()
		}
	}
}

// TestAProxyThatNobodyNamedIsRefused: behind one on this host everybody would seem to be this host.
func TestAProxyThatNobodyNamedIsRefused(t *testing.T) {
	t.Parallel()
	log := &bytes.Buffer{}
	s := newEdge(t, func(o *server.Options) { o.Log = slog.New(slog.NewTextHandler(log, nil)) })
	get := func(remote, header, value string) int {
		r := httptest.NewRequest("GET", "https://ph.example/", nil)
		r.RemoteAddr = remote
		if header != "" {
			r.Header.Set(header, value)
		}
		w := httptest.NewRecorder()
		s.Handler().ServeHTTP(w, r)
		return w.Code
	}
	for _, test := range []struct {
		remote, header, value string
		want                  int
	}{
		{"127.0.0.1:1", "", "", 200},
		{"[::1]:1", "X-Request-Start", "1", 200},
		{"127.0.0.1:1", "X-Forwarded-For", "203.0.113.7", 403},
		{"[::ffff:127.0.0.1]:1", "X-Forwarded-For", "127.0.0.1", 403},
		{"[::1]:1", "Forwarded", "for=203.0.113.7", 403},
		{"127.0.0.1:1", "X-Forwarded-For", "", 403},
		{"203.0.113.7:1", "X-Forwarded-For", "127.0.0.1", 200}, // anybody may send it; it says nothing
	} {
		if got := get(test.remote, test.header, test.value); got != test.want {
			t.Errorf("%s with %s %q: %d, want %d", test.remote, test.header, test.value, got, test.want)
		}
	}
	if n := strings.Count(log.String(), "trusted-proxies"); n != 1 || strings.Contains(log.String(), "203.0.113.7") {
		t.Errorf("told %d times:\n%s", n, log)
	}
}
