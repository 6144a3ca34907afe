package keeping

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store/storetest"
)

func modes() []privacy.Mode { return []privacy.Mode{privacy.Plain, privacy.Hashed, privacy.None} }

// TestAfterFinalNothingIsLeftThatTheModeForbids plants a person in every combination of modes. Before the message is final
// the scan must find them, in every mode; afterwards it finds what the mode keeps, and nothing else.
func TestAfterFinalNothingIsLeftThatTheModeForbids(t *testing.T) {
	t.Parallel()
	for _, address := range modes() {
		for _, content := range modes() {
			t.Run(string(address)+"_"+string(content), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, address, content)
				w.hear(t, "")
				if r := w.accept(t, time.Time{}).Results[0].Refusal; r != nil {
					t.Fatalf("a person who has just written cannot be answered: %v", r)
				}
				before := w.scan(t)
				if !has(before.Address, "payload.sealed") || !has(before.Content, "payload.sealed") {
					t.Errorf("the scan does not find who is to be written to, and what: %+v", before)
				}
				if known := before.LastingHash; address.KeepsHash() != has(known, "identity.key") || address.KeepsHash() == has(before.PassingHash, "passing_identity.key") {
					t.Errorf("the scan finds the person under %v and %v", known, before.PassingHash)
				}
				key := storetest.Owner[[]byte](t, w.Bench, "SELECT wrapped FROM tenant_key WHERE purpose = 'DAY'")
				if !onDisk(t, w, key) {
					t.Error("the day's key is not found on disk while it lives")
				}
				w.deliver(t)
				w.export(t)
				w.later(t)
				judge(t, address, content, w.scan(t))
				if n := storetest.Owner[int](t, w.Bench, "SELECT count(*) FROM tenant_key WHERE purpose = 'DAY'"); n != 0 {
					t.Errorf("%d keys of days are left", n)
				}
				// A snapshot of the server's own may hold the dead row; the next run takes it.
				for end := time.Now().Add(30 * time.Second); onDisk(t, w, key); w.tidy(t) {
					if time.Now().After(end) {
						t.Fatal("the destroyed key of the day is still in a table's file")
					}
				}
			})
		}
	}
}

// judge compares what was found with what the modes keep.
func judge(t *testing.T, address, content privacy.Mode, got found) {
	t.Helper()
	for what, x := range map[string]struct {
		list []string
		name string
		want bool
	}{
		"the message's address":       {got.Address, "message.address_sealed", address.KeepsValue()},
		"the address of what came in": {got.Address, "inbound.address_sealed", address.KeepsValue()},
		"the provider's id":           {got.Address, "message_state.provider_sealed", address.KeepsValue()},
		"what was said":               {got.Content, "message.content_sealed", content.KeepsValue()},
		"what was heard":              {got.Content, "inbound.content_sealed", content.KeepsValue()},
		"the hash of what was said":   {got.ContentHash, "message.content_hash", content == privacy.Hashed},
		"the hash of what was heard":  {got.ContentHash, "inbound.content_hash", content == privacy.Hashed},
		"the person's hash":           {got.LastingHash, "identity.key", address.KeepsHash()},
		"that hash's bytes":           {got.HashBytes, "heap", address.KeepsHash()},
		"that hash in the log":        {got.HashBytes, "log", address.KeepsHash()},
		"the provider's hash":         {got.ProviderHash, "message_state", address.KeepsHash()},
		"its bytes":                   {got.ProviderByte, "heap", address.KeepsHash()},
		"its bytes in the log":        {got.ProviderByte, "log", address.KeepsHash()},
		"whose the message is":        {got.Linked, "message", address.KeepsHash()},
		"whose the inbound is":        {got.Linked, "inbound", address.KeepsHash()},
	} {
		if has(x.list, x.name) != x.want {
			t.Errorf("%s: found %v, want %v", what, has(x.list, x.name), x.want)
		}
	}
	allowed := 0
	for _, keeps := range []bool{address.KeepsValue(), address.KeepsValue(), address.KeepsValue(), content.KeepsValue(), content.KeepsValue()} {
		if keeps {
			allowed++
		}
	}
	if n := len(got.Address) + len(got.Content); n != allowed {
		t.Errorf("%d columns open to the person, %d may: %v, %v", n, allowed, got.Address, got.Content)
	}
	if len(got.PlainBytes) > 0 {
		t.Errorf("the address or a text stands readable in %v", got.PlainBytes)
	}
	if len(got.PassingHash) > 0 {
		t.Errorf("the passing hash outlives its day in %v", got.PassingHash)
	}
	if got.Counted != address.Allows(privacy.Distinct) {
		t.Errorf("ClickHouse tells the person from others: %v", got.Counted)
	}
}

