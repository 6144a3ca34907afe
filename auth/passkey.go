package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"posthaste/messaging"
)

// NewPasskeys makes the relying party of the installation: its public URL names host and origin, and whoever holds the
// device must show that it is theirs.
func NewPasskeys(public *url.URL) (*webauthn.WebAuthn, error) {
	return webauthn.New(&webauthn.Config{
		RPID: public.Hostname(), RPDisplayName: "Posthaste", RPOrigins: []string{public.Scheme + "://" + public.Host},
		AuthenticatorSelection: protocol.AuthenticatorSelection{UserVerification: protocol.VerificationRequired},
	})
}

const (
	challengeLife = 5 * time.Minute
	maxPasskeys   = 10
	maxResponse   = 16 << 10
)

// ChallengePurpose is what a challenge was given out for.
type ChallengePurpose string

const (
	ToRegister ChallengePurpose = "REGISTER"
	ToSignIn   ChallengePurpose = "SIGN_IN"
	ToStepUp   ChallengePurpose = "STEP_UP"
)

// Challenge is a ceremony that has begun.
type Challenge struct {
	ID      messaging.ID
	User    messaging.ID
	Purpose ChallengePurpose
	Session json.RawMessage // webauthn.SessionData
	Expires time.Time
}

// Ceremony is what the browser needs for its part: Options go to navigator.credentials.
type Ceremony struct {
	ID      messaging.ID
	Options string
}

// Passkey is an enrolled passkey.
type Passkey struct {
	ID         messaging.ID
	Credential []byte
	Record     json.RawMessage // webauthn.Credential
	Name       string
	CreatedAt  time.Time
	LastUsed   time.Time
}

// BackedUp tells whether the passkey lives on more than one device.
func (p Passkey) BackedUp() bool {
	var c webauthn.Credential
	return json.Unmarshal(p.Record, &c) == nil && c.Flags.BackupState
}

// holder is a user as the library sees one.
type holder struct {
	user        User
	credentials []webauthn.Credential
}

func (h holder) WebAuthnID() []byte                         { return idBytes(h.user.ID) }
func (h holder) WebAuthnName() string                       { return h.user.Email }
func (h holder) WebAuthnDisplayName() string                { return h.user.Name }
func (h holder) WebAuthnCredentials() []webauthn.Credential { return h.credentials }

// errPasskey is the one answer to a ceremony that failed; the cause is for the log.
func errPasskey(cause error) error {
	return messaging.Refuse(messaging.CodeInvalid, "response", "this passkey did not work; try again").Because(cause)
}

func (a *Access) holder(ctx context.Context, user User) (holder, error) {
	if a.Passkeys == nil {
		return holder{}, messaging.Refuse(messaging.CodeConflict, "", "passkeys are not offered here")
	}
	keys, err := a.Store.PasskeysOf(ctx, user.Tenant, user.ID)
	h := holder{user: user}
	for _, k := range keys {
		var c webauthn.Credential
		if err := json.Unmarshal(k.Record, &c); err != nil {
			return h, fmt.Errorf("auth: read a passkey: %w", err)
		}
		h.credentials = append(h.credentials, c)
	}
	return h, err
}

// begin keeps the server's half of a ceremony and gives the browser's.
func (a *Access) begin(ctx context.Context, user User, purpose ChallengePurpose, options any, session *webauthn.SessionData) (Ceremony, error) {
	now := a.Now()
	kept, err := json.Marshal(session)
	if err != nil {
		return Ceremony{}, fmt.Errorf("auth: keep a challenge: %w", err)
	}
	shown, err := json.Marshal(options)
	if err != nil {
		return Ceremony{}, fmt.Errorf("auth: write a challenge: %w", err)
	}
	c := Challenge{ID: a.IDs.Next(), User: user.ID, Purpose: purpose, Session: kept, Expires: now.Add(challengeLife)}
	err = a.Store.Act(ctx, user.Tenant, func(tx AccessTx) error { return tx.PutChallenge(ctx, c, now) })
	return Ceremony{ID: c.ID, Options: string(shown)}, err
}

// take spends a challenge in a transaction of its own, before the answer is looked at.
func (a *Access) take(ctx context.Context, user User, id messaging.ID, purpose ChallengePurpose) (webauthn.SessionData, error) {
	var session webauthn.SessionData
	var kept json.RawMessage
	found := false
	err := a.Store.Act(ctx, user.Tenant, func(tx AccessTx) (err error) {
		kept, found, err = tx.TakeChallenge(ctx, user.ID, id, purpose, a.Now())
		return err
	})
	if err == nil && !found {
		err = errPasskey(errors.New("no such challenge, or it was used"))
	}
	if err != nil {
		return session, err
	}
	if err := json.Unmarshal(kept, &session); err != nil {
		return session, fmt.Errorf("auth: read a challenge: %w", err)
	}
	return session, nil
}

func (a *Access) own(ctx context.Context, actor messaging.Actor) (User, error) {
	if err := requireSession(actor); err != nil {
		return User{}, err
	}
	account, err := a.Store.Account(ctx, actor.Tenant, actor.User)
	return account.User, err
}

