package auth_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"posthaste/auth"
	"posthaste/messaging"
	"posthaste/store/storetest"
)

// program is a key and the servers that it asks.
type program struct {
	desk   *desk
	actor  messaging.Actor
	key    auth.ListedKey
	secret string
}

func (d *desk) program(t testing.TB, p *person, quota int) program {
	t.Helper()
	actor := p.actor(t, office)
	k, secret, err := d.access.CreateKey(t.Context(), actor, auth.NewKey{Name: "Shop", Quota: quota, Scopes: []messaging.Permission{messaging.PermMessageRead}, Days: 30})
	if err != nil {
		t.Fatal(err)
	}
	d.Clock.Advance(auth.QuotaMinute(d.Clock.Now()).Add(time.Minute + 20*time.Second).Sub(d.Clock.Now()))
	return program{d, actor, k, secret}
}

// another is a further server on the same database.
func (d *desk) another() *auth.Access {
	return &auth.Access{Store: d.rows, APIKeys: d.access.APIKeys, IDs: d.IDs, Now: d.Clock.Now, Random: d.access.Random, Quotas: &auth.Quotas{}}
}

func (g program) enter(server *auth.Access) error {
	_, err := server.Enter(context.Background(), g.secret, auth.Visit{Address: office})
	return err
}

// in asks n times, one after the other, and counts who came in.
func (g program) in(t testing.TB, server *auth.Access, n int) (came int) {
	t.Helper()
	for range n {
		err := g.enter(server)
		if err == nil {
			came++
		} else if messaging.CodeOf(err) != messaging.CodeLimited {
			t.Fatal(err)
		}
	}
	return came
}

