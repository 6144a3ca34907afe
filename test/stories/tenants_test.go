package stories

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"posthaste/graph"
	"posthaste/test/harness"
)

// stock is a tenant with one of everything, and the words by which its data would be known in another's answer.
type stock struct {
	*harness.Enterprise
	ids   map[string]string // by kind
	marks []string
}

// stocked fills a tenant. Each name it gives is drawn, so that it is found wherever it turns up.
func stocked(t *testing.T, box *harness.Box, name string) *stock {
	t.Helper()
	name += " " + harness.Letters(10)
	s := &stock{Enterprise: box.Enterprise(t, name), ids: map[string]string{}}
	s.Connect(t)
	mark := harness.Letters(12)
	template := s.Template(t, "tea_"+mark, "MARKETING")
	s.Approved(t, template)
	phones := box.Phones(4)
	s.Consent(t, phones...)
	key := s.Key(t, "key "+mark, "MESSAGE_SEND", "MESSAGE_READ", "ANALYTICS_READ")
	sent := s.Send(t, key, harness.Letters(20), template, nil, phones[:2]...)
	c := harness.NewCampaign(t, s.Enterprise, "Campaign "+mark, template)
	c.Upload(t, "to,1\n"+phones[2]+",x\n"+phones[3]+",y\n", map[string]string{"to": "to", "1": "1"})
	c.Reach(t, "READY")
	var more struct {
		Viewer struct {
			User    struct{ ID string }
			Session struct{ ID string }
		}
		APIKeys []struct{ ID string }
		Jobs    []struct{ ID string }
	}
	s.Owner.Must(t, `{ viewer { user { id } session { id } } apiKeys { id } jobs { id } }`, nil, &more)
	s.ids = map[string]string{
		"tenant": s.ID, "portfolio": s.Portfolio, "waba": s.Waba, "sender": s.Sender, "template": template, "campaign": c.ID,
		"message": sent[0].MessageID, "user": more.Viewer.User.ID, "session": more.Viewer.Session.ID, "key": more.APIKeys[0].ID, "job": more.Jobs[0].ID,
	}
	s.marks = []string{name, mark, s.Email, s.PhoneNumber, s.AppID, s.MetaWaba}
	for _, id := range s.ids {
		s.marks = append(s.marks, strings.SplitN(id, "-", 2)[0])
	}
	return s
}

// question is one operation with its variables.
type question struct {
	field     string
	text      string
	variables map[string]any
}

// questions makes, for each root field, one question per id of the tenant where the field takes ids, and one without
// elsewhere. Types come from the schema: a new field is asked without anybody thinking of it.
func questions(root *ast.Definition, operation string, victim *stock) []question {
	var all []question
	for _, field := range root.Fields {
		if ownSession(field.Name) || strings.HasPrefix(field.Name, "__") || field.Directives.ForName("can").Arguments.ForName("do").Value.Raw == "ANYONE" {
			continue
		}
		kinds := []string{""}
		if takesIDs(field) {
			kinds = nil
			for kind := range victim.ids {
				kinds = append(kinds, kind)
			}
			slices.Sort(kinds)
		}
		for _, kind := range kinds {
			all = append(all, ask(field, operation, victim, kind))
		}
	}
	return all
}

// ownSession are acts on nothing but the caller's own session; the sweep would end or lock it.
func ownSession(field string) bool { return field == "signOut" || field == "stepUp" }

func ask(field *ast.FieldDefinition, operation string, victim *stock, kind string) question {
	q := question{field: field.Name, variables: map[string]any{}}
	var declared, given []string
	for _, a := range field.Arguments {
		declared = append(declared, "$"+a.Name+": "+a.Type.String())
		given = append(given, a.Name+": $"+a.Name)
		if v := value(a.Name, a.Type, victim, kind, 0); v != nil {
			q.variables[a.Name] = v
		}
	}
	head, call := operation, field.Name
	if len(declared) > 0 {
		head += "(" + strings.Join(declared, ", ") + ")"
		call += "(" + strings.Join(given, ", ") + ")"
	}
	q.text = head + " { " + call + selection(field.Type, 0) + " }"
	return q
}

