package guards

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"posthaste/store/storetest"
)

// Tables that keep tenants' rows under a key of the installation, with the reason. Everything else leads with the tenant.
func keyedWithoutTenant() map[string]string {
	return map[string]string{
		"tenant":          "it is the tenant",
		"outbox":          "the exporter takes rows in the order of the installation",
		"portfolio_owner": "ownership moves between processes of the installation",
	}
}

// Unique indexes that do not lead with the tenant: a clash tells that some tenant has the value. Each is on a value that
// is random, or must be unique in the installation.
func uniqueWithoutTenant() []string {
	return []string{
		"tenant(id)", "outbox(id)", "portfolio_owner(portfolio_id)",
		"app_user(email_key)",               // signing in knows no tenant
		"session(id)",                       // drawn ids
		"provider_app(id)", "portfolio(id)", // drawn ids, found by webhooks and dispatchers
		"api_key(key_hash)", "invite(token_hash)", // hashes of 256 random bits
		"job(ticket_hash)", "password_reset(token_hash)",
	}
}

// Tables that tenants' requests may read though they hold no tenant's rows.
func sharedTables() []string {
	return []string{"installation", "process", "export_mark"}
}

// openCatalogue lists where the catalogue would let one tenant see another's rows.
func openCatalogue(ctx context.Context, db *pgx.Conn) ([]string, error) {
	var found []string
	for _, question := range []struct{ sql, breach string }{
		{`SELECT c.relname FROM pg_class c WHERE ` + tenantTable + ` AND NOT c.relrowsecurity`, "% has no row-level security"},
		{`SELECT c.relname FROM pg_class c WHERE ` + tenantTable + ` AND NOT c.relforcerowsecurity`, "% does not hold its owner to row-level security"},
		{`SELECT c.relname FROM pg_class c WHERE ` + tenantTable + ` AND NOT EXISTS (SELECT FROM pg_policy p JOIN pg_roles r ON r.oid = ANY (p.polroles)
		  WHERE p.polrelid = c.oid AND p.polcmd = '*' AND r.rolname = 'posthaste_app'
		    AND pg_get_expr(p.polqual, p.polrelid) ~ '= app_tenant\(\)')`, "% has no policy that binds requests to their tenant"},
		{`SELECT c.relname FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid LEFT JOIN pg_roles r ON r.oid = ANY (p.polroles)
		  WHERE ` + tenantTable + ` AND (r.rolname = 'posthaste_app' OR p.polroles = '{0}') AND p.polpermissive
		    AND pg_get_expr(p.polqual, p.polrelid) !~ '= app_tenant\(\)'`, "% has a second policy that opens it"},
		{`SELECT c.relname FROM pg_class c WHERE ` + tenantTable + ` AND NOT EXISTS (SELECT FROM pg_index i JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
		  WHERE i.indrelid = c.oid AND i.indisunique AND a.attname = 'tenant_id')`, "% has no unique key that leads with the tenant"},
		{`SELECT c.relname || '(' || a.attname || ')' FROM pg_class c JOIN pg_index i ON i.indrelid = c.oid JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
		  WHERE ` + tenantTable + ` AND i.indisunique AND a.attname <> 'tenant_id'`, "unique index % does not lead with the tenant"},
		{`SELECT c.relname || ' to ' || r.rolname FROM pg_class c, pg_roles r WHERE c.relispartition AND c.relkind IN ('r', 'p') AND r.rolname IN ('posthaste_app', 'posthaste_across')
		  AND has_table_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')`, "partition % is granted"},
		{`SELECT c.relname || ' to ' || r.rolname FROM pg_class c, pg_roles r WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
		  AND r.rolname IN ('posthaste_app', 'posthaste_across') AND has_table_privilege(r.oid, c.oid, 'TRUNCATE, REFERENCES, TRIGGER')`, "more than rows of % is granted"},
		{`SELECT c.relname FROM pg_class c WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace
		  AND NOT (` + tenantTable + `) AND has_any_column_privilege('posthaste_app', c.oid, 'SELECT, INSERT, UPDATE, REFERENCES')`, "% holds no tenant and is open to requests"},
		{`SELECT c.relname FROM pg_class c WHERE c.relkind IN ('v', 'm') AND c.relnamespace = 'public'::regnamespace
		  AND NOT coalesce(c.reloptions @> '{security_invoker=true}', false)`, "view % reads as its owner"},
		{`SELECT p.proname FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef`, "function % runs as its owner"},
		{`SELECT rolname FROM pg_roles WHERE rolname IN ('posthaste_app', 'posthaste_across') AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)`, "role % can do more than its policies allow"},
		{`SELECT r.rolname FROM pg_roles r WHERE r.rolname IN ('posthaste_app', 'posthaste_across')
		  AND EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid)`, "role % owns tables"},
	} {
		rows, err := db.Query(ctx, question.sql)
		if err != nil {
			return nil, err
		}
		names, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			if breach := strings.Replace(question.breach, "%", name, 1); !excused(breach, name) {
				found = append(found, breach)
			}
		}
	}
	return found, nil
}

// tenantTable is the condition for a table of ours that holds tenants' rows; the tables of the tools aside.
const tenantTable = `(c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace
	AND (c.relname = 'tenant' OR EXISTS (SELECT FROM pg_attribute t WHERE t.attrelid = c.oid AND t.attname = 'tenant_id' AND NOT t.attisdropped)))`

func excused(breach, name string) bool {
	switch {
	case strings.Contains(breach, "no unique key that leads"):
		return keyedWithoutTenant()[name] != ""
	case strings.HasPrefix(breach, "unique index"):
		return slices.Contains(uniqueWithoutTenant(), name)
	case strings.HasSuffix(breach, "open to requests"):
		return slices.Contains(sharedTables(), name)
	}
	return false
}