// onDisk looks for bytes in the files of the tenant's database; the log is not one of them.
func onDisk(t *testing.T, w *world, value []byte) bool {
	t.Helper()
	if err := ddl(context.Background(), w.Bench, "CHECKPOINT"); err != nil {
		t.Fatal(err)
	}
	root := filepath.Join(storetest.Owner[string](t, w.Bench, "SELECT current_setting('data_directory')"), "base",
		storetest.Owner[string](t, w.Bench, "SELECT oid::text FROM pg_database WHERE datname = current_database()"))
	there := false
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return ignoreGone(err)
		}
		content, err := os.ReadFile(path)
		there = there || bytes.Contains(content, value)
		return ignoreGone(err)
	})
	if err != nil {
		t.Fatal(err)
	}
	return there
}

// TestTheScanFindsABreach leaves behind, one after the other, what each part of the scan is there to find.
func TestTheScanFindsABreach(t *testing.T) {
	t.Parallel()
	w := newWorld(t, privacy.None, privacy.None)
	ctx := context.Background()
	if got := w.scan(t); len(got.PlainBytes)+len(got.LastingHash)+len(got.HashBytes)+len(got.Address) > 0 || got.Counted {
		t.Fatalf("something is found before anything was planted: %+v", got)
	}
	alias := w.alias(t)
	if err := ddl(ctx, w.Bench, "INSERT INTO identity VALUES ("+w.tenant.ID.String()+", 1, '\\x"+hexOf(alias.Key[:])+"', 7)"); err != nil {
		t.Fatal(err)
	}
	if got := w.scan(t); !has(got.LastingHash, "identity.key") || !has(got.HashBytes, "log") || !has(got.HashBytes, "heap") {
		t.Errorf("a lasting hash was planted: %+v", got)
	}
	if err := ddl(ctx, w.Bench, "UPDATE tenant SET brand = 'call "+w.phone+"' WHERE id = "+w.tenant.ID.String()); err != nil {
		t.Fatal(err)
	}
	if got := w.scan(t); !has(got.PlainBytes, "public.tenant") || !has(got.PlainBytes, "heap") {
		t.Errorf("a readable address was planted: %+v", got)
	}
	keys, err := w.Keys.Of(ctx, w.tenant.ID)
	if err != nil {
		t.Fatal(err)
	}
	sealed := keys.Seal(nil, privacy.AAD{Table: "webhook_raw", Column: "sealed", Row: 9}, []byte(`{"from":"`+w.phone[1:]+`","to":"`+w.phone+`"}`))
	if err := ddl(ctx, w.Bench, "INSERT INTO webhook_raw VALUES ("+w.tenant.ID.String()+", 9, 1, now(), now(), '', '\\x"+hexOf(sealed)+"')"); err != nil {
		t.Fatal(err)
	}
	if got := w.scan(t); !has(got.Address, "webhook_raw.sealed") {
		t.Errorf("a sealed address was planted: %+v", got)
	}
}

// TestANoIsHeardThoughNothingIsKept: a message is planned, the person says STOP, and the gate must know them.
func TestANoIsHeardThoughNothingIsKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t, privacy.None, privacy.None)
	w.hear(t, "")
	answer := w.accept(t, w.Clock.Now().Add(20*time.Hour))
	if answer.Results[0].Refusal != nil {
		t.Fatal(answer.Results[0].Refusal)
	}
	planned := storetest.Owner[int64](t, w.Bench, "SELECT subjects[1] FROM chunk")
	w.Clock.Advance(time.Hour)
	w.hear(t, messaging.KeywordStop)
	if who := storetest.Owner[int64](t, w.Bench, "SELECT subject FROM suppression"); who != planned {
		t.Errorf("the no is %d's, the message is planned for %d", who, planned)
	}
	if who := storetest.Owner[int64](t, w.Bench, "SELECT subject FROM identity"); who != planned {
		t.Errorf("the proof of the no leads to %d", who)
	}
	if n := storetest.Owner[int](t, w.Bench, "SELECT count(DISTINCT subject) FROM passing_identity"); n != 1 {
		t.Errorf("one person is known in passing as %d", n)
	}
}
