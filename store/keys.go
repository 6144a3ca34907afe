package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/singleflight"

	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store/sqlcgen"
)

// Keys gives the unwrapped keys of tenants and of their days. What it has read it keeps in memory for maxKeyAge, so a send
// or a webhook costs no look-up, and a key that any process has destroyed is gone from all of them soon after. It is safe
// for concurrent use.
type Keys struct {
	store  *Store
	ring   *privacy.Keyring
	random io.Reader
	now    func() time.Time
	flight singleflight.Group

	mu      sync.RWMutex
	tenants map[messaging.ID]keptKey[*privacy.TenantKeys]
	days    map[tenantDay]keptKey[*privacy.DayKey]
}

// keptKey is a key in memory. It counts from before its row was read.
type keptKey[K any] struct {
	key   K
	until time.Time
}

// maxKeyAge is how long after its destruction a key may still open what it sealed, in another process than the one that
// destroyed it.
const maxKeyAge = time.Minute

// keysSettle is how long after a change of a tenant's keys processes may go on with those of before: until they have
// forgotten them, and the transactions that they had begun by then are over.
const keysSettle = maxKeyAge + settleTime

func (k *Keys) fresh(until time.Time) bool {
	left := until.Sub(k.now())
	return left > 0 && left <= maxKeyAge // a clock that was set back must not lengthen a life
}

type tenantDay struct {
	tenant messaging.ID
	day    privacy.Day
}

// maxCachedDays bounds the cache of day keys. Beyond it the cache starts anew: a day key is one indexed read away.
const maxCachedDays = 10_000

// NewKeys makes an empty cache over the store, before it is used: its transactions look for people with it. random draws new keys: crypto/rand.Reader.
func NewKeys(s *Store, ring *privacy.Keyring, random io.Reader, now func() time.Time) *Keys {
	s.keys = &Keys{
		store: s, ring: ring, random: random, now: now,
		tenants: map[messaging.ID]keptKey[*privacy.TenantKeys]{}, days: map[tenantDay]keptKey[*privacy.DayKey]{},
	}
	return s.keys
}

// Of gives a tenant's keys; NOT_FOUND for a tenant without, such as an erased one. A first call reads them over the
// second pool, so it may be made inside InTenant without two transactions waiting for each other's connection.
func (k *Keys) Of(ctx context.Context, tenant messaging.ID) (*privacy.TenantKeys, error) {
	k.mu.RLock()
	kept := k.tenants[tenant]
	k.mu.RUnlock()
	if k.fresh(kept.until) {
		return kept.key, nil
	}
	read, err, _ := k.flight.Do(tenant.String(), func() (any, error) { return k.read(ctx, tenant) })
	if err != nil {
		return nil, err
	}
	return read.(*privacy.TenantKeys), nil
}

func (k *Keys) read(ctx context.Context, tenant messaging.ID) (*privacy.TenantKeys, error) {
	var wrapped []byte
	until := k.now().Add(maxKeyAge)
	// Callers share this read, so one of them going away must not end it for the others.
	err := k.store.AcrossTenants(context.WithoutCancel(ctx), "keys", func(tx pgx.Tx, q *sqlcgen.Queries) (err error) {
		wrapped, err = q.TenantKeys(ctx, tx, int64(tenant))
		return err
	})
	if err != nil {
		return nil, err
	}
	keys, err := k.ring.OpenTenantKeys(int64(tenant), wrapped)
	if err != nil {
		return nil, err
	}
	k.mu.Lock()
	forgetOld(k, k.tenants)
	k.tenants[tenant] = keptKey[*privacy.TenantKeys]{keys, until}
	k.mu.Unlock()
	return keys, nil
}

// DayKey gives the key that seals what is planned to be sent on the day, and makes it when there is none. The day is one
// of the tenant's zone. A key that is made lives or dies with the transaction, so it is kept in memory only after commit.
func (k *Keys) DayKey(ctx context.Context, tx *Tx, day privacy.Day) (*privacy.DayKey, error) {
	key, err := k.ExistingDayKey(ctx, tx, day)
	if !errors.Is(err, privacy.ErrKeyGone) {
		return key, err
	}
	keys, err := k.Of(ctx, tx.Tenant)
	if err != nil {
		return nil, err
	}
	wrapped, err := keys.NewDayKey(k.random, day)
	if err != nil {
		return nil, err
	}
	err = tx.Queries.CreateDayKey(ctx, tx.Tx, sqlcgen.CreateDayKeyParams{
		TenantID: int64(tx.Tenant), Day: dateOf(day), Wrapped: wrapped, CreatedAt: k.now(),
	})
	if err != nil {
		return nil, err
	}
	return k.ExistingDayKey(ctx, tx, day)
}

// ExistingDayKey gives a day's key for opening. The error wraps privacy.ErrKeyGone when the key was destroyed, or was
// never made.
func (k *Keys) ExistingDayKey(ctx context.Context, tx *Tx, day privacy.Day) (*privacy.DayKey, error) {
	at := tenantDay{tx.Tenant, day}
	k.mu.RLock()
	kept := k.days[at]
	k.mu.RUnlock()
	if k.fresh(kept.until) {
		return kept.key, nil
	}
	if key := tx.days[day]; key != nil {
		return key, nil
	}
	until := k.now().Add(maxKeyAge)
	wrapped, err := tx.Queries.DayKey(ctx, tx.Tx, sqlcgen.DayKeyParams{TenantID: int64(tx.Tenant), Day: dateOf(day)})
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, fmt.Errorf("the key of day %d: %w", day, privacy.ErrKeyGone)
	}
	if err != nil {
		return nil, err
	}
	keys, err := k.Of(ctx, tx.Tenant)
	if err != nil {
		return nil, err
	}
	key, err := keys.OpenDayKey(day, wrapped)
	if err != nil {
		return nil, err
	}
	if tx.days == nil {
		tx.days = map[privacy.Day]*privacy.DayKey{}
	}
	tx.days[day] = key
	tx.AfterCommit(func() { k.keepDay(at, keptKey[*privacy.DayKey]{key, until}) })
	return key, nil
}

func (k *Keys) keepDay(at tenantDay, key keptKey[*privacy.DayKey]) {
	k.mu.Lock()
	defer k.mu.Unlock()
	forgetOld(k, k.days)
	if len(k.days) >= maxCachedDays {
		clear(k.days)
	}
	k.days[at] = key
}

// forgetOld drops what is too old to be used. mu must be held.
func forgetOld[At comparable, K any](k *Keys, kept map[At]keptKey[K]) {
	maps.DeleteFunc(kept, func(_ At, key keptKey[K]) bool { return !k.fresh(key.until) })
}

// Forget drops the tenant's keys from memory: after a rotation, and when the tenant is erased.
func (k *Keys) Forget(tenant messaging.ID) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.tenants, tenant)
	for at := range k.days {
		if at.tenant == tenant {
			delete(k.days, at)
		}
	}
}

// ForgetDay drops a day's key from memory, once its row is destroyed.
func (k *Keys) ForgetDay(tenant messaging.ID, day privacy.Day) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.days, tenantDay{tenant, day})
}

// dateOf is the day at midnight UTC, as a date column reads and writes it.
func dateOf(day privacy.Day) time.Time { return time.Unix(int64(day)*24*60*60, 0).UTC() }
