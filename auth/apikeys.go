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
	secret, presented, err := a.drawKey(n.Test)
	if err != nil {
		return ListedKey{}, "", err
	}
	k.Hint = presented.Hint()
	err = a.Store.Act(ctx, actor.Tenant, func(tx AccessTx) error {
		if err := tx.InsertKey(ctx, k, presented.Digest(a.APIKeys), a.APIKeys.Under()); err != nil {
			return err
		}
		return tx.Audit(ctx, now, actor.Audited(messaging.AuditKeyCreated, k.ID, map[string]string{"hint": k.Hint, "quota": strconv.Itoa(k.Quota)}))
	})
	return k, secret, err
}

func (a *Access) drawKey(test bool) (secret string, presented PresentedKey, err error) {
	drawn, err := NewAPIKey(a.Random, test)
	if err != nil {
		return "", PresentedKey{}, err
	}
	presented, _ = ParseAPIKey(drawn.Reveal())
	return drawn.Reveal(), presented, nil
}

// MaxKeyOverlap is how many hours a key may go on beside the one that follows it.
const MaxKeyOverlap = 7 * 24

// RotateKey makes a key that may do what the given one may, and lives as long as that one was made for. The given one goes
// on for the overlap at the most, so that its program can change over without a gap. It gives the new key and its secret, to
// be shown once. NOT_FOUND for a key that is no longer good; a maker who may not give its scopes is refused.
func (a *Access) RotateKey(ctx context.Context, actor messaging.Actor, key messaging.ID, overlapHours int) (ListedKey, string, error) {
	if overlapHours < 0 || overlapHours > MaxKeyOverlap {
		return ListedKey{}, "", messaging.Refuse(messaging.CodeInvalid, "overlapHours", "the old key goes on for 0 to %d hours", MaxKeyOverlap)
	}
	now := a.Now()
	account, err := a.Store.Account(ctx, actor.Tenant, actor.User)
	if err != nil {
		return ListedKey{}, "", err
	}
	var next ListedKey
	var secret string
	err = a.Store.Act(ctx, actor.Tenant, func(tx AccessTx) error {
		old, err := tx.EndKey(ctx, key, now.Add(time.Duration(overlapHours)*time.Hour), now)
		if err != nil {
			return err
		}
		next = old.following(a.IDs.Next(), actor.User, now)
		if err := next.ValidateNew([]Role{account.User.Role}, now); err != nil {
			return err
		}
		var presented PresentedKey
		if secret, presented, err = a.drawKey(next.Test); err != nil {
			return err
		}
		next.Hint = presented.Hint()
		if err := tx.InsertKey(ctx, next, presented.Digest(a.APIKeys), a.APIKeys.Under()); err != nil {
			return err
		}
		return tx.Audit(ctx, now, actor.Audited(messaging.AuditKeyRotated, key, map[string]string{"hint": old.Hint, "next": next.Hint}))
	})
	return next, secret, err
}

// following is a key like this one that begins now.
func (k ListedKey) following(id, creator messaging.ID, now time.Time) ListedKey {
	life := k.ExpiresAt.Sub(k.CreatedAt)
	k.ID, k.Creator, k.CreatedAt, k.ExpiresAt = id, creator, now, now.Add(life)
	k.LastUsed, k.LastMinute = time.Time{}, 0
	return k
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
	if err := checkQuota(quota); err != nil {
		return ListedKey{}, err
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
