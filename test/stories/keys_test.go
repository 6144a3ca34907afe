package stories

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"posthaste/test/harness"
)

// The root key of a box is rotated and the older one retired, as the operations page says it; people and programs notice
// nothing.
func TestTheRootKeyOfABoxIsRotated(t *testing.T) {
	t.Parallel()
	box := harness.Start(t)
	e := box.Enterprise(t, "Rotation Tea")
	key := e.Key(t, "BI", "ANALYTICS_READ")
	works := func(what string) {
		t.Helper()
		e.Owner.Must(t, `{ viewer { address } users { email } }`, nil, &struct{}{})
		key.Must(t, `{ analyticsDatasets { __typename } }`, nil, &struct{}{})
		if box.Client(t).Password(t, e.Email, e.Password) == "" {
			t.Errorf("%s: the owner cannot begin a sign-in", what)
		}
	}
	old := regexp.MustCompile(`(?m)^([0-9a-f]{8}) primary`).FindStringSubmatch(box.Run(t, "keys", "list"))
	if old == nil {
		t.Fatal("the primary root key is not listed")
	}
	if said := box.Refused(t, "keys", "rotate"); !strings.Contains(said, "stop it first") {
		t.Errorf("a running box is not spared: %s", said)
	}
	box.Stop(t)
	box.Run(t, "keys", "rotate")
	if listed := box.Run(t, "keys", "list"); !strings.Contains(listed, old[1]+" decrypt-only") {
		t.Fatalf("after the rotation:\n%s", listed)
	}
	box.Again(t)
	harness.Eventually(t, time.Minute, "the tenants' keys are moved", func() bool {
		used := box.Run(t, "keys", "use")
		return !strings.Contains(used, "tenants' keys") && !strings.Contains(used, "no process has it")
	})
	works("with both keys")
	if said := box.Refused(t, "keys", "retire", old[1]); !strings.Contains(said, "recovery codes") || strings.Contains(said, "passwords") || strings.Contains(said, "API keys") {
		t.Errorf("the older key is needed for: %s", said)
	}
	if listed := box.Run(t, "keys", "list"); !strings.Contains(listed, old[1]) {
		t.Fatalf("a refused key is gone:\n%s", listed)
	}
	box.Run(t, "keys", "retire", old[1], "--lose-credentials")
	if listed := box.Run(t, "keys", "list"); strings.Contains(listed, old[1]) {
		t.Fatalf("the retired key is there:\n%s", listed)
	}
	box.Stop(t)
	box.Again(t)
	works("with the new key alone")
	if verified := box.Run(t, "audit", "verify", "--tenant", e.ID); !strings.Contains(verified, "verified") {
		t.Errorf("the ledger after the rotation: %s", verified)
	}
}
