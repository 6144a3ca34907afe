package auth

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"time"

	"posthaste/messaging"
)

// Progress is how far a sign-in has come: exactly one of Pending and Access is set.
type Progress struct {
	Enrol     bool   // Pending lets a first factor be enrolled; else it lets the second factor be given
	Pending   string // valid for the next step only
	Access    string // the bearer token
	ExpiresAt time.Time
	Recovery  []string // new recovery codes, shown once
	Seconds   []Factor // the second factors that would do
}

// errSignIn is the one answer to an unknown user, a wrong password, a locked or disabled account, a suspended tenant and a
// refused address: whoever may not come in learns nothing about who may.
func errSignIn(cause error) error {
	return messaging.Refuse(messaging.CodeUnauthenticated, "", "this e-mail and password do not let you in from here").Because(cause)
}

// SignIn is the first step. Every call does the same work whoever asks: one look-up, two counted tries, one derivation.
func (a *Access) SignIn(ctx context.Context, email, password string, v Visit) (Progress, error) {
	now := a.Now()
	emailKeys, claimed := a.emailKeys(email)
	account, known, err := a.Store.AccountByEmail(ctx, emailKeys)
	if err != nil {
		return Progress{}, err
	}
	counter, budget := a.passwordCounter(account, known, claimed, v.Address, now)
	waitAddress := a.Store.TakeTry(ctx, a.addressCounter(v.Address), AddressBudget.Rule(), now)
	waitUser := a.Store.TakeTry(ctx, counter, budget.Rule(), now)
	if err := firstFailure(waitAddress, waitUser); err != nil {
		return Progress{}, err
	}
	right, rehash, err := a.verify(ctx, account, known, password)
	if err != nil {
		return Progress{}, err
	}
	switch {
	case !known:
		return Progress{}, errSignIn(errors.New("no such user"))
	case waitAddress != nil || waitUser != nil:
		// Not audited: the tries before it were, and a guesser must not be able to fill the ledger.
		return Progress{}, errSignIn(errors.Join(waitAddress, waitUser))
	case !right:
		a.noteFailure(ctx, account.User, messaging.AuditSignInFailed, nil, v, now)
		a.noteLockout(ctx, account.User, counter, budget, v, now)
		return Progress{}, errSignIn(errors.New("wrong password"))
	case !account.admits(v.Address, now):
		a.noteBlocked(ctx, account, v, now)
		return Progress{}, errSignIn(errors.New("the account may not come in from this address"))
	}
	if err := a.Store.ClearTries(ctx, counter, a.addressCounter(v.Address)); err != nil {
		return Progress{}, err
	}
	if rehash {
		a.rehash(ctx, account, password)
	}
	a.noteHalf(ctx, account.User, v, now)
	return a.pend(ctx, account, now)
}

// emailKeys are the hashes under which the e-mail may be stored. An unreadable e-mail has hashes too, which nobody has.
func (a *Access) emailKeys(email string) (candidates [][]byte, canonical string) {
	canonical = strings.ToLower(strings.TrimSpace(email))
	if address, err := messaging.ParseEmail(email); err == nil {
		canonical = address.Key()
	}
	return a.Emails.Candidates([]byte(canonical)), canonical
}

// passwordCounter counts guesses from addresses of the tenant's list apart from all others: strangers who guess at
// somebody's password use up only the strangers' budget.
func (a *Access) passwordCounter(account Account, known bool, claimed string, address netip.Addr, now time.Time) ([32]byte, Budget) {
	switch {
	case !known:
		return a.counter("stranger", []byte(claimed)), UnknownBudget
	case account.List.Allows(address, now):
		return a.counter("password-listed", idBytes(account.User.ID)), KnownBudget
	default:
		return a.counter("password", idBytes(account.User.ID)), StrangerBudget
	}
}

// userCounters are all that a user's tries are counted by.
func (a *Access) userCounters(user messaging.ID) [][32]byte {
	var counters [][32]byte
	for _, kind := range []string{"password", "password-listed", "totp", "passkey", "recovery", half} {
		counters = append(counters, a.counter(kind, idBytes(user)))
	}
	return counters
}

// firstFailure gives the first error that is no refusal: then nothing can be decided and nobody gets in.
func firstFailure(errs ...error) error {
	for _, err := range errs {
		if err != nil && messaging.CodeOf(err) != messaging.CodeLimited {
			return err
		}
	}
	return nil
}

