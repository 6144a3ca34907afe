package graph_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/transport"

	"posthaste/graph"
	"posthaste/messaging"
)

// answering answers every sendMessages alike, and keeps its input.
type answering struct {
	graph.ResolverRoot
	graph.MutationResolver
	payload *graph.SendMessagesPayload
	input   graph.SendMessagesInput
}

func (a *answering) Mutation() graph.MutationResolver { return a }

func (a *answering) SendMessages(_ context.Context, input graph.SendMessagesInput) (*graph.SendMessagesPayload, error) {
	a.input = input
	return a.payload, nil
}

// ask gives the JSON of data.sendMessages.
func (a *answering) ask(t *testing.T, query string, variables map[string]any) string {
	t.Helper()
	pass := func(ctx context.Context, _ any, next graphql.Resolver, _ messaging.Permission) (any, error) {
		return next(ctx)
	}
	server := handler.New(graph.NewExecutableSchema(graph.Config{Resolvers: a, Directives: graph.DirectiveRoot{Can: pass}}))
	server.AddTransport(transport.POST{})
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("POST", "/graphql", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	server.ServeHTTP(w, r)
	var answer struct {
		Data   struct{ SendMessages json.RawMessage }
		Errors []struct{ Message string }
	}
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		t.Fatalf("%s: %v", w.Body, err)
	}
	if len(answer.Errors) > 0 {
		return answer.Errors[0].Message
	}
	return string(answer.Data.SendMessages)
}

func send(selection string) string {
	return `mutation($input: SendMessagesInput!) { sendMessages(input: $input) { ` + selection + ` } }`
}

func input(recipients ...any) map[string]any {
	return map[string]any{"input": map[string]any{"idempotencyKey": "k", "senderId": "7", "recipients": append([]any{}, recipients...)}}
}

func results() *graph.SendMessagesPayload {
	field, selection := "recipients.1.to", &graph.Selection{}
	return &graph.SendMessagesPayload{Results: []*graph.SendResult{
		{Index: 0, MessageID: &messaging.MessageRef{ID: 382871148183949312, Week: 150}, Asked: selection},
		{Index: 1, Error: &graph.UserError{Field: &field, Code: messaging.CodeInvalid, Message: "say \"this\" <&> \u2028"}, Asked: selection},
		{Index: 2, Error: &graph.UserError{Code: messaging.CodeConflict, Message: "é"}, Asked: selection},
	}}
}

func TestResultsSayWhatIsAskedOfThem(t *testing.T) {
	t.Parallel()
	id := messaging.MessageRef{ID: 382871148183949312, Week: 150}.String()
	for name, test := range map[string]struct{ ask, want string }{
		"plain":    {`results { index messageId }`, `[{"index":0,"messageId":"` + id + `"},{"index":1,"messageId":null},{"index":2,"messageId":null}]`},
		"in order": {`results { messageId index }`, `[{"messageId":"` + id + `","index":0},{"messageId":null,"index":1},{"messageId":null,"index":2}]`},
		"errors":   {`results { error { code field } }`, `[{"error":null},{"error":{"code":"INVALID","field":"recipients.1.to"}},{"error":{"code":"CONFLICT","field":null}}]`},
		"sentences": {`results { error { message } }`,
			`[{"error":null},{"error":{"message":"say \"this\" <&> \u2028"}},{"error":{"message":"é"}}]`},
		"aliases": {`results { i: index error { c: code } other: error { m: message } }`,
			`[{"i":0,"error":null,"other":null},{"i":1,"error":{"c":"INVALID"},"other":{"m":"say \"this\" <&> \u2028"}},{"i":2,"error":{"c":"CONFLICT"},"other":{"m":"é"}}]`},
		"merged":           {`results { error { code } index error { field } index }`, `[{"error":null,"index":0},{"error":{"code":"INVALID","field":"recipients.1.to"},"index":1},{"error":{"code":"CONFLICT","field":null},"index":2}]`},
		"fragments":        {`results { ... on SendResult { index } ...{ error { ... on UserError { code } } } }`, `[{"index":0,"error":null},{"index":1,"error":{"code":"INVALID"}},{"index":2,"error":{"code":"CONFLICT"}}]`},
		"left out":         {`results { index @skip(if: true) messageId @include(if: true) }`, `[{"messageId":"` + id + `"},{"messageId":null},{"messageId":null}]`},
		"nothing left":     {`results { index @skip(if: true) }`, `[{},{},{}]`},
		"kinds":            {`results { __typename error { __typename } }`, `[{"__typename":"SendResult","error":null},{"__typename":"SendResult","error":{"__typename":"UserError"}},{"__typename":"SendResult","error":{"__typename":"UserError"}}]`},
		"lists of results": {`results { index } again: results { messageId }`, `[{"index":0},{"index":1},{"index":2}],"again":[{"messageId":"` + id + `"},{"messageId":null},{"messageId":null}]`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := &answering{payload: results()}
			got := strings.TrimSuffix(strings.TrimPrefix(a.ask(t, send(test.ask), input()), `{"results":`), `}`)
			if !sameJSON(t, got, test.want) {
				t.Errorf("answered\n%s, want\n%s", got, test.want)
			}
		})
	}
}

