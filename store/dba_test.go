package store_test

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"posthaste/messaging"
	"posthaste/store"
	"posthaste/store/storetest"
)

// dbaBench is a database with a person in it, and a name that no other test of this server has.
func dbaBench(t *testing.T) (*storetest.Bench, messaging.Tenant, *store.DBAs, string) {
	t.Helper()
	b := storetest.New(t)
	tenant := b.Tenant(t)
	b.Consent(t, tenant, messaging.PurposeMarketing, "+919810012345")
	drawn := make([]byte, 8)
	if _, err := rand.Read(drawn); err != nil {
		t.Fatal(err)
	}
	name := "t" + hex.EncodeToString(drawn)
	dbas := store.NewDBAs(store.NewAccess(b.Store, b.Keys, b.IDs), b.Options, rand.Reader)
	t.Cleanup(func() {
		err := dbas.Revoke(context.Background(), name, b.Clock.Now())
		if err != nil && messaging.CodeOf(err) != messaging.CodeNotFound {
			t.Errorf("clean up: %v", err)
		}
	})
	return b, tenant, dbas, name
}

// signIn connects as a role with a password, without the roles' time-outs.
func signIn(t *testing.T, b *storetest.Bench, role, password string) (*pgx.Conn, error) {
	t.Helper()
	url, err := store.RoleURL(b.URL, role, password)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), url)
	if err == nil {
		t.Cleanup(func() { _ = conn.Close(context.Background()) })
	}
	return conn, err
}

// relations is everything with rows that is no part of PostgreSQL itself, partitions among them.
const relations = `SELECT format('%I.%I', n.nspname, c.relname), has_any_column_privilege(c.oid, 'SELECT, INSERT, UPDATE, REFERENCES') FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
	WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY 1`

// readable lists what the role reads, by asking for each relation and by what the catalogue says of its columns.
func readable(t *testing.T, b *storetest.Bench, conn *pgx.Conn) []string {
	t.Helper()
	rows, err := conn.Query(t.Context(), relations)
	if err != nil {
		t.Fatal(err)
	}
	type relation struct {
		Name string
		Any  bool
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[relation])
	if err != nil || len(all) < 40 {
		t.Fatalf("%d relations, %v", len(all), err)
	}
	var open []string
	for _, r := range all {
		_, err := conn.Exec(t.Context(), "SELECT FROM "+r.Name+" LIMIT 1")
		if (err == nil) != r.Any && !strings.HasSuffix(r.Name, "_seq") {
			t.Errorf("%s: the catalogue says %v, asking says %v", r.Name, r.Any, err)
		}
		if r.Any || err == nil {
			open = append(open, r.Name)
		}
	}
	return open
}