func (a *Access) verify(ctx context.Context, account Account, known bool, password string) (right, rehash bool, err error) {
	if !known {
		return false, false, a.Passwords.VerifyDummy(ctx, password)
	}
	return a.Passwords.Verify(ctx, account.PasswordHash, password)
}

// rehash renews a stored text whose cost or pepper is out of date, unless another was stored meanwhile. Should it fail, the next sign-in tries again.
func (a *Access) rehash(ctx context.Context, account Account, password string) {
	hash, err := a.Passwords.Hash(ctx, password)
	if err != nil {
		return
	}
	_ = a.Store.Act(ctx, account.User.Tenant, func(tx AccessTx) error { return tx.SetPasswordHash(ctx, account.User.ID, account.PasswordHash, hash) })
}

// pend gives the token for the next step.
func (a *Access) pend(ctx context.Context, account Account, now time.Time) (Progress, error) {
	factors, err := a.Store.FactorsOf(ctx, account.User.Tenant, account.User.ID)
	if err != nil {
		return Progress{}, err
	}
	kind := EnrolToken
	if len(factors.Seconds()) > 0 {
		kind = MFAToken
	}
	tokens, err := a.Tokens(ctx)
	if err != nil {
		return Progress{}, err
	}
	text, err := tokens.Sign(a.Random, now, Claims{
		Kind: kind, User: account.User.ID, Tenant: account.User.Tenant, Methods: []Factor{FactorPassword}, AuthTime: now,
	})
	return Progress{Enrol: kind == EnrolToken, Pending: text, Seconds: factors.Seconds()}, err
}

// pending opens the token of the step before and judges the account anew.
func (a *Access) pending(ctx context.Context, kind TokenKind, text string, v Visit, now time.Time) (Account, error) {
	tokens, err := a.Tokens(ctx)
	if err != nil {
		return Account{}, err
	}
	claims, err := tokens.Verify(now, kind, text)
	if err != nil {
		return Account{}, err
	}
	account, err := a.Store.Account(ctx, claims.Tenant, claims.User)
	if err != nil {
		return Account{}, err
	}
	if claims.AuthTime.Before(account.PasswordAt.Truncate(time.Second)) { // a token counts whole seconds
		return Account{}, errCredential("the password was changed since")
	}
	if !account.admits(v.Address, now) {
		a.noteBlocked(ctx, account, v, now)
		return Account{}, errSignIn(errors.New("the account may not come in from this address"))
	}
	return account, nil
}

// errCode is the one answer to a wrong, padded, spent and late code.
func errCode() error {
	return messaging.Refuse(messaging.CodeUnauthenticated, "code", "this code is not right; wait for the next one")
}

// ConfirmSecondFactor is the second step: it spends one code and opens a session.
func (a *Access) ConfirmSecondFactor(ctx context.Context, pendingToken, code string, v Visit) (Progress, error) {
	now := a.Now()
	account, err := a.pending(ctx, MFAToken, pendingToken, v, now)
	if err != nil {
		return Progress{}, err
	}
	if err := a.spendCode(ctx, account.User, code, v, now); err != nil {
		a.noteWrongHalf(ctx, account.User, err, v, now)
		return Progress{}, err
	}
	return a.open(ctx, account, []Factor{FactorPassword, FactorTOTP}, v, now, nil)
}

// spendCode takes a try, then the code. The try is counted in its own transaction, before the code is looked at.
func (a *Access) spendCode(ctx context.Context, user User, code string, v Visit, now time.Time) error {
	counter := a.counter("totp", idBytes(user.ID))
	if err := a.Store.TakeTry(ctx, counter, StrangerBudget.Rule(), now); err != nil {
		return err
	}
	ok := false
	err := a.Store.Act(ctx, user.Tenant, func(tx AccessTx) error {
		factor, found, err := tx.TOTP(ctx, user.ID, false)
		if err != nil || !found {
			return err
		}
		ok, err = ConsumeTOTP(ctx, tx, user.ID, factor.Secret, code, now)
		return err
	})
	if err != nil {
		return err
	}
	if !ok {
		a.noteWrongSecond(ctx, user, FactorTOTP, counter, v, now)
		return errCode()
	}
	return a.Store.ClearTries(ctx, counter)
}

