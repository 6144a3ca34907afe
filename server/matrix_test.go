package server_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"posthaste/graph"
	"posthaste/server"
)

// The matrix is who may go through which door: each route and each root field of the schema, asked in each state of a
// credential. What is to come out is written by hand in testdata/matrix.txt and computed by nothing; routes and fields
// are those that the program itself serves, so one that nobody has thought about is a finding.

// matrix is the table as it is read from the file.
type matrix struct {
	answers map[string]string   // name → "status CODE words", the whole of what a refusal tells
	states  map[string]state    // name → what it holds
	order   []string            // of the states, as they are written
	fields  map[string]rights   // "query viewer"
	routes  map[string][]string // "GET /livez" → kind, then what is answered who is let in
}

// state is what a credential gets: one refusal everywhere, or the rights of a role or of a key.
type state struct {
	refusal string // name of the answer; "" where it comes in
	role    string
	scopes  []string
	key     bool
	stale   bool // its factors were shown an hour ago
	test    bool // a test key where WhatsApp is no sandbox
}

// rights are who may have a root field.
type rights struct {
	anyone, signedIn bool
	roles            []string
	scope            string // of an API key; "" where no key may
	fresh            bool   // asks for a factor that was shown just now
	person           bool   // what is behind the field takes no key, though every credential comes to it
}

func readMatrix(text string) (matrix, error) {
	m := matrix{answers: map[string]string{}, states: map[string]state{}, fields: map[string]rights{}, routes: map[string][]string{}}
	for n, line := range strings.Split(text, "\n") {
		line, _, _ = strings.Cut(line, "#")
		name, rest, found := strings.Cut(line, "|")
		if strings.TrimSpace(line) == "" {
			continue
		}
		kind, name, spaced := strings.Cut(strings.TrimSpace(name), " ")
		rest = strings.TrimSpace(rest)
		if !found || !spaced {
			return m, fmt.Errorf("line %d is not: kind name | what", n+1)
		}
		name = strings.TrimSpace(name)
		switch words := strings.Fields(rest); kind {
		case "answer":
			m.answers[name] = rest
		case "state":
			m.states[name], m.order = stateOf(words), append(m.order, name)
		case "query", "mutation", "subscription":
			if _, twice := m.fields[kind+" "+name]; twice {
				return m, fmt.Errorf("%s %s has two rows", kind, name)
			}
			m.fields[kind+" "+name] = rightsOf(words)
		case "route":
			m.routes[name] = words
		default:
			return m, fmt.Errorf("line %d begins with %q", n+1, kind)
		}
	}
	return m, nil
}

func stateOf(words []string) state {
	s := state{}
	for _, word := range words {
		switch kind, value, _ := strings.Cut(word, ":"); kind {
		case "refused":
			s.refusal = value
		case "role":
			s.role = value
		case "scope":
			s.key, s.scopes = true, append(s.scopes, value)
		case "key":
			s.key = true
		case "stale":
			s.stale = true
		case "test":
			s.test = true
		}
	}
	return s
}

func rightsOf(words []string) rights {
	r := rights{}
	for _, word := range words {
		switch kind, value, _ := strings.Cut(word, ":"); kind {
		case "ANYONE":
			r.anyone = true
		case "SIGNED_IN":
			r.signedIn = true
		case "key":
			r.scope = value
		case "fresh":
			r.fresh = true
		case "person":
			r.person = true
		default:
			r.roles = append(r.roles, word)
		}
	}
	return r
}

// want is the answer to a field in a state: "in", or the name of a refusal.
func (m matrix) want(s state, field string) string {
	r := m.fields[field]
	switch {
	case s.refusal != "" && (s.refusal != "stranger" || !r.anyone):
		return s.refusal
	case r.anyone:
		return "in"
	case !r.signedIn && !slices.Contains(r.roles, s.role) && (r.scope == "" || !slices.Contains(s.scopes, r.scope)):
		return "role"
	case s.test && strings.HasPrefix(field, "mutation "):
		return "testkey"
	case r.fresh && s.key:
		return "person"
	case r.fresh && s.stale:
		return "step"
	}
	return "in"
}

