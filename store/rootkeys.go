package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/jackc/pgx/v5"

	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store/sqlcgen"
)

// rewrapPage is how many tenants are looked up at a time.
const rewrapPage = 100

// Rewrap notes the primary root key, and moves to it what other root keys have sealed or hashed for good and what can be
// moved without anybody's help: the tenants' keys, the hashes by which users are found, the keys that sign tokens. moved is
// how many tenants' keys were sealed anew. With one root key there is nothing to do. random draws the next key that signs
// tokens when the primary is new: crypto/rand.Reader.
func (s *Store) Rewrap(ctx context.Context, ring *privacy.Keyring, keys *Keys, ids *messaging.IDs, random io.Reader, now time.Time) (moved int, err error) {
	alone := len(ring.Info()) == 1
	err = s.AcrossTenants(ctx, "rewrap", func(tx pgx.Tx, q *sqlcgen.Queries) error {
		n, err := q.NoteRootKey(ctx, tx, sqlcgen.NoteRootKeyParams{ID: ring.RootID().String(), Now: now})
		if err != nil || n == 0 || alone {
			return err
		}
		// Whoever has the older root key may know the keys that sign tokens: the next of them begins its course now.
		_, err = createSigningKey(ctx, tx, q, ring.Ring(privacy.ForJWT), random, now)
		return err
	})
	if err != nil || alone {
		return 0, err
	}
	failed := s.rewrapSigningKeys(ctx, ring)
	for after := int64(0); ; {
		var tenants []int64
		err := s.AcrossTenants(ctx, "rewrap", func(tx pgx.Tx, q *sqlcgen.Queries) (err error) {
			tenants, err = q.TenantsWithKeys(ctx, tx, sqlcgen.TenantsWithKeysParams{After: after, Count: rewrapPage})
			return err
		})
		if err != nil {
			return moved, errors.Join(failed, err)
		}
		for _, tenant := range tenants {
			renewed, err := s.rewrapTenant(ctx, ring, ids, messaging.ID(tenant), now)
			if err != nil {
				failed = errors.Join(failed, fmt.Errorf("rewrap the keys of tenant %d: %w", tenant, err))
			}
			if renewed {
				keys.Forget(messaging.ID(tenant))
				moved++
			}
		}
		if len(tenants) < rewrapPage {
			return moved, failed
		}
		after = tenants[len(tenants)-1]
	}
}

// rewrapTenant moves one tenant, in one transaction with the audit of it. The hashes of e-mails are looked at each time: a
// process that did not know the primary yet may have made one since.
func (s *Store) rewrapTenant(ctx context.Context, ring *privacy.Keyring, ids *messaging.IDs, tenant messaging.ID, now time.Time) (moved bool, err error) {
	err = s.InTenant(ctx, tenant, func(tx *Tx) error {
		wrapped, err := tx.Queries.LockTenantKeys(ctx, tx.Tx, int64(tenant))
		if errors.Is(err, pgx.ErrNoRows) {
			return nil // erased a moment ago
		}
		if err != nil {
			return err
		}
		var renewed []byte
		if renewed, moved, err = ring.RewrapTenantKeys(int64(tenant), wrapped); err != nil {
			return err
		}
		own, err := ring.OpenTenantKeys(int64(tenant), wrapped)
		if err != nil {
			return err
		}
		if err := tx.rehashEmails(ctx, ring.Key(privacy.ForUserEmails), own); err != nil || !moved {
			return err
		}
		if err := tx.Queries.RewrapTenantKeys(ctx, tx.Tx, sqlcgen.RewrapTenantKeysParams{TenantID: int64(tenant), Wrapped: renewed}); err != nil {
			return err
		}
		event := messaging.AuditedHost(messaging.AuditKeysRewrapped, 0, map[string]string{"root_key": ring.RootID().String()})
		return tx.Audit(ctx, own.Derive(privacy.ForAuditLedger), now, ids.Take(1), []messaging.AuditEvent{event})
	})
	return moved && err == nil, err
}

