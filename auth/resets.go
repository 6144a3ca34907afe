package auth

import (
	"context"
	"encoding/json"
	"errors"
	"net/netip"
	"time"

	"posthaste/messaging"
	"posthaste/privacy"
)

// resetLife is how long a link sets a new password.
const resetLife = 30 * time.Minute

// ResetRequest is somebody's wish for a new password, sealed until it is looked at.
type ResetRequest struct {
	Email   string     `json:"email"`
	Address netip.Addr `json:"address"`
}

// PasswordReset is a link as it is kept.
type PasswordReset struct {
	Tenant    messaging.ID
	ID        messaging.ID
	User      messaging.ID
	ExpiresAt time.Time
	Used      bool
}

// ResetQueue takes wishes for later.
type ResetQueue interface {
	PutReset(ctx context.Context, id messaging.ID, sealed []byte) error
}

func resetPlace(id messaging.ID) privacy.AAD {
	return privacy.AAD{Table: "river_job", Column: "password_reset", Row: int64(id)}
}

// RequestPasswordReset asks for a link. The answer and the work are the same whether the person exists or not, because
// nobody looks yet: two counted tries and one wish put down.
func (a *Access) RequestPasswordReset(ctx context.Context, email string, v Visit) error {
	if !a.Post.On() {
		return messaging.Refuse(messaging.CodeConflict, "", "this installation sends no mail; ask your administrator")
	}
	now := a.Now()
	_, claimed := a.emailKeys(email)
	byAddress := a.Store.TakeTry(ctx, a.counter("reset-address", addressBytes(v.Address)), AddressBudget.Rule(), now)
	byName := a.Store.TakeTry(ctx, a.counter("reset", []byte(claimed)), resetRule(), now)
	if err := errors.Join(byAddress, byName); err != nil {
		if failed := firstFailure(byAddress, byName); failed != nil {
			return failed
		}
		return messaging.Refuse(messaging.CodeLimited, "", "too many requests; wait a while before the next").Because(err)
	}
	wish, err := json.Marshal(ResetRequest{Email: claimed, Address: v.Address})
	if err != nil {
		return err
	}
	id := a.IDs.Next()
	return a.Resets.PutReset(ctx, id, a.Sealing.Seal(nil, resetPlace(id), wish))
}

// resetRule bounds the mails that one mailbox can be sent by strangers.
func resetRule() LockoutRule {
	return LockoutRule{Free: 3, First: 5 * time.Minute, Longest: time.Hour, Forget: 24 * time.Hour}
}

// GrantPasswordReset looks at a wish: whoever may come in from the address that asked gets a link by mail, and everybody
// else gets nothing. A link replaces those before it.
func (a *Access) GrantPasswordReset(ctx context.Context, id messaging.ID, sealed []byte) error {
	now := a.Now()
	opened, err := a.Sealing.Open(nil, resetPlace(id), sealed)
	if err != nil {
		return err
	}
	var wish ResetRequest
	if err := json.Unmarshal(opened, &wish); err != nil {
		return errors.New("auth: a wish for a new password cannot be read")
	}
	if now.Sub(id.Time()) > resetLife {
		return nil // it waited too long to be expected still
	}
	keys, _ := a.emailKeys(wish.Email)
	found, known, err := a.Store.AccountByEmail(ctx, keys)
	if err != nil || !known {
		return err
	}
	account, err := a.Store.Account(ctx, found.User.Tenant, found.User.ID) // with the e-mail as it is kept
	if err != nil || !account.admits(wish.Address, now) {
		return err
	}
	secret, err := NewOpaque(a.Random)
	if err != nil {
		return err
	}
	credential, _ := ParseOpaque(secret.Reveal())
	reset := PasswordReset{Tenant: account.User.Tenant, ID: a.IDs.Next(), User: account.User.ID, ExpiresAt: now.Add(resetLife)}
	return a.Store.Act(ctx, account.User.Tenant, func(tx AccessTx) error {
		if err := tx.PutPasswordReset(ctx, reset, a.Invites.Digest([]byte("reset"), credential), now); err != nil {
			return err
		}
		if err := tx.Post(ctx, a.Post.resetMail(a.IDs.Next(), account.User, secret.Reveal(), reset.ExpiresAt, now)); err != nil {
			return err
		}
		return tx.Audit(ctx, now, event(messaging.AuditResetRequested, account.User, Visit{Address: wish.Address}, account.User.ID))
	})
}

