package keeping

import (
	"crypto/rand"
	"fmt"
	"testing"
	"time"

	"posthaste/auth"
	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store"
	"posthaste/store/storetest"
)

func (w *world) tenants(t *testing.T) *auth.Tenants {
	t.Helper()
	digester := func(p privacy.Purpose) auth.Digester { return auth.NewDigester(w.Ring.Keys(p)) }
	rows := store.NewAccess(w.Store, w.Keys, w.IDs)
	access := &auth.Access{
		Store: rows, Emails: digester(privacy.ForUserEmails), Invites: digester(privacy.ForInvites), IDs: w.IDs, Now: w.Clock.Now, Random: rand.Reader,
	}
	tenants := &auth.Tenants{Store: rows, Access: access, Ring: w.Ring, IDs: w.IDs, Now: w.Clock.Now, Random: rand.Reader}
	if _, err := tenants.EnsurePlatform(t.Context(), "olga@posthaste.example"); err != nil {
		t.Fatal(err)
	}
	return tenants
}

// deleteTenant is what operators do: suspend, then delete.
func (w *world) deleteTenant(t *testing.T, tenants *auth.Tenants) {
	t.Helper()
	if _, err := tenants.SetSuspended(t.Context(), messaging.Actor{}, w.tenant.ID, true); err != nil {
		t.Fatal(err)
	}
	olga := messaging.Actor{Tenant: messaging.PlatformTenant, User: 7}
	if got, err := tenants.Delete(t.Context(), olga, w.tenant.ID, w.tenant.Name); err != nil || got.State != messaging.TenantDeleting {
		t.Fatalf("deleted: %+v, %v", got, err)
	}
}

func (w *world) deleter() *store.Deleter {
	return store.NewDeleter(store.NewAccess(w.Store, w.Keys, w.IDs), w.figures, w.Clock.Now)
}

// leave runs the deletion as servers do: now, and once nobody can write for the tenant any more.
func (w *world) leave(t *testing.T) {
	t.Helper()
	for range 2 {
		if err := w.deleter().Work(t.Context(), w.Clock.Now()); err != nil {
			t.Fatal(err)
		}
		w.Clock.Advance(3 * time.Minute)
	}
}

// named lists the tables of both engines with rows of the tenant, and how many.
func (w *world) named(t *testing.T, tenant messaging.ID) map[string]uint64 {
	t.Helper()
	out := map[string]uint64{}
	tables := storetest.Owner[[]string](t, w.Bench, `SELECT array_agg(DISTINCT c.relname::text) FROM pg_class c
		JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition`)
	for _, table := range tables {
		if n := storetest.Owner[uint64](t, w.Bench, "SELECT count(*) FROM "+table+" WHERE tenant_id = $1", int64(tenant)); n > 0 {
			out[table] = n
		}
	}
	rows, err := w.clickhouse.Query(t.Context(), "SELECT DISTINCT table FROM system.columns WHERE database = currentDatabase() AND name = 'tenant_id' AND table NOT LIKE '%_mv'")
	if err != nil {
		t.Fatal(err)
	}
	var events []string
	for rows.Next() {
		var table string
		if err := rows.Scan(&table); err != nil {
			t.Fatal(err)
		}
		events = append(events, table)
	}
	rows.Close()
	if len(tables) < 30 || len(events) < 5 {
		t.Fatalf("the catalogues tell of %d and %d tables", len(tables), len(events))
	}
	for _, table := range events {
		var n uint64
		if err := w.clickhouse.QueryRow(t.Context(), fmt.Sprintf("SELECT count() FROM `%s` WHERE tenant_id = %d", table, tenant)).Scan(&n); err != nil {
			t.Fatal(err)
		}
		if n > 0 {
			out["clickhouse."+table] = n
		}
	}
	return out
}


func TestADeletedTenantLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	w := newWorld(t, privacy.Plain, privacy.Plain)
	tenants := w.tenants(t)
	w.hear(t, "")
	w.accept(t, time.Time{})
	w.deliver(t)
	w.export(t)
	w.hear(t, "")
	w.accept(t, time.Time{})
	before := w.named(t, w.tenant.ID)
	for _, table := range []string{"message", "message_state", "inbound", "chunk", "payload", "outbox", "identity", "tenant_key", "audit_event", "clickhouse.events", "clickhouse.kpi_day"} {
		if before[table] == 0 {
			t.Fatalf("%s holds nothing of the tenant before: %v", table, before)
		}
	}
	w.deleteTenant(t, tenants)
	w.leave(t)
	if left := w.named(t, w.tenant.ID); len(left) > 0 {
		t.Errorf("rows of the tenant are left: %v", left)
	}
	if n := storetest.Owner[int](t, w.Bench, "SELECT count(*) FROM tenant WHERE id = $1", int64(w.tenant.ID)); n != 0 {
		t.Error("the tenant itself is left")
	}
}
