package messaging

import (
	"context"
	"time"
)

// ConsentQuestion asks what had been recorded of one address until a moment.
type ConsentQuestion struct {
	Kind AddressKind
	Key  [32]byte  // keyed hash of the address
	At   time.Time // to the millisecond, which counts as a whole
	Past bool      // somebody asked for that moment, which is not the present
	Act  AuditAction
}

// ConsentProof is what had been recorded of one address until a moment. What was recorded later is not in it, even of
// words that were said before: it proves what could be known then.
type ConsentProof struct {
	Known      bool      // whether the address is known at all, at ReadAt
	At         time.Time // the moment
	Suppressed []Channel
	States     []ConsentState
	Events     []ConsentEvent // newest first: the last 200, and those that the states rest on
	Held       int            // how many events there are in all
	LedgerSeq  int64          // the link that covers the audit entry of this question, and its hash
	LedgerLink [32]byte
	ReadAt     time.Time
}

// Proof tells what had been recorded of one address until a moment; the zero one is now. The look-up is audited.
func (c *Consents) Proof(ctx context.Context, actor Actor, input string, at time.Time) (ConsentProof, error) {
	answer, err := c.prove(ctx, actor, AuditConsentLookedUp, input, at)
	return answer.proof, err
}

// Issue is Proof as a signed file, which names the address. That it was issued is audited, without the address.
func (c *Consents) Issue(ctx context.Context, actor Actor, input string, at time.Time) ([]byte, error) {
	answer, err := c.prove(ctx, actor, AuditConsentProven, input, at)
	if err != nil {
		return nil, err
	}
	return c.Sign(consentStatement(answer.tenant, answer.address, answer.proof))
}

// proven is a proof with whose and of whom it is.
type proven struct {
	tenant  Tenant
	address Address
	proof   ConsentProof
}

func (c *Consents) prove(ctx context.Context, actor Actor, act AuditAction, input string, at time.Time) (proven, error) {
	tenant, err := c.Tenants.Tenant(ctx, actor.Tenant)
	if err != nil {
		return proven{}, err
	}
	keys, err := c.Keys.Of(ctx, actor.Tenant)
	if err != nil {
		return proven{}, err
	}
	address, err := ParseAddress(input, tenant.Country)
	if err != nil {
		return proven{}, Refuse(CodeInvalid, "address", "%s", sentenceOf(err))
	}
	now, past := c.Now(), !at.IsZero()
	switch {
	case at.After(now):
		return proven{}, Refuse(CodeInvalid, "at", "a proof cannot speak of the future")
	case !past:
		at = now
	}
	proof, err := c.Store.ConsentProof(ctx, AuthorOf(actor, c.IDs, now, keys), ConsentQuestion{
		Kind: address.Kind(), Key: keys.SubjectHash(HashKind(address.Kind()), address.Key()),
		At: at.UTC().Truncate(time.Millisecond), Past: past, Act: act,
	})
	return proven{tenant, address, proof}, err
}
