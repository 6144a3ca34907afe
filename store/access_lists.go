package store

import (
	"context"
	"time"

	"posthaste/auth"
	"posthaste/messaging"
	"posthaste/store/sqlcgen"
)

// Users implements auth.AccessStore: those of the ids that are the tenant's, or all users for no ids; by name.
func (a *Access) Users(ctx context.Context, tenant messaging.ID, ids []messaging.ID) ([]auth.User, error) {
	keys, err := a.keys.Of(ctx, tenant)
	if err != nil {
		return nil, err
	}
	var users []auth.User
	err = a.store.ReadTenant(ctx, tenant, func(tx *Tx) error {
		rows, err := tx.Queries.Users(ctx, tx.Tx, sqlcgen.UsersParams{TenantID: int64(tenant), Ids: int64s(ids)})
		if err != nil {
			return err
		}
		for _, row := range rows {
			email, err := keys.Open(nil, userEmailPlace(row.ID), row.EmailSealed)
			if err != nil {
				return err
			}
			users = append(users, auth.User{
				Tenant: tenant, ID: messaging.ID(row.ID), Email: string(email), Name: row.Name, Role: auth.Role(row.Role),
				Disabled: row.State != userActive, SecondFactor: row.SecondFactor, CreatedAt: row.CreatedAt, LastSignIn: moment(row.LastSignInAt),
			})
		}
		return nil
	})
	return users, err
}

// Sessions implements auth.AccessStore.
func (a *Access) Sessions(ctx context.Context, tenant, user messaging.ID, now, idleSince time.Time) ([]auth.StoredSession, error) {
	var sessions []auth.StoredSession
	err := a.store.ReadTenant(ctx, tenant, func(tx *Tx) error {
		rows, err := tx.Queries.LiveSessions(ctx, tx.Tx, sqlcgen.LiveSessionsParams{
			TenantID: int64(tenant), UserID: int64(user), Now: now, IdleSince: idleSince,
		})
		for _, row := range rows {
			sessions = append(sessions, auth.StoredSession{
				ID: messaging.ID(row.ID), User: user, Address: row.Address, Agent: row.Agent, Factors: factorsOf(row.Factors),
				CreatedAt: row.CreatedAt, LastUsedAt: row.LastUsedAt, ExpiresAt: row.ExpiresAt,
			})
		}
		return err
	})
	return sessions, err
}

// Keys implements auth.AccessStore: the newest first, revoked ones among them.
func (a *Access) Keys(ctx context.Context, tenant messaging.ID, now time.Time) ([]auth.ListedKey, error) {
	var keys []auth.ListedKey
	err := a.store.ReadTenant(ctx, tenant, func(tx *Tx) error {
		rows, err := tx.Queries.ApiKeys(ctx, tx.Tx, sqlcgen.ApiKeysParams{TenantID: int64(tenant), LastMinute: lastMinute(now)})
		for _, row := range rows {
			keys = append(keys, listedKey(tenant, row))
		}
		return err
	})
	return keys, err
}

func listedKey(tenant messaging.ID, row sqlcgen.ApiKeysRow) auth.ListedKey {
	return auth.ListedKey{
		APIKey: auth.APIKey{
			ID: messaging.ID(row.ID), Tenant: tenant, Creator: messaging.ID(row.CreatedBy), Test: row.Test, Scopes: scopesOf(row.Scopes),
			Addresses: row.Cidrs, Quota: int(row.Quota), ExpiresAt: row.ExpiresAt, RevokedAt: moment(row.RevokedAt),
		},
		Name: row.Name, Hint: row.Prefix, CreatedAt: row.CreatedAt, LastUsed: moment(row.LastUsedAt), LastMinute: int(row.LastMinute),
	}
}

// Visitors implements auth.AccessStore.
func (a *Access) Visitors(ctx context.Context, tenant messaging.ID, since, now time.Time) ([]auth.Visitor, error) {
	var visitors []auth.Visitor
	err := a.store.ReadTenant(ctx, tenant, func(tx *Tx) error {
		rows, err := tx.Queries.RecentVisitors(ctx, tx.Tx, sqlcgen.RecentVisitorsParams{TenantID: int64(tenant), Since: since, Now: now})
		for _, row := range rows {
			visitors = append(visitors, auth.Visitor{Address: row.Address, User: messaging.ID(row.UserID), Key: messaging.ID(row.KeyID), LastSeen: row.LastSeen})
		}
		return err
	})
	return visitors, err
}

// BlockedAttempts implements auth.AccessStore: the newest first.
func (a *Access) BlockedAttempts(ctx context.Context, tenant messaging.ID, count int) ([]auth.Blocked, error) {
	var attempts []auth.Blocked
	err := a.store.ReadTenant(ctx, tenant, func(tx *Tx) error {
		rows, err := tx.Queries.BlockedAttempts(ctx, tx.Tx, sqlcgen.BlockedAttemptsParams{TenantID: int64(tenant), Count: integer(count)})
		for _, row := range rows {
			attempts = append(attempts, auth.Blocked{
				At: row.At, Address: row.Address, Credential: row.Credential, User: messaging.ID(row.UserID), Key: messaging.ID(row.KeyID),
			})
		}
		return err
	})
	return attempts, err
}

// AuditEvents is Store.AuditEvents.
func (a *Access) AuditEvents(ctx context.Context, tenant, before messaging.ID, action messaging.AuditAction, count int) ([]messaging.AuditRecord, error) {
	return a.store.AuditEvents(ctx, tenant, before, action, count)
}

// Tenant is Store.Tenant.
func (a *Access) Tenant(ctx context.Context, tenant messaging.ID) (messaging.Tenant, error) {
	return a.store.Tenant(ctx, tenant)
}
