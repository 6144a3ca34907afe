package store_test

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store"
	"posthaste/store/storetest"
)

// What could not be read is kept like a message where the tenant keeps messages in plain, and like a payload elsewhere.
func TestUnreadWebhooksFollowTheStorageModes(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		address, content privacy.Mode
		plain            bool
	}{
		{privacy.Plain, privacy.Plain, true},
		{privacy.Plain, privacy.Hashed, false},
		{privacy.Hashed, privacy.Plain, false},
		{privacy.None, privacy.None, false},
	} {
		t.Run(string(test.address)+string(test.content), func(t *testing.T) {
			t.Parallel()
			b := storetest.New(t)
			tenant := b.Tenant(t, func(t *messaging.Tenant) {
				t.AddressMode, t.ContentMode, t.MessageDays = test.address, test.content, 180
			})
			waba := b.Waba(t, tenant, b.Portfolio(t, tenant))
			routes := store.NewRoutes(b.Store, b.Keys, b.IDs)
			app, found, err := routes.RoutedApp(t.Context(), waba.AppID)
			if err != nil || !found {
				t.Fatalf("found %t, %v", found, err)
			}
			now, raw := b.Clock.Now(), []byte(`{"from":"+919810000001","text":"see you"}`)
			if err := routes.KeepRaw(t.Context(), app, now, "shape", raw); err != nil {
				t.Fatal(err)
			}
			sealed := storetest.Owner[[]byte](t, b, "SELECT sealed FROM webhook_raw")
			id := storetest.Owner[int64](t, b, "SELECT id FROM webhook_raw")
			place := privacy.AAD{Table: "webhook_raw", Column: "sealed", Row: id}
			keys, err := b.Keys.Of(t.Context(), tenant.ID)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := keys.Open(nil, place, sealed); (err == nil) != test.plain {
				t.Errorf("the tenant's own key opens it: %v", err)
			}
			day := func() (got []byte, err error) {
				err = b.Store.InTenant(t.Context(), tenant.ID, func(tx *store.Tx) error {
					key, err := b.Keys.ExistingDayKey(t.Context(), tx, privacy.DayOf(now))
					if err == nil {
						got, err = key.Open(nil, place, sealed)
					}
					return err
				})
				return got, err
			}
			if got, err := day(); bytes.Equal(got, raw) == test.plain {
				t.Errorf("by the key of the day: %q, %v", got, err)
			}
			kept := func() int { return storetest.Owner[int](t, b, "SELECT count(*) FROM webhook_raw") }
			janitor := store.NewJanitor(b.Store, b.Keys, b.Options)
			for _, step := range []struct {
				after    time.Duration
				kept     int
				readable bool
			}{{71 * time.Hour, 1, true}, {73 * time.Hour, map[bool]int{true: 1}[test.plain], test.plain}, {181 * 24 * time.Hour, 0, false}} {
				if busy, err := janitor.Tidy(t.Context(), now.Add(step.after)); busy || err != nil {
					t.Fatalf("busy %t, %v", busy, err)
				}
				if got := kept(); got != step.kept {
					t.Errorf("%d are kept after %s, want %d", got, step.after, step.kept)
				}
				if _, err := day(); !test.plain && errors.Is(err, privacy.ErrKeyGone) == step.readable {
					t.Errorf("after %s the key of its day: %v", step.after, err)
				}
			}
		})
	}
}