func (g program) settle(t testing.TB, servers ...*auth.Access) {
	t.Helper()
	for _, s := range servers {
		if err := s.SettleQuotas(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// shared is the count of this minute that all servers share.
func (g program) shared(t testing.TB) int {
	t.Helper()
	return storetest.Owner[int](t, g.desk.Bench, "SELECT COALESCE(sum(requests), 0)::int FROM key_minute WHERE key_id = $1 AND minute = $2",
		int64(g.key.ID), auth.QuotaMinute(g.desk.Clock.Now()))
}

// TestAQuotaIsExactInOneServer: fifty at once, ten come in; the refusals say until when, and the ledger hears of them once.
func TestAQuotaIsExactInOneServer(t *testing.T) {
	t.Parallel()
	d, p := staffed(t)
	g := d.program(t, p, 10)
	limited := func() int {
		return storetest.Owner[int](t, d.Bench, "SELECT count(*) FROM audit_event WHERE action = 'api_key.limited' AND key_id = $1 AND detail->>'quota' = '10'", int64(g.key.ID))
	}
	for minute := range 2 {
		came, failures := atOnce(50, func(int) error { return g.enter(d.access) })
		if came != 10 {
			t.Errorf("%d of 50 came in on a quota of 10", came)
		}
		for _, err := range failures {
			refused, ok := errors.AsType[*messaging.Error](err)
			if !ok || refused.Code != messaging.CodeLimited || refused.Wait != 40*time.Second {
				t.Fatalf("refused with %v", err)
			}
		}
		eventually(t, "the entry of the used-up quota", func() bool { return limited() == minute+1 })
		g.settle(t, d.access)
		if n := g.shared(t); n != 10 {
			t.Errorf("the servers share %d, want the 10 that came in", n)
		}
		d.Clock.Advance(time.Minute)
	}
	if n := limited(); n != 2 {
		t.Errorf("%d entries for two minutes", n)
	}
	listed, err := d.rows.Keys(t.Context(), d.tenant.ID, d.Clock.Now())
	if err != nil || len(listed) != 1 || listed[0].Quota != 10 || listed[0].LastMinute != 10 {
		t.Errorf("listed %+v, %v", listed, err)
	}
}

// TestServersShareAQuota: what one has told, the others know at their next request; what it has not told yet is how far
// they may go beyond the quota together, and no further.
func TestServersShareAQuota(t *testing.T) {
	t.Parallel()
	d, p := staffed(t)
	g := d.program(t, p, 10)
	first, second := d.another(), d.another()
	if n := g.in(t, first, 7); n != 7 {
		t.Fatalf("%d of 7 came in", n)
	}
	g.settle(t, first)
	if n := g.in(t, second, 10); n != 3 {
		t.Errorf("%d came in at the second server, want the 3 that are left", n)
	}
	g.settle(t, second)
	if n := g.in(t, first, 5) + g.in(t, d.another(), 5); n != 0 {
		t.Errorf("%d came in on a quota that is used up, at the first server and at one that began anew", n)
	}
	d.Clock.Advance(time.Minute)
	if n := g.in(t, first, 6) + g.in(t, second, 15); n != 16 {
		t.Errorf("%d came in before anything was told, want 6 and 10", n)
	}
	g.settle(t, first, second)
	if n := g.in(t, first, 5) + g.in(t, second, 5); n != 0 || g.shared(t) != 16 {
		t.Errorf("%d more came in; the servers share %d", n, g.shared(t))
	}
}

// TestServersCountExactlyWhileTheyTell: all that came in, at whichever server, is counted once, and a crowd at two servers
// gets less than twice the quota.
func TestServersCountExactlyWhileTheyTell(t *testing.T) {
	t.Parallel()
	d, p := staffed(t)
	const quota = 40
	g := d.program(t, p, quota)
	servers := []*auth.Access{d.another(), d.another()}
	came, _ := atOnce(200, func(i int) error {
		if i%10 == 9 {
			if err := servers[i/10%2].SettleQuotas(context.Background()); err != nil {
				t.Error(err)
			}
		}
		return g.enter(servers[i%2])
	})
	g.settle(t, servers...)
	if n := g.shared(t); n != came || came < quota || came > 2*quota {
		t.Errorf("%d came in on a quota of %d; the servers share %d", came, quota, n)
	}
	g.settle(t, servers...)
	if n := g.shared(t) + g.in(t, servers[0], 5) + g.in(t, servers[1], 5); n != came {
		t.Errorf("%d in the end, want %d", n, came)
	}
}

// silent is a store to which nothing can be told for a while.
type silent struct {
	auth.AccessStore
	failing bool
}

func (s *silent) AddKeyRequests(ctx context.Context, requests []auth.KeyRequests) ([]auth.KeyRequests, error) {
	if s.failing {
		return nil, errors.New("away")
	}
	return s.AccessStore.AddKeyRequests(ctx, requests)
}

// TestWhatCouldNotBeToldIsToldLater: nothing is lost and nothing counts twice.
func TestWhatCouldNotBeToldIsToldLater(t *testing.T) {
	t.Parallel()
	d, p := staffed(t)
	g := d.program(t, p, 10)
	server := d.another()
	store := &silent{AccessStore: d.rows, failing: true}
	server.Store = store
	g.in(t, server, 4)
	if err := server.SettleQuotas(t.Context()); err == nil {
		t.Fatal("a store that is away was told")
	}
	store.failing = false
	g.in(t, server, 2)
	g.settle(t, server, server)
	if n := g.shared(t); n != 6 {
		t.Errorf("the servers share %d, want 6", n)
	}
	// A key that is gone takes none of the others with it.
	gone := auth.KeyRequests{Tenant: d.tenant.ID, Key: 4711, Minute: auth.QuotaMinute(d.Clock.Now()), Count: 3}
	totals, err := d.rows.AddKeyRequests(t.Context(), []auth.KeyRequests{gone, {Tenant: d.tenant.ID, Key: g.key.ID, Minute: gone.Minute, Count: 1}})
	if err != nil || len(totals) != 1 || totals[0].Key != g.key.ID || totals[0].Count != 7 {
		t.Errorf("told %+v, %v", totals, err)
	}
}

// TestKeepQuotasTellsWhatIsLeft when its server stops.
func TestKeepQuotasTellsWhatIsLeft(t *testing.T) {
	t.Parallel()
	d, p := staffed(t)
	g := d.program(t, p, 10)
	g.in(t, d.access, 3)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := d.access.KeepQuotas(ctx); err != nil || g.shared(t) != 3 {
		t.Errorf("the servers share %d, %v", g.shared(t), err)
	}
}

// TestAQuotaChangesAtOnce, within bounds and for a key of the tenant that is good; the ledger has the new one.
func TestAQuotaChangesAtOnce(t *testing.T) {
	t.Parallel()
	d, p := staffed(t)
	g := d.program(t, p, 5)
	g.in(t, d.access, 5)
	change := func(key messaging.ID, quota int) error {
		_, err := d.access.SetKeyQuota(t.Context(), g.actor, key, quota)
		return err
	}
	if err := change(g.key.ID, 7); err != nil || g.in(t, d.access, 5) != 2 {
		t.Errorf("two more on a quota of two more: %v", err)
	}
	d.Clock.Advance(time.Minute)
	if err := change(g.key.ID, 1); err != nil || g.in(t, d.access, 5) != 1 {
		t.Errorf("one on a quota of one: %v", err)
	}
	for _, quota := range []int{0, -1, auth.MaxKeyQuota + 1} {
		wantCode(t, change(g.key.ID, quota), messaging.CodeInvalid, "a quota out of bounds")
		_, _, err := d.access.CreateKey(t.Context(), g.actor, auth.NewKey{Name: "Shop", Quota: quota, Scopes: g.key.Scopes, Days: 1})
		wantCode(t, err, messaging.CodeInvalid, "a new key with a quota out of bounds")
	}
	stranger := g.actor
	stranger.Tenant = d.Tenant(t).ID
	_, err := d.access.SetKeyQuota(t.Context(), stranger, g.key.ID, 50)
	wantCode(t, err, messaging.CodeNotFound, "another tenant's key")
	if _, err := d.access.RevokeKey(t.Context(), g.actor, g.key.ID); err != nil {
		t.Fatal(err)
	}
	wantCode(t, change(g.key.ID, 50), messaging.CodeNotFound, "a revoked key")
	changes := storetest.Owner[[]string](t, d.Bench, "SELECT array_agg(detail->>'quota' ORDER BY id) FROM audit_event WHERE action = 'api_key.quota_changed' AND target = $1", int64(g.key.ID))
	if !slices.Equal(changes, []string{"7", "1"}) {
		t.Errorf("the ledger has %q", changes)
	}
}

// TestAQuotaAsksNothingMoreOfTheDatabase: a request that is let in, and one that is refused once that is told, cost what a
// look at the key costs.
func TestAQuotaAsksNothingMoreOfTheDatabase(t *testing.T) {
	t.Parallel()
	d, p := staffed(t)
	g := d.program(t, p, 10)
	server := d.another()
	g.in(t, server, 11)
	eventually(t, "the entry", func() bool {
		return storetest.Owner[int](t, d.Bench, "SELECT count(*) FROM audit_event WHERE action = 'api_key.limited'") == 1
	})
	before := d.Statements.Count()
	if _, _, err := d.rows.Key(t.Context(), [][]byte{make([]byte, 32)}, office, d.Clock.Now()); err != nil {
		t.Fatal(err)
	}
	look := d.Statements.Count() - before
	before = d.Statements.Count()
	g.in(t, server, 20)
	// Besides the key, its tenant's allow-list is read.
	if n := d.Statements.Count() - before; n != 20*(look+1) {
		t.Errorf("20 requests cost %d statements; a look at a key that is not there costs %d", n, look)
	}
}

// TestMinutesAreForgotten: what is older than an hour, and nothing else.
func TestMinutesAreForgotten(t *testing.T) {
	t.Parallel()
	d, p := staffed(t)
	g := d.program(t, p, 10)
	minute := auth.QuotaMinute(d.Clock.Now())
	for _, age := range []time.Duration{0, time.Hour, 61 * time.Minute, 25 * time.Hour} {
		if _, err := d.rows.AddKeyRequests(t.Context(), []auth.KeyRequests{{Tenant: d.tenant.ID, Key: g.key.ID, Minute: minute.Add(-age), Count: 1}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Store.ForgetAccess(t.Context(), minute); err != nil {
		t.Fatal(err)
	}
	if kept := storetest.Owner[[]time.Time](t, d.Bench, "SELECT array_agg(minute ORDER BY minute) FROM key_minute"); len(kept) != 2 || !kept[0].Equal(minute.Add(-time.Hour)) {
		t.Errorf("kept are %v", kept)
	}
}
