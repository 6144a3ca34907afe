package store

import (
	"context"
	"fmt"
	"iter"
	"net/netip"
	"time"

	"posthaste/auth"
	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store/sqlcgen"
)

// Evidence reads what an auditor of one tenant is shown. Before bounds everything: what happened at or after it is left out.
type Evidence struct {
	store  *Store
	keys   *privacy.TenantKeys
	tenant messaging.ID
	before time.Time
}

// Evidence opens a tenant for an auditor, with the tenant's keys.
func (s *Store) Evidence(tenant messaging.ID, keys *privacy.TenantKeys, before time.Time) Evidence {
	return Evidence{store: s, keys: keys, tenant: tenant, before: before}
}

// EvidenceUser is a person with role, state, factors and last sign-in as they were.
type EvidenceUser struct {
	auth.User
	Factors auth.Factors
}

// Users are the people who had been added, by id.
func (e Evidence) Users(ctx context.Context) (list []EvidenceUser, err error) {
	err = e.store.ReadTenant(ctx, e.tenant, func(tx *Tx) error {
		rows, err := tx.Queries.EvidenceUsers(ctx, tx.Tx, sqlcgen.EvidenceUsersParams{TenantID: int64(e.tenant), Before: e.before, Codes: auth.RecoveryCodes})
		if err != nil {
			return err
		}
		for _, row := range rows {
			email, err := e.keys.Open(nil, userEmailPlace(row.ID), row.EmailSealed)
			if err != nil {
				return fmt.Errorf("open the e-mail of user %d: %w", row.ID, err)
			}
			id := messaging.ID(row.ID)
			if row.LastSignInAt.Unix() == 0 {
				row.LastSignInAt = time.Time{}
			}
			list = append(list, EvidenceUser{
				User: auth.User{
					Tenant: e.tenant, ID: id, Email: string(email), Name: row.Name, Role: auth.Role(row.Role), Disabled: row.Disabled,
					CreatedAt: row.CreatedAt, LastSignIn: row.LastSignInAt,
				},
				Factors: auth.Factors{User: id, TOTP: row.Totp, Passkeys: int(row.Passkeys), RecoveryCodes: int(row.RecoveryCodes)},
			})
		}
		return nil
	})
	return list, err
}

// EvidenceKey is a stored key of the tenant: what it is, since when, and by which key it is sealed. Never the key itself.
type EvidenceKey struct {
	Purpose   string // TENANT: by a wrapping key of the root keys; DAY: by the tenant's data key
	Day       time.Time
	SealedBy  privacy.KeyID
	CreatedAt time.Time
}

// Keys are the tenant's stored keys of now: erased ones leave nothing.
func (e Evidence) Keys(ctx context.Context) (list []EvidenceKey, err error) {
	err = e.store.ReadTenant(ctx, e.tenant, func(tx *Tx) error {
		rows, err := tx.Queries.EvidenceTenantKeys(ctx, tx.Tx, int64(e.tenant))
		if err != nil {
			return err
		}
		for _, row := range rows {
			by, err := privacy.SealedWith(row.Wrapped)
			if err != nil {
				return err
			}
			key := EvidenceKey{Purpose: row.Purpose, SealedBy: by, CreatedAt: row.CreatedAt}
			if row.Purpose == "DAY" {
				key.Day = row.Day
			}
			list = append(list, key)
		}
		return nil
	})
	return list, err
}

// EvidenceAllowEntry is one network of one revision of the allow-list; its network is not valid for a revision without any.
type EvidenceAllowEntry struct {
	Revision    messaging.ID
	State       string
	By          messaging.ID
	CreatedAt   time.Time
	ConfirmedAt time.Time
	auth.AllowEntry
}

// AllowLists is every revision of the allow-list with its networks, the oldest first.
func (e Evidence) AllowLists(ctx context.Context) (list []EvidenceAllowEntry, err error) {
	err = e.store.ReadTenant(ctx, e.tenant, func(tx *Tx) error {
		rows, err := tx.Queries.EvidenceAllowLists(ctx, tx.Tx, sqlcgen.EvidenceAllowListsParams{TenantID: int64(e.tenant), Before: e.before})
		for _, row := range rows {
			entry := EvidenceAllowEntry{
				Revision: messaging.ID(row.RevisionID), State: row.State, By: messaging.ID(numberOf(row.CreatedBy)),
				CreatedAt: row.CreatedAt, ConfirmedAt: moment(row.ConfirmedAt),
				AllowEntry: auth.AllowEntry{Label: row.Label, Disabled: !row.Enabled, Expires: moment(row.ExpiresAt)},
			}
			var none netip.Prefix
			if row.Cidr != nil && *row.Cidr != none {
				entry.Network = *row.Cidr
			}
			list = append(list, entry)
		}
		return err
	})
	return list, err
}

// evidencePage is how many acts are read at a time.
const evidencePage = 1000

// Audit yields the acts since a moment, of one action or, if it is empty, of all, in the order of the ledger.
func (e Evidence) Audit(ctx context.Context, since time.Time, action messaging.AuditAction) iter.Seq2[messaging.AuditRecord, error] {
	return func(yield func(messaging.AuditRecord, error) bool) {
		p := sqlcgen.EvidenceAuditParams{TenantID: int64(e.tenant), Since: since, Before: e.before, Action: string(action), Count: evidencePage}
		for {
			var rows []sqlcgen.AuditEvent
			err := e.store.ReadTenant(ctx, e.tenant, func(tx *Tx) (err error) {
				rows, err = tx.Queries.EvidenceAudit(ctx, tx.Tx, p)
				return err
			})
			if err != nil {
				yield(messaging.AuditRecord{}, err)
				return
			}
			for _, row := range rows {
				record, err := auditRecordOf(row)
				if !yield(record, err) || err != nil {
					return
				}
				p.AfterSeq, p.AfterID = row.Seq, row.ID
			}
			if len(rows) < evidencePage {
				return
			}
		}
	}
}