func takesIDs(field *ast.FieldDefinition) bool {
	for _, a := range field.Arguments {
		if holdsID(a.Type, 0) {
			return true
		}
	}
	return false
}

func holdsID(t *ast.Type, depth int) bool {
	if t.Name() == "ID" || t.Name() == "MessageID" {
		return true
	}
	definition := graph.Schema().Types[t.Name()]
	if definition.Kind != ast.InputObject || depth > 3 {
		return false
	}
	return slices.ContainsFunc(definition.Fields, func(f *ast.FieldDefinition) bool { return holdsID(f.Type, depth+1) })
}

// value makes an input of the type; ids are the victim's: by the field's name where that says the kind, else the kind asked for.
func value(name string, t *ast.Type, victim *stock, kind string, depth int) any {
	if t.Elem != nil {
		if !t.NonNull && !holdsID(t, 0) {
			return nil
		}
		if v := value(name, t.Elem, victim, kind, depth); v != nil {
			return []any{v}
		}
		return []any{}
	}
	definition := graph.Schema().Types[t.Name()]
	switch {
	case t.Name() == "ID" || t.Name() == "MessageID":
		if id := victim.ids[strings.TrimSuffix(strings.TrimSuffix(name, "Ids"), "Id")]; id != "" && name != "id" {
			return id
		}
		return victim.ids[kind]
	case definition.Kind == ast.Enum:
		return definition.EnumValues[0].Name
	case definition.Kind == ast.InputObject && depth < 4:
		fields := map[string]any{}
		for _, f := range definition.Fields {
			if !f.Type.NonNull && !holdsID(f.Type, 0) && f.Name != "preset" {
				continue
			}
			if f.Type.NonNull && f.DefaultValue != nil && !holdsID(f.Type, 0) {
				continue
			}
			fields[f.Name] = value(f.Name, f.Type, victim, kind, depth+1)
		}
		return fields
	case !t.NonNull:
		return nil
	}
	return scalar(name, t.Name())
}

func scalar(name, kind string) any {
	switch kind {
	case "Int", "Long":
		return 10
	case "Boolean":
		return true
	case "Time":
		return time.Now().UTC().Format(time.RFC3339)
	case "TimeZone":
		return "UTC"
	}
	switch name {
	case "address", "to":
		return "+919811223344"
	case "cidr":
		return "127.0.0.1/32"
	case "name":
		return "anything"
	case "language":
		return "en"
	}
	return "x"
}

// selection takes every field that can be had without arguments, three levels deep.
func selection(t *ast.Type, depth int) string {
	definition := graph.Schema().Types[t.Name()]
	if definition.Kind != ast.Object {
		return ""
	}
	var fields []string
	for _, f := range definition.Fields {
		required := slices.ContainsFunc(f.Arguments, func(a *ast.ArgumentDefinition) bool { return a.Type.NonNull && a.DefaultValue == nil })
		if strings.HasPrefix(f.Name, "__") || required || f.Directives.ForName("secret") != nil {
			continue
		}
		inner := selection(f.Type, depth+1)
		if inner == "" && graph.Schema().Types[f.Type.Name()].Kind == ast.Object || depth >= 3 && inner != "" {
			continue
		}
		fields = append(fields, f.Name+inner)
	}
	if len(fields) == 0 || depth > 3 {
		return ""
	}
	return " { " + strings.Join(fields, " ") + " }"
}

// seen lists which of the tenant's marks an answer holds. The id that was asked for is one: no refusal repeats it.
func (s *stock) seen(raw []byte) []string {
	var found []string
	for _, mark := range s.marks {
		if bytes.Contains(raw, []byte(mark)) {
			found = append(found, mark)
		}
	}
	return found
}

// snapshot is all that the tenant's owner can see of its configuration.
func (s *stock) snapshot(t *testing.T) string {
	t.Helper()
	answer := s.Owner.Ask(t, `{ tenant { name brand state } portfolios { name metaId dailyLimit reserve tokenSet wabas { name } } senders { display state verifiedName }
		templates { edges { node { name state body } } } campaigns { edges { node { name state } } } users { name email role disabled } apiKeys { name revokedAt }
		allowList { state entries { cidr } } sessions { current } }`, nil)
	if answer.Code() != "" {
		t.Fatalf("snapshot: %s", answer.Raw)
	}
	return string(answer.Data)
}

