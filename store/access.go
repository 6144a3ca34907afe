package store

import (
	"bytes"
	"context"
	"errors"
	"net/netip"
	"time"

	"github.com/jackc/pgx/v5"

	"posthaste/auth"
	"posthaste/jobs"
	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store/sqlcgen"
)

// Access implements auth.AccessStore: people, their sessions and factors, API keys, invites, allow-lists.
type Access struct {
	store    *Store
	keys     *Keys
	ids      *messaging.IDs
	post     auth.Post
	inserter *jobs.Inserter
}

var _ auth.AccessStore = (*Access)(nil)

// NewAccess takes the ids for audit entries and blocked attempts.
func NewAccess(s *Store, keys *Keys, ids *messaging.IDs) *Access {
	return &Access{store: s, keys: keys, ids: ids}
}

func userEmailPlace(user int64) privacy.AAD {
	return privacy.AAD{Table: "app_user", Column: "email_sealed", Row: user}
}

func inviteEmailPlace(invite int64) privacy.AAD {
	return privacy.AAD{Table: "invite", Column: "email_sealed", Row: invite}
}

func totpSecretPlace(factor int64) privacy.AAD {
	return privacy.AAD{Table: "totp_factor", Column: "secret_sealed", Row: factor}
}

// AccountByEmail implements auth.AccessStore. It asks the same of the database whether there is such a user or not, so
// the e-mail stays sealed: opening it may first have to read the tenant's keys.
func (a *Access) AccountByEmail(ctx context.Context, emailKeys [][]byte) (auth.Account, bool, error) {
	var account auth.Account
	found := false
	err := a.store.AcrossTenants(ctx, "sign-in", func(tx pgx.Tx, q *sqlcgen.Queries) error {
		row, err := q.FindUser(ctx, tx, emailKeys)
		if err != nil && !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		found = err == nil
		entries, err := q.AllowEntriesOf(ctx, tx, row.TenantID) // tenant 0 has none
		account = auth.Account{
			User: auth.User{
				Tenant: messaging.ID(row.TenantID), ID: messaging.ID(row.ID), Name: row.Name, Role: auth.Role(row.Role),
				Disabled: row.State != userActive, SecondFactor: row.SecondFactor, CreatedAt: row.CreatedAt, LastSignIn: moment(row.LastSignInAt),
			},
			PasswordHash: row.PasswordHash, PasswordAt: row.PasswordChangedAt, TenantActive: row.TenantState == string(messaging.TenantActive), Brand: row.Brand,
			List: allowList(acrossEntries(entries), row.BootstrapAddress), Limits: sessionLimits(row.IdleMinutes, row.SessionHours, row.SessionCount),
		}
		return err
	})
	return account, found, err
}

const (
	userActive   = "ACTIVE"
	userDisabled = "DISABLED"
)

func sessionLimits(idleMinutes, hours, count int16) auth.SessionLimits {
	return auth.SessionLimits{Idle: time.Duration(idleMinutes) * time.Minute, Absolute: time.Duration(hours) * time.Hour, Count: int(count)}
}

