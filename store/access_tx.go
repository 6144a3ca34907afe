package store

import (
	"context"
	"errors"
	"net/netip"
	"time"

	"github.com/jackc/pgx/v5"

	"posthaste/auth"
	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store/sqlcgen"
)

// accessTx implements auth.AccessTx. What is audited is kept until the end of the transaction: one link covers it all,
// and the ledger is locked last.
type accessTx struct {
	tx      *Tx
	keys    *privacy.TenantKeys
	ids     *messaging.IDs
	at      time.Time
	audited []messaging.AuditEvent
	mails   []auth.Mail
}

var _ auth.AccessTx = (*accessTx)(nil)

// Act implements auth.AccessStore.
func (a *Access) Act(ctx context.Context, tenant messaging.ID, fn func(auth.AccessTx) error) error {
	keys, err := a.keys.Of(ctx, tenant)
	if err != nil {
		return err
	}
	return a.store.InTenant(ctx, tenant, func(tx *Tx) error { return a.act(ctx, tx, keys, fn) })
}

func (a *Access) act(ctx context.Context, tx *Tx, keys *privacy.TenantKeys, fn func(auth.AccessTx) error) error {
	t := &accessTx{tx: tx, keys: keys, ids: a.ids}
	return a.settle(ctx, t, fn(t))
}

// settle writes what was audited, unless the act failed.
func (a *Access) settle(ctx context.Context, t *accessTx, err error) error {
	if err != nil {
		return err
	}
	if err := a.tell(ctx, t); err != nil || len(t.audited) == 0 {
		return err
	}
	return t.tx.Audit(ctx, t.keys.Derive(privacy.ForAuditLedger), t.at, t.ids.Take(len(t.audited)), t.audited)
}

// CreateTenant makes a tenant with keys of its own; with runs in the same transaction, for its first invite and the audit
// of its birth. wrapped and keys are the same keys, as privacy.Keyring.NewTenantKeys and OpenTenantKeys gave them.
func (a *Access) CreateTenant(ctx context.Context, t messaging.Tenant, wrapped []byte, keys *privacy.TenantKeys, with func(auth.AccessTx) error) (messaging.Tenant, error) {
	return a.store.CreateTenant(ctx, t, wrapped, func(tx *Tx) error { return a.act(ctx, tx, keys, with) })
}

func (t *accessTx) tenant() int64 { return int64(t.tx.Tenant) }

// changed tells whether a statement touched a row.
func changed(rows int64, err error) (bool, error) { return rows > 0, err }

// Audit implements auth.AccessTx.
func (t *accessTx) Audit(_ context.Context, at time.Time, events ...messaging.AuditEvent) error {
	t.at = at
	t.audited = append(t.audited, events...)
	return nil
}

// ConsumeStep implements auth.Steps.
func (t *accessTx) ConsumeStep(ctx context.Context, user messaging.ID, step int64) (bool, error) {
	return changed(t.tx.Queries.ConsumeStep(ctx, t.tx.Tx, sqlcgen.ConsumeStepParams{TenantID: t.tenant(), UserID: int64(user), Step: step}))
}

// TOTP implements auth.AccessTx.
func (t *accessTx) TOTP(ctx context.Context, user messaging.ID, pending bool) (auth.TOTPFactor, bool, error) {
	state := "ACTIVE"
	if pending {
		state = "PENDING"
	}
	row, err := t.tx.Queries.TotpFactor(ctx, t.tx.Tx, sqlcgen.TotpFactorParams{TenantID: t.tenant(), UserID: int64(user), State: state})
	if errors.Is(err, pgx.ErrNoRows) {
		return auth.TOTPFactor{}, false, nil
	}
	if err != nil {
		return auth.TOTPFactor{}, false, err
	}
	plain, err := t.keys.Open(nil, totpSecretPlace(row.ID), row.SecretSealed)
	if err != nil {
		return auth.TOTPFactor{}, false, err
	}
	defer clear(plain)
	secret, err := auth.TOTPSecretFrom(plain)
	return auth.TOTPFactor{ID: messaging.ID(row.ID), Secret: secret}, err == nil, err
}

