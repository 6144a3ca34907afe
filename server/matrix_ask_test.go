package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"posthaste/graph"
	"posthaste/messaging"
	"posthaste/server"
)

// hollow stands behind the doors in the place of all that a field or a route does, and counts who comes through.
type hollow struct {
	graph.ResolverRoot
	reached int
}

func (h *hollow) Query() graph.QueryResolver               { h.reached++; return nil }
func (h *hollow) Mutation() graph.MutationResolver         { h.reached++; return nil }
func (h *hollow) Subscription() graph.SubscriptionResolver { h.reached++; return nil }

func (h *hollow) Upload(context.Context, messaging.Actor, string, io.Reader) (messaging.ID, error) {
	h.reached++
	return 1, nil
}

func (h *hollow) Evidence(context.Context, messaging.Actor, string) (io.ReadCloser, string, error) {
	h.reached++
	return io.NopCloser(strings.NewReader("")), "evidence.zip", nil
}

// Provider's routes prove themselves to what is behind them; nothing here can.
func (h *hollow) Handshake(context.Context, messaging.ID, string) error { return errProof() }
func (h *hollow) Receive(context.Context, messaging.ID, []byte, string) error {
	return errProof()
}

func errProof() error { return messaging.Refuse(messaging.CodeForbidden, "", "not allowed") }

// visitor is one who asks in a state.
type visitor struct {
	address   string
	header    http.Header
	sandboxed bool // asks where WhatsApp is a sandbox
}

// desk is a server with its own hollow behind it, for one question at a time.
type desk struct {
	hollow           *hollow
	world, sandboxed http.Handler
}

func newDesk(t *testing.T, o server.Options) desk {
	t.Helper()
	d := desk{hollow: &hollow{}}
	o.Resolvers, o.Uploads, o.Evidence, o.Receiver = d.hollow, d.hollow, d.hollow, d.hollow
	for _, sandboxed := range []bool{false, true} {
		o.Sandboxed, o.Registry = sandboxed, prometheus.NewRegistry()
		s, err := server.New(o)
		if err != nil {
			t.Fatal(err)
		}
		if sandboxed {
			d.sandboxed = s.Handler()
		} else {
			d.world = s.Handler()
		}
	}
	return d
}

// came is what became of a question.
type came struct {
	in     int    // how often something behind the doors was reached
	answer string // status, code and words; "status" alone where it is no refusal
	excess string // what a refusal told beyond that, or a header that was missing
}

// ask sends a request and reads its answer.
func (d desk) ask(ctx context.Context, v visitor, method, path string, body []byte) came {
	r := httptest.NewRequest(method, "https://ph.example"+path, bytes.NewReader(body)).WithContext(ctx)
	r.RemoteAddr = v.address + ":4711"
	r.Header = v.header.Clone()
	r.Header.Set("Content-Type", "application/json")
	if bytes.Contains(body, []byte(`"subscription`)) {
		r.Header.Set("Accept", "text/event-stream")
	}
	w := httptest.NewRecorder()
	handler, before := d.world, d.hollow.reached
	if v.sandboxed {
		handler = d.sandboxed
	}
	handler.ServeHTTP(w, r)
	return read(w, d.hollow.reached-before)
}

func (d desk) field(ctx context.Context, v visitor, f rootField) came {
	query, variables := f.ask()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		panic(err) // inputs are strings, numbers and lists
	}
	return d.ask(ctx, v, "POST", "/graphql", body)
}

// read takes an answer apart. A refusal is a code, a constant sentence and the request's id, and nothing else; one for a while
// also says for how long, as its header does.
func read(w *httptest.ResponseRecorder, in int) came {
	c := came{in: in, answer: fmt.Sprint(w.Code), excess: missingHeaders(w.Header())}
	raw := w.Body.Bytes()
	if _, data, streamed := bytes.Cut(raw, []byte("data: ")); streamed {
		raw, _, _ = bytes.Cut(data, []byte("\n"))
	}
	var told struct {
		Data   any
		Errors []struct {
			Message    string
			Path       []any
			Extensions map[string]any
		}
	}
	if json.Unmarshal(raw, &told) != nil || len(told.Errors) == 0 {
		return c
	}
	first := told.Errors[0]
	c.answer = fmt.Sprintf("%d %v %s", w.Code, first.Extensions["code"], first.Message)
	if fields, ok := told.Data.(map[string]any); ok {
		for _, value := range fields {
			if value != nil {
				c.excess += " data beside a refusal"
			}
		}
	}
	if wait := first.Extensions["retryAfter"]; wait != nil && fmt.Sprint(wait) == w.Header().Get("Retry-After") {
		delete(first.Extensions, "retryAfter")
	}
	if len(told.Errors) != 1 || len(first.Path) > 1 || len(first.Extensions) != 2 || first.Extensions["requestId"] != w.Header().Get("X-Request-Id") {
		c.excess += " more than code, words and the request's id: " + string(raw)
	}
	return c
}