// moment is the zero time for NULL.
func moment(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

// Account implements auth.AccessStore.
func (a *Access) Account(ctx context.Context, tenant, user messaging.ID) (auth.Account, error) {
	keys, err := a.keys.Of(ctx, tenant)
	if err != nil {
		return auth.Account{}, err
	}
	var account auth.Account
	err = a.store.ReadTenant(ctx, tenant, func(tx *Tx) error {
		row, err := tx.Queries.AccountByID(ctx, tx.Tx, sqlcgen.AccountByIDParams{TenantID: int64(tenant), ID: int64(user)})
		if err != nil {
			return err
		}
		email, err := keys.Open(nil, userEmailPlace(row.ID), row.EmailSealed)
		if err != nil {
			return err
		}
		list, err := tx.allowList(ctx, row.BootstrapAddress)
		account = auth.Account{
			User: auth.User{
				Tenant: tenant, ID: user, Email: string(email), Name: row.Name, Role: auth.Role(row.Role),
				Disabled: row.State != userActive, SecondFactor: row.SecondFactor, CreatedAt: row.CreatedAt, LastSignIn: moment(row.LastSignInAt),
			},
			PasswordHash: row.PasswordHash, PasswordAt: row.PasswordChangedAt, TenantActive: row.TenantState == string(messaging.TenantActive), Brand: row.Brand,
			List: list, Limits: sessionLimits(row.IdleMinutes, row.SessionHours, row.SessionCount),
		}
		return err
	})
	return account, err
}

// Session implements auth.AccessStore. It runs on every request, so it opens nothing sealed: the user's e-mail is empty.
func (a *Access) Session(ctx context.Context, tenant, session messaging.ID) (auth.StoredSession, auth.Account, error) {
	var stored auth.StoredSession
	var account auth.Account
	err := a.store.ReadTenant(ctx, tenant, func(tx *Tx) error {
		row, err := tx.Queries.UserAccess(ctx, tx.Tx, sqlcgen.UserAccessParams{TenantID: int64(tenant), SessionID: int64(session)})
		if err != nil {
			return err
		}
		stored = auth.StoredSession{
			ID: session, User: messaging.ID(row.UserID), RefreshN: natural(row.RefreshN), RotatedAt: row.RotatedAt, ClientHash: row.ClientHash,
			Address: row.Address, Agent: row.Agent, Factors: factorsOf(row.Factors), PasswordAt: row.PasswordAt, SecondAt: moment(row.SecondAt),
			ProofFrom: row.ProofAddress, CreatedAt: row.CreatedAt, LastUsedAt: row.LastUsedAt, ExpiresAt: row.ExpiresAt, Ended: row.Ended,
		}
		list, err := tx.allowList(ctx, row.BootstrapAddress)
		account = auth.Account{
			User: auth.User{
				Tenant: tenant, ID: messaging.ID(row.UserID), Name: row.Name, Role: auth.Role(row.Role), Disabled: row.UserState != userActive,
				CreatedAt: row.UserCreatedAt, LastSignIn: moment(row.LastSignInAt),
			},
			TenantActive: row.TenantState == string(messaging.TenantActive), Brand: row.Brand,
			List: list, Limits: sessionLimits(row.IdleMinutes, row.SessionHours, row.SessionCount),
		}
		return err
	})
	return stored, account, err
}

func factorsOf(names []string) []auth.Factor {
	factors := make([]auth.Factor, len(names))
	for i, name := range names {
		factors[i] = auth.Factor(name)
	}
	return factors
}

// SessionTenant implements auth.AccessStore.
func (a *Access) SessionTenant(ctx context.Context, session messaging.ID) (messaging.ID, error) {
	var tenant int64
	err := a.store.AcrossTenants(ctx, "refresh", func(tx pgx.Tx, q *sqlcgen.Queries) (err error) {
		tenant, err = q.SessionTenant(ctx, tx, int64(session))
		return found(err)
	})
	return messaging.ID(tenant), err
}

// found makes an absent row no error.
func found(err error) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	return err
}

// Key implements auth.AccessStore.
func (a *Access) Key(ctx context.Context, hashes [][]byte, address netip.Addr, now time.Time) (auth.KeyAccess, bool, error) {
	var access auth.KeyAccess
	exists := false
	err := a.store.AcrossTenants(ctx, "key", func(tx pgx.Tx, q *sqlcgen.Queries) error {
		row, err := q.FindKey(ctx, tx, sqlcgen.FindKeyParams{Hashes: hashes, Address: address, Minute: auth.QuotaMinute(now)})
		if err != nil {
			return found(err)
		}
		exists = true
		entries, err := q.AllowEntriesOf(ctx, tx, row.TenantID)
		access = keyAccess(sqlcgen.KeyAccessRow(row), allowList(acrossEntries(entries), row.BootstrapAddress))
		access.OldDigest = !bytes.Equal(row.KeyHash, hashes[0])
		return err
	})
	return access, exists, err
}

// RenewKeyDigest implements auth.AccessStore.
func (a *Access) RenewKeyDigest(ctx context.Context, tenant, key messaging.ID, digest [32]byte, under privacy.KeyID) error {
	return a.store.InTenant(ctx, tenant, func(tx *Tx) error {
		return tx.Queries.RenewApiKeyHash(ctx, tx.Tx, sqlcgen.RenewApiKeyHashParams{
			TenantID: int64(tenant), ID: int64(key), KeyHash: digest[:], DigestKey: under.String(),
		})
	})
}

// KeyByID implements auth.AccessStore.
func (a *Access) KeyByID(ctx context.Context, tenant, key messaging.ID) (auth.KeyAccess, error) {
	var access auth.KeyAccess
	err := a.store.ReadTenant(ctx, tenant, func(tx *Tx) error {
		row, err := tx.Queries.KeyAccess(ctx, tx.Tx, sqlcgen.KeyAccessParams{TenantID: int64(tenant), ID: int64(key)})
		if err != nil {
			return err
		}
		list, err := tx.allowList(ctx, row.BootstrapAddress)
		access = keyAccess(row, list)
		return err
	})
	return access, err
}

func keyAccess(row sqlcgen.KeyAccessRow, list auth.AllowList) auth.KeyAccess {
	return auth.KeyAccess{
		Key: auth.APIKey{
			ID: messaging.ID(row.ID), Tenant: messaging.ID(row.TenantID), Creator: messaging.ID(row.CreatedBy), Test: row.Test,
			Scopes: scopesOf(row.Scopes), Addresses: row.Cidrs, Quota: int(row.Quota), ExpiresAt: row.ExpiresAt, RevokedAt: moment(row.RevokedAt),
		},
		Role: auth.Role(row.Role), Disabled: row.UserState != userActive, TenantActive: row.TenantState == string(messaging.TenantActive),
		List: list, Requests: int(row.Requests), SeenHere: moment(row.SeenHere),
	}
}

