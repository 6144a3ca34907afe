package auth

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"posthaste/messaging"
)

// FindInvite tells what a code invites to; nil for a code that is unknown, used or over.
func (a *Access) FindInvite(ctx context.Context, code string) (*Invite, error) {
	credential, ok := ParseOpaque(code)
	if !ok {
		return nil, nil
	}
	i, found, err := a.Store.Invite(ctx, a.Invites.Candidates(credential))
	if err != nil || !found || i.Used || !i.Active || !a.Now().Before(i.ExpiresAt) {
		return nil, err
	}
	return &i, nil
}

// errInvite is the one answer to an invite that is unknown, used, over, withdrawn, or used at this very moment.
func errInvite() error {
	return messaging.Refuse(messaging.CodeNotFound, "token", "this invite is not good any more; ask for a new one")
}

// AcceptInvite makes the user, and leads on to the enrolment of a second factor. The accepting address becomes the one
// address of a tenant that has no list yet.
func (a *Access) AcceptInvite(ctx context.Context, code, name, password string, v Visit) (Progress, error) {
	now := a.Now()
	if err := a.Store.TakeTry(ctx, a.counter("invite", addressBytes(v.Address)), AddressBudget.Rule(), now); err != nil {
		return Progress{}, err
	}
	i, err := a.FindInvite(ctx, code)
	if err != nil {
		return Progress{}, err
	}
	if i == nil {
		return Progress{}, errInvite()
	}
	if name, err = personName(name); err != nil {
		return Progress{}, err
	}
	if err := a.Policy.Check(password, i.Brand, i.Email, name); err != nil {
		return Progress{}, err
	}
	hash, err := a.Passwords.Hash(ctx, password)
	if err != nil {
		return Progress{}, err
	}
	user := User{Tenant: i.Tenant, ID: a.IDs.Next(), Email: i.Email, Name: name, Role: i.Role, CreatedAt: now}
	err = a.Store.Act(ctx, i.Tenant, func(tx AccessTx) error {
		used, err := tx.UseInvite(ctx, i.ID, now)
		if err == nil && !used {
			err = errInvite()
		}
		if err != nil {
			return err
		}
		if err := tx.SetBootstrap(ctx, v.Address); err != nil {
			return err
		}
		if err := tx.InsertUser(ctx, user, a.Emails.Digest([]byte(i.Email)), hash); err != nil {
			return err
		}
		return tx.Audit(ctx, now, event(messaging.AuditInviteAccepted, user, v, i.ID))
	})
	if err != nil {
		return Progress{}, err
	}
	account, err := a.Store.Account(ctx, user.Tenant, user.ID)
	if err != nil {
		return Progress{}, err
	}
	if !account.admits(v.Address, now) {
		return Progress{}, errAddress() // the tenant's list does not hold this address: the user exists and can sign in from one it holds
	}
	return a.pend(ctx, account, now)
}

func personName(text string) (string, error) {
	text = strings.TrimSpace(text)
	if n := utf8.RuneCountInString(text); n < 1 || n > 100 {
		return "", messaging.Refuse(messaging.CodeInvalid, "name", "a name has 1 to 100 characters")
	}
	return text, nil
}

// SetUserDisabled takes a user's access away, or gives it back with a clean count of tries. Nobody disables themselves, the
// last owner, or someone whose role they could not give. The user's sessions end, and the keys the user made serve no more.
func (a *Access) SetUserDisabled(ctx context.Context, actor messaging.Actor, user messaging.ID, disabled bool) error {
	if user == actor.User {
		return messaging.Refuse(messaging.CodeConflict, "id", "you cannot disable yourself")
	}
	if err := a.mayManage(ctx, actor, user); err != nil {
		return err
	}
	now := a.Now()
	err := a.Store.Act(ctx, actor.Tenant, func(tx AccessTx) error {
		found, err := tx.SetUserDisabled(ctx, user, disabled)
		if err == nil && !found {
			err = errNoUser()
		}
		if err != nil {
			return err
		}
		action := messaging.AuditUserEnabled
		if disabled {
			action = messaging.AuditUserDisabled
			if err := endAccess(ctx, tx, user, now); err != nil {
				return err
			}
			if err := withdrawInvitesBy(ctx, tx, actor, user, "", now); err != nil {
				return err
			}
		}
		return tx.Audit(ctx, now, actor.Audited(action, user, nil))
	})
	if err != nil || disabled {
		return err
	}
	return a.Store.ClearTries(ctx, a.userCounters(user)...)
}

func errNoUser() error { return messaging.Refuse(messaging.CodeNotFound, "id", "no such user") }

// mayManage refuses when the actor could not give the user's role.
func (a *Access) mayManage(ctx context.Context, actor messaging.Actor, user messaging.ID) error {
	users, err := a.Store.Users(ctx, actor.Tenant, []messaging.ID{actor.User, user})
	if err != nil {
		return err
	}
	var by, target *User
	for i, u := range users {
		switch u.ID {
		case actor.User:
			by = &users[i]
		case user:
			target = &users[i]
		}
	}
	if by == nil || target == nil {
		return errNoUser()
	}
	if !MayAssign([]Role{by.Role}, target.Role, actor.Tenant) {
		return messaging.Refuse(messaging.CodeForbidden, "id", "only an owner can do this to an owner")
	}
	return nil
}

func endAccess(ctx context.Context, tx AccessTx, user messaging.ID, now time.Time) error {
	others, err := tx.OtherOwners(ctx, user)
	if err != nil {
		return err
	}
	if others == 0 {
		return messaging.Refuse(messaging.CodeConflict, "id", "the last owner cannot be disabled")
	}
	_, err = tx.EndSessions(ctx, user, 0, 0, "user disabled", now)
	return err
}
