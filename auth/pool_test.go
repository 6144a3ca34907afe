package auth_test

import (
	"crypto/rand"
	"fmt"
	"testing"
	"time"

	"posthaste/auth"
	"posthaste/messaging"
	"posthaste/store"
	"posthaste/store/storetest"
)

// TestAHundredAtOnceOnTwoConnections: no act waits for a second connection while it holds one, so a small pool makes a
// crowd slow and never still.
func TestAHundredAtOnceOnTwoConnections(t *testing.T) {
	t.Parallel()
	d, p := staffed(t)
	actor := p.actor(t, office)
	bearer := p.signIn(t, office)
	read := []messaging.Permission{messaging.PermMessageRead}
	_, secret, err := d.access.CreateKey(t.Context(), actor, auth.NewKey{Name: "BI", Quota: 600, Scopes: read, Days: 1})
	if err != nil {
		t.Fatal(err)
	}
	options := d.Options
	options.AppConns, options.AcrossConns = 2, 2
	small, err := store.Open(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(small.Close)
	d.access.Store = store.NewAccess(small, store.NewKeys(small, d.Ring, rand.Reader, d.Clock.Now), d.IDs)
	d.Clock.Advance(2 * time.Minute) // so that coming in is written too
	ctx := t.Context()
	acts := []func(i int) error{
		func(int) error { _, err := d.access.Enter(ctx, bearer, p.visit(office)); return err },
		func(int) error { _, err := d.access.Enter(ctx, secret, p.visit(office)); return err },
		func(i int) error {
			_, _, err := d.access.CreateKey(ctx, actor, auth.NewKey{Name: fmt.Sprint("key ", i), Quota: 600, Scopes: read, Days: 1})
			return err
		},
		func(int) error { _, err := d.access.BeginReplacement(ctx, actor); return err },
	}
	succeeded, failures := atOnce(100, func(i int) error { return acts[i%len(acts)](i) })
	if succeeded != 100 {
		t.Errorf("%d of 100 came through: %v", succeeded, failures[0])
	}
	if n := storetest.Owner[int](t, d.Bench, "SELECT count(*) FROM api_key"); n != 26 {
		t.Errorf("%d keys are there, want 26", n)
	}
}

// TestRevealsSlowDown: thirty freely, then ever slower; by person, and never for a key.
func TestRevealsSlowDown(t *testing.T) {
	t.Parallel()
	d, p := staffed(t)
	actor := p.actor(t, office)
	succeeded, failures := atOnce(40, func(int) error { return d.access.TakeReveal(t.Context(), actor) })
	if succeeded != 30 {
		t.Errorf("%d of 40 at once: %v", succeeded, failures)
	}
	for _, err := range failures {
		wantCode(t, err, messaging.CodeLimited, "one too many")
	}
	other := d.person(t, "ben@acme.example", auth.Owner).actor(t, office)
	if err := d.access.TakeReveal(t.Context(), other); err != nil {
		t.Errorf("another person: %v", err)
	}
	wantCode(t, d.access.TakeReveal(t.Context(), messaging.Actor{Tenant: d.tenant.ID, User: p.user.ID, Key: 5}), messaging.CodeForbidden, "a key")
	d.Clock.Advance(2*time.Minute + time.Second)
	if err := d.access.TakeReveal(t.Context(), actor); err != nil {
		t.Errorf("after the wait: %v", err)
	}
	wantCode(t, d.access.TakeReveal(t.Context(), actor), messaging.CodeLimited, "the one after it")
	d.Clock.Advance(time.Hour)
	if err := d.access.TakeReveal(t.Context(), actor); err != nil {
		t.Errorf("after an hour of none: %v", err)
	}
}

// TestATrialThatIsOverIsWrittenDownOnce: not while it runs, not when it was confirmed, and once however many look.
func TestATrialThatIsOverIsWrittenDownOnce(t *testing.T) {
	t.Parallel()
	d, p := staffed(t)
	actor := p.actor(t, office)
	dropped := func() int {
		return storetest.Owner[int](t, d.Bench, "SELECT count(*) FROM audit_event WHERE action = $1 AND detail->>'reason' <> ''", string(messaging.AuditAllowListDropped))
	}
	end := func() {
		t.Helper()
		if _, failures := atOnce(5, func(int) error { return d.access.EndTrial(t.Context(), d.tenant.ID) }); len(failures) > 0 {
			t.Fatal(failures)
		}
	}
	propose := func(networks ...string) {
		t.Helper()
		var inputs []auth.EntryInput
		for _, n := range networks {
			inputs = append(inputs, auth.EntryInput{Network: n})
		}
		if _, _, err := d.access.SetAllowList(t.Context(), actor, inputs, false); err != nil {
			t.Fatal(err)
		}
	}
	end()
	propose("203.0.113.0/24", "198.51.100.0/24")
	end()
	if n := dropped(); n != 0 {
		t.Errorf("dropped %d times while it ran", n)
	}
	if due, err := d.Store.TenantsWithTrialsOver(t.Context(), d.Clock.Now()); err != nil || len(due) != 0 {
		t.Errorf("due while it ran: %v, %v", due, err)
	}
	d.Clock.Advance(time.Hour)
	if due, err := d.Store.TenantsWithTrialsOver(t.Context(), d.Clock.Now()); err != nil || len(due) != 1 || due[0] != d.tenant.ID {
		t.Errorf("due after it: %v, %v", due, err)
	}
	end()
	if n := dropped(); n != 1 {
		t.Errorf("written down %d times", n)
	}
	if due, err := d.Store.TenantsWithTrialsOver(t.Context(), d.Clock.Now()); err != nil || len(due) != 0 {
		t.Errorf("due afterwards: %v, %v", due, err)
	}
	list, err := d.access.Store.AllowList(t.Context(), d.tenant.ID)
	if err != nil || list.Trial != nil || !list.Allows(office, d.Clock.Now()) || list.Allows(home, d.Clock.Now()) {
		t.Errorf("the list in force is %+v, %v", list, err)
	}
}
