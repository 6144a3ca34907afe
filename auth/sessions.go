package auth

import (
	"bytes"
	"context"
	"time"

	"posthaste/messaging"
)

// RefreshSession answers the refresh cookie with a new access token. Everything is judged again. The same token is
// answered once more when its reply may have been lost; an older one, or one from another client, ends the session. Of a
// session that is over nothing stays in the browser.
func (a *Access) RefreshSession(ctx context.Context, v Visit) (Progress, error) {
	now := a.Now()
	p, err := a.refresh(ctx, v, now)
	if messaging.CodeOf(err) == messaging.CodeUnauthenticated && v.Refresh != "" {
		v.SetRefresh("", now)
	}
	return p, err
}

func (a *Access) refresh(ctx context.Context, v Visit, now time.Time) (Progress, error) {
	id, n, ok := a.Refresh.Parse(v.Refresh)
	if !ok {
		return Progress{}, errCredential("no refresh token of ours")
	}
	tenant, err := a.Store.SessionTenant(ctx, id)
	if err != nil {
		return Progress{}, err
	}
	if tenant == 0 {
		return Progress{}, errCredential("no such session")
	}
	client := a.clientHash(v)
	for range 2 { // a second look when another request rotated in between
		s, account, err := a.judgeSession(ctx, tenant, id, v, now)
		if err != nil {
			return Progress{}, err
		}
		switch JudgeRefresh(s.RefreshN, n, s.RotatedAt, now, bytes.Equal(client[:], s.ClientHash)) {
		case Rotate:
			rotated := false
			err := a.Store.Act(ctx, tenant, func(tx AccessTx) error {
				rotated, err = tx.RotateRefresh(ctx, id, n, client, v.Address, now)
				return err
			})
			if err != nil {
				return Progress{}, err
			}
			if rotated {
				s.RefreshN = n + 1
				return a.renewed(ctx, account.User, s, v, now)
			}
		case Repeat:
			return a.renewed(ctx, account.User, s, v, now)
		default:
			return Progress{}, a.revokeStolen(ctx, account.User, id, v, now)
		}
	}
	return Progress{}, messaging.Refuse(messaging.CodeConflict, "", "try again")
}

func (a *Access) revokeStolen(ctx context.Context, user User, session messaging.ID, v Visit, now time.Time) error {
	err := a.Store.Act(ctx, user.Tenant, func(tx AccessTx) error {
		if _, err := tx.EndSessions(ctx, user.ID, session, 0, "refresh token used twice", now); err != nil {
			return err
		}
		return tx.Audit(ctx, now, event(messaging.AuditRefreshStolen, user, v, session))
	})
	if err != nil {
		return err
	}
	return errCredential("a refresh token was used twice")
}

// SignOut ends the actor's session.
func (a *Access) SignOut(ctx context.Context, actor messaging.Actor, v Visit) error {
	v.SetRefresh("", a.Now())
	_, err := a.endSessions(ctx, actor, actor.Session, 0, messaging.AuditSignedOut)
	return err
}

// EndSession ends one of the actor's sessions. NOT_FOUND for anything else.
func (a *Access) EndSession(ctx context.Context, actor messaging.Actor, session messaging.ID) (int, error) {
	ended, err := a.endSessions(ctx, actor, session, 0, messaging.AuditSessionsEnded)
	if err == nil && ended == 0 {
		err = messaging.Refuse(messaging.CodeNotFound, "id", "no such session")
	}
	return ended, err
}

// EndOtherSessions ends all of the actor's sessions but this one.
func (a *Access) EndOtherSessions(ctx context.Context, actor messaging.Actor) (int, error) {
	return a.endSessions(ctx, actor, 0, actor.Session, messaging.AuditSessionsEnded)
}

func (a *Access) endSessions(ctx context.Context, actor messaging.Actor, only, but messaging.ID, action messaging.AuditAction) (int, error) {
	if err := requireSession(actor); err != nil { // a key's 0 would name all sessions
		return 0, err
	}
	now := a.Now()
	ended := 0
	err := a.Store.Act(ctx, actor.Tenant, func(tx AccessTx) (err error) {
		if ended, err = tx.EndSessions(ctx, actor.User, only, but, "ended by the user", now); err != nil || ended == 0 {
			return err
		}
		return tx.Audit(ctx, now, actor.Audited(action, only, nil))
	})
	return ended, err
}

// requireSession refuses keys what only a person may do.
func requireSession(actor messaging.Actor) error {
	if actor.Session == 0 {
		return messaging.Refuse(messaging.CodeForbidden, "", "a key may not do this; sign in")
	}
	return nil
}

// OwnSessions lists the actor's live sessions.
func (a *Access) OwnSessions(ctx context.Context, actor messaging.Actor) ([]StoredSession, error) {
	if err := requireSession(actor); err != nil {
		return nil, err
	}
	now := a.Now()
	account, err := a.Store.Account(ctx, actor.Tenant, actor.User)
	if err != nil {
		return nil, err
	}
	return a.Store.Sessions(ctx, actor.Tenant, actor.User, now, now.Add(-account.Limits.Idle))
}

// StepUp spends a code to make the session's second factor fresh, here and now.
func (a *Access) StepUp(ctx context.Context, actor messaging.Actor, code string, v Visit) error {
	if err := requireSession(actor); err != nil {
		return err
	}
	now := a.Now()
	account, err := a.Store.Account(ctx, actor.Tenant, actor.User)
	if err != nil {
		return err
	}
	if err := a.spendCode(ctx, account.User, code, v, now); err != nil {
		return err
	}
	return a.steppedUp(ctx, actor, FactorTOTP, v, now)
}

func (a *Access) steppedUp(ctx context.Context, actor messaging.Actor, factor Factor, v Visit, now time.Time) error {
	return a.Store.Act(ctx, actor.Tenant, func(tx AccessTx) error {
		if err := tx.FreshSecond(ctx, actor.Session, factor, v.Address, now); err != nil {
			return err
		}
		return tx.Audit(ctx, now, actor.Audited(messaging.AuditSteppedUp, actor.Session, map[string]string{"factor": string(factor)}))
	})
}
