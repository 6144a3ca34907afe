package auth

import (
	"context"

	"posthaste/messaging"
)

// Enrolment is a new authenticator secret, shown once. It counts only when a code of it has been given.
type Enrolment struct {
	URI    string
	Manual string
}

// BeginEnrolment draws a secret for a user who has none yet. Asking again replaces the one that waits.
func (a *Access) BeginEnrolment(ctx context.Context, pendingToken string, v Visit) (Enrolment, error) {
	now := a.Now()
	account, err := a.pending(ctx, EnrolToken, pendingToken, v, now)
	if err != nil {
		return Enrolment{}, err
	}
	secret, err := NewTOTPSecret(a.Random)
	if err != nil {
		return Enrolment{}, err
	}
	err = a.Store.Act(ctx, account.User.Tenant, func(tx AccessTx) error {
		if _, _, err := tx.LockUser(ctx, account.User.ID); err != nil { // of two at once the later one counts
			return err
		}
		if err := refuseEnrolled(ctx, tx, account.User.ID); err != nil {
			return err
		}
		return tx.PutPendingTOTP(ctx, account.User.ID, TOTPFactor{ID: a.IDs.Next(), Secret: secret}, now)
	})
	return Enrolment{URI: secret.URI(a.Issuer, account.User.Email), Manual: secret.Manual()}, err
}

// refuseEnrolled keeps an enrolment token that is older than the enrolment from adding a factor.
func refuseEnrolled(ctx context.Context, tx AccessTx, user messaging.ID) error {
	factors, err := tx.FactorsOf(ctx, user)
	if err == nil && len(factors.Seconds()) > 0 {
		err = messaging.Refuse(messaging.CodeConflict, "", "a second factor is enrolled already; sign in with it")
	}
	return err
}

// ConfirmEnrolment makes the factor count, opens a session and gives ten recovery codes, all in one transaction.
func (a *Access) ConfirmEnrolment(ctx context.Context, pendingToken, code string, v Visit) (Progress, error) {
	now := a.Now()
	account, err := a.pending(ctx, EnrolToken, pendingToken, v, now)
	if err != nil {
		return Progress{}, err
	}
	counter := a.counter("totp", idBytes(account.User.ID))
	if err := a.Store.TakeTry(ctx, counter, StrangerBudget.Rule(), now); err != nil {
		return Progress{}, err
	}
	codes, hashes, err := a.newRecoveryCodes(account.User.ID)
	if err != nil {
		return Progress{}, err
	}
	wrong := false
	progress, err := a.open(ctx, account, []Factor{FactorPassword, FactorTOTP}, v, now, func(tx AccessTx) error {
		if err := refuseEnrolled(ctx, tx, account.User.ID); err != nil {
			return err
		}
		factor, found, err := tx.TOTP(ctx, account.User.ID, true)
		if err != nil {
			return err
		}
		if !found {
			return messaging.Refuse(messaging.CodeConflict, "", "begin the enrolment first")
		}
		step, ok := MatchStep(factor.Secret, code, now)
		if wrong = !ok; wrong {
			return errCode()
		}
		if ok, err = tx.ConfirmTOTP(ctx, account.User.ID, factor, step, now); err != nil {
			return err
		}
		if !ok {
			return errCode()
		}
		if err := tx.ReplaceRecoveryCodes(ctx, account.User.ID, hashes, a.Recovery.Under()); err != nil {
			return err
		}
		return tx.Audit(ctx, now, event(messaging.AuditFactorEnrolled, account.User, v, factor.ID))
	})
	if wrong {
		a.noteWrongSecond(ctx, account.User, FactorTOTP, counter, v, now)
	}
	if err != nil {
		return Progress{}, err
	}
	progress.Recovery = codes
	return progress, a.Store.ClearTries(ctx, counter)
}