func TestADatabaseAdministratorReadsMaskedViewsAndNothingElse(t *testing.T) {
	t.Parallel()
	b, tenant, dbas, name := dbaBench(t)
	grant, password, err := dbas.Grant(t.Context(), name, time.Hour, b.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	conn, err := signIn(t, b, grant.Role, password.Reveal())
	if err != nil {
		t.Fatalf("sign in: %v", err)
	}
	views := []string{"dba.contact", "dba.message"}
	if open := readable(t, b, conn); !slices.Equal(open, views) {
		t.Errorf("the role reads %v", open)
	}
	var sealed []string
	rows, err := conn.Query(t.Context(), `SELECT attrelid::regclass || '.' || attname FROM pg_attribute WHERE attnum > 0 AND attrelid = ANY ($1::regclass[])
		AND (atttypid = 'bytea'::regtype OR attname ~ 'hash|sealed|key|address$|content|email')`, views)
	if err != nil {
		t.Fatal(err)
	}
	if sealed, err = pgx.CollectRows(rows, pgx.RowTo[string]); err != nil || len(sealed) > 0 {
		t.Errorf("the views show %v, %v", sealed, err)
	}
	var person int64
	var kind string
	if err := conn.QueryRow(t.Context(), "SELECT person, address_kind FROM contact WHERE tenant_id = $1", int64(tenant.ID)).Scan(&person, &kind); err != nil || kind != "PHONE" {
		t.Errorf("the contact: %q, %v", kind, err)
	}
	if _, err := conn.Exec(t.Context(), "SELECT count(*) FROM message"); err != nil {
		t.Errorf("messages: %v", err)
	}
	for _, statement := range []string{
		"SET ROLE posthaste_app", "SET ROLE posthaste_across", "CREATE TABLE public.x (a int)", "CREATE TABLE dba.x (a int)", "CREATE ROLE x",
		"SELECT pg_read_file('postgresql.conf')", "COPY (SELECT 1) TO PROGRAM 'true'", "SELECT rolpassword FROM pg_authid",
	} {
		if _, err := conn.Exec(t.Context(), statement); err == nil {
			t.Errorf("%s was allowed", statement)
		}
	}
	// The guard can be red: one grant too many is found.
	owner, err := pgx.Connect(t.Context(), b.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer owner.Close(context.Background())
	if _, err := owner.Exec(t.Context(), "GRANT SELECT (name) ON app_user TO posthaste_dba"); err != nil {
		t.Fatal(err)
	}
	if open := readable(t, b, conn); !slices.Contains(open, "public.app_user") {
		t.Error("a planted grant was not found")
	}
}

func TestAGrantEnds(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(dbas *store.DBAs, of string, b *storetest.Bench) error{
		"by itself": func(dbas *store.DBAs, _ string, b *storetest.Bench) error {
			if err := dbas.DropExpired(t.Context(), b.Clock.Advance(59*time.Minute)); err != nil {
				return err
			}
			if n := storetest.Owner[int](t, b, "SELECT count(*) FROM dba_grant WHERE ended_at IS NULL"); n != 1 {
				t.Errorf("%d grants before the time was over", n)
			}
			return dbas.DropExpired(t.Context(), b.Clock.Advance(time.Minute))
		},
		"when it is revoked": func(dbas *store.DBAs, of string, b *storetest.Bench) error {
			return dbas.Revoke(t.Context(), of, b.Clock.Now())
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, tenant, dbas, who := dbaBench(t)
			grant, password, err := dbas.Grant(t.Context(), who, time.Hour, b.Clock.Now())
			if err != nil {
				t.Fatal(err)
			}
			until := storetest.Owner[time.Time](t, b, "SELECT rolvaliduntil FROM pg_roles WHERE rolname = $1", grant.Role)
			if !until.Equal(grant.ExpiresAt) {
				t.Errorf("PostgreSQL takes the password until %v, not %v", until, grant.ExpiresAt)
			}
			if _, err := signIn(t, b, grant.Role, "x"+password.Reveal()); err == nil {
				t.Error("another password was taken")
			}
			conn, err := signIn(t, b, grant.Role, password.Reveal())
			if err != nil {
				t.Fatal(err)
			}
			_, _, err = dbas.Grant(t.Context(), who, time.Hour, b.Clock.Now())
			if messaging.CodeOf(err) != messaging.CodeConflict {
				t.Errorf("a second grant of the name: %v", err)
			}
			if err := end(dbas, who, b); err != nil {
				t.Fatal(err)
			}
			if _, err := conn.Exec(t.Context(), "SELECT 1"); err == nil {
				t.Error("the session goes on")
			}
			if _, err := signIn(t, b, grant.Role, password.Reveal()); err == nil {
				t.Error("the role still signs in")
			} else if pg, ok := errors.AsType[*pgconn.PgError](err); !ok || pg.Code != "28P01" && pg.Code != "28000" {
				t.Errorf("refused for another reason: %v", err)
			}
			if n := storetest.Owner[int](t, b, "SELECT count(*) FROM pg_roles WHERE rolname = $1", grant.Role); n != 0 {
				t.Error("the role is still there")
			}
			list, err := dbas.List(t.Context())
			if err != nil || len(list) != 1 || list[0].EndedAt.IsZero() || list[0].Name != who {
				t.Errorf("listed %+v, %v", list, err)
			}
			if err := dbas.Revoke(t.Context(), who, b.Clock.Now()); messaging.CodeOf(err) != messaging.CodeNotFound {
				t.Errorf("revoked twice: %v", err)
			}
			for _, action := range []messaging.AuditAction{messaging.AuditDBAGranted, messaging.AuditDBAEnded} {
				acts, err := b.Store.AuditEvents(t.Context(), tenant.ID, 0, action, 10)
				if err != nil || len(acts) != 1 || acts[0].Detail["name"] != who || acts[0].Detail["actor"] != "host" {
					t.Errorf("%s is audited as %+v, %v", action, acts, err)
				}
			}
			keys, err := b.Keys.Of(t.Context(), tenant.ID)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := b.Store.VerifyLedger(t.Context(), tenant.ID, keys); err != nil {
				t.Errorf("the ledger: %v", err)
			}
		})
	}
}

func TestGrantsAreBounded(t *testing.T) {
	t.Parallel()
	b, _, dbas, name := dbaBench(t)
	for bad, length := range map[string]time.Duration{
		"": time.Hour, "Asha": time.Hour, `a"; DROP ROLE posthaste_app; --`: time.Hour, strings.Repeat("a", 32): time.Hour, "1a": time.Hour,
		name: time.Minute, name + "x": 25 * time.Hour,
	} {
		if _, _, err := dbas.Grant(t.Context(), bad, length, b.Clock.Now()); messaging.CodeOf(err) != messaging.CodeInvalid {
			t.Errorf("%q for %v: %v", bad, length, err)
		}
	}
	if n := storetest.Owner[int](t, b, "SELECT count(*) FROM dba_grant"); n != 0 {
		t.Errorf("%d grants were made", n)
	}
}
