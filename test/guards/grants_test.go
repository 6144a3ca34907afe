package guards

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"posthaste/store/storetest"
)

// acrossUses tells which rights the statements across tenants ask for, as "UPDATE campaign".
func acrossUses(t *testing.T) map[string]bool {
	t.Helper()
	uses := map[string]bool{}
	for _, file := range glob(t, "../../store/queries/across/*.sql") {
		for _, statement := range strings.Split(read(t, file), "-- name: ")[1:] {
			_, body, _ := strings.Cut(statement, "\n")
			noteUses(regexp.MustCompile(`--[^\n]*`).ReplaceAllString(body, ""), uses)
		}
	}
	return uses
}

func noteUses(statement string, uses map[string]bool) {
	table := func(before string) []string {
		var names []string
		for _, match := range regexp.MustCompile(`(?i)`+before+`(\w+)`).FindAllStringSubmatch(statement, -1) {
			names = append(names, match[1])
		}
		return names
	}
	for _, name := range table(`\bDELETE\s+FROM\s+`) {
		uses["DELETE "+name], uses["SELECT "+name] = true, true
	}
	for _, name := range table(`\bINSERT\s+INTO\s+`) {
		uses["INSERT "+name] = true
		if regexp.MustCompile(`(?i)\bRETURNING\b|\bON\s+CONFLICT\b`).MatchString(statement) {
			uses["SELECT "+name] = true
		}
		if regexp.MustCompile(`(?i)\bDO\s+UPDATE\b`).MatchString(statement) {
			uses["UPDATE "+name] = true
		}
	}
	for _, name := range table(`\bUPDATE\s+`) {
		uses["UPDATE "+name], uses["SELECT "+name] = true, true
	}
	locks := regexp.MustCompile(`(?i)\bFOR\s+(NO\s+KEY\s+)?UPDATE\b|\bFOR\s+(KEY\s+)?SHARE\b`).MatchString(statement)
	for _, name := range table(`(?:\bFROM|\bJOIN|,)\s+`) {
		uses["SELECT "+name] = true
		if locks {
			uses["UPDATE "+name] = true
		}
	}
}

// idleGrants lists what the role across tenants may do though no statement does it.
func idleGrants(ctx context.Context, db *pgx.Conn, uses map[string]bool) ([]string, error) {
	rows, err := db.Query(ctx, `SELECT p.privilege || ' ' || c.relname FROM pg_class c, unnest('{SELECT,INSERT,UPDATE,DELETE}'::text[]) AS p(privilege)
		WHERE c.relkind IN ('r', 'p', 'v') AND c.relnamespace = 'public'::regnamespace
		  AND CASE p.privilege WHEN 'DELETE' THEN has_table_privilege('posthaste_across', c.oid, p.privilege)
		      ELSE has_any_column_privilege('posthaste_across', c.oid, p.privilege) END ORDER BY 1`)
	if err != nil {
		return nil, err
	}
	grants, err := pgx.CollectRows(rows, pgx.RowTo[string])
	return slices.DeleteFunc(grants, func(grant string) bool { return uses[grant] }), err
}

// TestNoGrantAcrossTenantsLiesIdle: the role that no tenant's policy binds may do what its statements do, and no more.
func TestNoGrantAcrossTenantsLiesIdle(t *testing.T) {
	t.Parallel()
	db, uses := owner(t, storetest.New(t)), acrossUses(t)
	if len(uses) < 40 {
		t.Fatalf("only %d uses were found", len(uses))
	}
	found, err := idleGrants(t.Context(), db, uses)
	if err != nil {
		t.Fatal(err)
	}
	for _, grant := range found {
		t.Errorf("posthaste_across may %s and never does", grant)
	}
	for _, planted := range []struct{ do, want string }{
		{"GRANT UPDATE ON template TO posthaste_across", "UPDATE template"},
		{"GRANT SELECT (tenant_id) ON template TO posthaste_across", "SELECT template"},
		{"GRANT DELETE ON app_user TO posthaste_across", "DELETE app_user"},
		{"GRANT INSERT ON message TO posthaste_across", "INSERT message"},
	} {
		execute(t, db, planted.do)
		if found, err := idleGrants(t.Context(), db, uses); err != nil || !slices.Contains(found, planted.want) {
			t.Errorf("after %q: %v, %v", planted.do, found, err)
		}
	}
}
