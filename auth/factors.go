package auth

import (
	"context"
	"encoding/json"
	"time"

	"posthaste/messaging"
)

// Factors are what a user has to show beside the password.
type Factors struct {
	User          messaging.ID
	TOTP          bool
	Passkeys      int
	RecoveryCodes int // unused
}

// Seconds are the kinds of second factor that are enrolled, the stronger first. Recovery codes only stand in for one.
func (f Factors) Seconds() []Factor {
	var kinds []Factor
	if f.Passkeys > 0 {
		kinds = append(kinds, FactorPasskey)
	}
	if f.TOTP {
		kinds = append(kinds, FactorTOTP)
	}
	return kinds
}

// FactorStore reads factors.
type FactorStore interface {
	FactorsOf(ctx context.Context, tenant, user messaging.ID) (Factors, error)
	// FactorCoverage is of every active user of the tenant, by name.
	FactorCoverage(ctx context.Context, tenant messaging.ID) ([]Factors, error)
	PasskeysOf(ctx context.Context, tenant, user messaging.ID) ([]Passkey, error)
}

// FactorTx changes factors in one of the tenant's transactions.
type FactorTx interface {
	FactorsOf(ctx context.Context, user messaging.ID) (Factors, error)
	// LockUser has changes of one user's factors come one after the other, and tells how the user stands.
	LockUser(ctx context.Context, user messaging.ID) (active bool, passwordAt time.Time, err error)
	DropActiveTOTP(ctx context.Context, user messaging.ID) error
	// DropFactors takes away everything beside the password, what waits for confirmation as well.
	DropFactors(ctx context.Context, user messaging.ID) error
	SetUserRole(ctx context.Context, user messaging.ID, role Role) (bool, error)
	// InsertPasskey is false for a credential that is enrolled already.
	InsertPasskey(ctx context.Context, user messaging.ID, p Passkey) (bool, error)
	UsePasskey(ctx context.Context, user messaging.ID, credential []byte, record json.RawMessage, now time.Time) (bool, error)
	RenamePasskey(ctx context.Context, user, passkey messaging.ID, name string) (bool, error)
	RemovePasskey(ctx context.Context, user, passkey messaging.ID) (bool, error)
	PutChallenge(ctx context.Context, c Challenge, now time.Time) error
	// TakeChallenge spends a challenge; false for one that is unknown, spent, over, another's or for something else.
	TakeChallenge(ctx context.Context, user, id messaging.ID, purpose ChallengePurpose, now time.Time) (json.RawMessage, bool, error)
}

func (a *Access) newRecoveryCodes(user messaging.ID) (codes []string, hashes [][32]byte, err error) {
	if codes, err = NewRecoveryCodes(a.Random); err != nil {
		return nil, nil, err
	}
	hashes, err = a.recoveryHashes(user, codes)
	return codes, hashes, err
}

func (a *Access) recoveryHashes(user messaging.ID, codes []string) (hashes [][32]byte, err error) {
	hashes = make([][32]byte, len(codes))
	for i, c := range codes {
		if hashes[i], err = RecoveryHash(a.Recovery, user, c); err != nil {
			return nil, err
		}
	}
	return hashes, nil
}

// RenewRecoveryCodes gives ten new codes, shown once; the old ones are void.
func (a *Access) RenewRecoveryCodes(ctx context.Context, actor messaging.Actor) ([]string, error) {
	if err := requireSession(actor); err != nil {
		return nil, err
	}
	codes, hashes, err := a.newRecoveryCodes(actor.User)
	if err != nil {
		return nil, err
	}
	now := a.Now()
	return codes, a.Store.Act(ctx, actor.Tenant, func(tx AccessTx) error {
		if err := tx.ReplaceRecoveryCodes(ctx, actor.User, hashes, a.Recovery.Under()); err != nil {
			return err
		}
		return tx.Audit(ctx, now, actor.Audited(messaging.AuditRecoveryRenewed, actor.User, nil))
	})
}

// BeginReplacement draws a secret for another authenticator app. The old app goes on until a code of the new one has
// been given.
func (a *Access) BeginReplacement(ctx context.Context, actor messaging.Actor) (Enrolment, error) {
	if err := requireSession(actor); err != nil {
		return Enrolment{}, err
	}
	account, err := a.Store.Account(ctx, actor.Tenant, actor.User)
	if err != nil {
		return Enrolment{}, err
	}
	secret, err := NewTOTPSecret(a.Random)
	if err != nil {
		return Enrolment{}, err
	}
	err = a.Store.Act(ctx, actor.Tenant, func(tx AccessTx) error {
		if _, _, err := tx.LockUser(ctx, actor.User); err != nil { // of two at once the later one counts
			return err
		}
		return tx.PutPendingTOTP(ctx, actor.User, TOTPFactor{ID: a.IDs.Next(), Secret: secret}, a.Now())
	})
	return Enrolment{URI: secret.URI(a.Issuer, account.User.Email), Manual: secret.Manual()}, err
}

