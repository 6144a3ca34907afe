package auth_test

import (
	"net/netip"
	"testing"
	"time"

	"posthaste/auth"
	"posthaste/messaging"
)

func entries(networks ...string) []auth.EntryInput {
	inputs := make([]auth.EntryInput, len(networks))
	for i, n := range networks {
		inputs[i] = auth.EntryInput{Network: n, Label: "Office"}
	}
	return inputs
}

// TestANewTenantHasOneAddress: until a list is saved, only the address that accepted the first invite may come in.
func TestANewTenantHasOneAddress(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ctx := t.Context()
	var made auth.Invitation
	err := d.rows.Act(ctx, d.tenant.ID, func(tx auth.AccessTx) (err error) {
		made, err = d.access.InviteOwner(ctx, tx, d.tenant.ID, d.tenant.Brand, owner)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	guest := &person{desk: d}
	if _, err := d.access.AcceptInvite(ctx, made.Token, "Asha", password, guest.visit(home)); err != nil {
		t.Fatal(err)
	}
	list, err := d.rows.AllowList(ctx, d.tenant.ID)
	if err != nil || list.State != auth.AllowBootstrap || list.Bootstrap != home {
		t.Fatalf("list %+v, %v", list, err)
	}
	if _, err := d.access.SignIn(ctx, owner, password, guest.visit(home)); err != nil {
		t.Errorf("from the first address: %v", err)
	}
	_, err = d.access.SignIn(ctx, owner, password, guest.visit(office))
	wantCode(t, err, messaging.CodeUnauthenticated, "from another address")
}

func TestAListIsTriedFirst(t *testing.T) {
	t.Parallel()
	d, p := staffed(t)
	bearer := p.signIn(t, office)
	ctx := t.Context()
	enter := func(address netip.Addr) error {
		_, err := d.access.Enter(ctx, bearer, p.visit(address))
		return err
	}
	actor, err := d.access.Enter(ctx, bearer, p.visit(office))
	if err != nil {
		t.Fatal(err)
	}
	_, cutOff, err := d.access.SetAllowList(ctx, actor, entries("198.51.100.0/24"), true)
	if err != nil || len(cutOff) != 1 || cutOff[0].User != p.user.ID || cutOff[0].Address != office {
		t.Errorf("the dry run names %+v, %v", cutOff, err)
	}
	_, _, err = d.access.SetAllowList(ctx, actor, entries("198.51.100.0/24"), false)
	wantCode(t, err, messaging.CodeConflict, "a list without the caller")

	list, _, err := d.access.SetAllowList(ctx, actor, entries("203.0.113.7", "198.51.100.0/24"), false)
	if err != nil || !list.OnTrial(d.Clock.Now()) {
		t.Fatalf("proposed: %+v, %v", list, err)
	}
	if err := enter(home); err != nil {
		t.Errorf("on trial, from home: %v", err)
	}
	neighbour := netip.MustParseAddr("203.0.113.8")
	wantCode(t, enter(neighbour), messaging.CodeAddressNotListed, "on trial, from what only the old list holds")
	_, _, err = d.access.SetAllowList(ctx, actor, entries("203.0.113.7"), false)
	wantCode(t, err, messaging.CodeConflict, "a second trial")

	d.Clock.Advance(10 * time.Minute) // nobody confirms
	wantCode(t, enter(home), messaging.CodeUnauthenticated, "the token is over")
	if progress, err := d.access.RefreshSession(ctx, p.visit(neighbour)); err != nil {
		t.Fatalf("the old list is not back: %v", err)
	} else {
		bearer = progress.Access
	}
	wantCode(t, enter(home), messaging.CodeAddressNotListed, "after the trial, from home")
	_, err = d.access.ConfirmAllowList(ctx, actor)
	wantCode(t, err, messaging.CodeConflict, "confirming too late")

	if err := d.access.StepUp(ctx, actor, p.code(), p.visit(office)); err != nil {
		t.Fatal(err)
	}
	if _, _, err = d.access.SetAllowList(ctx, actor, entries("203.0.113.7", "198.51.100.0/24"), false); err != nil {
		t.Fatal(err)
	}
	outside := actor
	outside.Address = neighbour
	_, err = d.access.ConfirmAllowList(ctx, outside)
	wantCode(t, err, messaging.CodeAddressNotListed, "confirming from outside")
	if list, err = d.access.ConfirmAllowList(ctx, actor); err != nil {
		t.Fatal(err)
	}
	d.Clock.Advance(11 * time.Minute)
	stored, err := d.rows.AllowList(ctx, d.tenant.ID)
	if err != nil || stored.State != auth.AllowEnforced || len(stored.Entries) != 2 || stored.Trial != nil || stored.Entries[0].Label != "Office" {
		t.Errorf("kept: %+v, %v", stored, err)
	}
	if len(list.Entries) != len(stored.Entries) {
		t.Errorf("answered %d entries, kept %d", len(list.Entries), len(stored.Entries))
	}
}

func TestATrialCanBeWithdrawn(t *testing.T) {
	t.Parallel()
	d, p := staffed(t)
	actor := p.actor(t, office)
	_, err := d.access.RollBackAllowList(t.Context(), actor)
	wantCode(t, err, messaging.CodeConflict, "nothing to withdraw")
	succeeded, _ := atOnce(4, func(int) error {
		_, _, err := d.access.SetAllowList(t.Context(), actor, entries("203.0.113.7"), false)
		return err
	})
	if succeeded != 1 {
		t.Errorf("%d trials began at once", succeeded)
	}
	list, err := d.access.RollBackAllowList(t.Context(), actor)
	if err != nil || list.Trial != nil {
		t.Fatalf("withdrawn: %+v, %v", list, err)
	}
	if stored, err := d.rows.AllowList(t.Context(), d.tenant.ID); err != nil || stored.Trial != nil || stored.Entries[0].Network.String() != "203.0.113.0/24" {
		t.Errorf("stored: %+v, %v", stored, err)
	}
}

func TestTheHostBreaksTheGlass(t *testing.T) {
	t.Parallel()
	d, p := staffed(t)
	until := d.Clock.Now().Add(30 * time.Minute)
	if _, err := d.access.BreakGlass(t.Context(), d.tenant.ID, "198.51.100.9", "way back in", until); err != nil {
		t.Fatal(err)
	}
	p.signIn(t, home)
	p.signIn(t, office)
	d.Clock.Advance(30 * time.Minute)
	_, err := d.access.SignIn(t.Context(), p.user.Email, password, p.visit(home))
	wantCode(t, err, messaging.CodeUnauthenticated, "after the half hour")
}

func TestKeys(t *testing.T) {
	t.Parallel()
	d, p := staffed(t)
	ctx := t.Context()
	developer := d.person(t, "dev@acme.example", auth.Developer)
	actor := developer.actor(t, office)
	read := []messaging.Permission{messaging.PermMessageRead, messaging.PermAnalyticsRead}
	k, secret, err := d.access.CreateKey(ctx, actor, auth.NewKey{Name: "BI", Quota: 600, Scopes: read, Networks: []string{"203.0.113.7/32", "192.0.2.0/24"}, Test: true, Days: 30})
	if err != nil {
		t.Fatal(err)
	}
	enter := func(address string) error {
		_, err := d.access.Enter(ctx, secret, developer.visit(netip.MustParseAddr(address)))
		return err
	}
	entered, err := d.access.Enter(ctx, secret, developer.visit(office))
	if err != nil || entered.Key != k.ID || !entered.TestKey || entered.Session != 0 || entered.User != developer.user.ID {
		t.Fatalf("entered as %+v, %v", entered, err)
	}
	if !entered.Can(messaging.PermMessageRead) || entered.Can(messaging.PermMessageSend) || entered.Can(messaging.PermKeyManage) {
		t.Errorf("the key holds %v", entered.Permissions)
	}
	if err := d.access.Recheck(ctx, entered); err != nil {
		t.Errorf("an open stream of a good key: %v", err)
	}
	wantCode(t, enter("203.0.113.8"), messaging.CodeAddressNotListed, "an address of the tenant's list that the key leaves out")
	wantCode(t, enter("192.0.2.1"), messaging.CodeAddressNotListed, "an address of the key that the tenant's list leaves out")

	listed, err := d.rows.Keys(ctx, d.tenant.ID, d.Clock.Now())
	if err != nil || len(listed) != 1 || listed[0].Hint != k.Hint || listed[0].LastUsed.IsZero() || len(listed[0].Addresses) != 2 {
		t.Errorf("listed %+v, %v", listed, err)
	}
	wide, _, err := d.access.CreateKey(ctx, actor, auth.NewKey{Name: "Wide", Quota: 600, Scopes: read, Days: 1})
	if err != nil || len(wide.Addresses) != 0 {
		t.Errorf("a key without networks: %v", err)
	}
	if err := d.access.SetUserDisabled(ctx, p.actor(t, office), developer.user.ID, true); err != nil {
		t.Fatal(err)
	}
	wantCode(t, enter("203.0.113.7"), messaging.CodeUnauthenticated, "the key of a disabled user")
	if err := d.access.SetUserDisabled(ctx, p.actor(t, office), developer.user.ID, false); err != nil {
		t.Fatal(err)
	}
	if err := enter("203.0.113.7"); err != nil {
		t.Errorf("enabled again: %v", err)
	}
	if revoked, err := d.access.RevokeKey(ctx, actor, k.ID); err != nil || revoked.RevokedAt.IsZero() {
		t.Fatalf("revoked %+v, %v", revoked, err)
	}
	wantCode(t, enter("203.0.113.7"), messaging.CodeUnauthenticated, "a revoked key")
	wantCode(t, d.access.Recheck(ctx, entered), messaging.CodeUnauthenticated, "an open stream of a revoked key")
}
