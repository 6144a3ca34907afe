package auth

import (
	"context"
	"strconv"
	"time"

	"posthaste/messaging"
)

// NewKey is an API key as its maker asks for it.
type NewKey struct {
	Name     string
	Scopes   []messaging.Permission
	Networks []string
	Test     bool
	Days     int
	Quota    int // requests a minute
}

// CreateKey makes a key. It gives the secret, to be shown once.
func (a *Access) CreateKey(ctx context.Context, actor messaging.Actor, n NewKey) (ListedKey, string, error) {
	now := a.Now()
	account, err := a.Store.Account(ctx, actor.Tenant, actor.User)
	if err != nil {
		return ListedKey{}, "", err
	}
	k, err := n.check(actor, a.IDs.Next(), now)
	if err != nil {
		return ListedKey{}, "", err
	}
	if err := k.ValidateNew([]Role{account.User.Role}, now); err != nil {
		return ListedKey{}, "", err
	}
	secret, err := NewAPIKey(a.Random, n.Test)
	if err != nil {
		return ListedKey{}, "", err
	}
	presented, _ := ParseAPIKey(secret.Reveal())
	k.Hint = presented.Hint()
	err = a.Store.Act(ctx, actor.Tenant, func(tx AccessTx) error {
		if err := tx.InsertKey(ctx, k, presented.Digest(a.APIKeys), a.APIKeys.Under()); err != nil {
			return err
		}
		return tx.Audit(ctx, now, actor.Audited(messaging.AuditKeyCreated, k.ID, map[string]string{"hint": k.Hint, "quota": strconv.Itoa(k.Quota)}))
	})
	return k, secret.Reveal(), err
}

func (n NewKey) check(actor messaging.Actor, id messaging.ID, now time.Time) (ListedKey, error) {
	if count := len([]rune(n.Name)); count < 1 || count > 100 {
		return ListedKey{}, messaging.Refuse(messaging.CodeInvalid, "name", "a name has 1 to 100 characters")
	}
	if n.Days < 1 || n.Days > 365 {
		return ListedKey{}, messaging.Refuse(messaging.CodeInvalid, "days", "a key lives 1 to 365 days")
	}
	k := ListedKey{Name: n.Name, CreatedAt: now, APIKey: APIKey{
		ID: id, Tenant: actor.Tenant, Creator: actor.User, Test: n.Test, Scopes: n.Scopes, ExpiresAt: now.AddDate(0, 0, n.Days),
		Quota: n.Quota,
	}}
	for _, text := range n.Networks {
		network, err := ParseNetwork(text, false)
		if err != nil {
			return ListedKey{}, messaging.Refuse(messaging.CodeInvalid, "cidrs", "one of the networks is not a CIDR")
		}
		k.Addresses = append(k.Addresses, network)
	}
	return k, nil
}

// RevokeKey ends a key at once. Ending one twice changes nothing.
func (a *Access) RevokeKey(ctx context.Context, actor messaging.Actor, key messaging.ID) (ListedKey, error) {
	now := a.Now()
	var k ListedKey
	err := a.Store.Act(ctx, actor.Tenant, func(tx AccessTx) (err error) {
		if k, err = tx.RevokeKey(ctx, key, now); err != nil {
			return err
		}
		return tx.Audit(ctx, now, actor.Audited(messaging.AuditKeyRevoked, key, nil))
	})
	return k, err
}

// SetKeyQuota changes how many requests a minute a key may make, from its next request on.
func (a *Access) SetKeyQuota(ctx context.Context, actor messaging.Actor, key messaging.ID, quota int) (ListedKey, error) {
	if quota < 1 || quota > MaxKeyQuota {
		return ListedKey{}, errQuota()
	}
	now := a.Now()
	var k ListedKey
	err := a.Store.Act(ctx, actor.Tenant, func(tx AccessTx) (err error) {
		if k, err = tx.SetKeyQuota(ctx, key, quota, now); err != nil {
			return err
		}
		return tx.Audit(ctx, now, actor.Audited(messaging.AuditKeyQuotaSet, key, map[string]string{"quota": strconv.Itoa(quota)}))
	})
	return k, err
}