// ConfirmReplacement puts the new app in the place of the old one. The user's other sessions end.
func (a *Access) ConfirmReplacement(ctx context.Context, actor messaging.Actor, code string) error {
	if err := requireSession(actor); err != nil {
		return err
	}
	now := a.Now()
	counter := a.counter("totp", idBytes(actor.User))
	if err := a.Store.TakeTry(ctx, counter, StrangerBudget.Rule(), now); err != nil {
		return err
	}
	wrong := false
	err := a.Store.Act(ctx, actor.Tenant, func(tx AccessTx) error {
		if _, _, err := tx.LockUser(ctx, actor.User); err != nil {
			return err
		}
		factor, found, err := tx.TOTP(ctx, actor.User, true)
		if err != nil {
			return err
		}
		if !found {
			return messaging.Refuse(messaging.CodeConflict, "", "begin the replacement first")
		}
		step, right := MatchStep(factor.Secret, code, now)
		if wrong = !right; wrong {
			return errNewCode()
		}
		if err := tx.DropActiveTOTP(ctx, actor.User); err != nil {
			return err
		}
		confirmed, err := tx.ConfirmTOTP(ctx, actor.User, factor, step, now)
		if err == nil && !confirmed {
			err = errNewCode()
		}
		if err != nil {
			return err
		}
		if _, err := tx.EndSessions(ctx, actor.User, 0, actor.Session, "second factor replaced", now); err != nil {
			return err
		}
		return tx.Audit(ctx, now, actor.Audited(messaging.AuditFactorReplaced, factor.ID, nil))
	})
	if wrong {
		a.noteWrongSecond(ctx, User{Tenant: actor.Tenant, ID: actor.User}, FactorTOTP, counter, Visit{Address: actor.Address}, now)
	}
	if err != nil {
		return err
	}
	return a.Store.ClearTries(ctx, counter)
}

// errNewCode is no matter of the session: it stays.
func errNewCode() error {
	return messaging.Refuse(messaging.CodeInvalid, "code", "this is not the new app's code; wait for the next one")
}

// ResetFactors takes a user's factors and recovery codes away, so that the next sign-in leads to enrolment. No secret is
// read. Nobody resets their own, which would be a way around showing them.
func (a *Access) ResetFactors(ctx context.Context, actor messaging.Actor, user messaging.ID) error {
	if user == actor.User {
		return messaging.Refuse(messaging.CodeConflict, "id", "replace your own factor instead; another administrator can reset it")
	}
	if err := a.mayManage(ctx, actor, user); err != nil {
		return err
	}
	return a.resetFactors(ctx, actor.Tenant, user, actor.Audited(messaging.AuditFactorReset, user, nil))
}

func (a *Access) resetFactors(ctx context.Context, tenant, user messaging.ID, audited messaging.AuditEvent) error {
	now := a.Now()
	err := a.Store.Act(ctx, tenant, func(tx AccessTx) error {
		if _, _, err := tx.LockUser(ctx, user); err != nil {
			return err
		}
		if err := tx.DropFactors(ctx, user); err != nil {
			return err
		}
		if _, err := tx.EndSessions(ctx, user, 0, 0, "second factor reset", now); err != nil {
			return err
		}
		return tx.Audit(ctx, now, audited)
	})
	if err != nil {
		return err
	}
	return a.Store.ClearTries(ctx, a.userCounters(user)...)
}

// SetUserRole gives a user another role. Nobody changes their own; the last owner stays one. The user's sessions end.
func (a *Access) SetUserRole(ctx context.Context, actor messaging.Actor, user messaging.ID, role Role) error {
	if user == actor.User {
		return messaging.Refuse(messaging.CodeConflict, "id", "you cannot change your own role")
	}
	if err := a.mayManage(ctx, actor, user); err != nil {
		return err
	}
	by, err := a.Store.Account(ctx, actor.Tenant, actor.User)
	if err != nil {
		return err
	}
	if !MayAssign([]Role{by.User.Role}, role, actor.Tenant) {
		return messaging.Refuse(messaging.CodeForbidden, "role", "you cannot give this role")
	}
	now := a.Now()
	return a.Store.Act(ctx, actor.Tenant, func(tx AccessTx) error {
		if _, err := tx.LockedPolicy(ctx); err != nil { // such changes come one after the other
			return err
		}
		before, active, err := tx.RoleOf(ctx, user)
		if err != nil {
			return err
		}
		if before == role {
			return messaging.Refuse(messaging.CodeConflict, "role", "the person has this role already")
		}
		if found, err := tx.SetUserRole(ctx, user, role); err != nil || !found {
			return firstError(err, errNoUser())
		}
		if owners, err := tx.OtherOwners(ctx, 0); err != nil || owners == 0 && active {
			return firstError(err, messaging.Refuse(messaging.CodeConflict, "id", "the last owner stays one"))
		}
		if _, err := tx.EndSessions(ctx, user, 0, 0, "role changed", now); err != nil {
			return err
		}
		if err := withdrawInvitesBy(ctx, tx, actor, user, role, now); err != nil {
			return err
		}
		detail := map[string]string{"before": string(before), "after": string(role)}
		return tx.Audit(ctx, now, actor.Audited(messaging.AuditRoleChanged, user, detail))
	})
}

func firstError(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// EndUserSessions ends all sessions of another user of the tenant.
func (a *Access) EndUserSessions(ctx context.Context, actor messaging.Actor, user messaging.ID) (int, error) {
	if err := a.mayManage(ctx, actor, user); err != nil {
		return 0, err
	}
	now := a.Now()
	ended := 0
	err := a.Store.Act(ctx, actor.Tenant, func(tx AccessTx) (err error) {
		if ended, err = tx.EndSessions(ctx, user, 0, 0, "ended by an administrator", now); err != nil || ended == 0 {
			return err
		}
		return tx.Audit(ctx, now, actor.Audited(messaging.AuditSessionsEnded, user, nil))
	})
	return ended, err
}
