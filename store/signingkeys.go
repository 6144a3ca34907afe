package store

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"posthaste/auth"
	"posthaste/privacy"
	"posthaste/store/sqlcgen"
)

// SigningKeys gives the keys that sign access tokens, and makes new ones in time. Safe for concurrent use.
type SigningKeys struct {
	store  *Store
	ring   *privacy.Ring
	issuer string
	random io.Reader
	now    func() time.Time

	mu     sync.Mutex
	tokens auth.Tokens
	loaded time.Time
}

// signingKeysAge is how long the keys are kept in memory: far less than a new key is known before it signs.
const signingKeysAge = 30 * time.Second

// NewSigningKeys takes the ring of privacy.ForJWT, the issuer (the installation's public URL), and crypto/rand.Reader.
func NewSigningKeys(s *Store, ring *privacy.Ring, issuer string, random io.Reader, now func() time.Time) *SigningKeys {
	return &SigningKeys{store: s, ring: ring, issuer: issuer, random: random, now: now}
}

// Tokens signs and verifies with the keys of this moment.
func (k *SigningKeys) Tokens(ctx context.Context) (auth.Tokens, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.now()
	if age := now.Sub(k.loaded); !k.loaded.IsZero() && age >= 0 && age < signingKeysAge {
		return k.tokens, nil
	}
	keys, err := k.load(ctx, now)
	if err != nil {
		return auth.Tokens{}, err
	}
	k.tokens, k.loaded = auth.NewTokens(k.issuer, keys), now
	return k.tokens, nil
}

func (k *SigningKeys) load(ctx context.Context, now time.Time) (auth.SigningKeys, error) {
	var keys auth.SigningKeys
	err := k.store.AcrossTenants(ctx, "signing keys", func(tx pgx.Tx, q *sqlcgen.Queries) error {
		stored, err := k.read(ctx, tx, q)
		keys = auth.NewSigningKeys(stored...)
		if err != nil || !keys.NeedsKey(now) {
			return err
		}
		// Of several processes that see the need, one makes the key and the others find it.
		if err := q.LockSigningKeys(ctx, tx); err != nil {
			return err
		}
		if stored, err = k.read(ctx, tx, q); err != nil {
			return err
		}
		if keys = auth.NewSigningKeys(stored...); !keys.NeedsKey(now) {
			return nil
		}
		fresh, err := createSigningKey(ctx, tx, q, k.ring, k.random, now)
		if err != nil {
			return err
		}
		keys = auth.NewSigningKeys(append(stored, fresh)...)
		return deleteGone(ctx, tx, q, keys, stored, now)
	})
	return keys, err
}

func (k *SigningKeys) read(ctx context.Context, tx pgx.Tx, q *sqlcgen.Queries) ([]auth.SigningKey, error) {
	rows, err := q.SigningKeys(ctx, tx)
	if err != nil {
		return nil, err
	}
	keys := make([]auth.SigningKey, len(rows))
	for i, row := range rows {
		seed, err := k.ring.Open(nil, signingKeyPlace(), row.Wrapped)
		if err != nil {
			return nil, fmt.Errorf("open the signing key %s: %w", row.Kid, err)
		}
		keys[i], err = auth.SigningKeyFrom(seed, row.CreatedAt)
		clear(seed)
		if err == nil && keys[i].ID != row.Kid {
			err = fmt.Errorf("the signing key %s is another key", row.Kid) // the id is the key's own hash
		}
		if err != nil {
			return nil, err
		}
	}
	return keys, nil
}

func createSigningKey(ctx context.Context, tx pgx.Tx, q *sqlcgen.Queries, ring *privacy.Ring, random io.Reader, now time.Time) (auth.SigningKey, error) {
	fresh, err := auth.NewSigningKey(random, now.UTC().Truncate(time.Microsecond))
	if err != nil {
		return fresh, err
	}
	seed := fresh.Seed()
	defer clear(seed)
	return fresh, q.InsertSigningKey(ctx, tx, sqlcgen.InsertSigningKeyParams{
		Kid: fresh.ID, Wrapped: ring.Seal(nil, signingKeyPlace(), seed), Public: fresh.Public, CreatedAt: fresh.Created,
	})
}

// deleteGone removes the keys whose tokens are all over.
func deleteGone(ctx context.Context, tx pgx.Tx, q *sqlcgen.Queries, keys auth.SigningKeys, stored []auth.SigningKey, now time.Time) error {
	var gone []string
	for _, key := range stored {
		if keys.Stage(key.ID, now) == auth.KeyGone {
			gone = append(gone, key.ID)
		}
	}
	if len(gone) == 0 {
		return nil
	}
	return q.DeleteSigningKeys(ctx, tx, gone)
}

func signingKeyPlace() privacy.AAD { return privacy.AAD{Table: "signing_key", Column: "wrapped"} }
