package store_test

import (
	"errors"
	"net/netip"
	"sync"
	"testing"

	"posthaste/auth"
	"posthaste/auth/ledger"
	"posthaste/messaging"
	"posthaste/store"
	"posthaste/store/storetest"
)

// ledgerOf is a tenant with a ledger of both kinds, and a way to verify it.
func ledgerOf(t *testing.T) (b *storetest.Bench, tenant messaging.Tenant, verify func() (ledger.Head, error)) {
	t.Helper()
	b = storetest.New(t)
	tenant = b.Tenant(t)
	access := store.NewAccess(b.Store, b.Keys, b.IDs)
	events := []messaging.AuditEvent{
		{Action: messaging.AuditKeyCreated, User: 42, Address: netip.MustParseAddr("2001:db8::7"), Target: 7, Detail: map[string]string{"hint": "ph_live_…abcd", "a": "<&>"}},
		{Action: messaging.AuditKeyRevoked, Key: 9, Target: 7},
	}
	for range 3 {
		err := access.Act(t.Context(), tenant.ID, func(tx auth.AccessTx) error { return tx.Audit(t.Context(), b.Clock.Now(), events...) })
		if err != nil {
			t.Fatal(err)
		}
		b.Consent(t, tenant, messaging.PurposeMarketing, "+919810012345")
	}
	return b, tenant, func() (ledger.Head, error) {
		keys, err := b.Keys.Of(t.Context(), tenant.ID)
		if err != nil {
			t.Fatal(err)
		}
		return b.Store.VerifyLedger(t.Context(), tenant.ID, keys)
	}
}

func TestTheLedgerVerifies(t *testing.T) {
	t.Parallel()
	b, tenant, verify := ledgerOf(t)
	head, err := verify()
	if want := storetest.Owner[int64](t, b, "SELECT count(*) FROM ledger_link"); err != nil || head.Seq != want || want < 4 {
		t.Errorf("verified up to %d of %d: %v", head.Seq, want, err)
	}
	if n := storetest.Owner[int](t, b, "SELECT max(rows) FROM ledger_link WHERE kind = 'AUDIT'"); n != 2 {
		t.Errorf("the two events of one transaction are under links of %d", n)
	}
	records, err := b.Store.AuditEvents(t.Context(), tenant.ID, 0, messaging.AuditKeyCreated, 2)
	if err != nil || len(records) != 2 || records[0].ID < records[1].ID || records[0].Detail["a"] != "<&>" || records[0].Address.String() != "2001:db8::7" {
		t.Fatalf("listed %+v, %v", records, err)
	}
	older, err := b.Store.AuditEvents(t.Context(), tenant.ID, records[1].ID, messaging.AuditKeyCreated, 2)
	if err != nil || len(older) != 1 || older[0].ID >= records[1].ID {
		t.Errorf("the page after: %+v, %v", older, err)
	}
	other := b.Tenant(t)
	if foreign, err := b.Store.AuditEvents(t.Context(), other.ID, 0, "", 10); err != nil || len(foreign) != 0 {
		t.Errorf("another tenant sees %d events, %v", len(foreign), err)
	}
}

