package auth_test

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"posthaste/auth"
	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store/storetest"
)

// An export is written down before anything is served, and its link opens for who asked, from there, for a while.
func TestEvidenceIsRecordedAndItsLinkIsTheAskers(t *testing.T) {
	t.Parallel()
	d, p := staffed(t)
	d.access.Sealing = d.Ring.Ring(privacy.ForSecrets)
	asker := p.actor(t, office)
	other := d.person(t, "sec@acme.example", auth.SecurityAdmin).actor(t, office)
	now := d.Clock.Now()
	period := auth.Period{From: now.AddDate(0, -3, 0).UTC(), Before: now.Add(48 * time.Hour)}
	audited := func() int {
		return storetest.Owner[int](t, d.Bench, "SELECT count(*)::int FROM audit_event WHERE action = 'evidence.exported' AND user_id = $1", int64(asker.User))
	}
	for name, bad := range map[string]auth.Period{"in the future": {From: now.Add(time.Hour), Before: now.Add(2 * time.Hour)}, "backwards": {From: now, Before: now.Add(-time.Hour)}} {
		if _, err := d.access.ExportEvidence(t.Context(), asker, bad); messaging.CodeOf(err) != messaging.CodeInvalid {
			t.Errorf("a period %s: %v", name, err)
		}
	}
	if n := audited(); n != 0 {
		t.Errorf("%d refused exports are in the ledger", n)
	}
	ticket, err := d.access.ExportEvidence(t.Context(), asker, period)
	if err != nil || audited() != 1 {
		t.Fatalf("exported: %v, in the ledger %d times", err, audited())
	}
	for range 2 {
		got, err := d.access.OpenEvidence(asker, ticket)
		if err != nil || !got.From.Equal(period.From) || got.Before.After(now) {
			t.Fatalf("the link opens %+v, %v", got, err)
		}
	}
	elsewhere, program, analyst := asker, asker, asker
	elsewhere.Address = netip.MustParseAddr("203.0.113.99")
	program.Session, program.Key = 0, 4711
	analyst.Permissions = auth.PermissionsOf(auth.Analyst)
	for name, who := range map[string]messaging.Actor{"another person": other, "another address": elsewhere, "a key": program, "a lost role": analyst} {
		if _, err := d.access.OpenEvidence(who, ticket); messaging.CodeOf(err) != messaging.CodeNotFound {
			t.Errorf("%s opens the link: %v", name, err)
		}
	}
	for _, garbage := range []string{"", "x", ticket[1:], strings.Repeat("A", 200)} {
		if _, err := d.access.OpenEvidence(asker, garbage); messaging.CodeOf(err) != messaging.CodeNotFound {
			t.Errorf("%.10q: %v", garbage, err)
		}
	}
	d.Clock.Advance(11 * time.Minute)
	if _, err := d.access.OpenEvidence(asker, ticket); messaging.CodeOf(err) != messaging.CodeNotFound {
		t.Errorf("the link serves for ever: %v", err)
	}
}
