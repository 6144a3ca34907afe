package keeping

import (
	"context"
	"crypto/rand"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

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

// run runs statements as the owner of the tables.
func (w *world) run(t *testing.T, sql string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), w.Options.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(t.Context())) }()
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
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
	return store.NewDeleter(store.NewAccess(w.Store, w.Keys, w.IDs), w.figures, w.Options, w.Clock.Now)
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

// beside is another tenant of the same installation.
func (w *world) beside(t *testing.T) *world {
	t.Helper()
	other := *w
	other.tenant = w.Tenant(t, func(x *messaging.Tenant) {
		x.Name, x.AddressMode, x.ContentMode = "Other Works Ltd", privacy.Plain, privacy.Plain
	})
	p := w.Portfolio(t, other.tenant)
	other.portfolio, other.sender = p.ID, w.Sender(t, other.tenant, w.Waba(t, other.tenant, p))
	return &other
}

// live fills the tenant with what a working one has: something delivered and counted, something waiting.
func (w *world) live(t *testing.T) {
	t.Helper()
	w.hear(t, "")
	w.accept(t, time.Time{})
	w.deliver(t)
	w.export(t)
	w.hear(t, "")
	w.accept(t, w.Clock.Now().Add(time.Hour))
}

// credentials gives the tenant an owner with a session, a factor, an API key and a link for a new password.
func (w *world) credentials(t *testing.T) {
	t.Helper()
	owner := w.person(t, "Asha", auth.Owner)
	storetest.Owner[int](t, w.Bench, `WITH who AS (SELECT $1::bigint AS tenant_id, $2::bigint AS user_id, $3::timestamptz AS at),
		s AS (INSERT INTO session (tenant_id, id, user_id, rotated_at, client_hash, address, factors, password_at, proof_address, created_at, last_used_at, expires_at)
			SELECT tenant_id, 901, user_id, at, '', '192.0.2.1', '{pwd}', at, '192.0.2.1', at, at, at + interval '1 day' FROM who),
		f AS (INSERT INTO totp_factor (tenant_id, user_id, id, secret_sealed, state, created_at) SELECT tenant_id, user_id, 902, 'x', 'ACTIVE', at FROM who),
		k AS (INSERT INTO api_key (tenant_id, id, name, prefix, key_hash, scopes, created_by, created_at, expires_at)
			SELECT tenant_id, 903, 'till', 'ph_live_ab12', 'h', '{}', user_id, at, at + interval '1 day' FROM who),
		m AS (INSERT INTO key_minute (tenant_id, key_id, minute, requests) SELECT tenant_id, 903, date_trunc('minute', at), 7 FROM who),
		r AS (INSERT INTO password_reset (tenant_id, id, user_id, token_hash, created_at, expires_at) SELECT tenant_id, 904, user_id, 'r', at, at + interval '1 day' FROM who)
		SELECT 1`, int64(w.tenant.ID), int64(owner.User), w.Clock.Now())
}

// plant makes a table in each engine, with a row of each tenant.
func (w *world) plant(t *testing.T, tenants ...messaging.ID) {
	t.Helper()
	w.run(t, "CREATE TABLE planted (tenant_id bigint NOT NULL, note text)")
	if err := w.clickhouse.Exec(t.Context(), "CREATE TABLE planted_events (tenant_id Int64, note String) ENGINE = MergeTree ORDER BY tenant_id"); err != nil {
		t.Fatal(err)
	}
	for _, id := range tenants {
		storetest.Owner[int](t, w.Bench, "INSERT INTO planted VALUES ($1, 'seed') RETURNING 1", int64(id))
		if err := w.clickhouse.Exec(t.Context(), fmt.Sprintf("INSERT INTO planted_events SELECT %d, 'seed'", id)); err != nil {
			t.Fatal(err)
		}
	}
}

// mentioning lists the tables of Postgres with a row that has the word.
func (w *world) mentioning(t *testing.T, word string) (found []string) {
	t.Helper()
	tables := storetest.Owner[[]string](t, w.Bench, `SELECT array_agg(format('%I.%I', n.nspname, c.relname)) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname IN ('public', 'river') AND c.relkind IN ('r', 'p') AND NOT c.relispartition`)
	for _, table := range tables {
		if storetest.Owner[int](t, w.Bench, "SELECT count(*) FROM "+table+" AS x WHERE x::text LIKE '%' || $1 || '%'", word) > 0 {
			found = append(found, table)
		}
	}
	return found
}
