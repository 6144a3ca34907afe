package main

import (
	"log/slog"
	"testing"
	"time"

	"posthaste/store"
	"posthaste/store/storetest"
)

// TestACommandGivesItsNodeNumberBack: whatever has opened the installation closes it, so no command can forget to.
func TestACommandGivesItsNodeNumberBack(t *testing.T) {
	t.Parallel()
	for kind, back := range map[store.ProcessKind]bool{store.ToolProcess: true, store.ServeProcess: false, store.DispatchProcess: false} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			b := storetest.New(t)
			self, err := b.Store.Join(t.Context(), kind, "test", time.Minute)
			if err != nil {
				t.Fatal(err)
			}
			i := &installation{kind: kind, log: slog.New(slog.DiscardHandler), store: b.Store, self: self, ids: self.IDs(time.Now)}
			i.close()
			free := storetest.Owner[bool](t, b, "SELECT lease_until < clock_timestamp() - interval '10 minutes' FROM process WHERE id = $1", self.ID)
			if free != back {
				t.Errorf("the number is free: %t", free)
			}
		})
	}
}
