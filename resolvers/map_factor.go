package resolvers

import (
	"context"

	"posthaste/auth"
	"posthaste/graph"
	"posthaste/messaging"
)

func ceremonyPayload(c auth.Ceremony, err error) (*graph.PasskeyCeremonyPayload, error) {
	refused, err := inputErrors(err)
	if err != nil || len(refused) > 0 {
		return &graph.PasskeyCeremonyPayload{UserErrors: refused}, err
	}
	return &graph.PasskeyCeremonyPayload{Ceremony: &graph.PasskeyCeremony{ID: c.ID, Options: c.Options}, UserErrors: refused}, nil
}

func enrolmentPayload(e auth.Enrolment, err error) (*graph.EnrolmentPayload, error) {
	refused, err := inputErrors(err)
	if err != nil || len(refused) > 0 {
		return &graph.EnrolmentPayload{UserErrors: refused}, err
	}
	return &graph.EnrolmentPayload{URI: &e.URI, ManualKey: &e.Manual, UserErrors: refused}, nil
}

func passkeyNode(p auth.Passkey) *graph.Passkey {
	return &graph.Passkey{ID: p.ID, Name: p.Name, BackedUp: p.BackedUp(), CreatedAt: p.CreatedAt, LastUsedAt: optional(p.LastUsed)}
}

func secondFactors(factors []auth.Factor) []graph.SecondFactor {
	list := []graph.SecondFactor{}
	for _, f := range factors {
		kind := graph.SecondFactorTotp
		if f == auth.FactorPasskey {
			kind = graph.SecondFactorPasskey
		}
		list = append(list, kind)
	}
	return list
}

func factorsNode(f auth.Factors, user *graph.User) *graph.PersonFactors {
	return &graph.PersonFactors{User: user, Enrolled: len(f.Seconds()) > 0, Totp: f.TOTP, Passkeys: f.Passkeys, RecoveryCodes: f.RecoveryCodes}
}

func (r *Resolver) ownFactors(ctx context.Context, actor messaging.Actor) (*graph.PersonFactors, error) {
	f, err := r.Access.Store.FactorsOf(ctx, actor.Tenant, actor.User)
	if err != nil {
		return nil, err
	}
	user, err := r.user(ctx, actor.User)
	return factorsNode(f, user), err
}

// factorCoverage names the people all at once.
func (r *Resolver) factorCoverage(ctx context.Context, actor messaging.Actor) (*graph.FactorCoverage, error) {
	list, err := r.Access.Store.FactorCoverage(ctx, actor.Tenant)
	if err != nil {
		return nil, err
	}
	ids := make([]messaging.ID, len(list))
	for i, f := range list {
		ids[i] = f.User
	}
	people, err := r.usersByID(ctx, actor, ids)
	if err != nil {
		return nil, err
	}
	c := &graph.FactorCoverage{People: []*graph.PersonFactors{}}
	for _, f := range list {
		user := people[f.User]
		if user == nil {
			continue // gone since
		}
		node := factorsNode(f, user)
		c.People, c.Total = append(c.People, node), c.Total+1
		if node.Enrolled {
			c.Enrolled++
		}
		if node.Passkeys > 0 {
			c.WithPasskey++
		}
	}
	return c, nil
}