// unlisted compares what is served with what has a row: routes with their class, root fields by their names.
func (m matrix) unlisted(routes []server.Route, schema *ast.Schema) []string {
	var found []string
	seen := map[string]bool{}
	for _, r := range routes {
		name := r.Method + " " + r.Pattern
		seen[name] = true
		if words := m.routes[name]; len(words) < 2 || words[0] != r.Class.String() {
			found = append(found, fmt.Sprintf("route %s of class %s has no row of its class", name, r.Class))
		}
	}
	for name := range m.routes {
		if !seen[name] {
			found = append(found, "route "+name+" has a row and is not served")
		}
	}
	fields := map[string]bool{}
	for _, field := range rootFields(schema) {
		fields[field.name] = true
		if _, ok := m.fields[field.name]; !ok {
			found = append(found, field.name+" has no row")
		}
		if can := field.Directives.ForName("can"); can == nil || can.Arguments.ForName("do") == nil {
			found = append(found, field.name+" has no @can")
		}
	}
	for name := range m.fields {
		if !fields[name] {
			found = append(found, name+" has a row and is not in the schema")
		}
	}
	slices.Sort(found)
	return found
}

// rootField is a field of one of the three roots, by the name its row has.
type rootField struct {
	*ast.FieldDefinition
	operation, name string
}

func rootFields(schema *ast.Schema) []rootField {
	var all []rootField
	for operation, root := range map[string]*ast.Definition{"query": schema.Query, "mutation": schema.Mutation, "subscription": schema.Subscription} {
		if root == nil {
			continue
		}
		for _, field := range root.Fields {
			if !strings.HasPrefix(field.Name, "__") {
				all = append(all, rootField{field, operation, operation + " " + field.Name})
			}
		}
	}
	slices.SortFunc(all, func(a, b rootField) int { return strings.Compare(a.name, b.name) })
	return all
}

// ask writes one root field with inputs of the right types that name nothing.
func (f rootField) ask() (query string, variables map[string]any) {
	variables = map[string]any{}
	var declared, given []string
	for _, a := range f.Arguments {
		if !a.Type.NonNull || a.DefaultValue != nil {
			continue
		}
		declared, given = append(declared, "$"+a.Name+": "+a.Type.String()), append(given, a.Name+": $"+a.Name)
		variables[a.Name] = something(a.Type)
	}
	head, call := f.operation, f.Name
	if len(declared) > 0 {
		head, call = head+"("+strings.Join(declared, ", ")+")", call+"("+strings.Join(given, ", ")+")"
	}
	if graph.Schema().Types[f.Type.Name()].Kind == ast.Object {
		call += " { __typename }"
	}
	return head + " { " + call + " }", variables
}

func something(t *ast.Type) any {
	if t.Elem != nil {
		return []any{something(t.Elem)}
	}
	definition := graph.Schema().Types[t.Name()]
	switch {
	case definition.Kind == ast.Enum:
		return definition.EnumValues[0].Name
	case definition.Kind == ast.InputObject:
		fields := map[string]any{}
		for _, f := range definition.Fields {
			if f.Type.NonNull && f.DefaultValue == nil {
				fields[f.Name] = something(f.Type)
			}
		}
		return fields
	}
	switch t.Name() {
	case "ID":
		return "4711"
	case "MessageID":
		return "4711-120"
	case "Int", "Long":
		return 1
	case "Boolean":
		return true
	case "Time":
		return "2026-11-01T00:00:00Z"
	case "Date":
		return "2026-11-01"
	case "TimeZone":
		return "UTC"
	}
	return "x"
}

func theMatrix(t *testing.T) matrix {
	t.Helper()
	text, err := os.ReadFile("testdata/matrix.txt")
	if err != nil {
		t.Fatal(err)
	}
	m, err := readMatrix(string(text))
	if err != nil {
		t.Fatalf("matrix.txt: %v", err)
	}
	return m
}
