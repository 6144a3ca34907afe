package auth_test

import (
	"slices"
	"testing"
	"time"

	"posthaste/auth"
	"posthaste/messaging"
	"posthaste/store/storetest"
)

// rotated is the program with the key that follows its own.
func (g program) rotated(t testing.TB, hours int) program {
	t.Helper()
	next, secret, err := g.desk.access.RotateKey(t.Context(), g.actor, g.key.ID, hours)
	if err != nil {
		t.Fatal(err)
	}
	return program{g.desk, g.actor, next, secret}
}

// TestARotatedKeyGoesOnForItsOverlap: both open until it is over, and the new one may exactly what the old one may.
func TestARotatedKeyGoesOnForItsOverlap(t *testing.T) {
	t.Parallel()
	d, p := staffed(t)
	old := d.program(t, p, 77)
	d.Clock.Advance(10 * 24 * time.Hour) // a third of its life
	next := old.rotated(t, 24)
	if next.secret == old.secret || next.key.ID == old.key.ID || next.key.Hint == old.key.Hint {
		t.Error("the new key is the old one")
	}
	if k := next.key; k.Name != "Shop" || k.Quota != 77 || !slices.Equal(k.Scopes, old.key.Scopes) || k.Test != old.key.Test ||
		!slices.Equal(k.Addresses, old.key.Addresses) || !k.ExpiresAt.Equal(d.Clock.Now().Add(30*24*time.Hour)) {
		t.Errorf("the new key is %+v, the old one was %+v", k, old.key)
	}
	if old.enter(d.access) != nil || next.enter(d.access) != nil {
		t.Error("one of the two does not open")
	}
	d.Clock.Advance(24*time.Hour - time.Second)
	if old.enter(d.access) != nil {
		t.Error("the old key does not open to the end of its overlap")
	}
	d.Clock.Advance(2 * time.Second)
	wantCode(t, old.enter(d.access), messaging.CodeUnauthenticated, "the old key after its overlap")
	if err := next.enter(d.access); err != nil {
		t.Errorf("the new key afterwards: %v", err)
	}
	detail := storetest.Owner[string](t, d.Bench, "SELECT detail->>'hint' || ' ' || (detail->>'next') FROM audit_event WHERE action = 'api_key.rotated' AND target = $1", int64(old.key.ID))
	if want := old.key.Hint + " " + next.key.Hint; detail != want {
		t.Errorf("the ledger has %q, want %q", detail, want)
	}
}

// TestAnOverlapNeverLengthensALife.
func TestAnOverlapNeverLengthensALife(t *testing.T) {
	t.Parallel()
	d, p := staffed(t)
	old := d.program(t, p, 5)
	d.Clock.Advance(old.key.ExpiresAt.Add(-time.Hour).Sub(d.Clock.Now()))
	next := old.rotated(t, auth.MaxKeyOverlap)
	d.Clock.Advance(time.Hour + time.Second)
	wantCode(t, old.enter(d.access), messaging.CodeUnauthenticated, "the old key after the end that it had")
	if err := next.enter(d.access); err != nil {
		t.Error(err)
	}
	at := next.rotated(t, 0)
	wantCode(t, next.enter(d.access), messaging.CodeUnauthenticated, "a key without an overlap")
	if err := at.enter(d.access); err != nil {
		t.Error(err)
	}
}

func TestRotationRefuses(t *testing.T) {
	t.Parallel()
	d, p := staffed(t)
	g := d.program(t, p, 5)
	rotate := func(actor messaging.Actor, hours int) error {
		_, _, err := d.access.RotateKey(t.Context(), actor, g.key.ID, hours)
		return err
	}
	for _, hours := range []int{-1, auth.MaxKeyOverlap + 1, 1 << 31, 1 << 62} {
		wantCode(t, rotate(g.actor, hours), messaging.CodeInvalid, "an overlap out of bounds")
	}
	stranger := g.actor
	stranger.Tenant = d.Tenant(t).ID
	if rotate(stranger, 1) == nil {
		t.Error("another tenant's key was rotated")
	}
	if err := g.enter(d.access); err != nil {
		t.Fatalf("a refused rotation has ended the key: %v", err)
	}
	if _, err := d.access.RevokeKey(t.Context(), g.actor, g.key.ID); err != nil {
		t.Fatal(err)
	}
	wantCode(t, rotate(g.actor, 1), messaging.CodeNotFound, "a revoked key")
	if n := storetest.Owner[int](t, d.Bench, "SELECT count(*) FROM api_key WHERE tenant_id = $1", int64(d.tenant.ID)); n != 1 {
		t.Errorf("%d keys, want the one", n)
	}
}

// TestARotationWithoutTheRightsLeavesTheKeyAlone: what the maker may not do, the new key may not either.
func TestARotationWithoutTheRightsLeavesTheKeyAlone(t *testing.T) {
	t.Parallel()
	d, p := staffed(t)
	g := d.program(t, p, 5)
	storetest.Owner[int](t, d.Bench, "UPDATE app_user SET role = 'AGENT' WHERE tenant_id = $1 AND id = $2 RETURNING 1", int64(d.tenant.ID), int64(g.actor.User))
	storetest.Owner[int](t, d.Bench, "UPDATE api_key SET scopes = '{ANALYTICS_READ}' WHERE id = $1 RETURNING 1", int64(g.key.ID))
	if _, _, err := d.access.RotateKey(t.Context(), g.actor, g.key.ID, 0); err == nil {
		t.Error("somebody made a key that may more than they may")
	}
	ends := storetest.Owner[time.Time](t, d.Bench, "SELECT expires_at FROM api_key WHERE id = $1", int64(g.key.ID))
	if !ends.Equal(g.key.ExpiresAt) {
		t.Errorf("the key ends at %s, not at %s", ends, g.key.ExpiresAt)
	}
}