// sameJSON compares the bytes but for how a character is escaped.
func sameJSON(t *testing.T, got, want string) bool {
	t.Helper()
	plain := func(s string) string {
		for _, r := range []struct{ from, to string }{{`\u003c`, "<"}, {`\u003e`, ">"}, {`\u0026`, "&"}, {`\u2028`, "\u2028"}} {
			s = strings.ReplaceAll(s, r.from, r.to)
		}
		return s
	}
	return plain(got) == plain(want)
}

// Whoever adds a field to the schema is told here that these types write themselves.
func TestResultsKnowEveryFieldOfTheSchema(t *testing.T) {
	t.Parallel()
	field := "f"
	full := &graph.SendMessagesPayload{Results: []*graph.SendResult{{
		MessageID: &messaging.MessageRef{ID: 1, Week: 1}, Error: &graph.UserError{Field: &field, Code: "C", Message: "m"}, Asked: &graph.Selection{},
	}}}
	for kind, path := range map[string]string{"SendResult": "results { %s }", "UserError": "results { error { %s } }"} {
		for _, f := range graph.Schema().Types[kind].Fields {
			if strings.HasPrefix(f.Name, "__") {
				continue
			}
			ask := f.Name
			if f.Name == "error" {
				ask += " { code }"
			}
			full.Results[0].Asked = &graph.Selection{}
			got := (&answering{payload: full}).ask(t, send(fmt.Sprintf(path, ask)), input())
			if strings.Contains(got, "null") || !strings.Contains(got, `"`+f.Name+`":`) {
				t.Errorf("%s.%s: %s", kind, f.Name, got)
			}
		}
	}
}

// A recipient reads itself: whatever form of input the schema takes, it reads.
func TestRecipientsAreReadAsTheSchemaSays(t *testing.T) {
	t.Parallel()
	whole := map[string]any{"to": "+1", "urlSuffix": "x", "variables": []any{map[string]any{"name": "1", "value": "a"}, map[string]any{"name": "2", "value": ""}}}
	a := &answering{payload: results()}
	a.ask(t, send("accepted"), input(whole, map[string]any{"to": "+2"}, map[string]any{"to": "+3", "urlSuffix": nil, "variables": map[string]any{"name": "n", "value": "v"}}))
	got, err := json.Marshal(a.input.Recipients)
	if want := `[{"To":"+1","Variables":[{"name":"1","value":"a"},{"name":"2","value":""}],"URLSuffix":"x"},{"To":"+2","Variables":[],"URLSuffix":""},` +
		`{"To":"+3","Variables":[{"name":"n","value":"v"}],"URLSuffix":""}]`; err != nil || string(got) != want {
		t.Errorf("read\n%s, want\n%s (%v)", got, want, err)
	}
	a.ask(t, `mutation { sendMessages(input: {idempotencyKey: "k", senderId: "7", recipients: [{to: "+4", variables: {name: "1", value: "b"}}]}) { accepted } }`, nil)
	if r := a.input.Recipients; len(r) != 1 || r[0].To != "+4" || len(r[0].Variables) != 1 || r[0].Variables[0].Value != "b" {
		t.Errorf("a literal was read as %+v", r)
	}
	for name, recipient := range map[string]any{
		"no object": "+1", "no address": map[string]any{}, "unknown field": map[string]any{"to": "+1", "too": "+2"},
		"null": map[string]any{"to": nil}, "a variable without value": map[string]any{"to": "+1", "variables": []any{map[string]any{"name": "1"}}},
		"a null variable": map[string]any{"to": "+1", "variables": []any{nil}},
	} {
		a := &answering{payload: results()}
		if got := a.ask(t, send("accepted"), input(recipient)); a.input.Recipients != nil {
			t.Errorf("%s was taken: %s", name, got)
		}
	}
}