// TestATamperedLedgerIsFound changes rows as the owner of the tables can, past every grant.
func TestATamperedLedgerIsFound(t *testing.T) {
	t.Parallel()
	for name, breach := range map[string]string{
		"another actor":          "UPDATE audit_event SET user_id = 43 WHERE user_id = 42 AND seq = 1 RETURNING 1",
		"another address":        "UPDATE audit_event SET address = '192.0.2.1' WHERE user_id = 42 AND seq = 1 RETURNING 1",
		"another action":         "UPDATE audit_event SET action = 'api_key.revoked' WHERE user_id = 42 AND seq = 1 RETURNING 1",
		"another time":           "UPDATE audit_event SET at = at + interval '1 microsecond' WHERE user_id = 42 AND seq = 1 RETURNING 1",
		"another detail":         `UPDATE audit_event SET detail = detail || '{"hint": "x"}' WHERE user_id = 42 AND seq = 1 RETURNING 1`,
		"detail of another form": `UPDATE audit_event SET detail = '[]' WHERE user_id = 42 AND seq = 1 RETURNING 1`,
		"an event removed":       "DELETE FROM audit_event WHERE user_id = 42 AND seq = 1 RETURNING 1",
		"an event added":         "INSERT INTO audit_event (tenant_id, id, seq, at, action) SELECT tenant_id, 1, 1, at, action FROM audit_event LIMIT 1 RETURNING 1",
		"an event outside":       "INSERT INTO audit_event (tenant_id, id, seq, at, action) SELECT tenant_id, 1, 0, at, action FROM audit_event LIMIT 1 RETURNING 1",
		"an event moved":         "UPDATE audit_event SET seq = (SELECT seq FROM ledger_link WHERE kind = 'CONSENT' LIMIT 1) WHERE user_id = 42 AND seq = 1 RETURNING 1",
		"a consent turned":       "UPDATE consent_event SET granted = NOT granted RETURNING 1",
		"the last link removed":  "WITH gone AS (DELETE FROM ledger_link WHERE seq = (SELECT max(seq) FROM ledger_link) RETURNING seq), rows AS (DELETE FROM audit_event WHERE seq = (SELECT seq FROM gone)) SELECT 1 FROM gone",
		"a link in the middle":   "DELETE FROM ledger_link WHERE seq = 2 RETURNING 1",
		"another hash":           "UPDATE ledger_link SET hash = sha256(hash) WHERE seq = 1 RETURNING 1",
		"a cut hash":             "UPDATE ledger_link SET hash = substr(hash, 1, 5) WHERE seq = 1 RETURNING 1",
		"another kind":           "UPDATE ledger_link SET kind = 'CONSENT' WHERE seq = 1 RETURNING 1",
		"the end set back":       "UPDATE ledger_head SET seq = seq - 1 RETURNING 1",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, _, verify := ledgerOf(t)
			if _, err := verify(); err != nil {
				t.Fatalf("before: %v", err)
			}
			storetest.Owner[int](t, b, breach)
			if _, err := verify(); !errors.Is(err, ledger.ErrTampered) {
				t.Errorf("not found: %v", err)
			}
		})
	}
}

func TestActsAtOnceMakeOneChain(t *testing.T) {
	t.Parallel()
	b, tenant, verify := ledgerOf(t)
	before, err := verify()
	if err != nil {
		t.Fatal(err)
	}
	access := store.NewAccess(b.Store, b.Keys, b.IDs)
	var all sync.WaitGroup
	failed := errors.New("the act failed")
	for i := range 40 {
		all.Go(func() {
			err := access.Act(t.Context(), tenant.ID, func(tx auth.AccessTx) error {
				if err := tx.Audit(t.Context(), b.Clock.Now(), messaging.AuditEvent{Action: messaging.AuditSignedIn, User: 1}); err != nil || i%4 > 0 {
					return err
				}
				return failed // takes its entry with it
			})
			if i%4 > 0 && err != nil || i%4 == 0 && !errors.Is(err, failed) {
				t.Errorf("act %d: %v", i, err)
			}
		})
	}
	all.Wait()
	after, err := verify()
	if err != nil || after.Seq != before.Seq+30 {
		t.Errorf("%d links for 30 acts, %v", after.Seq-before.Seq, err)
	}
}

func TestTheLedgerCannotBeChangedByTheProgram(t *testing.T) {
	t.Parallel()
	b, tenant, _ := ledgerOf(t)
	for _, sql := range []string{
		"UPDATE audit_event SET user_id = 1", "DELETE FROM audit_event", "UPDATE ledger_link SET rows = 1", "DELETE FROM ledger_link", "DELETE FROM ledger_head",
	} {
		err := b.Store.InTenant(t.Context(), tenant.ID, func(tx *store.Tx) error {
			_, err := tx.Exec(t.Context(), sql)
			return err
		})
		if err == nil {
			t.Errorf("%s was allowed", sql)
		}
	}
}