func scopesOf(names []string) []messaging.Permission {
	scopes := make([]messaging.Permission, len(names))
	for i, name := range names {
		scopes[i] = messaging.Permission(name)
	}
	return scopes
}

// Invite implements auth.AccessStore.
func (a *Access) Invite(ctx context.Context, hashes [][]byte) (auth.Invite, bool, error) {
	var row sqlcgen.FindInviteRow
	exists := false
	err := a.store.AcrossTenants(ctx, "invite", func(tx pgx.Tx, q *sqlcgen.Queries) (err error) {
		row, err = q.FindInvite(ctx, tx, hashes)
		exists = err == nil
		return found(err)
	})
	if err != nil || !exists {
		return auth.Invite{}, false, err
	}
	keys, err := a.keys.Of(ctx, messaging.ID(row.TenantID))
	if err != nil {
		return auth.Invite{}, false, err
	}
	email, err := keys.Open(nil, inviteEmailPlace(row.ID), row.EmailSealed)
	return auth.Invite{
		Tenant: messaging.ID(row.TenantID), ID: messaging.ID(row.ID), Email: string(email), EmailKey: row.EmailKey, Role: auth.Role(row.Role),
		Brand: row.Brand, Active: row.TenantState == string(messaging.TenantActive) && row.InviterActive, ExpiresAt: row.ExpiresAt,
		Used: row.UsedAt != nil || row.WithdrawnAt != nil,
	}, err == nil, err
}

// TakeTry implements auth.AccessStore. A refused try is written as it was, so that it asks the same of the database.
func (a *Access) TakeTry(ctx context.Context, counter [32]byte, rule auth.LockoutRule, now time.Time) error {
	var refusal error
	err := a.store.AcrossTenants(ctx, "try", func(tx pgx.Tx, q *sqlcgen.Queries) error {
		row, err := q.LockTry(ctx, tx, sqlcgen.LockTryParams{SubjectKey: counter[:], Now: now})
		if err != nil {
			return err
		}
		var next auth.Failures
		next, refusal = rule.Take(auth.Failures{Count: int(row.Failures), Last: row.LastAt}, now)
		set := sqlcgen.SetTryParams{SubjectKey: counter[:], Failures: integer(next.Count), LastAt: next.Last}
		if rule.Forget > 0 {
			end := next.Last.Add(rule.Forget)
			set.ForgetAt = &end
		}
		return q.SetTry(ctx, tx, set)
	})
	if err != nil {
		return err
	}
	return refusal
}

// ClearTries implements auth.AccessStore.
func (a *Access) ClearTries(ctx context.Context, counters ...[32]byte) error {
	keys := make([][]byte, len(counters))
	for i := range counters {
		keys[i] = counters[i][:]
	}
	return a.store.AcrossTenants(ctx, "try", func(tx pgx.Tx, q *sqlcgen.Queries) error { return q.ClearTries(ctx, tx, keys) })
}

// NoteBlocked implements auth.AccessStore.
func (a *Access) NoteBlocked(ctx context.Context, tenant messaging.ID, b auth.Blocked) error {
	return a.store.InTenant(ctx, tenant, func(tx *Tx) error {
		return tx.Queries.InsertBlocked(ctx, tx.Tx, sqlcgen.InsertBlockedParams{
			TenantID: int64(tenant), ID: int64(a.ids.Next()), At: b.At, Address: b.Address, Credential: b.Credential,
			UserID: nullID(b.User), KeyID: nullID(b.Key),
		})
	})
}

// TouchSession implements auth.AccessStore.
func (a *Access) TouchSession(ctx context.Context, tenant, session messaging.ID, address netip.Addr, now time.Time) error {
	return a.store.InTenant(ctx, tenant, func(tx *Tx) error {
		err := tx.Queries.TouchSession(ctx, tx.Tx, sqlcgen.TouchSessionParams{
			TenantID: int64(tenant), ID: int64(session), Address: address, Now: now, Before: now,
		})
		if err != nil {
			return err
		}
		return tx.Queries.NoteSessionVisit(ctx, tx.Tx, sqlcgen.NoteSessionVisitParams{TenantID: int64(tenant), SessionID: int64(session), Address: address, Now: now})
	})
}

// TouchKey implements auth.AccessStore.
func (a *Access) TouchKey(ctx context.Context, tenant, key messaging.ID, address netip.Addr, now time.Time) error {
	return a.store.InTenant(ctx, tenant, func(tx *Tx) error {
		if err := tx.Queries.TouchApiKey(ctx, tx.Tx, sqlcgen.TouchApiKeyParams{TenantID: int64(tenant), ID: int64(key), Now: &now}); err != nil {
			return err
		}
		return tx.Queries.NoteVisit(ctx, tx.Tx, sqlcgen.NoteVisitParams{TenantID: int64(tenant), KeyID: int64(key), Address: address, Now: now})
	})
}
