package store_test

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"posthaste/auth/ledger"
	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store"
	"posthaste/store/storetest"
)

// checked verifies every ledger against the checkpoints.
func checked(t *testing.T, b *storetest.Bench, only messaging.ID, checkpoints []ledger.Checkpoint) map[messaging.ID]store.LedgerCheck {
	t.Helper()
	found := map[messaging.ID]store.LedgerCheck{}
	err := b.Store.CheckLedgers(t.Context(), b.Keys, only, checkpoints, func(c store.LedgerCheck) {
		if c.Err != nil && !errors.Is(c.Err, ledger.ErrTampered) {
			t.Errorf("a finding of another kind: %v", c.Err)
		}
		found[c.Tenant] = c
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// signedCheckpoints are the ends of all ledgers, as they come back from a file.
func signedCheckpoints(t *testing.T, b *storetest.Bench) []ledger.Checkpoint {
	t.Helper()
	ends, err := b.Store.Checkpoints(t.Context(), b.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	key := b.Ring.SigningKeys(privacy.ForCheckpoints)[0]
	path := filepath.Join(t.TempDir(), "checkpoints.jsonl")
	if n, err := ledger.NewCheckpointFile(path, key).Append(ends); err != nil || n != len(ends) || n == 0 {
		t.Fatalf("%d of %d written, %v", n, len(ends), err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	list, _, err := ledger.ReadCheckpoints(bytes.NewReader(content), key.Public().(ed25519.PublicKey))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestHonestLedgersVerifyAgainstCheckpoints(t *testing.T) {
	t.Parallel()
	b, tenant, _ := ledgerOf(t)
	first := signedCheckpoints(t, b)
	b.Consent(t, tenant, messaging.PurposeMarketing, "+919810012346")
	empty := b.Tenant(t)
	b.Clock.Advance(time.Hour)
	found := checked(t, b, 0, append(first, signedCheckpoints(t, b)...))
	if c := found[tenant.ID]; c.Err != nil || c.Pinned != 2 || c.Head.Seq <= first[0].Head.Seq || c.Name != tenant.Name {
		t.Errorf("found %+v after a checkpoint at %d", c, first[0].Head.Seq)
	}
	if c, there := found[empty.ID]; !there || c.Err != nil || c.Head.Seq != 0 || len(found) != 2 {
		t.Errorf("an empty ledger: %+v of %d", c, len(found))
	}
	if only := checked(t, b, empty.ID, first); len(only) != 1 || only[empty.ID].Pinned != 0 {
		t.Errorf("one tenant alone: %+v", only)
	}
}

// removedEnd takes the last link away with all that it covers, and sets the recorded end back: a shorter ledger that is
// whole in itself.
const removedEnd = `WITH gone AS (DELETE FROM ledger_link WHERE seq = (SELECT max(seq) FROM ledger_link) RETURNING seq, prev),
	acts AS (DELETE FROM audit_event WHERE seq = (SELECT seq FROM gone)), words AS (DELETE FROM consent_event WHERE seq = (SELECT seq FROM gone)),
	head AS (UPDATE ledger_head SET seq = ledger_head.seq - 1, hash = gone.prev FROM gone) SELECT 1 FROM gone`

func TestCheckpointsFindWhatTheChainAloneDoesNot(t *testing.T) {
	t.Parallel()
	b, tenant, _ := ledgerOf(t)
	checkpoints := signedCheckpoints(t, b)
	storetest.Owner[int](t, b, removedEnd)
	if c := checked(t, b, 0, nil)[tenant.ID]; c.Err != nil {
		t.Fatalf("the shorter ledger is not whole in itself, so this proves nothing: %v", c.Err)
	}
	if c := checked(t, b, 0, checkpoints)[tenant.ID]; c.Err == nil {
		t.Error("a removal at the end was not found")
	}
	// Written anew up to the same number, it is another history.
	b.Consent(t, tenant, messaging.PurposeMarketing, "+919810012399")
	if c := checked(t, b, 0, nil)[tenant.ID]; c.Err != nil || c.Head.Seq != checkpoints[0].Head.Seq {
		t.Fatalf("the ledger written anew: %+v", c)
	}
	if c := checked(t, b, 0, checkpoints)[tenant.ID]; c.Err == nil {
		t.Error("a history written anew was not found")
	}
	if c := checked(t, b, 0, append(checkpoints, signedCheckpoints(t, b)...))[tenant.ID]; c.Err == nil {
		t.Error("checkpoints of two histories were taken")
	}
}

// TestEachBreachIsReported: the command's own path finds what TestATamperedLedgerIsFound plants, and goes on to the others.
func TestEachBreachIsReported(t *testing.T) {
	t.Parallel()
	for name, breach := range map[string]string{
		"changed":               "UPDATE audit_event SET target = 8 WHERE user_id = 42 AND seq = 1 RETURNING 1",
		"removed in the middle": "WITH gone AS (DELETE FROM ledger_link WHERE seq = 2 RETURNING seq), acts AS (DELETE FROM audit_event WHERE seq = 2), words AS (DELETE FROM consent_event WHERE seq = 2) SELECT 1 FROM gone",
		"removed at the end":    removedEnd,
		"reordered":             "WITH moved AS (UPDATE audit_event SET seq = CASE seq WHEN 1 THEN 3 ELSE 1 END WHERE seq IN (1, 3) RETURNING 1) SELECT count(*)::int FROM moved",
		"the end is gone":       "DELETE FROM ledger_head RETURNING 1",
		"the keys are gone":     "DELETE FROM tenant_key WHERE purpose = 'TENANT' RETURNING 1",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, tenant, verify := ledgerOf(t)
			if _, err := verify(); err != nil {
				t.Fatalf("before: %v", err)
			}
			checkpoints := signedCheckpoints(t, b)
			storetest.Owner[int](t, b, breach)
			b.Keys.Forget(tenant.ID)
			other := b.Tenant(t)
			b.Consent(t, other, messaging.PurposeMarketing, "+919810012345")
			found := checked(t, b, 0, checkpoints)
			if c := found[tenant.ID]; c.Err == nil {
				t.Errorf("not found: %+v", c)
			}
			if c := found[other.ID]; c.Err != nil || c.Head.Seq == 0 {
				t.Errorf("the other tenant: %+v", c)
			}
		})
	}
	b, tenant, _ := ledgerOf(t)
	stranger := ledger.Checkpoint{Ledger: signedCheckpoints(t, b)[0].Ledger, Tenant: 4711, Head: ledger.Head{Seq: 5}}
	found := checked(t, b, 0, []ledger.Checkpoint{stranger})
	if c := found[4711]; c.Err == nil || found[tenant.ID].Err != nil {
		t.Errorf("a tenant that is gone: %+v", found)
	}
}
