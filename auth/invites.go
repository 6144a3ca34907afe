package auth

import (
	"context"
	"time"

	"posthaste/messaging"
)

// inviteLife is how long an invite can be accepted.
const inviteLife = 72 * time.Hour

// Invitation is an invite just made or sent anew.
type Invitation struct {
	Invite
	Token string // to be shown once; empty where it went by mail
}

// InviteUser invites a person. An open invite of the same person is withdrawn by it.
func (a *Access) InviteUser(ctx context.Context, actor messaging.Actor, email string, role Role) (Invitation, error) {
	account, err := a.Store.Account(ctx, actor.Tenant, actor.User)
	if err != nil {
		return Invitation{}, err
	}
	if !MayAssign([]Role{account.User.Role}, role, actor.Tenant) {
		return Invitation{}, messaging.Refuse(messaging.CodeForbidden, "role", "you cannot give this role")
	}
	now := a.Now()
	var made Invitation
	err = a.Store.Act(ctx, actor.Tenant, func(tx AccessTx) error {
		if made, err = a.invite(ctx, tx, Invite{Tenant: actor.Tenant, Email: email, Role: role, Brand: account.Brand}, actor.User, now); err != nil {
			return err
		}
		return tx.Audit(ctx, now, actor.Audited(messaging.AuditUserInvited, made.ID, map[string]string{"role": string(role)}))
	})
	return made.mailed(a.Post), err
}

// InviteOwner invites the first user of a new tenant, in the transaction that makes the tenant.
func (a *Access) InviteOwner(ctx context.Context, tx AccessTx, tenant messaging.ID, brand, email string) (Invitation, error) {
	role := Owner
	if tenant == messaging.PlatformTenant {
		role = Operator
	}
	return a.invite(ctx, tx, Invite{Tenant: tenant, Email: email, Role: role, Brand: brand}, 0, a.Now())
}

// invite keeps the invite and puts it into the post.
func (a *Access) invite(ctx context.Context, tx AccessTx, i Invite, by messaging.ID, now time.Time) (Invitation, error) {
	address, err := messaging.ParseEmail(i.Email)
	if err != nil {
		return Invitation{}, messaging.Refuse(messaging.CodeInvalid, "email", "not an e-mail address")
	}
	token, hash, err := a.inviteToken()
	if err != nil {
		return Invitation{}, err
	}
	i.ID, i.Email, i.CreatedAt, i.ExpiresAt = a.IDs.Next(), address.Key(), now, now.Add(inviteLife)
	if err := tx.InsertInvite(ctx, i, a.Emails.Digest([]byte(i.Email)), hash, by, now); err != nil {
		return Invitation{}, err
	}
	return Invitation{Invite: i, Token: token}, a.postInvite(ctx, tx, i, token, now)
}

func (a *Access) inviteToken() (token string, hash [32]byte, err error) {
	secret, err := NewOpaque(a.Random)
	if err != nil {
		return "", hash, err
	}
	credential, _ := ParseOpaque(secret.Reveal())
	return secret.Reveal(), a.Invites.Digest(credential), nil
}

func (a *Access) postInvite(ctx context.Context, tx AccessTx, i Invite, token string, now time.Time) error {
	if !a.Post.On() {
		return nil
	}
	return tx.Post(ctx, a.Post.inviteMail(a.IDs.Next(), i, token, now))
}

// mailed takes the token away where it went by mail: only the invited person is to have it.
func (i Invitation) mailed(p Post) Invitation {
	if p.On() {
		i.Token = ""
	}
	return i
}

// ResendInvite gives an open invite a new token and a new end; the token before it is gone.
func (a *Access) ResendInvite(ctx context.Context, actor messaging.Actor, invite messaging.ID) (Invitation, error) {
	account, err := a.Store.Account(ctx, actor.Tenant, actor.User)
	if err != nil {
		return Invitation{}, err
	}
	token, hash, err := a.inviteToken()
	if err != nil {
		return Invitation{}, err
	}
	now := a.Now()
	made := Invitation{Token: token}
	err = a.Store.Act(ctx, actor.Tenant, func(tx AccessTx) error {
		if made.Invite, err = tx.RenewInvite(ctx, invite, hash, now.Add(inviteLife)); err != nil {
			return err
		}
		if !MayAssign([]Role{account.User.Role}, made.Role, actor.Tenant) {
			return messaging.Refuse(messaging.CodeForbidden, "id", "only an owner can invite an owner")
		}
		made.Brand = account.Brand
		if err := a.postInvite(ctx, tx, made.Invite, token, now); err != nil {
			return err
		}
		return tx.Audit(ctx, now, actor.Audited(messaging.AuditInviteRenewed, invite, nil))
	})
	return made.mailed(a.Post), err
}

// withdrawInvitesBy ends the open invites of a user who may no longer hand them out: all, or those whose role the user's
// new role cannot give.
func withdrawInvitesBy(ctx context.Context, tx AccessTx, actor messaging.Actor, user messaging.ID, role Role, now time.Time) error {
	var still []Role
	for _, r := range Roles() {
		if MayAssign([]Role{role}, r, actor.Tenant) {
			still = append(still, r)
		}
	}
	withdrawn, err := tx.WithdrawInvitesBy(ctx, user, still, now)
	if err != nil {
		return err
	}
	events := make([]messaging.AuditEvent, len(withdrawn))
	for i, invite := range withdrawn {
		events[i] = actor.Audited(messaging.AuditInviteWithdrawn, invite, nil)
	}
	return tx.Audit(ctx, now, events...)
}

// WithdrawInvite ends an open invite.
func (a *Access) WithdrawInvite(ctx context.Context, actor messaging.Actor, invite messaging.ID) error {
	now := a.Now()
	return a.Store.Act(ctx, actor.Tenant, func(tx AccessTx) error {
		open, err := tx.WithdrawInvite(ctx, invite, now)
		if err == nil && !open {
			err = messaging.Refuse(messaging.CodeNotFound, "id", "no such open invite")
		}
		if err != nil {
			return err
		}
		return tx.Audit(ctx, now, actor.Audited(messaging.AuditInviteWithdrawn, invite, nil))
	})
}
