package server_test

import (
	"crypto/rand"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"posthaste/auth"
	"posthaste/graph"
	"posthaste/messaging"
	"posthaste/server"
	"posthaste/store/storetest"
)

// cell asks for one root field with inputs of the right types that name nothing.
func cell(operation string, field *ast.FieldDefinition) (query string, variables map[string]any) {
	variables = map[string]any{}
	var declared, given []string
	for _, a := range field.Arguments {
		if !a.Type.NonNull || a.DefaultValue != nil {
			continue
		}
		declared, given = append(declared, "$"+a.Name+": "+a.Type.String()), append(given, a.Name+": $"+a.Name)
		variables[a.Name] = something(a.Type)
	}
	head, call := operation, field.Name
	if len(declared) > 0 {
		head, call = head+"("+strings.Join(declared, ", ")+")", call+"("+strings.Join(given, ", ")+")"
	}
	if graph.Schema().Types[field.Type.Name()].Kind == ast.Object {
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

// staff signs one person of each role in.
func staff(t *testing.T, s *site) map[auth.Role]*client {
	t.Helper()
	platform := s.Tenant(t, func(tenant *messaging.Tenant) { tenant.ID = messaging.PlatformTenant })
	clients := map[auth.Role]*client{}
	for _, tenant := range []messaging.ID{s.tenant.ID, platform.ID} {
		if _, err := s.access.SeedAllowList(t.Context(), tenant, []auth.EntryInput{{Network: "203.0.113.0/24"}}); err != nil {
			t.Fatal(err)
		}
	}
	visit := auth.Visit{Address: netip.MustParseAddr("203.0.113.7"), Agent: "Browser/1", SetRefresh: func(string, time.Time) {}}
	for _, role := range auth.Roles() {
		tenant := s.tenant.ID
		if role == auth.Operator {
			tenant = platform.ID
		}
		secret, err := auth.NewTOTPSecret(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		email := strings.ToLower(string(role)) + "@acme.example"
		if _, err := s.access.SeedUser(t.Context(), tenant, auth.Seed{Email: email, Name: "Asha", Role: role, Password: password, TOTP: secret}); err != nil {
			t.Fatal(err)
		}
		first, err := s.access.SignIn(t.Context(), email, password, visit)
		if err != nil {
			t.Fatal(err)
		}
		second, err := s.access.ConfirmSecondFactor(t.Context(), first.Pending, code(secret.Bytes(), s.Clock.Now()), visit)
		if err != nil {
			t.Fatal(err)
		}
		clients[role] = &client{site: s, address: "203.0.113.7", bearer: second.Access}
	}
	return clients
}

// TestEveryCellOfTheRoleTable asks each root field as each role. What the fence lets through goes on to the field, which may
// refuse an input that names nothing; what it holds back is told apart by its words.
func TestEveryCellOfTheRoleTable(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	clients := staff(t, s)
	asked := 0
	each := func(try func(c *client, role auth.Role, do messaging.Permission, field, query string, variables map[string]any)) {
		for operation, root := range map[string]*ast.Definition{"query": graph.Schema().Query, "mutation": graph.Schema().Mutation} {
			for _, field := range root.Fields {
				if strings.HasPrefix(field.Name, "__") {
					continue
				}
				do := messaging.Permission(field.Directives.ForName("can").Arguments.ForName("do").Value.Raw)
				if do == messaging.PermAnyone || field.Name == "signOut" {
					continue
				}
				query, variables := cell(operation, field)
				for _, role := range auth.Roles() {
					asked++
					try(clients[role], role, do, field.Name, query, variables)
				}
			}
		}
	}
	held := func(a answer) bool {
		return a.refused() == messaging.CodeForbidden && a.Errors[0].Message == "your role does not allow this"
	}
	each(func(c *client, role auth.Role, do messaging.Permission, field, query string, variables map[string]any) {
		a := c.ask(t, query, variables)
		if code := a.refused(); code == messaging.CodeUnauthenticated || code == messaging.CodeInvalid && strings.Contains(a.raw, "GRAPHQL") {
			t.Fatalf("%s as %s was not asked: %s", field, role, a.raw)
		}
		if may := auth.PermissionsOf(role).Has(do); may == held(a) {
			t.Errorf("%s as %s: the table says %v, the answer is %.200s", field, role, may, a.raw)
		}
	})
	storetest.Owner[int](t, s.Bench, "WITH old AS (UPDATE session SET second_at = second_at - interval '1 hour', password_at = password_at - interval '1 hour' RETURNING 1) SELECT count(*)::int FROM old")
	each(func(c *client, role auth.Role, do messaging.Permission, field, query string, variables map[string]any) {
		may := auth.PermissionsOf(role).Has(do)
		sensitive := slices.ContainsFunc(auth.Policies(), func(p auth.Policy) bool { return p.Field == field && len(auth.NeedOf(p.Action).Fresh) > 0 })
		a := c.ask(t, query, variables)
		if (a.refused() == messaging.CodeStepUp) != (may && sensitive) {
			t.Errorf("%s as %s an hour later: sensitive %v, allowed %v, the answer is %.200s", field, role, sensitive, may, a.raw)
		}
	})
	for _, field := range graph.Schema().Mutation.Fields {
		if query, variables := cell("mutation", field); field.Directives.ForName("can").Arguments.ForName("do").Value.Raw != "ANYONE" {
			if a := (&client{site: s, address: "203.0.113.7"}).ask(t, query, variables); a.refused() != messaging.CodeUnauthenticated {
				t.Errorf("%s without a credential: %.200s", field.Name, a.raw)
			}
		}
	}
	if asked < 1000 {
		t.Errorf("only %d cells were asked", asked)
	}
}

// A test key changes nothing, in whatever way, unless WhatsApp is a sandbox here.
func TestTestKeysReachNobody(t *testing.T) {
	t.Parallel()
	const words = "a test key changes nothing where WhatsApp is no sandbox"
	for _, sandboxed := range []bool{false, true} {
		s := newSite(t, func(o *server.Options) { o.Sandboxed = sandboxed })
		c, secret := s.owner(t, "203.0.113.7")
		c.signIn(t, secret)
		scopes := []messaging.Permission{messaging.PermCampaignManage, messaging.PermMessageSend, messaging.PermConsentWrite, messaging.PermMessageRead}
		var made struct{ Secret string }
		for _, test := range []bool{false, true} {
			c.get(t, &made, "createApiKey", `mutation($i: CreateApiKeyInput!) { createApiKey(input: $i) { secret } }`,
				map[string]any{"i": map[string]any{"name": "Trial", "scopes": scopes, "test": test, "cidrs": []string{"203.0.113.7/32"}}})
			program := &client{site: s, address: c.address, bearer: made.Secret}
			for _, field := range graph.Schema().Mutation.Fields {
				do := messaging.Permission(field.Directives.ForName("can").Arguments.ForName("do").Value.Raw)
				if !slices.Contains(scopes, do) {
					continue
				}
				query, variables := cell("mutation", field)
				a := program.ask(t, query, variables)
				if held := a.refused() == messaging.CodeForbidden && a.Errors[0].Message == words; held != (test && !sandboxed) {
					t.Errorf("sandboxed %t, a test key %t: %s answers %s", sandboxed, test, field.Name, a.raw)
				}
			}
			if a := program.ask(t, `{ campaigns { edges { cursor } } }`, nil); len(a.Errors) > 0 {
				t.Errorf("a key cannot read: %s", a.raw)
			}
		}
	}
}
