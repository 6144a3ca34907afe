package server_test

import (
	"cmp"
	"context"
	"crypto/rand"
	"log/slog"
	"maps"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"posthaste/auth"
	"posthaste/messaging"
	"posthaste/server"
	"posthaste/store/storetest"
)

// hall is a server with nothing behind its doors, and visitors in every state before them.
type hall struct {
	*site
	server  *server.Server
	options server.Options
	visits  map[string]visitor
	owner   messaging.Actor
}

const (
	office  = "203.0.113.7"  // on the tenant's list
	cafe    = "198.51.100.9" // on nobody's
	another = "192.0.2.7"    // on the other tenant's list
)

// newHall opens a server on the options as a test changes them: real doors and a real database, hollow behind.
func newHall(t *testing.T, change ...func(*server.Options)) *hall {
	t.Helper()
	h := &hall{visits: map[string]visitor{}}
	h.site = newSite(t, func(o *server.Options) {
		o.Log = slog.New(slog.DiscardHandler) // what is hollow panics
		for _, fn := range change {
			fn(o)
		}
		h.options = *o
	})
	o := h.options
	o.Registry = prometheus.NewRegistry()
	var err error
	if h.server, err = server.New(o); err != nil {
		t.Fatal(err)
	}
	for _, tenant := range []messaging.ID{h.tenant.ID, h.Tenant(t, func(tenant *messaging.Tenant) { tenant.ID = messaging.PlatformTenant }).ID} {
		h.list(t, tenant, office)
	}
	return h
}

func (h *hall) list(t *testing.T, tenant messaging.ID, address string) {
	t.Helper()
	if _, err := h.access.SeedAllowList(t.Context(), tenant, []auth.EntryInput{{Network: address + "/32"}}); err != nil {
		t.Fatal(err)
	}
}

// visitor comes with the bearer from the address.
func (h *hall) visitor(address, authorization string) visitor {
	v := visitor{address: address, header: http.Header{}}
	if authorization != "" {
		v.header.Set("Authorization", authorization)
	}
	return v
}

// member is a person who has signed in, or half.
type member struct {
	user            messaging.ID
	pending, access string
	actor           messaging.Actor
}

