package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"posthaste/engines/enginetest"
	"posthaste/store"
)

// database gives the owner's URL of a fresh copy of the migrated template.
func database(t testing.TB, now time.Time) string {
	t.Helper()
	fingerprint, err := store.Fingerprint()
	if err != nil {
		t.Fatal(err)
	}
	template := fmt.Sprintf("posthaste_%s_w%d", fingerprint, store.WeekOf(now))
	return enginetest.PostgresTemplate(t, template, func(ctx context.Context, url string) error {
		return store.Migrate(ctx, optionsOf(url), now)
	})
}