// UseRecoveryCode stands in for the code of a lost authenticator app.
func (a *Access) UseRecoveryCode(ctx context.Context, pendingToken, code string, v Visit) (Progress, error) {
	now := a.Now()
	account, err := a.pending(ctx, MFAToken, pendingToken, v, now)
	if err != nil {
		return Progress{}, err
	}
	counter := a.counter("recovery", idBytes(account.User.ID))
	if err := a.Store.TakeTry(ctx, counter, StrangerBudget.Rule(), now); err != nil {
		return Progress{}, err
	}
	candidates, _ := RecoveryCandidates(a.Recovery, account.User.ID, code) // of no form: none, and so wrong like any other
	wrong := false
	progress, err := a.open(ctx, account, []Factor{FactorPassword, FactorRecovery}, v, now, func(tx AccessTx) error {
		used, err := tx.UseRecoveryCode(ctx, account.User.ID, candidates)
		if err != nil {
			return err
		}
		if wrong = !used; wrong {
			return errCode()
		}
		return tx.Audit(ctx, now, event(messaging.AuditRecoveryUsed, account.User, v, account.User.ID))
	})
	if wrong {
		a.noteWrongSecond(ctx, account.User, FactorRecovery, counter, v, now)
		a.noteHalf(ctx, account.User, v, now)
	}
	if err != nil {
		return Progress{}, err
	}
	return progress, a.Store.ClearTries(ctx, counter)
}

// open starts a session: a new id, an access token, and the refresh cookie of its first turn. before runs in the same
// transaction, first.
func (a *Access) open(ctx context.Context, account Account, factors []Factor, v Visit, now time.Time, before func(AccessTx) error) (Progress, error) {
	client := a.clientHash(v)
	s := StoredSession{
		ID: a.IDs.Next(), User: account.User.ID, RotatedAt: now, ClientHash: client[:], Address: v.Address, Agent: v.Agent, Factors: factors,
		PasswordAt: now, SecondAt: now, ProofFrom: v.Address, CreatedAt: now, LastUsedAt: now, ExpiresAt: now.Add(account.Limits.Absolute),
	}
	err := a.Store.Act(ctx, account.User.Tenant, func(tx AccessTx) error {
		active, passwordAt, err := tx.LockUser(ctx, account.User.ID)
		if err != nil {
			return err
		}
		if before != nil {
			if err := before(tx); err != nil {
				return err
			}
		}
		// Whatever ends the user's sessions could not see this one: it must not outlive what happened since the first step.
		seconds, err := tx.FactorsOf(ctx, account.User.ID)
		if err != nil {
			return err
		}
		if !active || !passwordAt.Equal(account.PasswordAt) || len(seconds.Seconds()) == 0 {
			return errSignIn(errors.New("the account was changed during the sign-in"))
		}
		known, err := tx.KnowsNetwork(ctx, account.User.ID, networkOf(v.Address))
		if err != nil {
			return err
		}
		if err := tx.InsertSession(ctx, s); err != nil {
			return err
		}
		if _, err := tx.EndSurplus(ctx, account.User.ID, account.Limits, now); err != nil {
			return err
		}
		if err := tx.NoteSignIn(ctx, account.User.ID, now); err != nil {
			return err
		}
		events := []messaging.AuditEvent{event(messaging.AuditSignedIn, account.User, v, s.ID)}
		if !known {
			events = append(events, event(messaging.AuditNewAddress, account.User, v, s.ID))
		}
		return tx.Audit(ctx, now, events...)
	})
	if err == nil {
		err = a.Store.ClearTries(ctx, a.counter(half, idBytes(account.User.ID)))
	}
	if err != nil {
		return Progress{}, err
	}
	return a.renewed(ctx, account.User, s, v, now)
}

// renewed answers with the access token and sets the cookie of the session's present turn.
func (a *Access) renewed(ctx context.Context, user User, s StoredSession, v Visit, now time.Time) (Progress, error) {
	tokens, err := a.Tokens(ctx)
	if err != nil {
		return Progress{}, err
	}
	text, err := tokens.Sign(a.Random, now, Claims{
		Kind: AccessToken, User: user.ID, Tenant: user.Tenant, Session: s.ID, Methods: s.Factors, AuthTime: s.CreatedAt,
	})
	if err != nil {
		return Progress{}, err
	}
	v.SetRefresh(a.Refresh.Make(s.ID, s.RefreshN).Reveal(), s.ExpiresAt)
	return Progress{Access: text, ExpiresAt: now.Add(AccessToken.lifetime())}, nil
}