func (h *hall) member(t *testing.T, tenant messaging.ID, role auth.Role, address string) member {
	t.Helper()
	secret, err := auth.NewTOTPSecret(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	email := "u" + h.IDs.Next().String() + "@acme.example"
	user, err := h.access.SeedUser(t.Context(), tenant, auth.Seed{Email: email, Name: "Asha", Role: role, Password: password, TOTP: secret})
	if err != nil {
		t.Fatal(err)
	}
	v := auth.Visit{Address: netip.MustParseAddr(address), Agent: "Browser/1", SetRefresh: func(string, time.Time) {}}
	first, err := h.access.SignIn(t.Context(), email, password, v)
	if err != nil {
		t.Fatal(err)
	}
	second, err := h.access.ConfirmSecondFactor(t.Context(), first.Pending, code(secret.Bytes(), h.Clock.Now()), v)
	if err != nil {
		t.Fatal(err)
	}
	actor, err := h.access.Enter(t.Context(), second.Access, v)
	if err != nil {
		t.Fatal(err)
	}
	return member{user: user.ID, pending: first.Pending, access: second.Access, actor: actor}
}

func (h *hall) key(t *testing.T, actor messaging.Actor, k auth.NewKey) (messaging.ID, string) {
	t.Helper()
	k.Name, k.Quota = "Programs", cmp.Or(k.Quota, auth.MaxKeyQuota)
	if k.Days == 0 {
		k.Days = 30
	}
	made, secret, err := h.access.CreateKey(t.Context(), actor, k)
	if err != nil {
		t.Fatal(err)
	}
	return made.ID, secret
}

// alter changes one row behind the product's back, so that the door alone is what sees it.
func (h *hall) alter(t *testing.T, table, set string, args ...any) {
	t.Helper()
	if n := storetest.Owner[int](t, h.Bench, "WITH changed AS (UPDATE "+table+" SET "+set+" RETURNING 1) SELECT count(*)::int FROM changed", args...); n == 0 {
		t.Fatalf("nothing was altered in %s", table)
	}
}

// fill makes a visitor for every state of the matrix.
func (h *hall) fill(t *testing.T, m matrix) {
	t.Helper()
	scopes := h.programs(t, m)
	h.people(t)
	h.strangers(t)
	h.others(t, scopes)

	_, key := h.key(t, h.owner, auth.NewKey{Scopes: scopes, Quota: 1}) // last: the clock stands still from here on
	if _, err := h.access.Enter(t.Context(), key, auth.Visit{Address: netip.MustParseAddr(office)}); err != nil {
		t.Fatal(err)
	}
	h.visits["key over its quota"] = h.visitor(office, "Bearer "+key)
}

// others are those of another tenant, and of one that is suspended.
func (h *hall) others(t *testing.T, scopes []messaging.Permission) {
	t.Helper()
	other := h.Tenant(t)
	h.list(t, other.ID, another)
	foreign := h.member(t, other.ID, auth.Owner, another)
	h.visits["owner of another tenant, at home"] = h.visitor(another, "Bearer "+foreign.access)
	h.visits["owner of another tenant, here"] = h.visitor(office, "Bearer "+foreign.access)
	_, key := h.key(t, foreign.actor, auth.NewKey{Scopes: scopes})
	h.visits["key of another tenant, here"] = h.visitor(office, "Bearer "+key)

	away := h.Tenant(t)
	h.list(t, away.ID, office)
	owner := h.member(t, away.ID, auth.Owner, office)
	_, key = h.key(t, owner.actor, auth.NewKey{Scopes: scopes})
	h.visits["owner of a suspended tenant"] = h.visitor(office, "Bearer "+owner.access)
	h.visits["key of a suspended tenant"] = h.visitor(office, "Bearer "+key)
	h.alter(t, "tenant", "state = 'SUSPENDED' WHERE id = $1", int64(away.ID))
}

// programs makes the keys; those whose time is over come first, since the clock goes on for them.
func (h *hall) programs(t *testing.T, m matrix) (scopes []messaging.Permission) {
	t.Helper()
	for _, field := range m.fields {
		if scope := messaging.Permission(field.scope); field.scope != "" && !slices.Contains(scopes, scope) {
			scopes = append(scopes, scope)
		}
	}
	early := h.member(t, h.tenant.ID, auth.Owner, office)
	_, old := h.key(t, early.actor, auth.NewKey{Scopes: scopes, Days: 1})
	h.Clock.Advance(25 * time.Hour)
	h.visits["token of yesterday"] = h.visitor(office, "Bearer "+early.access)
	h.visits["key of yesterday"] = h.visitor(office, "Bearer "+old)

	maker := h.member(t, h.tenant.ID, auth.Owner, office)
	h.owner = maker.actor
	for _, scope := range scopes {
		_, key := h.key(t, maker.actor, auth.NewKey{Scopes: []messaging.Permission{scope}})
		h.visits["key "+string(scope)] = h.visitor(office, "Bearer "+key)
	}
	_, key := h.key(t, maker.actor, auth.NewKey{Scopes: scopes, Networks: []string{office + "/32", cafe + "/32"}})
	h.visits["key of all scopes"] = h.visitor(office, "Bearer "+key)
	h.visits["key outside the list"] = h.visitor(cafe, "Bearer "+key) // on its own list alone
	h.visits["key in Basic"] = h.visitor(office, "Basic "+key)
	h.visits["changed key"] = h.visitor(office, "Bearer "+changed(key))
	_, key = h.key(t, maker.actor, auth.NewKey{Scopes: scopes, Networks: []string{"203.0.113.8/32"}})
	h.visits["key outside its own list"] = h.visitor(office, "Bearer "+key)
	id, key := h.key(t, maker.actor, auth.NewKey{Scopes: scopes})
	if _, err := h.access.RevokeKey(t.Context(), maker.actor, id); err != nil {
		t.Fatal(err)
	}
	h.visits["revoked key"] = h.visitor(office, "Bearer "+key)
	_, key = h.key(t, maker.actor, auth.NewKey{Scopes: scopes, Test: true})
	h.visits["test key"] = h.visitor(office, "Bearer "+key)
	sandboxed := h.visitor(office, "Bearer "+key)
	sandboxed.sandboxed = true
	h.visits["test key, WhatsApp a sandbox"] = sandboxed

	for name, set := range map[string]string{"key of someone disabled": "state = 'DISABLED' WHERE id = $1", "key of someone with less now": "role = 'AGENT' WHERE id = $1"} {
		gone := h.member(t, h.tenant.ID, auth.Owner, office)
		_, key := h.key(t, gone.actor, auth.NewKey{Scopes: []messaging.Permission{messaging.PermCampaignManage, messaging.PermConsentWrite}})
		h.alter(t, "app_user", set, int64(gone.user))
		h.visits[name] = h.visitor(office, "Bearer "+key)
	}
	return scopes
}

// people makes one of each role, and those to whom something has happened.
func (h *hall) people(t *testing.T) {
	t.Helper()
	for _, role := range auth.Roles() {
		tenant := h.tenant.ID
		if role == auth.Operator {
			tenant = messaging.PlatformTenant
		}
		who := h.member(t, tenant, role, office)
		h.visits[string(role)] = h.visitor(office, "Bearer "+who.access)
		h.visits[string(role)+" an hour later"] = h.visitor(office, "Bearer "+who.access) // once they are made old
		if role == auth.Owner || role == auth.Analyst || role == auth.Operator {
			h.visits[string(role)+" elsewhere"] = h.visitor(cafe, "Bearer "+who.access)
		}
	}
	who := h.member(t, h.tenant.ID, auth.Owner, office)
	h.visits["password only"] = h.visitor(office, "Bearer "+who.pending)
	h.visits["cut token"] = h.visitor(office, "Bearer "+who.access[:len(who.access)-2])
	h.visits["token in Basic"] = h.visitor(office, "Basic "+who.access)
	twice := h.visitor(office, "Bearer "+who.access)
	twice.header.Add("Authorization", "Bearer "+who.access)
	h.visits["two tokens"] = twice
	page := h.visitor(office, "Bearer "+who.access)
	page.header.Set("Sec-Fetch-Site", "cross-site")
	page.header.Set("Origin", "https://elsewhere.example")
	h.visits["page of another site"] = page

	for name, set := range map[string]string{
		"revoked":         "ended_at = $2, end_reason = 'SIGNED_OUT' WHERE user_id = $1",
		"unused too long": "last_used_at = $2::timestamptz - interval '31 minutes' WHERE user_id = $1",
		"absolute end":    "expires_at = $2 WHERE user_id = $1",
	} {
		over := h.member(t, h.tenant.ID, auth.Owner, office)
		h.alter(t, "session", set, int64(over.user), h.Clock.Now())
		h.visits[name] = h.visitor(office, "Bearer "+over.access)
	}
	disabled := h.member(t, h.tenant.ID, auth.Owner, office)
	h.alter(t, "app_user", "state = 'DISABLED' WHERE id = $1", int64(disabled.user))
	h.visits["disabled"] = h.visitor(office, "Bearer "+disabled.access)
}

// strangers show nothing, or what never was a credential.
func (h *hall) strangers(t *testing.T) {
	t.Helper()
	h.visits["none"] = h.visitor("", "")
	h.visits["garbage"] = h.visitor(office, "Bearer garbage")
	h.visits["no bearer"] = h.visitor(office, "Bearer")
	h.visits["made-up key"] = h.visitor(office, "Bearer ph_live_"+strings.Repeat("0", 49))
}

// age makes all factors that were shown an hour old.
func (h *hall) age(t *testing.T) {
	t.Helper()
	h.alter(t, "session", "second_at = second_at - interval '1 hour', password_at = password_at - interval '1 hour'")
}

// TestMatrix asks every route and every root field in every state.
func TestMatrix(t *testing.T) {
	t.Parallel()
	m := theMatrix(t)
	h := newHall(t)
	h.fill(t, m)
	for _, finding := range m.unlisted(h.server.Routes(), schema()) {
		t.Error(finding)
	}
	states := slices.Sorted(maps.Keys(h.visits))
	if written := slices.Sorted(maps.Keys(m.states)); !slices.Equal(states, written) {
		t.Fatalf("the states are\n%q\nwritten are\n%q", states, written)
	}
	asked := h.sweep(t, m, false)
	h.age(t)
	asked += h.sweep(t, m, true)
	if cells := len(states) * (len(m.fields) + len(m.routes)); asked != cells || cells < 5000 {
		t.Errorf("%d cells were asked of %d", asked, cells)
	}
	t.Logf("%d states, %d fields, %d routes: %d cells", len(states), len(m.fields), len(m.routes), asked)
}

// sweep asks in all states whose factors are as old as that; several at a time, each at a desk of its own.
func (h *hall) sweep(t *testing.T, m matrix, stale bool) (asked int) {
	t.Helper()
	names := make(chan string)
	var mu sync.Mutex
	var workers sync.WaitGroup
	for range 6 {
		d := newDesk(t, h.options)
		workers.Go(func() {
			for name := range names {
				n, found := m.sweep(t.Context(), d, name, h.visits[name], h.server.Routes())
				mu.Lock()
				asked += n
				for _, finding := range found {
					t.Error(finding)
				}
				mu.Unlock()
			}
		})
	}
	for _, name := range m.order {
		if m.states[name].stale == stale {
			names <- name
		}
	}
	close(names)
	workers.Wait()
	return asked
}

// What is the host's answers on the host's own listener, and nothing else does.
func TestHostListenerServesTheHostAlone(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	d := desk{hollow: &hollow{}, world: h.server.HostHandler()}
	for _, r := range h.server.Routes() {
		if r.Streams && r.Class == server.Host && r.Pattern != "/debug/pprof/" {
			continue // they measure for half a minute
		}
		if got := d.ask(t.Context(), h.visitor(office, ""), r.Method, pathOf(r), nil); (got.answer == "200") != (r.Class == server.Host) {
			t.Errorf("%s %s of class %s answers %s to the host", r.Method, r.Pattern, r.Class, got.answer)
		}
	}
}

// Fields behind which there is only a person take no key: every credential comes to them, and they refuse by themselves.
func TestKeysAreNoPersons(t *testing.T) {
	t.Parallel()
	m := theMatrix(t)
	s := newSite(t)
	c, secret := s.owner(t, office)
	c.signIn(t, secret)
	actor, err := s.access.Enter(t.Context(), c.bearer, auth.Visit{Address: netip.MustParseAddr(office)})
	if err != nil {
		t.Fatal(err)
	}
	_, key, err := s.access.CreateKey(t.Context(), actor, auth.NewKey{Name: "Programs", Days: 1, Quota: 600, Scopes: []messaging.Permission{messaging.PermMessageRead}})
	if err != nil {
		t.Fatal(err)
	}
	program, asked := &client{site: s, address: office, bearer: key}, 0
	for _, field := range rootFields(schema()) {
		r := m.fields[field.name]
		if !r.signedIn || r.fresh {
			continue
		}
		asked++
		query, variables := field.ask()
		a := program.ask(t, query, variables)
		if held := a.refused() == messaging.CodeForbidden; held != r.person {
			t.Errorf("%s with a key: a person's alone %t, the answer is %s", field.name, r.person, a.raw)
		}
	}
	if asked < 5 {
		t.Errorf("only %d fields were asked", asked)
	}
}

// leaky is a door with a hole.
type leaky struct {
	server.Doorkeeper
	enter func(ctx context.Context, bearer string, v auth.Visit) (messaging.Actor, error)
	fresh func() error
}

func (l leaky) Enter(ctx context.Context, bearer string, v auth.Visit) (messaging.Actor, error) {
	if l.enter != nil {
		return l.enter(ctx, bearer, v)
	}
	return l.Doorkeeper.Enter(ctx, bearer, v)
}

func (l leaky) RequireFresh(ctx context.Context, actor messaging.Actor, action auth.Action) error {
	if l.fresh != nil {
		return l.fresh()
	}
	return l.Doorkeeper.RequireFresh(ctx, actor, action)
}

// changed is a key with another last character.
func changed(key string) string {
	if before, found := strings.CutSuffix(key, "x"); found {
		return before + "y"
	}
	return key[:len(key)-1] + "x"
}