// PutPendingTOTP implements auth.AccessTx.
func (t *accessTx) PutPendingTOTP(ctx context.Context, user messaging.ID, f auth.TOTPFactor, now time.Time) error {
	err := t.tx.Queries.DropPendingTotp(ctx, t.tx.Tx, sqlcgen.DropPendingTotpParams{TenantID: t.tenant(), UserID: int64(user)})
	if err != nil {
		return err
	}
	secret := f.Secret.Bytes()
	defer clear(secret)
	return t.tx.Queries.ReplacePendingTotp(ctx, t.tx.Tx, sqlcgen.ReplacePendingTotpParams{
		TenantID: t.tenant(), UserID: int64(user), ID: int64(f.ID), Now: now,
		SecretSealed: t.keys.Seal(nil, totpSecretPlace(int64(f.ID)), secret),
	})
}

// ConfirmTOTP implements auth.AccessTx.
func (t *accessTx) ConfirmTOTP(ctx context.Context, user messaging.ID, f auth.TOTPFactor, step int64, now time.Time) (bool, error) {
	return changed(t.tx.Queries.ConfirmTotp(ctx, t.tx.Tx, sqlcgen.ConfirmTotpParams{
		TenantID: t.tenant(), UserID: int64(user), ID: int64(f.ID), Step: step, Now: &now,
	}))
}

// ReplaceRecoveryCodes implements auth.AccessTx.
func (t *accessTx) ReplaceRecoveryCodes(ctx context.Context, user messaging.ID, hashes [][32]byte, under privacy.KeyID) error {
	err := t.tx.Queries.DropRecoveryCodes(ctx, t.tx.Tx, sqlcgen.DropRecoveryCodesParams{TenantID: t.tenant(), UserID: int64(user)})
	if err != nil {
		return err
	}
	rows := make([][]byte, len(hashes))
	for i := range hashes {
		rows[i] = hashes[i][:]
	}
	return t.tx.Queries.InsertRecoveryCodes(ctx, t.tx.Tx, sqlcgen.InsertRecoveryCodesParams{TenantID: t.tenant(), UserID: int64(user), Hashes: rows, DigestKey: under.String()})
}

// UseRecoveryCode implements auth.AccessTx.
func (t *accessTx) UseRecoveryCode(ctx context.Context, user messaging.ID, candidates [][]byte) (bool, error) {
	return changed(t.tx.Queries.UseRecoveryCode(ctx, t.tx.Tx, sqlcgen.UseRecoveryCodeParams{
		TenantID: t.tenant(), UserID: int64(user), Hashes: candidates,
	}))
}

// InsertSession implements auth.AccessTx.
func (t *accessTx) InsertSession(ctx context.Context, s auth.StoredSession) error {
	factors := make([]string, len(s.Factors))
	for i, f := range s.Factors {
		factors[i] = string(f)
	}
	err := t.tx.Queries.InsertSession(ctx, t.tx.Tx, sqlcgen.InsertSessionParams{
		TenantID: t.tenant(), ID: int64(s.ID), UserID: int64(s.User), Now: s.CreatedAt, ClientHash: s.ClientHash, Address: s.Address,
		Agent: s.Agent, Factors: factors, ExpiresAt: s.ExpiresAt,
	})
	if err != nil {
		return err
	}
	return t.tx.Queries.NoteVisit(ctx, t.tx.Tx, sqlcgen.NoteVisitParams{TenantID: t.tenant(), UserID: int64(s.User), Address: s.Address, Now: s.CreatedAt})
}

// EndSurplus implements auth.AccessTx.
func (t *accessTx) EndSurplus(ctx context.Context, user messaging.ID, limits auth.SessionLimits, now time.Time) (int, error) {
	reason := "too many sessions"
	ended, err := t.tx.Queries.EndSurplusSessions(ctx, t.tx.Tx, sqlcgen.EndSurplusSessionsParams{
		TenantID: t.tenant(), UserID: int64(user), Now: &now, IdleSince: now.Add(-limits.Idle), Keep: integer(limits.Count), Reason: &reason,
	})
	return int(ended), err
}

