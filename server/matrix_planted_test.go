package server_test

import (
	"context"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"posthaste/auth"
	"posthaste/graph"
	"posthaste/messaging"
	"posthaste/server"
)

func schema() *ast.Schema { return graph.Schema() }

// What is served without a row, and rows of what is gone, are found.
func TestMatrixFindsWhatHasNoRow(t *testing.T) {
	t.Parallel()
	m, err := readMatrix("route GET /livez | public 200\nroute GET /old | public 200\nroute GET /debug | host 200\nquery good | OWNER\nquery gone | OWNER\nmutation bare | OWNER\n")
	if err != nil {
		t.Fatal(err)
	}
	nothing := http.NotFoundHandler()
	routes := []server.Route{
		{Method: "GET", Pattern: "/livez", Class: server.Public, Handler: nothing}, {Method: "GET", Pattern: "/planted", Class: server.Public, Handler: nothing},
		{Method: "GET", Pattern: "/debug", Class: server.Public, Handler: nothing},
	}
	planted := gqlparser.MustLoadSchema(&ast.Source{Input: `
		directive @can(do: P!) on FIELD_DEFINITION
		enum P { ANYONE SIGNED_IN }
		type Query { good: Int @can(do: SIGNED_IN) planted: Int @can(do: ANYONE) }
		type Mutation { bare: Int }
		type Subscription { open: Int @can(do: SIGNED_IN) }`})
	want := []string{
		"mutation bare has no @can", "query gone has a row and is not in the schema", "query planted has no row",
		"route GET /debug of class public has no row of its class", "route GET /old has a row and is not served",
		"route GET /planted of class public has no row of its class", "subscription open has no row",
	}
	if found := m.unlisted(routes, planted); !slices.Equal(found, want) {
		t.Errorf("found %q, want %q", found, want)
	}
	if _, err := readMatrix("query twice | OWNER\nquery twice | ANYONE"); err == nil {
		t.Error("two rows of one field are taken")
	}
}

// Every kind of hole turns its cells red, and no others.
func TestMatrixSeesHoles(t *testing.T) {
	t.Parallel()
	m := theMatrix(t)
	for name, hole := range map[string]struct {
		plant func(l *leaky)
		state string
		cells func(field string) bool // those that must turn red
	}{
		"a door that forgets the address": {
			func(l *leaky) {
				real := l.Doorkeeper
				l.enter = func(ctx context.Context, bearer string, v auth.Visit) (messaging.Actor, error) {
					v.Address = netip.MustParseAddr(office)
					return real.Enter(ctx, bearer, v)
				}
			}, "OWNER elsewhere", func(string) bool { return true },
		},
		"a door that lets every token in": {
			func(l *leaky) {
				l.enter = func(context.Context, string, auth.Visit) (messaging.Actor, error) {
					return messaging.Actor{Tenant: 4711, User: 1, Session: 1, Permissions: auth.PermissionsOf(auth.Owner)}, nil
				}
				l.fresh = func() error { return nil }
			}, "revoked", func(string) bool { return true },
		},
		"a door that asks for no fresh factor": {
			func(l *leaky) { l.fresh = func() error { return nil } }, "OWNER an hour later", func(field string) bool { return m.want(m.states["OWNER an hour later"], field) == "step" },
		},
		"a door that hands out an owner's permissions": {
			func(l *leaky) {
				real := l.Doorkeeper
				l.enter = func(ctx context.Context, bearer string, v auth.Visit) (messaging.Actor, error) {
					actor, err := real.Enter(ctx, bearer, v)
					actor.Permissions = auth.PermissionsOf(auth.Owner)
					return actor, err
				}
			}, "ANALYST", func(field string) bool {
				r := m.fields[field]
				return !r.anyone && !r.signedIn && slices.Contains(r.roles, "OWNER") != slices.Contains(r.roles, "ANALYST")
			},
		},
		"a door that tells why": {
			func(l *leaky) {
				l.enter = func(context.Context, string, auth.Visit) (messaging.Actor, error) {
					return messaging.Actor{}, messaging.Refuse(messaging.CodeNotFound, "", "no such user")
				}
			}, "disabled", func(string) bool { return true },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHall(t, func(o *server.Options) {
				l := leaky{Doorkeeper: o.Door}
				hole.plant(&l)
				o.Door = l
			})
			role, address := auth.Owner, office
			if m.states[hole.state].role == "ANALYST" {
				role = auth.Analyst
			}
			if m.states[hole.state].refusal == "address" {
				address = cafe
			}
			visitor := h.visitor(address, "Bearer "+h.member(t, h.tenant.ID, role, office).access)
			if m.states[hole.state].stale {
				h.age(t)
			}
			red, d := map[string]bool{}, newDesk(t, h.options)
			for _, field := range rootFields(schema()) {
				red[field.name] = m.judgeField(hole.state, field, d.field(t.Context(), visitor, field)) != ""
			}
			n := 0
			for field, is := range red {
				if hole.cells(field) != is {
					t.Errorf("%s: red %t", field, is)
				}
				if is {
					n++
				}
			}
			if n == 0 {
				t.Error("no cell turned red")
			}
		})
	}
}

// An act that is registered nowhere asks for a fresh factor; its row, which says that it asks for none, turns red.
func TestMatrixSeesAnUnregisteredAct(t *testing.T) {
	t.Parallel()
	m := theMatrix(t)
	h := newHall(t)
	who := h.member(t, h.tenant.ID, auth.Owner, office)
	actor := who.actor
	h.age(t)
	if action := auth.ActionOf("dropEverything", nil); action != auth.ActUnlisted {
		t.Fatalf("a mutation nobody thought of is taken for %q", action)
	}
	err := h.access.RequireFresh(t.Context(), actor, auth.ActUnlisted)
	m.fields["mutation dropEverything"] = rights{roles: []string{"OWNER"}}
	got := came{answer: "200 " + string(messaging.CodeOf(err)) + " " + err.Error()}
	field := rootField{operation: "mutation", name: "mutation dropEverything"}
	if finding := m.judgeField("OWNER an hour later", field, got); !strings.Contains(finding, "is to come in once") {
		t.Errorf("found %q", finding)
	}
}
