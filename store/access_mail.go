package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/jackc/pgx/v5"

	"posthaste/auth"
	"posthaste/jobs"
	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store/sqlcgen"
)

// WithPost has everything that is audited through this Access told to those concerned, by mail.
func (a *Access) WithPost(p auth.Post, inserter *jobs.Inserter) *Access {
	return &Access{store: a.store, keys: a.keys, ids: a.ids, post: p, inserter: inserter}
}

// Telling is the store whose own acts are told too, as those of this Access are.
func (a *Access) Telling() *Store {
	s := *a.store
	s.tell = func(ctx context.Context, tx *Tx, at time.Time, event messaging.AuditEvent) error {
		if !a.post.On() {
			return nil
		}
		keys, err := a.keys.Of(ctx, tx.Tenant) // in memory: the author's ledger key comes from them
		if err != nil {
			return err
		}
		return a.tell(ctx, &accessTx{tx: tx, keys: keys, ids: a.ids, at: at, audited: []messaging.AuditEvent{event}})
	}
	return &s
}

func mailPlace(mail messaging.ID) privacy.AAD {
	return privacy.AAD{Table: "river_job", Column: "mail", Row: int64(mail)}
}

// Post implements auth.AccessTx. Without a mail server there is nobody to give it to.
func (t *accessTx) Post(ctx context.Context, mails ...auth.Mail) error {
	t.mails = append(t.mails, mails...)
	return nil
}

// tell adds the mails of what was audited, and inserts all mails, sealed, as jobs of this transaction.
func (a *Access) tell(ctx context.Context, t *accessTx) error {
	if !a.post.On() {
		return nil
	}
	if err := a.post.Tell(ctx, t, a.ids, t.at, t.audited); err != nil {
		return err
	}
	if len(t.mails) == 0 {
		return nil
	}
	sealed := make([]jobs.Mail, len(t.mails))
	for i, m := range t.mails {
		text, err := json.Marshal(m)
		if err != nil {
			return err
		}
		sealed[i].Sealed = jobs.Sealed{Tenant: t.tx.Tenant, ID: m.ID, Value: t.keys.Seal(nil, mailPlace(m.ID), text)}
	}
	return a.inserter.Mails(ctx, t.tx.Tx, sealed)
}

// OpenMail opens a mail that a job holds. With its tenant gone, so is the mail: NOT_FOUND.
func (a *Access) OpenMail(ctx context.Context, m jobs.Mail) (auth.Mail, error) {
	var mail auth.Mail
	keys, err := a.keys.Of(ctx, m.Tenant)
	if err != nil {
		return mail, err
	}
	text, err := keys.Open(nil, mailPlace(m.ID), m.Value)
	if err != nil {
		return mail, err
	}
	if err := json.Unmarshal(text, &mail); err != nil {
		return mail, errors.New("store: a sealed mail cannot be read")
	}
	return mail, nil
}

// Recipients implements auth.AccessTx.
func (t *accessTx) Recipients(ctx context.Context, persons []messaging.ID, roles []auth.Role) ([]auth.User, error) {
	rows, err := t.tx.Queries.Recipients(ctx, t.tx.Tx, sqlcgen.RecipientsParams{TenantID: t.tenant(), Persons: int64s(persons), Roles: texts(roles)})
	if err != nil {
		return nil, err
	}
	users := make([]auth.User, len(rows))
	for i, row := range rows {
		email, err := t.keys.Open(nil, userEmailPlace(row.ID), row.EmailSealed)
		if err != nil {
			return nil, err
		}
		users[i] = auth.User{Tenant: t.tx.Tenant, ID: messaging.ID(row.ID), Email: string(email), Name: row.Name, Role: auth.Role(row.Role)}
	}
	return users, nil
}

