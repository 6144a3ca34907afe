package stories

import (
	"encoding/base64"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"posthaste/test/harness"
)

// The search that ends each story must see what is planted in each place: a number inside a provider's message id in the
// log, one in the audit table, one written into a statement of each database, a token in an address, and a text that a
// refusal repeats.
func TestPlantedLeaksAreFound(t *testing.T) {
	t.Parallel()
	box := harness.Start(t)
	e := box.Enterprise(t, "Leaky Tea")
	if leaks := box.Leaks(t); len(leaks) != 0 {
		t.Fatalf("before anything was planted: %v", leaks)
	}
	phones := box.Phones(4)
	token := box.Secret("planted " + harness.Letters(20))

	log, err := os.OpenFile(filepath.Join(box.Dir, "posthaste.log"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	id := base64.StdEncoding.EncodeToString([]byte("\x1d\x05" + phones[0][1:] + "\x15\x02"))
	if _, err := log.WriteString(`{"level":"INFO","msg":"sent","id":"wamid.` + id + "\"}\n"); err != nil {
		t.Fatal(err)
	}
	_ = log.Close()
	box.Execute(t, `INSERT INTO audit_event (tenant_id, id, seq, at, action, detail) VALUES (`+e.ID+`, 1, 1, now(), 'consent.read', '{"address":"`+phones[1]+`"}')`)
	careless(t, box, `SELECT pg_sleep(0.5) WHERE '`+phones[2]+`' <> ''`)
	box.Counts(t, `SELECT sum(sleepEachRow(0.1)) + 0 FROM numbers(8) WHERE '`+phones[3]+`' != ''`)
	visit(t, box, http.MethodGet, box.URL+"/livez?invite="+strings.ReplaceAll(token, " ", "+"), nil, nil)

	var found string
	harness.Eventually(t, 20*time.Second, "what was planted is found", func() bool {
		found = strings.Join(box.Leaks(t), "\n")
		return strings.Contains(found, "pg_stat_activity") && strings.Contains(found, "system.processes")
	})
	for place, secret := range map[string]string{
		"the log holds the base64": phones[0][1:], "the audit table holds the plain": phones[1][1:], "pg_stat_activity holds the plain": phones[2][1:],
		"system.processes holds the plain": phones[3][1:], "an address holds the escape for a URL": token,
	} {
		if !strings.Contains(found, place+" of "+secret) {
			t.Errorf("not found: %s of %s in\n%s", place, secret, found)
		}
	}
	box.Forget(append(phones, token)...)
	if leaks := box.Leaks(t); len(leaks) != 0 {
		t.Errorf("beside what was planted: %v", leaks)
	}
}

// careless asks the box's PostgreSQL as the program would that writes values into its statements.
func careless(t *testing.T, box *harness.Box, statement string) {
	t.Helper()
	db, err := pgx.Connect(t.Context(), box.Where(t).PostgresURL)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(t.Context(), statement); err != nil {
		t.Error(err)
	}
	if err := db.Close(t.Context()); err != nil {
		t.Error(err)
	}
}