// BeginPasskey starts the enrolment of a passkey.
func (a *Access) BeginPasskey(ctx context.Context, actor messaging.Actor) (Ceremony, error) {
	user, err := a.own(ctx, actor)
	if err != nil {
		return Ceremony{}, err
	}
	h, err := a.holder(ctx, user)
	if err != nil {
		return Ceremony{}, err
	}
	if len(h.credentials) >= maxPasskeys {
		return Ceremony{}, messaging.Refuse(messaging.CodeLimited, "", "a person has at most %d passkeys", maxPasskeys)
	}
	options, session, err := a.Passkeys.BeginRegistration(h, webauthn.WithExclusions(webauthn.Credentials(h.credentials).CredentialDescriptors()))
	if err != nil {
		return Ceremony{}, fmt.Errorf("auth: begin a passkey: %w", err)
	}
	return a.begin(ctx, user, ToRegister, options, session)
}

// FinishPasskey enrols the passkey that the browser made.
func (a *Access) FinishPasskey(ctx context.Context, actor messaging.Actor, id messaging.ID, response, name string) (Passkey, error) {
	user, err := a.own(ctx, actor)
	if err != nil {
		return Passkey{}, err
	}
	if name, err = personName(name); err != nil {
		return Passkey{}, err
	}
	h, err := a.holder(ctx, user)
	if err != nil {
		return Passkey{}, err
	}
	session, err := a.take(ctx, user, id, ToRegister)
	if err != nil {
		return Passkey{}, err
	}
	if len(response) > maxResponse {
		return Passkey{}, errPasskey(errors.New("response too long"))
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes([]byte(response))
	if err != nil {
		return Passkey{}, errPasskey(ceremonyFault(err))
	}
	c, err := a.Passkeys.CreateCredential(h, session, parsed)
	if err != nil {
		return Passkey{}, errPasskey(ceremonyFault(err))
	}
	record, err := json.Marshal(c)
	if err != nil {
		return Passkey{}, fmt.Errorf("auth: write a passkey: %w", err)
	}
	now := a.Now()
	p := Passkey{ID: a.IDs.Next(), Credential: c.ID, Record: record, Name: name, CreatedAt: now}
	return p, a.Store.Act(ctx, actor.Tenant, func(tx AccessTx) error {
		added, err := tx.InsertPasskey(ctx, user.ID, p)
		if err == nil && !added {
			err = messaging.Refuse(messaging.CodeConflict, "response", "this passkey is enrolled already")
		}
		if err != nil {
			return err
		}
		return tx.Audit(ctx, now, actor.Audited(messaging.AuditPasskeyAdded, p.ID, nil))
	})
}

// ceremonyFault names the rule that was broken; the library's details may repeat what was presented.
func ceremonyFault(err error) error {
	if fault, ok := errors.AsType[*protocol.Error](err); ok {
		return errors.New("webauthn: " + fault.Type)
	}
	return errors.New("webauthn: the response is broken")
}

func (a *Access) beginLogin(ctx context.Context, user User, purpose ChallengePurpose) (Ceremony, error) {
	h, err := a.holder(ctx, user)
	if err != nil {
		return Ceremony{}, err
	}
	if len(h.credentials) == 0 {
		return Ceremony{}, messaging.Refuse(messaging.CodeConflict, "", "no passkey is enrolled; use the authenticator app")
	}
	options, session, err := a.Passkeys.BeginLogin(h, webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return Ceremony{}, fmt.Errorf("auth: ask for a passkey: %w", err)
	}
	return a.begin(ctx, user, purpose, options, session)
}

// assertion judges the browser's answer. A counter that did not move on means a copy of the key: it is refused and told.
func (a *Access) assertion(ctx context.Context, user User, id messaging.ID, purpose ChallengePurpose, response string, v Visit, now time.Time) error {
	counter := a.counter("passkey", idBytes(user.ID))
	if err := a.Store.TakeTry(ctx, counter, StrangerBudget.Rule(), now); err != nil {
		return err
	}
	err := a.judgeAssertion(ctx, user, id, purpose, response, v, now)
	if err != nil {
		if messaging.CodeOf(err) == messaging.CodeInvalid {
			a.noteWrongSecond(ctx, user, FactorPasskey, counter, v, now)
		}
		return err
	}
	return a.Store.ClearTries(ctx, counter)
}

func (a *Access) judgeAssertion(ctx context.Context, user User, id messaging.ID, purpose ChallengePurpose, response string, v Visit, now time.Time) error {
	session, err := a.take(ctx, user, id, purpose)
	if err != nil {
		return err
	}
	h, err := a.holder(ctx, user)
	if err != nil {
		return err
	}
	if len(response) > maxResponse {
		return errPasskey(errors.New("response too long"))
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes([]byte(response))
	if err != nil {
		return errPasskey(ceremonyFault(err))
	}
	c, err := a.Passkeys.ValidateLogin(h, session, parsed)
	if err != nil {
		return errPasskey(ceremonyFault(err))
	}
	if c.Authenticator.CloneWarning {
		err := a.Store.Act(ctx, user.Tenant, func(tx AccessTx) error {
			return tx.Audit(ctx, now, event(messaging.AuditPasskeyCloned, user, v, user.ID))
		})
		return firstError(err, errPasskey(errors.New("webauthn: the counter did not move on")))
	}
	record, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("auth: write a passkey: %w", err)
	}
	return a.Store.Act(ctx, user.Tenant, func(tx AccessTx) error {
		used, err := tx.UsePasskey(ctx, user.ID, c.ID, record, now)
		if err == nil && !used {
			err = errPasskey(errors.New("the passkey was removed meanwhile"))
		}
		return err
	})
}

// BeginPasskeySignIn asks for a passkey after the password.
func (a *Access) BeginPasskeySignIn(ctx context.Context, pendingToken string, v Visit) (Ceremony, error) {
	account, err := a.pending(ctx, MFAToken, pendingToken, v, a.Now())
	if err != nil {
		return Ceremony{}, err
	}
	return a.beginLogin(ctx, account.User, ToSignIn)
}

// FinishPasskeySignIn is the second step with a passkey in the place of a code.
func (a *Access) FinishPasskeySignIn(ctx context.Context, pendingToken string, id messaging.ID, response string, v Visit) (Progress, error) {
	now := a.Now()
	account, err := a.pending(ctx, MFAToken, pendingToken, v, now)
	if err != nil {
		return Progress{}, err
	}
	if err := a.assertion(ctx, account.User, id, ToSignIn, response, v, now); err != nil {
		a.noteWrongHalf(ctx, account.User, err, v, now)
		return Progress{}, err
	}
	return a.open(ctx, account, []Factor{FactorPassword, FactorPasskey}, v, now, nil)
}

// BeginPasskeyStepUp asks for a passkey in a session.
func (a *Access) BeginPasskeyStepUp(ctx context.Context, actor messaging.Actor) (Ceremony, error) {
	user, err := a.own(ctx, actor)
	if err != nil {
		return Ceremony{}, err
	}
	return a.beginLogin(ctx, user, ToStepUp)
}

// FinishPasskeyStepUp makes the session's second factor fresh, here and now.
func (a *Access) FinishPasskeyStepUp(ctx context.Context, actor messaging.Actor, id messaging.ID, response string, v Visit) error {
	now := a.Now()
	user, err := a.own(ctx, actor)
	if err != nil {
		return err
	}
	if err := a.assertion(ctx, user, id, ToStepUp, response, v, now); err != nil {
		return err
	}
	return a.steppedUp(ctx, actor, FactorPasskey, v, now)
}

// OwnPasskeys lists the actor's passkeys, the oldest first.
func (a *Access) OwnPasskeys(ctx context.Context, actor messaging.Actor) ([]Passkey, error) {
	if err := requireSession(actor); err != nil {
		return nil, err
	}
	return a.Store.PasskeysOf(ctx, actor.Tenant, actor.User)
}

func errNoPasskey() error { return messaging.Refuse(messaging.CodeNotFound, "id", "no such passkey") }

// RenamePasskey names one of the actor's passkeys anew.
func (a *Access) RenamePasskey(ctx context.Context, actor messaging.Actor, id messaging.ID, name string) error {
	name, err := personName(name)
	if err != nil {
		return err
	}
	if err := requireSession(actor); err != nil {
		return err
	}
	return a.Store.Act(ctx, actor.Tenant, func(tx AccessTx) error {
		if found, err := tx.RenamePasskey(ctx, actor.User, id, name); err != nil || !found {
			return firstError(err, errNoPasskey())
		}
		return tx.Audit(ctx, a.Now(), actor.Audited(messaging.AuditPasskeyRenamed, id, nil))
	})
}

// RemovePasskey takes one of the actor's passkeys away, unless it is the last factor. The user's other sessions end.
func (a *Access) RemovePasskey(ctx context.Context, actor messaging.Actor, id messaging.ID) error {
	if err := requireSession(actor); err != nil {
		return err
	}
	now := a.Now()
	return a.Store.Act(ctx, actor.Tenant, func(tx AccessTx) error {
		if _, _, err := tx.LockUser(ctx, actor.User); err != nil {
			return err
		}
		if found, err := tx.RemovePasskey(ctx, actor.User, id); err != nil || !found {
			return firstError(err, errNoPasskey())
		}
		if left, err := tx.FactorsOf(ctx, actor.User); err != nil || len(left.Seconds()) == 0 {
			return firstError(err, messaging.Refuse(messaging.CodeConflict, "id", "this is your last factor; enrol another first"))
		}
		if _, err := tx.EndSessions(ctx, actor.User, 0, actor.Session, "passkey removed", now); err != nil {
			return err
		}
		return tx.Audit(ctx, now, actor.Audited(messaging.AuditPasskeyRemoved, id, nil))
	})
}