func errReset() error {
	return messaging.Refuse(messaging.CodeNotFound, "token", "this link is not good any more; ask for a new one")
}

// ResetPassword sets a new password by a link. It opens no session and touches no second factor; every session ends.
func (a *Access) ResetPassword(ctx context.Context, token, password string, v Visit) error {
	now := a.Now()
	if err := a.Store.TakeTry(ctx, a.counter("reset-use", addressBytes(v.Address)), AddressBudget.Rule(), now); err != nil {
		return err
	}
	credential, ok := ParseOpaque(token)
	if !ok {
		return errReset()
	}
	reset, found, err := a.Store.PasswordReset(ctx, a.Invites.Candidates([]byte("reset"), credential))
	if err != nil {
		return err
	}
	if !found || reset.Used || !now.Before(reset.ExpiresAt) {
		return errReset()
	}
	account, err := a.Store.Account(ctx, reset.Tenant, reset.User)
	if err != nil {
		return err
	}
	if !account.admits(v.Address, now) {
		a.noteBlocked(ctx, account, v, now)
		return errReset()
	}
	hash, err := a.newPassword(ctx, account, password)
	if err != nil {
		return err
	}
	err = a.Store.Act(ctx, reset.Tenant, func(tx AccessTx) error {
		used, err := tx.UsePasswordReset(ctx, reset.ID, now)
		if err == nil && !used {
			err = errReset()
		}
		if err != nil {
			return err
		}
		if err := a.putPassword(ctx, tx, account.User.ID, hash, 0, now); err != nil {
			return err
		}
		return tx.Audit(ctx, now, event(messaging.AuditPasswordReset, account.User, v, account.User.ID))
	})
	if err != nil {
		return err
	}
	// The guesses at the old password are over; those at the second factor are not.
	return a.Store.ClearTries(ctx, a.counter("password", idBytes(account.User.ID)), a.counter("password-listed", idBytes(account.User.ID)),
		a.counter("reset-use", addressBytes(v.Address)))
}

// ChangePassword is for who knows the present one. The other sessions end.
func (a *Access) ChangePassword(ctx context.Context, actor messaging.Actor, present, password string, v Visit) error {
	if err := requireSession(actor); err != nil {
		return err
	}
	now := a.Now()
	account, err := a.Store.Account(ctx, actor.Tenant, actor.User)
	if err != nil {
		return err
	}
	counter := a.counter("password-listed", idBytes(actor.User))
	if err := a.Store.TakeTry(ctx, counter, KnownBudget.Rule(), now); err != nil {
		return err
	}
	right, _, err := a.Passwords.Verify(ctx, account.PasswordHash, present)
	if err != nil {
		return err
	}
	if !right {
		a.noteFailure(ctx, account.User, messaging.AuditSignInFailed, nil, v, now)
		a.noteLockout(ctx, account.User, counter, KnownBudget, v, now)
		return messaging.Refuse(messaging.CodeInvalid, "currentPassword", "this is not your present password")
	}
	if err := a.Store.ClearTries(ctx, counter); err != nil {
		return err
	}
	hash, err := a.newPassword(ctx, account, password)
	if err != nil {
		return err
	}
	return a.Store.Act(ctx, actor.Tenant, func(tx AccessTx) error {
		if err := a.putPassword(ctx, tx, actor.User, hash, actor.Session, now); err != nil {
			return err
		}
		return tx.Audit(ctx, now, actor.Audited(messaging.AuditPasswordChanged, actor.User, nil))
	})
}

func (a *Access) newPassword(ctx context.Context, account Account, password string) (hash string, err error) {
	if err := a.Policy.Check(password, account.Brand, account.User.Email, account.User.Name); err != nil {
		return "", err
	}
	return a.Passwords.Hash(ctx, password)
}

// putPassword stores the hash, closes all links and ends the sessions, all but one.
func (a *Access) putPassword(ctx context.Context, tx AccessTx, user messaging.ID, hash string, but messaging.ID, now time.Time) error {
	if err := tx.ChangePassword(ctx, user, hash, now); err != nil {
		return err
	}
	_, err := tx.EndSessions(ctx, user, 0, but, "password changed", now)
	return err
}
