package stories

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"posthaste/test/harness"
)

// The search that ends each story must see what is planted: a number inside a provider's message id in the log, and one in
// the audit table.
func TestPlantedLeaksAreFound(t *testing.T) {
	t.Parallel()
	box := harness.Start(t)
	e := box.Enterprise(t, "Leaky Tea")
	if leaks := box.Leaks(t); len(leaks) != 0 {
		t.Fatalf("before anything was planted: %v", leaks)
	}
	phones := box.Phones(2)
	file := filepath.Join(box.Dir, "posthaste.log")
	before, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	log, err := os.OpenFile(file, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	id := base64.StdEncoding.EncodeToString([]byte("\x1d\x05" + phones[0][1:] + "\x15\x02"))
	if _, err := log.WriteString(`{"level":"INFO","msg":"sent","id":"wamid.` + id + "\"}\n"); err != nil {
		t.Fatal(err)
	}
	box.Execute(t, `INSERT INTO audit_event (tenant_id, id, seq, at, action, detail) VALUES (`+e.ID+`, 1, 1, now(), 'consent.read', '{"address":"`+phones[1]+`"}')`)
	found := strings.Join(box.Leaks(t), "\n")
	for place, phone := range map[string]string{"the log holds the base64": phones[0], "the audit table holds the plain": phones[1]} {
		if !strings.Contains(found, place+" of "+phone[1:]) {
			t.Errorf("not found: %s of %s in\n%s", place, phone, found)
		}
	}
	// Out again, or the search at the end of every box would find it too.
	if err := log.Truncate(before.Size()); err != nil {
		t.Fatal(err)
	}
	_ = log.Close()
}
