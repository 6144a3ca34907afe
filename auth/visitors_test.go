package auth_test

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"posthaste/auth"
	"posthaste/messaging"
	"posthaste/store/storetest"
)

// TestTheDryRunKnowsEveryAddressOfThirtyDays: earlier addresses of a session, and those that keys came from, however busy
// another address of the same key is.
func TestTheDryRunKnowsEveryAddressOfThirtyDays(t *testing.T) {
	t.Parallel()
	d, p := staffed(t)
	old := netip.MustParseAddr("203.0.113.99")
	p.signIn(t, old)
	d.Clock.Advance(31 * 24 * time.Hour)
	bearer := p.signIn(t, office)
	desk, busy, rare := netip.MustParseAddr("203.0.113.8"), netip.MustParseAddr("203.0.113.50"), netip.MustParseAddr("203.0.113.51")
	if _, err := d.access.Enter(t.Context(), bearer, p.visit(desk)); err != nil {
		t.Fatal(err)
	}
	actor, err := d.access.Enter(t.Context(), bearer, p.visit(office))
	if err != nil {
		t.Fatal(err)
	}
	key, secret, err := d.access.CreateKey(t.Context(), actor, auth.NewKey{Name: "BI", Quota: 600, Scopes: []messaging.Permission{messaging.PermMessageRead}, Days: 30})
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range []netip.Addr{busy, rare, busy} {
		if _, err := d.access.Enter(t.Context(), secret, auth.Visit{Address: address}); err != nil {
			t.Fatal(err)
		}
		d.Clock.Advance(time.Second)
	}
	_, cutOff, err := d.access.SetAllowList(t.Context(), actor, []auth.EntryInput{{Network: "198.51.100.0/24"}}, true)
	if err != nil {
		t.Fatal(err)
	}
	var seen []string
	for _, v := range cutOff {
		who := map[messaging.ID]string{p.user.ID: "person"}[v.User] + map[messaging.ID]string{key.ID: "key"}[v.Key]
		seen = append(seen, who+" "+v.Address.String())
		if age := d.Clock.Now().Sub(v.LastSeen); age < 0 || age > time.Minute {
			t.Errorf("%s was seen %v ago", who, age)
		}
	}
	slices.Sort(seen)
	if want := []string{"key 203.0.113.50", "key 203.0.113.51", "person 203.0.113.7", "person 203.0.113.8"}; !slices.Equal(seen, want) {
		t.Errorf("the dry run names %q, want %q", seen, want)
	}
	if err := d.Store.ForgetAccess(t.Context(), d.Clock.Now()); err != nil {
		t.Fatal(err)
	}
	if n := storetest.Owner[int](t, d.Bench, "SELECT count(*) FROM visit WHERE host(address) = $1", old.String()); n != 0 {
		t.Errorf("what is older is kept: %d", n)
	}
	if n := storetest.Owner[int](t, d.Bench, "SELECT count(*) FROM visit"); n != 4 {
		t.Errorf("%d addresses are kept", n)
	}
}