func (tx *Tx) rehashEmails(ctx context.Context, key privacy.Key, own *privacy.TenantKeys) error {
	rows, err := tx.Queries.UserEmails(ctx, tx.Tx, int64(tx.Tenant))
	if err != nil {
		return err
	}
	set := sqlcgen.SetUserEmailKeysParams{TenantID: int64(tx.Tenant)}
	for _, row := range rows {
		email, err := own.Open(nil, userEmailPlace(row.ID), row.EmailSealed)
		if err != nil {
			return fmt.Errorf("open the e-mail of user %d: %w", row.ID, err)
		}
		if sum := key.MAC(email); !bytes.Equal(sum[:], row.EmailKey) {
			set.Ids, set.EmailKeys = append(set.Ids, row.ID), append(set.EmailKeys, sum[:])
		}
	}
	if len(set.Ids) == 0 {
		return nil
	}
	return tx.Queries.SetUserEmailKeys(ctx, tx.Tx, set)
}

func (s *Store) rewrapSigningKeys(ctx context.Context, ring *privacy.Keyring) error {
	sealing := ring.Ring(privacy.ForJWT)
	return s.AcrossTenants(ctx, "rewrap", func(tx pgx.Tx, q *sqlcgen.Queries) error {
		rows, err := q.SigningKeys(ctx, tx)
		if err != nil {
			return err
		}
		for _, row := range rows {
			renewed, moved, err := sealing.Renew(signingKeyPlace(), row.Wrapped)
			if err != nil {
				return fmt.Errorf("rewrap the signing key %s: %w", row.Kid, err)
			}
			if !moved {
				continue
			}
			if err := q.RewrapSigningKey(ctx, tx, sqlcgen.RewrapSigningKeyParams{Kid: row.Kid, Wrapped: row.Wrapped, Renewed: renewed}); err != nil {
				return err
			}
		}
		return nil
	})
}

// RootKeyUse is what still needs a root key that is not the primary one.
type RootKeyUse struct {
	PrimarySince time.Time // when a process first had the primary; zero: none has yet
	// Moved by Rewrap.
	TenantKeys, SigningKeys int64
	// Moved when they are next used: passwords of active users, API keys in force.
	Passwords, APIKeys int64
	// RecoveryCodes counts people. Theirs go when they draw new ones.
	RecoveryCodes int64
}

// ServesAlone is how long the primary must have served before an older one may go: sessions, invites, links and cursors
// of the older one are over sooner, and the platform repeats its reports for seven days.
const ServesAlone = 7 * 24 * time.Hour

// Sealed tells whether something would be lost for good, which no person could bring back.
func (u RootKeyUse) Sealed() bool { return u.TenantKeys+u.SigningKeys > 0 }

// Credentials is how many credentials would be worth nothing any more.
func (u RootKeyUse) Credentials() int64 { return u.Passwords + u.APIKeys + u.RecoveryCodes }

// Young tells whether the primary has not served long enough.
func (u RootKeyUse) Young(now time.Time) bool {
	return u.PrimarySince.IsZero() || now.Sub(u.PrimarySince) < ServesAlone
}

// RootKeyUse counts, for each root key, what would be lost with it. A credential that does not say whose it is counts for
// each.
func (s *Store) RootKeyUse(ctx context.Context, ring *privacy.Keyring, now time.Time) (map[privacy.KeyID]RootKeyUse, error) {
	var rows []sqlcgen.RootKeyUseRow
	var since time.Time
	err := s.AcrossTenants(ctx, "root keys", func(tx pgx.Tx, q *sqlcgen.Queries) (err error) {
		if rows, err = q.RootKeyUse(ctx, tx, now); err != nil {
			return err
		}
		since, err = q.RootKeySince(ctx, tx, ring.RootID().String())
		return found(err)
	})
	if err != nil {
		return nil, err
	}
	uses := map[privacy.KeyID]RootKeyUse{}
	for n, root := range ring.Info() {
		use := RootKeyUse{PrimarySince: since}
		for _, kind := range []struct {
			what    string
			purpose privacy.Purpose
			count   *int64
		}{
			{"tenant keys", privacy.ForWrapping, &use.TenantKeys}, {"signing keys", privacy.ForJWT, &use.SigningKeys},
			{"passwords", privacy.ForPasswords, &use.Passwords}, {"API keys", privacy.ForAPIKeys, &use.APIKeys},
			{"recovery codes", privacy.ForRecoveryCodes, &use.RecoveryCodes},
		} {
			own := ring.Keys(kind.purpose)[n].ID().String()
			for _, row := range rows {
				if row.What == kind.what && (row.Under == own || row.Under == "") {
					*kind.count += row.Count
				}
			}
		}
		uses[root.ID] = use
	}
	return uses, nil
}