func missingHeaders(h http.Header) string {
	var missing strings.Builder
	for name, value := range map[string]string{
		"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer",
		"Cross-Origin-Opener-Policy": "same-origin", "Content-Security-Policy": "default-src 'self'",
	} {
		if h.Get(name) != value {
			fmt.Fprintf(&missing, " %s is %q", name, h.Get(name))
		}
	}
	if h.Get("X-Request-Id") == "" || h.Get("Server") != "" || h.Get("X-Powered-By") != "" {
		missing.WriteString(" the request has no id, or the server names itself")
	}
	return missing.String()
}

// judgeField says what is wrong about one cell, or nothing.
func (m matrix) judgeField(state string, field rootField, got came) string {
	want := m.want(m.states[state], field.name)
	switch {
	case want == "in" && got.in == 1:
		return ""
	case want == "in":
		return fmt.Sprintf("%s | %s: is to come in once, came in %d times and was told %s", field.name, state, got.in, got.answer)
	case got.in > 0:
		return fmt.Sprintf("%s | %s: is to be refused (%s) and came in", field.name, state, want)
	case got.answer != m.answers[want]:
		return fmt.Sprintf("%s | %s: is to be told %q, was told %q", field.name, state, m.answers[want], got.answer)
	case got.excess != "":
		return fmt.Sprintf("%s | %s: was told too much:%s", field.name, state, got.excess)
	}
	return ""
}

// judgeRoute says what is wrong about a route in a state. The doors of a credential stand before the classes api and
// portal; a page of another site is kept from all of them.
func (m matrix) judgeRoute(state string, r server.Route, got came) string {
	row := m.routes[r.Method+" "+r.Pattern]
	s, want := m.states[state], row[1]
	credential := r.Class == server.API || r.Class == server.Portal || r.Class == server.Host // which the world takes for the portal
	switch {
	case s.refusal == "elsewhere" && r.Method != "GET":
		want = m.answers["elsewhere"]
	case s.refusal == "elsewhere":
	case s.refusal == "stranger" && len(row) > 2:
		want = m.answers[row[2]]
	case s.refusal != "" && s.refusal != "stranger" && credential:
		want = m.answers[s.refusal]
	}
	// Another site's page may ask to read; its browser shows it no answer, and sends no credential by itself.
	out := s.refusal != "" && (s.refusal != "elsewhere" || r.Method != "GET")
	if got.answer != want || got.excess != "" || got.in > 0 && (out || r.Class != server.API) {
		return fmt.Sprintf("route %s %s | %s: is to be answered %q, was answered %q, came in %d times%s", r.Method, r.Pattern, state, want, got.answer, got.in, got.excess)
	}
	return ""
}

// sweep asks every field and route in the state and gives what is wrong.
func (m matrix) sweep(ctx context.Context, d desk, name string, v visitor, routes []server.Route) (asked int, found []string) {
	note := func(finding string) {
		asked++
		if finding != "" {
			found = append(found, finding)
		}
	}
	for i, field := range rootFields(graph.Schema()) {
		note(m.judgeField(name, field, d.field(ctx, v.at(i), field)))
	}
	for i, r := range routes {
		var body []byte
		if r.MaxBody > 0 {
			body = []byte(`{"query":"{ __typename }"}`)
		}
		note(m.judgeRoute(name, r, d.ask(ctx, v.at(i), r.Method, pathOf(r), body)))
	}
	return asked, found
}

// at gives strangers an address for each question: they are slowed down by address, and not here.
func (v visitor) at(i int) visitor {
	if v.address == "" {
		v.address = fmt.Sprintf("198.51.100.%d", 1+i%250)
	}
	return v
}

func pathOf(r server.Route) string {
	path := r.Pattern
	for {
		before, rest, found := strings.Cut(path, "{")
		_, after, closed := strings.Cut(rest, "}")
		if !found || !closed {
			return path
		}
		path = before + "1" + after
	}
}