// RotateRefresh implements auth.AccessTx.
func (t *accessTx) RotateRefresh(ctx context.Context, session messaging.ID, presented uint32, client [32]byte, address netip.Addr, now time.Time) (bool, error) {
	rotated, err := changed(t.tx.Queries.RotateRefresh(ctx, t.tx.Tx, sqlcgen.RotateRefreshParams{
		TenantID: t.tenant(), ID: int64(session), Presented: integer(presented), ClientHash: client[:], Address: address, Now: now,
	}))
	if err != nil || !rotated {
		return false, err
	}
	return true, t.tx.Queries.NoteSessionVisit(ctx, t.tx.Tx, sqlcgen.NoteSessionVisitParams{
		TenantID: t.tenant(), SessionID: int64(session), Address: address, Now: now,
	})
}

// EndSessions implements auth.AccessTx.
func (t *accessTx) EndSessions(ctx context.Context, user, only, but messaging.ID, reason string, now time.Time) (int, error) {
	ended, err := t.tx.Queries.EndSessions(ctx, t.tx.Tx, sqlcgen.EndSessionsParams{
		TenantID: t.tenant(), UserID: int64(user), Only: nullID(only), But: nullID(but), Reason: &reason, Now: &now,
	})
	return int(ended), err
}

// FreshSecond implements auth.AccessTx.
func (t *accessTx) FreshSecond(ctx context.Context, session messaging.ID, factor auth.Factor, address netip.Addr, now time.Time) error {
	_, err := t.tx.Queries.FreshSecond(ctx, t.tx.Tx, sqlcgen.FreshSecondParams{
		TenantID: t.tenant(), ID: int64(session), Factor: string(factor), Address: address, Now: &now,
	})
	return err
}

// NoteSignIn implements auth.AccessTx.
func (t *accessTx) NoteSignIn(ctx context.Context, user messaging.ID, now time.Time) error {
	return t.tx.Queries.NoteSignIn(ctx, t.tx.Tx, sqlcgen.NoteSignInParams{TenantID: t.tenant(), ID: int64(user), Now: &now})
}

// SetPasswordHash implements auth.AccessTx.
func (t *accessTx) SetPasswordHash(ctx context.Context, user messaging.ID, old, hash string) error {
	return t.tx.Queries.SetPasswordHash(ctx, t.tx.Tx, sqlcgen.SetPasswordHashParams{TenantID: t.tenant(), ID: int64(user), Old: old, PasswordHash: hash})
}

// InsertUser implements auth.AccessTx.
func (t *accessTx) InsertUser(ctx context.Context, u auth.User, emailKey [32]byte, passwordHash string) error {
	return t.tx.Queries.InsertUser(ctx, t.tx.Tx, sqlcgen.InsertUserParams{
		TenantID: t.tenant(), ID: int64(u.ID), EmailKey: emailKey[:], EmailSealed: t.keys.Seal(nil, userEmailPlace(int64(u.ID)), []byte(u.Email)),
		Name: u.Name, Role: string(u.Role), PasswordHash: passwordHash, Now: u.CreatedAt,
	})
}

// SetUserDisabled implements auth.AccessTx. Such changes come one after the other, or two owners could disable each other
// at once.
func (t *accessTx) SetUserDisabled(ctx context.Context, user messaging.ID, disabled bool) (bool, error) {
	if err := t.tx.Queries.LockTenantAccess(ctx, t.tx.Tx, t.tenant()); err != nil {
		return false, err
	}
	state := userActive
	if disabled {
		state = userDisabled
	}
	return changed(t.tx.Queries.SetUserState(ctx, t.tx.Tx, sqlcgen.SetUserStateParams{TenantID: t.tenant(), ID: int64(user), State: state}))
}

// OtherOwners implements auth.AccessTx.
func (t *accessTx) OtherOwners(ctx context.Context, but messaging.ID) (int, error) {
	owners, err := t.tx.Queries.CountOwners(ctx, t.tx.Tx, sqlcgen.CountOwnersParams{TenantID: t.tenant(), But: int64(but)})
	return int(owners), err
}

// InsertInvite implements auth.AccessTx.
func (t *accessTx) InsertInvite(ctx context.Context, i auth.Invite, emailKey, tokenHash [32]byte, by messaging.ID, now time.Time) error {
	err := t.tx.Queries.WithdrawInvitesOf(ctx, t.tx.Tx, sqlcgen.WithdrawInvitesOfParams{TenantID: t.tenant(), EmailKey: emailKey[:], Now: &now})
	if err != nil {
		return err
	}
	return t.tx.Queries.InsertInvite(ctx, t.tx.Tx, sqlcgen.InsertInviteParams{
		TenantID: t.tenant(), ID: int64(i.ID), TokenHash: tokenHash[:], EmailKey: emailKey[:],
		EmailSealed: t.keys.Seal(nil, inviteEmailPlace(int64(i.ID)), []byte(i.Email)),
		Role:        string(i.Role), CreatedBy: nullID(by), Now: now, ExpiresAt: i.ExpiresAt,
	})
}