func owner(t *testing.T, b *storetest.Bench) *pgx.Conn {
	t.Helper()
	db, err := pgx.Connect(t.Context(), b.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close(context.Background()) })
	return db
}

func TestCatalogueKeepsTenantsApart(t *testing.T) {
	t.Parallel()
	db := owner(t, storetest.New(t))
	var tables, partitions int
	err := db.QueryRow(t.Context(), `SELECT count(*) FILTER (WHERE `+tenantTable+`), count(*) FILTER (WHERE c.relispartition) FROM pg_class c`).Scan(&tables, &partitions)
	if err != nil || tables < 25 || partitions < 20 {
		t.Fatalf("looked at %d tables and %d partitions only: %v", tables, partitions, err)
	}
	found, err := openCatalogue(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	for _, breach := range found {
		t.Error(breach)
	}
}

// The guard is right only if a partition read by name really passes the parent's policy, and the parent really does not.
func TestCatalogueGuardFindsPlantedBreaches(t *testing.T) {
	t.Parallel()
	db := owner(t, storetest.New(t))
	for _, planted := range []struct{ do, undo, want string }{
		{"ALTER TABLE campaign DISABLE ROW LEVEL SECURITY", "ALTER TABLE campaign ENABLE ROW LEVEL SECURITY", "campaign has no row-level security"},
		{"ALTER TABLE campaign NO FORCE ROW LEVEL SECURITY", "ALTER TABLE campaign FORCE ROW LEVEL SECURITY", "campaign does not hold its owner to row-level security"},
		{"ALTER POLICY one_tenant ON template USING (true)", "ALTER POLICY one_tenant ON template USING (tenant_id = app_tenant())", "template has no policy that binds requests to their tenant"},
		{"CREATE POLICY wide ON template TO posthaste_app USING (true)", "DROP POLICY wide ON template", "template has a second policy that opens it"},
		{"CREATE POLICY wide ON template USING (true)", "DROP POLICY wide ON template", "template has a second policy that opens it"},
		{"CREATE TABLE notes (id bigint PRIMARY KEY, tenant_id bigint NOT NULL)", "DROP TABLE notes", "notes has no row-level security"},
		{"CREATE TABLE notes (id bigint PRIMARY KEY, tenant_id bigint NOT NULL)", "DROP TABLE notes", "notes has no unique key that leads with the tenant"},
		{"CREATE UNIQUE INDEX names ON campaign (name)", "DROP INDEX names", "unique index campaign(name) does not lead with the tenant"},
		{"GRANT SELECT ON " + aPartition(t, db) + " TO posthaste_app", "REVOKE SELECT ON " + aPartition(t, db) + " FROM posthaste_app", "partition " + aPartition(t, db) + " to posthaste_app is granted"},
		{"GRANT TRUNCATE ON message TO posthaste_app", "REVOKE TRUNCATE ON message FROM posthaste_app", "more than rows of message to posthaste_app is granted"},
		{"GRANT SELECT ON auth_failure TO posthaste_app", "REVOKE SELECT ON auth_failure FROM posthaste_app", "auth_failure holds no tenant and is open to requests"},
		{"CREATE VIEW every_template AS SELECT * FROM template", "DROP VIEW every_template", "view every_template reads as its owner"},
		{"CREATE FUNCTION peek() RETURNS bigint LANGUAGE sql SECURITY DEFINER RETURN 1", "DROP FUNCTION peek", "function peek runs as its owner"},
	} {
		execute(t, db, planted.do)
		found, err := openCatalogue(t.Context(), db)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(found, planted.want) {
			t.Errorf("after %q %q was not found: %v", planted.do, planted.want, found)
		}
		execute(t, db, planted.undo)
	}
}

// What the guard is for: with a grant on it, a partition hands out every tenant's rows.
func TestPartitionReadByNamePassesTheParentsPolicy(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	db := owner(t, b)
	tenant := b.Tenant(t)
	partition := aPartition(t, db)
	week := strings.TrimLeft(strings.TrimPrefix(partition, "message_w"), "0")
	execute(t, db, `INSERT INTO message (tenant_id, id, week, state_week, expires_on, sender_id, channel, category, subject, country, planned_at)
		VALUES ($1, 7, `+week+`, `+week+`, current_date, 1, 'WHATSAPP', 'MARKETING', 1, 'IN', now())`, int64(tenant.ID))
	execute(t, db, "GRANT SELECT ON "+partition+" TO posthaste_app")
	count := func(table string) (n int) {
		tx, err := db.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = tx.Rollback(context.Background()) }()
		if _, err := tx.Exec(t.Context(), "SET LOCAL ROLE posthaste_app"); err != nil {
			t.Fatal(err)
		}
		if err := tx.QueryRow(t.Context(), "SELECT count(*) FROM "+table).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := count("message"); n != 0 {
		t.Errorf("without a tenant the table shows %d rows", n)
	}
	if n := count(partition); n != 1 {
		t.Errorf("the partition shows %d rows: then the guard over its grants guards nothing", n)
	}
}

func aPartition(t *testing.T, db *pgx.Conn) string {
	t.Helper()
	var name string
	err := db.QueryRow(t.Context(), `SELECT inhrelid::regclass::text FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid WHERE inhparent = 'message'::regclass AND c.relkind = 'r' ORDER BY 1 LIMIT 1`).Scan(&name)
	if err != nil {
		t.Fatal(err)
	}
	return name
}

func execute(t *testing.T, db *pgx.Conn, sql string, args ...any) {
	t.Helper()
	if _, err := db.Exec(t.Context(), sql, args...); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}