func event(action messaging.AuditAction, user User, v Visit, target messaging.ID) messaging.AuditEvent {
	return messaging.AuditEvent{Action: action, User: user.ID, Address: v.Address, Target: target}
}

// noteFailure and noteBlocked write beside the answer, not before it: an attempt at an existing account must not take
// longer than one at none.
func (a *Access) noteFailure(ctx context.Context, user User, action messaging.AuditAction, detail map[string]string, v Visit, now time.Time) {
	failed := event(action, user, v, user.ID)
	failed.Detail = detail
	a.beside(ctx, func(ctx context.Context) {
		_ = a.Store.Act(ctx, user.Tenant, func(tx AccessTx) error { return tx.Audit(ctx, now, failed) })
	})
}

// noteWrongSecond is for whatever stands beside the password, wherever it is asked for.
func (a *Access) noteWrongSecond(ctx context.Context, user User, factor Factor, counter [32]byte, v Visit, now time.Time) {
	a.noteFailure(ctx, user, messaging.AuditSecondFailed, map[string]string{"factor": string(factor)}, v, now)
	a.noteLockout(ctx, user, counter, StrangerBudget, v, now)
}

// noteLockout writes down, once for each run of failures, that the next try has to wait.
func (a *Access) noteLockout(ctx context.Context, user User, counter [32]byte, budget Budget, v Visit, now time.Time) {
	a.beside(ctx, func(ctx context.Context) {
		begun, err := a.Store.TellLockout(ctx, counter, budget.Rule().Free)
		if err != nil || !begun {
			return
		}
		_ = a.Store.Act(ctx, user.Tenant, func(tx AccessTx) error {
			return tx.Audit(ctx, now, event(messaging.AuditLockedOut, user, v, user.ID))
		})
	})
}

// half names the count of sign-ins that stopped half-way.
const half = "half"

// noteHalf counts what was given of a sign-in: the right password, and wrong second factors after it. Who does that again and
// again and never comes in knows the password and no more: the person is told, once until the next sign-in.
func (a *Access) noteHalf(ctx context.Context, user User, v Visit, now time.Time) {
	counter, rule := a.counter(half, idBytes(user.ID)), HalfBudget.Rule()
	a.beside(ctx, func(ctx context.Context) {
		if a.Store.TakeTry(ctx, counter, rule, now) != nil {
			return
		}
		begun, err := a.Store.TellLockout(ctx, counter, rule.Free)
		if err != nil || !begun {
			return
		}
		_ = a.Store.Act(ctx, user.Tenant, func(tx AccessTx) error {
			return tx.Audit(ctx, now, event(messaging.AuditHalfSignIn, user, v, user.ID))
		})
	})
}

// noteWrongHalf counts a second step that was refused because what was shown was wrong.
func (a *Access) noteWrongHalf(ctx context.Context, user User, err error, v Visit, now time.Time) {
	if code := messaging.CodeOf(err); code == messaging.CodeUnauthenticated || code == messaging.CodeInvalid {
		a.noteHalf(ctx, user, v, now)
	}
}

// networkOf is what counts as the same place: an IPv4 address, or the /64 that one client owns.
func networkOf(address netip.Addr) netip.Prefix {
	address = plainAddr(address)
	bits := address.BitLen()
	if address.Is6() {
		bits = 64
	}
	return netip.PrefixFrom(address, bits).Masked()
}

func (a *Access) noteBlocked(ctx context.Context, account Account, v Visit, now time.Time) {
	a.beside(ctx, func(ctx context.Context) {
		_ = a.Store.NoteBlocked(ctx, account.User.Tenant, Blocked{At: now, Address: v.Address, Credential: "SIGN_IN", User: account.User.ID})
	})
}

const besideLimit = 5 * time.Second

func (a *Access) beside(ctx context.Context, fn func(context.Context)) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), besideLimit)
	go func() {
		defer cancel()
		defer func() {
			if cause := recover(); cause != nil {
				_ = messaging.Recovered(a.Log, "noting an attempt", cause)
			}
		}()
		fn(ctx)
	}()
}