// UseInvite implements auth.AccessTx.
func (t *accessTx) UseInvite(ctx context.Context, invite messaging.ID, now time.Time) (bool, error) {
	return changed(t.tx.Queries.UseInvite(ctx, t.tx.Tx, sqlcgen.UseInviteParams{TenantID: t.tenant(), ID: int64(invite), Now: &now}))
}

// InsertKey implements auth.AccessTx.
func (t *accessTx) InsertKey(ctx context.Context, k auth.ListedKey, hash [32]byte, under privacy.KeyID) error {
	networks := k.Addresses
	if networks == nil {
		networks = []netip.Prefix{} // nil would be NULL
	}
	return t.tx.Queries.InsertApiKey(ctx, t.tx.Tx, sqlcgen.InsertApiKeyParams{
		TenantID: t.tenant(), ID: int64(k.ID), Name: k.Name, Prefix: k.Hint, KeyHash: hash[:], DigestKey: under.String(), Test: k.Test, Scopes: texts(k.Scopes),
		Cidrs: networks, Quota: integer(k.Quota), CreatedBy: int64(k.Creator), Now: k.CreatedAt, ExpiresAt: k.ExpiresAt,
	})
}

// EndKey implements auth.AccessTx.
func (t *accessTx) EndKey(ctx context.Context, key messaging.ID, at, now time.Time) (auth.ListedKey, error) {
	row, err := t.tx.Queries.EndApiKey(ctx, t.tx.Tx, sqlcgen.EndApiKeyParams{TenantID: t.tenant(), ID: int64(key), At: at, Now: now})
	return listedKey(t.tx.Tenant, sqlcgen.ApiKeysRow(row)), missing(err, "id", "no such key that is good")
}

// RevokeKey implements auth.AccessTx.
func (t *accessTx) RevokeKey(ctx context.Context, key messaging.ID, now time.Time) (auth.ListedKey, error) {
	row, err := t.tx.Queries.RevokeApiKey(ctx, t.tx.Tx, sqlcgen.RevokeApiKeyParams{TenantID: t.tenant(), ID: int64(key), Now: &now, LastMinute: lastMinute(now)})
	return listedKey(t.tx.Tenant, sqlcgen.ApiKeysRow(row)), err
}

// Tenants lists every tenant but the platform, by name.
func (a *Access) Tenants(ctx context.Context) ([]messaging.Tenant, error) {
	return a.store.Tenants(ctx)
}

// SetTenantSuspended moves a tenant between ACTIVE and SUSPENDED; with runs in the same transaction. CONFLICT when it is
// there already, or is being deleted.
func (a *Access) SetTenantSuspended(ctx context.Context, tenant messaging.ID, suspended bool, now time.Time, with func(auth.AccessTx) error) (messaging.Tenant, error) {
	change := sqlcgen.SetTenantStateParams{TenantID: int64(tenant), State: string(messaging.TenantActive), FromState: string(messaging.TenantSuspended)}
	if suspended {
		change.State, change.FromState, change.SuspendedAt = change.FromState, change.State, &now
	}
	keys, err := a.keys.Of(ctx, tenant)
	if noKeys(err) {
		if t, lost := a.store.Tenant(ctx, tenant); lost == nil && t.State == messaging.TenantDeleting {
			return t, messaging.Refuse(messaging.CodeConflict, "id", "the tenant is being deleted")
		}
	}
	if err != nil {
		return messaging.Tenant{}, err
	}
	var t messaging.Tenant
	err = a.store.InTenant(ctx, tenant, func(tx *Tx) error {
		row, err := tx.Queries.SetTenantState(ctx, tx.Tx, change)
		if errors.Is(err, pgx.ErrNoRows) {
			return messaging.Refuse(messaging.CodeConflict, "id", "the tenant is in this state already")
		}
		if err != nil {
			return err
		}
		t = tenantOf(row)
		return a.act(ctx, tx, keys, with)
	})
	return t, err
}
