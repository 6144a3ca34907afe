package messaging_test

import (
	"testing"
	"time"

	"posthaste/messaging"
)

func TestMaySend(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	open, shut := now.Add(time.Second), now
	const may = 0
	categories := []messaging.Category{messaging.Marketing, messaging.Utility, messaging.Authentication, messaging.Service}
	for name, test := range map[string]struct {
		standing messaging.Standing
		want     [4]int // in the order of the categories
	}{
		"nothing is known":  {messaging.Standing{}, [4]int{messaging.RefusedNoConsent, messaging.RefusedNoConsent, may, messaging.RefusedWindow}},
		"a yes":             {messaging.Standing{Asked: true, Granted: true}, [4]int{may, may, may, messaging.RefusedWindow}},
		"a no":              {messaging.Standing{Asked: true}, [4]int{messaging.RefusedOptedOut, messaging.RefusedOptedOut, messaging.RefusedOptedOut, messaging.RefusedWindow}},
		"the person wrote":  {messaging.Standing{WindowUntil: open}, [4]int{messaging.RefusedNoConsent, messaging.RefusedNoConsent, may, may}},
		"the window shuts":  {messaging.Standing{WindowUntil: shut}, [4]int{messaging.RefusedNoConsent, messaging.RefusedNoConsent, may, messaging.RefusedWindow}},
		"a no, but a reply": {messaging.Standing{Asked: true, WindowUntil: open}, [4]int{messaging.RefusedOptedOut, messaging.RefusedOptedOut, messaging.RefusedOptedOut, may}},
		"suppressed after all else": {messaging.Standing{Asked: true, Granted: true, Suppressed: true, WindowUntil: open},
			[4]int{messaging.RefusedOptedOut, messaging.RefusedOptedOut, messaging.RefusedOptedOut, messaging.RefusedOptedOut}},
		"suppressed, never asked": {messaging.Standing{Suppressed: true},
			[4]int{messaging.RefusedOptedOut, messaging.RefusedOptedOut, messaging.RefusedOptedOut, messaging.RefusedOptedOut}},
	} {
		for i, c := range categories {
			if got := messaging.MaySend(c, test.standing, now); got != test.want[i] {
				t.Errorf("%s, %s: %d, want %d", name, c, got, test.want[i])
			}
		}
	}
}

func TestPurposes(t *testing.T) {
	t.Parallel()
	for c, want := range map[messaging.Category]messaging.Purpose{
		messaging.Marketing: messaging.PurposeMarketing, messaging.Utility: messaging.PurposeUtility,
		messaging.Authentication: messaging.PurposeAuthentication, messaging.Service: "",
	} {
		if got, needs := messaging.PurposeOf(c); got != want || needs != (want != "") {
			t.Errorf("%s needs %q (%v), want %q", c, got, needs, want)
		}
	}
	if n := len(messaging.PurposeAll.Each()); n != 3 {
		t.Errorf("ALL speaks of %d purposes", n)
	}
}

func TestChannelsReachTheirAddresses(t *testing.T) {
	t.Parallel()
	kinds := []messaging.AddressKind{messaging.KindPhone, messaging.KindUserID, messaging.KindEmail, ""}
	for c, want := range map[messaging.Channel][4]bool{
		messaging.WhatsApp: {true, true, false, false}, messaging.SMS: {true, false, false, false},
		messaging.Email: {false, false, true, false}, "FAX": {},
	} {
		for i, k := range kinds {
			if got := c.Reaches(k); got != want[i] {
				t.Errorf("%s reaches %q: %v", c, k, got)
			}
		}
	}
}