// Every root field, asked by tenant B's owner with each of tenant A's ids, shows nothing of A's and changes nothing. The
// same questions asked by A itself show A's data: else the sweep would prove nothing.
func TestNoFieldShowsAnotherTenantsData(t *testing.T) {
	t.Parallel()
	box := harness.Start(t)
	box.Sandbox(t).Plain(t)
	a, b := stocked(t, box, "Victim"), stocked(t, box, "Prowler")
	before := a.snapshot(t)
	schema := graph.Schema()
	asked := 0
	sweep := func(root *ast.Definition, operation string, try func(q question) []byte) {
		for _, q := range questions(root, operation, a) {
			asked++
			raw := try(q)
			if found := a.seen(raw); len(found) > 0 {
				t.Errorf("%s shows another tenant's data %v: %.400s", q.field, found, raw)
			}
			if bytes.Contains(raw, []byte(`"INTERNAL"`)) {
				t.Errorf("%s with another tenant's id fails: %.300s", q.field, raw)
			}
		}
	}
	post := func(q question) []byte { return b.Owner.Ask(t, q.text, q.variables).Raw }
	sweep(schema.Query, "query", post)
	sweep(schema.Mutation, "mutation", post)
	sweep(schema.Subscription, "subscription", func(q question) []byte { return stream(t, box, b.Owner.Bearer, q) })
	if after := a.snapshot(t); after != before {
		t.Errorf("another tenant's acts changed\n%s\nto\n%s", before, after)
	}
	shown := map[string]bool{}
	for _, q := range questions(schema.Query, "query", a) {
		if found := a.seen(a.Owner.Ask(t, q.text, q.variables).Raw); len(found) > 0 {
			shown[q.field] = true
		}
	}
	for _, field := range []string{"viewer", "users", "apiKeys", "portfolios", "senders", "template", "templates", "campaign", "campaigns", "message", "messages", "job", "tenant"} {
		if !shown[field] {
			t.Errorf("%s does not show A's own data to A: the sweep proves nothing of it", field)
		}
	}
	t.Logf("%d questions", asked)
	box.NoLeaks(t)
}

// stream reads the beginning of an event stream.
func stream(t *testing.T, box *harness.Box, bearer string, q question) []byte {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": q.text, "variables": q.variables})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, box.URL+"/graphql", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "text/event-stream")
	request.Header.Set("Authorization", "Bearer "+bearer)
	response, err := box.Visitor().Do(request)
	if err != nil {
		t.Fatalf("%s: %v", q.field, err)
	}
	defer func() { _ = response.Body.Close() }()
	var raw bytes.Buffer
	_, err = raw.ReadFrom(response.Body) // until it ends or the time is over
	if raw.Len() == 0 {
		t.Errorf("%s: nothing came: %v", q.field, err)
	}
	return raw.Bytes()
}

// A schema that forgot the tenant would be seen: the marks are found in an answer that holds them.
func TestSweepSeesPlantedMarks(t *testing.T) {
	t.Parallel()
	s := &stock{marks: []string{"Victim qwertz", "7345678901234567"}, ids: map[string]string{"campaign": "7345678901234567"}}
	planted := []byte(`{"data":{"campaign":{"id":"7345678901234567","name":"Victim qwertz"}}}`)
	if found := s.seen(planted); len(found) != 2 {
		t.Errorf("found %v", found)
	}
	names := map[string]bool{}
	for _, q := range questions(graph.Schema().Mutation, "mutation", s) {
		names[q.field] = true
		if takesIDs(graph.Schema().Mutation.Fields.ForName(q.field)) && !strings.Contains(fmt.Sprint(q.variables), "7345678901234567") {
			t.Errorf("%s is asked without an id of the victim", q.field)
		}
	}
	for _, field := range []string{"sendMessages", "submitTemplate", "startCampaign", "revokeApiKey", "setTenantSuspended"} {
		if !names[field] {
			t.Errorf("%s is not asked", field)
		}
	}
}
