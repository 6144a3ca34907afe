package auth

import (
	"context"
	"errors"
	"strings"
	"time"

	"posthaste/messaging"
)

// touchEvery is how often the last use of a session or a key is written, for each address it comes from.
const touchEvery = time.Minute

// Enter decides on a request's credential, from rows read now: what was taken away a moment ago is gone. A store that
// does not answer lets nobody in.
func (a *Access) Enter(ctx context.Context, bearer string, v Visit) (messaging.Actor, error) {
	if strings.HasPrefix(bearer, "ph_") {
		return a.enterKey(ctx, bearer, v)
	}
	return a.enterSession(ctx, bearer, v)
}

func errCredential(cause string) error {
	return messaging.Refuse(messaging.CodeUnauthenticated, "", "sign in again").Because(errors.New(cause))
}

func errAddress() error {
	return messaging.Refuse(messaging.CodeAddressNotListed, "", "not allowed")
}

func (a *Access) enterSession(ctx context.Context, bearer string, v Visit) (messaging.Actor, error) {
	now := a.Now()
	tokens, err := a.Tokens(ctx)
	if err != nil {
		return messaging.Actor{}, err
	}
	claims, err := tokens.Verify(now, AccessToken, bearer)
	if err != nil {
		return messaging.Actor{}, err
	}
	s, account, err := a.judgeSession(ctx, claims.Tenant, claims.Session, v, now)
	if err != nil {
		return messaging.Actor{}, err
	}
	if now.Sub(s.LastUsedAt) > touchEvery || s.Address != v.Address {
		if err := a.Store.TouchSession(ctx, claims.Tenant, s.ID, v.Address, now); err != nil {
			return messaging.Actor{}, err
		}
	}
	return messaging.Actor{
		Tenant: claims.Tenant, User: account.User.ID, Session: s.ID, Address: v.Address, Permissions: PermissionsOf(account.User.Role),
	}, nil
}

// judgeSession reads the session with its account and refuses whatever may not come in.
func (a *Access) judgeSession(ctx context.Context, tenant, session messaging.ID, v Visit, now time.Time) (StoredSession, Account, error) {
	s, account, err := a.Store.Session(ctx, tenant, session)
	if messaging.CodeOf(err) == messaging.CodeNotFound {
		err = errCredential("no such session")
	}
	switch {
	case err != nil:
		return s, account, err
	case !s.live(account.Limits, now), account.User.Disabled, !account.TenantActive:
		return s, account, errCredential("the session is over")
	case !account.List.Allows(v.Address, now):
		b := Blocked{At: now, Address: v.Address, Credential: "SESSION", User: account.User.ID}
		a.beside(ctx, func(ctx context.Context) { _ = a.Store.NoteBlocked(ctx, tenant, b) })
		return s, account, errAddress()
	}
	return s, account, nil
}

func (a *Access) enterKey(ctx context.Context, bearer string, v Visit) (messaging.Actor, error) {
	now := a.Now()
	presented, ok := ParseAPIKey(bearer)
	if !ok {
		return messaging.Actor{}, errCredential("not a key of ours")
	}
	k, found, err := a.Store.Key(ctx, presented.Candidates(a.APIKeys), v.Address, now)
	if err == nil && !found {
		err = errCredential("no such key")
	}
	if err == nil {
		err = a.judgeKey(ctx, k, v, now)
	}
	if err == nil {
		err = a.takeRequest(ctx, k, v, now)
	}
	if err != nil {
		return messaging.Actor{}, err
	}
	if k.OldDigest {
		if err := a.Store.RenewKeyDigest(ctx, k.Key.Tenant, k.Key.ID, presented.Digest(a.APIKeys), a.APIKeys.Under()); err != nil {
			return messaging.Actor{}, err
		}
	}
	if now.Sub(k.SeenHere) > touchEvery {
		if err := a.Store.TouchKey(ctx, k.Key.Tenant, k.Key.ID, v.Address, now); err != nil {
			return messaging.Actor{}, err
		}
	}
	return messaging.Actor{
		Tenant: k.Key.Tenant, User: k.Key.Creator, Key: k.Key.ID, TestKey: k.Key.Test, Address: v.Address,
		Permissions: k.Key.Permissions([]Role{k.Role}),
	}, nil
}

// judgeKey refuses a key that may not come in.
func (a *Access) judgeKey(ctx context.Context, k KeyAccess, v Visit, now time.Time) error {
	if k.Disabled || !k.TenantActive {
		return errCredential("the key is not good")
	}
	err := k.Key.Judge(v.Address, now)
	if err == nil && !k.List.Allows(v.Address, now) {
		err = errAddress()
	}
	if messaging.CodeOf(err) == messaging.CodeAddressNotListed {
		b := Blocked{At: now, Address: v.Address, Credential: "KEY", Key: k.Key.ID}
		a.beside(ctx, func(ctx context.Context) { _ = a.Store.NoteBlocked(ctx, k.Key.Tenant, b) })
	}
	return err
}

// Recheck judges an actor again, for a stream that stays open: the next tick after a change ends it.
func (a *Access) Recheck(ctx context.Context, actor messaging.Actor) error {
	v := Visit{Address: actor.Address}
	now := a.Now()
	if actor.Session != 0 {
		_, _, err := a.judgeSession(ctx, actor.Tenant, actor.Session, v, now)
		return err
	}
	k, err := a.Store.KeyByID(ctx, actor.Tenant, actor.Key)
	if err != nil {
		return err
	}
	return a.judgeKey(ctx, k, v, now)
}

// RequireFresh refuses with STEP_UP_REQUIRED unless the act's factor was shown in this session recently, from this address.
// The fence of the schema asks it for each mutation of Policies; the acts themselves do not.
func (a *Access) RequireFresh(ctx context.Context, actor messaging.Actor, action Action) error {
	if len(NeedOf(action).Fresh) == 0 {
		return nil
	}
	if err := requireSession(actor); err != nil {
		return err
	}
	s, _, err := a.Store.Session(ctx, actor.Tenant, actor.Session)
	if err != nil {
		return err
	}
	return RequireFresh(action, s.proofs(), actor.Address, a.Now())
}
