package store_test

import (
	"context"
	"crypto/rand"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store"
	"posthaste/store/storetest"
)

func TestKeysAreReadOnceAndForgotten(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	b := storetest.New(t)
	tenant := b.Tenant(t)
	first, err := b.Keys.Of(ctx, tenant.ID)
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := b.Keys.Of(ctx, tenant.ID); again != first {
		t.Error("a second call read the keys again")
	}
	sealed := first.Seal(nil, privacy.AAD{Table: "t", Column: "c", Row: 1}, []byte("tea"))
	b.Keys.Forget(tenant.ID)
	fresh, err := b.Keys.Of(ctx, tenant.ID)
	if err != nil || fresh == first {
		t.Fatalf("after Forget: same keys %v, error %v", fresh == first, err)
	}
	if text, err := fresh.Open(nil, privacy.AAD{Table: "t", Column: "c", Row: 1}, sealed); err != nil || string(text) != "tea" {
		t.Errorf("the keys read again do not open: %v", err)
	}
	if _, err := b.Keys.Of(ctx, tenant.ID+1); messaging.CodeOf(err) != messaging.CodeNotFound {
		t.Errorf("keys of nobody: %v", err)
	}
}

func TestDayKeyOfARolledBackTransactionIsNeverUsed(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	b := storetest.New(t)
	tenant := b.Tenant(t)
	day := tenant.Day(b.Clock.Now())
	stop := errors.New("stop")
	at := privacy.AAD{Table: "payload", Column: "sealed", Row: 7}
	var lost []byte
	err := b.Store.InTenant(ctx, tenant.ID, func(tx *store.Tx) error {
		key, err := b.Keys.DayKey(ctx, tx, day)
		if err != nil {
			return err
		}
		lost = key.Seal(nil, at, []byte("tea"))
		return stop
	})
	if !errors.Is(err, stop) {
		t.Fatal(err)
	}
	var kept []byte
	inTenant(t, b, tenant.ID, func(tx *store.Tx) error {
		if _, err := b.Keys.ExistingDayKey(ctx, tx, day); !errors.Is(err, privacy.ErrKeyGone) {
			t.Errorf("the key outlived its transaction: %v", err)
		}
		key, err := b.Keys.DayKey(ctx, tx, day)
		if err != nil {
			return err
		}
		kept = key.Seal(nil, at, []byte("tea"))
		return nil
	})
	other := store.NewKeys(b.Store, b.Ring, rand.Reader, b.Clock.Now) // another process
	inTenant(t, b, tenant.ID, func(tx *store.Tx) error {
		key, err := other.ExistingDayKey(ctx, tx, day)
		if err != nil {
			return err
		}
		if text, err := key.Open(nil, at, kept); err != nil || string(text) != "tea" {
			t.Errorf("another process cannot open what was committed: %v", err)
		}
		if _, err := key.Open(nil, at, lost); !errors.Is(err, privacy.ErrKeyGone) {
			t.Errorf("what a rolled back key sealed opens: %v", err)
		}
		return nil
	})
}

// A step seals hundreds of provider's ids under one day's key.
func TestDayKeyIsReadOnceByATransaction(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	b := storetest.New(t)
	tenant := b.Tenant(t)
	day := tenant.Day(b.Clock.Now())
	inTenant(t, b, tenant.ID, func(tx *store.Tx) error {
		first, err := b.Keys.DayKey(ctx, tx, day)
		if err != nil {
			return err
		}
		before := b.Statements.Count()
		for range 3 {
			if again, err := b.Keys.DayKey(ctx, tx, day); err != nil || again != first {
				t.Errorf("another key, or %v", err)
			}
		}
		if n := b.Statements.Count() - before; n != 0 {
			t.Errorf("%d statements for a key that the transaction has read", n)
		}
		if _, err := b.Keys.ExistingDayKey(ctx, tx, day+1); !errors.Is(err, privacy.ErrKeyGone) {
			t.Errorf("the key of another day: %v", err)
		}
		return nil
	})
}

func TestDayKeyIsOneForAllWhoAskAtOnce(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	b := storetest.New(t)
	tenant := b.Tenant(t)
	day := tenant.Day(b.Clock.Now())
	at := privacy.AAD{Table: "payload", Column: "sealed", Row: 7}
	sealed := make([][]byte, 8)
	caches := make([]*store.Keys, len(sealed)) // made before the store is used
	for i := range caches {
		caches[i] = store.NewKeys(b.Store, b.Ring, rand.Reader, b.Clock.Now)
	}
	var group sync.WaitGroup
	for i, keys := range caches {
		group.Go(func() {
			err := b.Store.InTenant(ctx, tenant.ID, func(tx *store.Tx) error {
				key, err := keys.DayKey(ctx, tx, day)
				if err == nil {
					sealed[i] = key.Seal(nil, at, []byte("tea"))
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	inTenant(t, b, tenant.ID, func(tx *store.Tx) error {
		key, err := b.Keys.ExistingDayKey(ctx, tx, day)
		if err != nil {
			return err
		}
		for i, s := range sealed {
			if _, err := key.Open(nil, at, s); err != nil {
				t.Errorf("seal %d: %v", i, err)
			}
		}
		return nil
	})
}

func inTenant(t *testing.T, b *storetest.Bench, tenant messaging.ID, fn func(*store.Tx) error) {
	t.Helper()
	if err := b.Store.InTenant(context.Background(), tenant, fn); err != nil {
		t.Fatal(err)
	}
}

// A key that another process destroys opens nothing here a minute later, though it was used here all the time.
func TestDestroyedKeysAreGoneFromOtherProcesses(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	b := storetest.New(t)
	tenant := b.Tenant(t)
	owner, err := pgx.Connect(ctx, b.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = owner.Close(ctx) })
	day := tenant.Day(b.Clock.Now())
	at := privacy.AAD{Table: "payload", Column: "sealed", Row: 7}
	var sealed []byte
	inTenant(t, b, tenant.ID, func(tx *store.Tx) error {
		key, err := b.Keys.DayKey(ctx, tx, day)
		if err == nil {
			sealed = key.Seal(nil, at, []byte("tea"))
		}
		return err
	})
	open := func() (err error) {
		return b.Store.InTenant(ctx, tenant.ID, func(tx *store.Tx) error {
			key, err := b.Keys.ExistingDayKey(ctx, tx, day)
			if err == nil {
				_, err = key.Open(nil, at, sealed)
			}
			return err
		})
	}
	if err := open(); err != nil {
		t.Fatal(err)
	}
	destroy := func(purpose string) {
		t.Helper()
		if _, err := owner.Exec(ctx, "DELETE FROM tenant_key WHERE tenant_id = $1 AND (purpose = 'DAY') = ($2 = 'DAY')", int64(tenant.ID), purpose); err != nil {
			t.Fatal(err)
		}
	}
	destroy("DAY")
	for range 3 { // using it does not lengthen its life
		b.Clock.Advance(20 * time.Second)
		_ = open()
	}
	if err := open(); !errors.Is(err, privacy.ErrKeyGone) {
		t.Errorf("a minute after its destruction the day's key answers %v", err)
	}
	if _, err := b.Keys.Of(ctx, tenant.ID); err != nil {
		t.Fatal(err)
	}
	destroy("TENANT")
	b.Clock.Advance(time.Minute)
	if _, err := b.Keys.Of(ctx, tenant.ID); messaging.CodeOf(err) != messaging.CodeNotFound {
		t.Errorf("a minute after their destruction the tenant's keys answer %v", err)
	}
}