// RenewInvite implements auth.AccessTx.
func (t *accessTx) RenewInvite(ctx context.Context, invite messaging.ID, tokenHash [32]byte, expires time.Time) (auth.Invite, error) {
	row, err := t.tx.Queries.RenewInvite(ctx, t.tx.Tx, sqlcgen.RenewInviteParams{
		TenantID: t.tenant(), ID: int64(invite), TokenHash: tokenHash[:], ExpiresAt: expires,
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return auth.Invite{}, messaging.Refuse(messaging.CodeNotFound, "id", "no such open invite")
	}
	if err != nil {
		return auth.Invite{}, err
	}
	email, err := t.keys.Open(nil, inviteEmailPlace(int64(invite)), row.EmailSealed)
	return auth.Invite{Tenant: t.tx.Tenant, ID: invite, Email: string(email), Role: auth.Role(row.Role), ExpiresAt: expires}, err
}

// WithdrawInvite implements auth.AccessTx.
func (t *accessTx) WithdrawInvite(ctx context.Context, invite messaging.ID, now time.Time) (bool, error) {
	return changed(t.tx.Queries.WithdrawInvite(ctx, t.tx.Tx, sqlcgen.WithdrawInviteParams{TenantID: t.tenant(), ID: int64(invite), Now: &now}))
}

// WithdrawInvitesBy implements auth.AccessTx.
func (t *accessTx) WithdrawInvitesBy(ctx context.Context, user messaging.ID, but []auth.Role, now time.Time) ([]messaging.ID, error) {
	ids, err := t.tx.Queries.WithdrawInvitesBy(ctx, t.tx.Tx, sqlcgen.WithdrawInvitesByParams{
		TenantID: t.tenant(), CreatedBy: int64(user), But: texts(but), Now: &now,
	})
	withdrawn := make([]messaging.ID, len(ids))
	for i, id := range ids {
		withdrawn[i] = messaging.ID(id)
	}
	return withdrawn, err
}

// OpenInvites implements auth.AccessStore.
func (a *Access) OpenInvites(ctx context.Context, tenant messaging.ID) ([]auth.Invite, error) {
	keys, err := a.keys.Of(ctx, tenant)
	if err != nil {
		return nil, err
	}
	var invites []auth.Invite
	err = a.store.ReadTenant(ctx, tenant, func(tx *Tx) error {
		rows, err := tx.Queries.OpenInvites(ctx, tx.Tx, int64(tenant))
		if err != nil {
			return err
		}
		for _, row := range rows {
			email, err := keys.Open(nil, inviteEmailPlace(row.ID), row.EmailSealed)
			if err != nil {
				return err
			}
			invites = append(invites, auth.Invite{
				Tenant: tenant, ID: messaging.ID(row.ID), Email: string(email), Role: auth.Role(row.Role), Active: true,
				By: messaging.ID(numberOf(row.CreatedBy)), CreatedAt: row.CreatedAt, ExpiresAt: row.ExpiresAt,
			})
		}
		return nil
	})
	return invites, err
}

// ChangePassword implements auth.AccessTx.
func (t *accessTx) ChangePassword(ctx context.Context, user messaging.ID, hash string, now time.Time) error {
	err := t.tx.Queries.ChangePassword(ctx, t.tx.Tx, sqlcgen.ChangePasswordParams{TenantID: t.tenant(), ID: int64(user), PasswordHash: hash, Now: now})
	if err != nil {
		return err
	}
	return t.tx.Queries.ClosePasswordResets(ctx, t.tx.Tx, sqlcgen.ClosePasswordResetsParams{TenantID: t.tenant(), UserID: int64(user), Now: &now})
}

// PutPasswordReset implements auth.AccessTx.
func (t *accessTx) PutPasswordReset(ctx context.Context, r auth.PasswordReset, tokenHash [32]byte, now time.Time) error {
	err := t.tx.Queries.ClosePasswordResets(ctx, t.tx.Tx, sqlcgen.ClosePasswordResetsParams{TenantID: t.tenant(), UserID: int64(r.User), Now: &now})
	if err != nil {
		return err
	}
	return t.tx.Queries.InsertPasswordReset(ctx, t.tx.Tx, sqlcgen.InsertPasswordResetParams{
		TenantID: t.tenant(), ID: int64(r.ID), UserID: int64(r.User), TokenHash: tokenHash[:], Now: now, ExpiresAt: r.ExpiresAt,
	})
}

// UsePasswordReset implements auth.AccessTx.
func (t *accessTx) UsePasswordReset(ctx context.Context, reset messaging.ID, now time.Time) (bool, error) {
	return changed(t.tx.Queries.UsePasswordReset(ctx, t.tx.Tx, sqlcgen.UsePasswordResetParams{TenantID: t.tenant(), ID: int64(reset), Now: &now}))
}

// PasswordReset implements auth.AccessStore.
func (a *Access) PasswordReset(ctx context.Context, hashes [][]byte) (auth.PasswordReset, bool, error) {
	var reset auth.PasswordReset
	exists := false
	err := a.store.AcrossTenants(ctx, "reset", func(tx pgx.Tx, q *sqlcgen.Queries) error {
		row, err := q.FindPasswordReset(ctx, tx, hashes)
		exists = err == nil
		reset = auth.PasswordReset{
			Tenant: messaging.ID(row.TenantID), ID: messaging.ID(row.ID), User: messaging.ID(row.UserID), ExpiresAt: row.ExpiresAt, Used: row.UsedAt != nil,
		}
		return found(err)
	})
	return reset, exists, err
}

// KnowsNetwork implements auth.AccessTx.
func (t *accessTx) KnowsNetwork(ctx context.Context, user messaging.ID, network netip.Prefix) (bool, error) {
	return t.tx.Queries.KnowsAddress(ctx, t.tx.Tx, sqlcgen.KnowsAddressParams{TenantID: t.tenant(), UserID: int64(user), Network: network})
}

// TellLockout implements auth.AccessStore.
func (a *Access) TellLockout(ctx context.Context, counter [32]byte, free int) (bool, error) {
	told := false
	err := a.store.AcrossTenants(ctx, "try", func(tx pgx.Tx, q *sqlcgen.Queries) (err error) {
		told, err = changed(q.TellLockout(ctx, tx, sqlcgen.TellLockoutParams{SubjectKey: counter[:], Free: integer(free)}))
		return err
	})
	if err != nil {
		return false, fmt.Errorf("tell of a lock-out: %w", err)
	}
	return told, nil
}
