package store

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"posthaste/auth"
	"posthaste/messaging"
	"posthaste/store/sqlcgen"
)

// FactorsOf implements auth.FactorStore.
func (a *Access) FactorsOf(ctx context.Context, tenant, user messaging.ID) (auth.Factors, error) {
	var f auth.Factors
	err := a.store.ReadTenant(ctx, tenant, func(tx *Tx) (err error) {
		f, err = tx.factorsOf(ctx, user)
		return err
	})
	return f, err
}

func (tx *Tx) factorsOf(ctx context.Context, user messaging.ID) (auth.Factors, error) {
	row, err := tx.Queries.FactorsOf(ctx, tx.Tx, sqlcgen.FactorsOfParams{TenantID: int64(tx.Tenant), UserID: int64(user)})
	return auth.Factors{User: user, TOTP: row.Totp, Passkeys: int(row.Passkeys), RecoveryCodes: int(row.RecoveryCodes)}, err
}

// FactorCoverage implements auth.FactorStore.
func (a *Access) FactorCoverage(ctx context.Context, tenant messaging.ID) ([]auth.Factors, error) {
	var list []auth.Factors
	err := a.store.ReadTenant(ctx, tenant, func(tx *Tx) error {
		rows, err := tx.Queries.FactorCoverage(ctx, tx.Tx, int64(tenant))
		for _, r := range rows {
			list = append(list, auth.Factors{User: messaging.ID(r.ID), TOTP: r.Totp, Passkeys: int(r.Passkeys), RecoveryCodes: int(r.RecoveryCodes)})
		}
		return err
	})
	return list, err
}

// PasskeysOf implements auth.FactorStore.
func (a *Access) PasskeysOf(ctx context.Context, tenant, user messaging.ID) ([]auth.Passkey, error) {
	var list []auth.Passkey
	err := a.store.ReadTenant(ctx, tenant, func(tx *Tx) error {
		rows, err := tx.Queries.Passkeys(ctx, tx.Tx, sqlcgen.PasskeysParams{TenantID: int64(tenant), UserID: int64(user)})
		for _, r := range rows {
			list = append(list, auth.Passkey{
				ID: messaging.ID(r.ID), Credential: r.Credential, Record: r.Record, Name: r.Name, CreatedAt: r.CreatedAt, LastUsed: moment(r.LastUsedAt),
			})
		}
		return err
	})
	return list, err
}

// FactorsOf implements auth.FactorTx.
func (t *accessTx) FactorsOf(ctx context.Context, user messaging.ID) (auth.Factors, error) {
	return t.tx.factorsOf(ctx, user)
}

// LockUser implements auth.FactorTx.
func (t *accessTx) LockUser(ctx context.Context, user messaging.ID) (active bool, passwordAt time.Time, err error) {
	row, err := t.tx.Queries.LockUser(ctx, t.tx.Tx, sqlcgen.LockUserParams{TenantID: t.tenant(), ID: int64(user)})
	return row.State == userActive, row.PasswordChangedAt, err
}

// DropActiveTOTP implements auth.FactorTx.
func (t *accessTx) DropActiveTOTP(ctx context.Context, user messaging.ID) error {
	return t.tx.Queries.DropActiveTotp(ctx, t.tx.Tx, sqlcgen.DropActiveTotpParams{TenantID: t.tenant(), UserID: int64(user)})
}

// DropFactors implements auth.FactorTx.
func (t *accessTx) DropFactors(ctx context.Context, user messaging.ID) error {
	q, db := t.tx.Queries, t.tx.Tx
	return errors.Join(
		q.DropTotp(ctx, db, sqlcgen.DropTotpParams{TenantID: t.tenant(), UserID: int64(user)}),
		q.DropPasskeys(ctx, db, sqlcgen.DropPasskeysParams{TenantID: t.tenant(), UserID: int64(user)}),
		q.DropChallenges(ctx, db, sqlcgen.DropChallengesParams{TenantID: t.tenant(), UserID: int64(user)}),
		q.DropRecoveryCodes(ctx, db, sqlcgen.DropRecoveryCodesParams{TenantID: t.tenant(), UserID: int64(user)}),
	)
}

// SetUserRole implements auth.FactorTx.
func (t *accessTx) SetUserRole(ctx context.Context, user messaging.ID, role auth.Role) (bool, error) {
	return changed(t.tx.Queries.SetUserRole(ctx, t.tx.Tx, sqlcgen.SetUserRoleParams{TenantID: t.tenant(), ID: int64(user), Role: string(role)}))
}

// InsertPasskey implements auth.FactorTx.
func (t *accessTx) InsertPasskey(ctx context.Context, user messaging.ID, p auth.Passkey) (bool, error) {
	return changed(t.tx.Queries.InsertPasskey(ctx, t.tx.Tx, sqlcgen.InsertPasskeyParams{
		TenantID: t.tenant(), UserID: int64(user), ID: int64(p.ID), Credential: p.Credential, Record: p.Record, Name: p.Name, Now: p.CreatedAt,
	}))
}

// UsePasskey implements auth.FactorTx.
func (t *accessTx) UsePasskey(ctx context.Context, user messaging.ID, credential []byte, record json.RawMessage, now time.Time) (bool, error) {
	return changed(t.tx.Queries.UsePasskey(ctx, t.tx.Tx, sqlcgen.UsePasskeyParams{
		TenantID: t.tenant(), UserID: int64(user), Credential: credential, Record: record, Now: &now,
	}))
}

// RenamePasskey implements auth.FactorTx.
func (t *accessTx) RenamePasskey(ctx context.Context, user, passkey messaging.ID, name string) (bool, error) {
	return changed(t.tx.Queries.RenamePasskey(ctx, t.tx.Tx, sqlcgen.RenamePasskeyParams{TenantID: t.tenant(), UserID: int64(user), ID: int64(passkey), Name: name}))
}

// RemovePasskey implements auth.FactorTx.
func (t *accessTx) RemovePasskey(ctx context.Context, user, passkey messaging.ID) (bool, error) {
	return changed(t.tx.Queries.RemovePasskey(ctx, t.tx.Tx, sqlcgen.RemovePasskeyParams{TenantID: t.tenant(), UserID: int64(user), ID: int64(passkey)}))
}

// PutChallenge implements auth.FactorTx.
func (t *accessTx) PutChallenge(ctx context.Context, c auth.Challenge, now time.Time) error {
	err := t.tx.Queries.DropStaleChallenges(ctx, t.tx.Tx, sqlcgen.DropStaleChallengesParams{TenantID: t.tenant(), UserID: int64(c.User), Now: now})
	if err != nil {
		return err
	}
	return t.tx.Queries.PutChallenge(ctx, t.tx.Tx, sqlcgen.PutChallengeParams{
		TenantID: t.tenant(), ID: int64(c.ID), UserID: int64(c.User), Purpose: string(c.Purpose), Session: c.Session, ExpiresAt: c.Expires,
	})
}

// TakeChallenge implements auth.FactorTx.
func (t *accessTx) TakeChallenge(ctx context.Context, user, id messaging.ID, purpose auth.ChallengePurpose, now time.Time) (json.RawMessage, bool, error) {
	session, err := t.tx.Queries.TakeChallenge(ctx, t.tx.Tx, sqlcgen.TakeChallengeParams{
		TenantID: t.tenant(), ID: int64(id), UserID: int64(user), Purpose: string(purpose), Now: now,
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, false, nil
	}
	return session, err == nil, err
}
