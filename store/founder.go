package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"posthaste/auth"
	"posthaste/messaging"
	"posthaste/store/sqlcgen"
)

// Founder implements messaging.TenantStore: what is born with a tenant is written with it.
type Founder struct {
	*Store
	access *Access
	people *auth.Access
}

// NewFounder makes a Founder. people makes the first user's invite.
func NewFounder(access *Access, people *auth.Access) *Founder {
	return &Founder{access.store, access, people}
}

// FoundTenant implements messaging.TenantStore.
func (f *Founder) FoundTenant(ctx context.Context, by messaging.Author, t messaging.Tenant, k messaging.NewTenantKeys, ownerEmail string) (made messaging.Tenant, inviteCode string, err error) {
	made, err = f.access.CreateTenant(ctx, t, k.Wrapped, k.Keys, func(tx auth.AccessTx) error {
		if ownerEmail != "" {
			if inviteCode, err = f.people.InviteOwner(ctx, tx, t.ID, ownerEmail); err != nil {
				return err
			}
		}
		return tx.Audit(ctx, by.At, by.Actor.Audited(messaging.AuditTenantCreated, t.ID, map[string]string{"name": t.Name}))
	})
	return made, inviteCode, err
}

// SetTenantState implements messaging.TenantStore.
func (s *Store) SetTenantState(ctx context.Context, by messaging.Author, id messaging.ID, from, to messaging.TenantState, action messaging.AuditAction) (messaging.Tenant, error) {
	var t messaging.Tenant
	err := s.InTenant(ctx, id, func(tx *Tx) error {
		var since *time.Time
		if to == messaging.TenantSuspended {
			since = &by.At
		}
		row, err := tx.Queries.SetTenantState(ctx, tx.Tx, sqlcgen.SetTenantStateParams{
			TenantID: int64(id), State: string(to), SuspendedAt: since, FromState: string(from),
		})
		if errors.Is(err, pgx.ErrNoRows) {
			return messaging.Refuse(messaging.CodeConflict, "id", "this tenant is not %s", from)
		}
		if err != nil {
			return err
		}
		t = tenantOf(row)
		return tx.note(ctx, by, action, id, nil)
	})
	return t, err
}
