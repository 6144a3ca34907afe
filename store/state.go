package store

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store/sqlcgen"
)

// attemptKey names an attempt within a tenant.
type attemptKey struct {
	message messaging.ID
	attempt int
}

func keyOf(e messaging.Evidence) attemptKey { return attemptKey{e.Message, e.Attempt} }

// messageFacts is what never changes about a message.
type messageFacts struct {
	stateWeek                           int16
	expires                             time.Time
	sender, subject, template, campaign messaging.ID
	channel                             messaging.Channel
	category                            messaging.Category
	country                             string
}

// stateChange is what evidence did to an attempt.
type stateChange struct {
	Evidence            messaging.Evidence
	Facts               messageFacts
	Before, After       messaging.State
	Bucket              uint32
	SentAt, DeliveredAt time.Time // as known now
}

// fresh tells whether the change set all of the bits.
func (c stateChange) fresh(bits messaging.State) bool { return c.After.Has(bits) && c.Before&bits == 0 }

// factsOf reads the messages that exist and have not expired.
func (b *book) factsOf(ctx context.Context, evidence []messaging.Evidence) (map[messaging.ID]messageFacts, error) {
	var only pipeline
	facts := b.askFacts(ctx, &only, evidence)
	return facts, only.send(ctx, b.Tx.Tx)
}

// askFacts is factsOf as part of a pipeline; facts is filled once that has been sent.
func (b *book) askFacts(ctx context.Context, in *pipeline, evidence []messaging.Evidence) (facts map[messaging.ID]messageFacts) {
	facts = make(map[messaging.ID]messageFacts, len(evidence))
	if len(evidence) == 0 {
		return facts
	}
	ids, weeks := make([]int64, 0, len(evidence)), []int16{}
	for _, e := range evidence {
		ids = append(ids, int64(e.Message))
		if !slices.Contains(weeks, smallint(e.Week)) {
			weeks = append(weeks, smallint(e.Week))
		}
	}
	p := sqlcgen.MessageFactsParams{TenantID: int64(b.Tenant), Weeks: weeks, Ids: ids, Today: messaging.DayIn(b.now, time.UTC)}
	in.add(func(db sqlcgen.DBTX) error {
		rows, err := b.Queries.MessageFacts(ctx, db, p)
		for _, r := range rows {
			facts[messaging.ID(r.ID)] = messageFacts{
				stateWeek: r.StateWeek, expires: r.ExpiresOn, sender: messaging.ID(r.SenderID), subject: messaging.ID(r.Subject),
				template: messaging.ID(r.TemplateID), campaign: messaging.ID(r.CampaignID),
				channel: messaging.Channel(r.Channel), category: messaging.Category(r.Category), country: r.Country,
			}
		}
		return err
	})
	return facts
}

// record writes evidence and makes an event of each new bit. The answer has the attempts whose message exists; evidence
// for any other (of another tenant, expired) has no effect and is left out.
func (b *book) record(ctx context.Context, evidence []messaging.Evidence) (map[attemptKey]stateChange, error) {
	facts, err := b.factsOf(ctx, evidence)
	if err != nil {
		return nil, err
	}
	var write pipeline
	changes, err := b.recordKnown(ctx, &write, evidence, facts)
	if err != nil {
		return nil, err
	}
	return changes, write.send(ctx, b.Tx.Tx)
}

// recordKnown is record for messages whose facts are read already. The answer is whole once the pipeline has been sent.
func (b *book) recordKnown(ctx context.Context, in *pipeline, evidence []messaging.Evidence, facts map[messaging.ID]messageFacts) (map[attemptKey]stateChange, error) {
	changes := make(map[attemptKey]stateChange, len(evidence))
	folded := fold(evidence)
	p := sqlcgen.RecordStatesParams{TenantID: int64(b.Tenant)}
	for _, e := range folded {
		f, known := facts[e.Message]
		if !known {
			continue
		}
		e.Bits = e.Bits.Implied()
		// A row that learns nothing does not come back: then nothing is new.
		changes[keyOf(e)] = stateChange{Evidence: e, Facts: f, Before: e.Bits, After: e.Bits, Bucket: e.Bucket}
		sealed, err := b.sealProvider(ctx, e)
		if err != nil {
			return nil, err
		}
		hash := b.providerHash(e.ProviderID)
		if !b.addresses.KeepsHash() {
			hash = 0
		}
		addState(&p, e, f.stateWeek, hash, sealed)
	}
	if len(p.Ids) == 0 {
		return changes, nil
	}
	in.add(func(db sqlcgen.DBTX) error {
		rows, err := b.Queries.RecordStates(ctx, db, p)
		if err != nil {
			return err
		}
		for _, r := range rows {
			k := attemptKey{messaging.ID(r.ID), int(r.Attempt)}
			c := changes[k]
			c.Before, c.After, c.Bucket = messaging.State(r.Before), messaging.State(r.After), natural(r.Bucket)
			c.SentAt, c.DeliveredAt = told(r.Sent), told(r.Delivered)
			changes[k] = c
		}
		for _, e := range folded { // in their order, so that equal input makes equal blocks
			if c, known := changes[keyOf(e)]; known {
				b.add(c)
			}
		}
		return nil
	})
	return changes, nil
}

// providerHash finds a message by the provider's id; 0 for none.
func (b *book) providerHash(id privacy.Secret) int64 {
	if id.Empty() {
		return 0
	}
	return ProviderHash(b.keys, id)
}

// ProviderHash is the keyed hash under which a provider's message id is kept and found.
func ProviderHash(keys *privacy.TenantKeys, id privacy.Secret) int64 {
	return int64(keys.Subject().Hash64(privacy.MessageID, id.Reveal())) // #nosec G115 -- a hash: any 64 bits
}

func providerPlace(tenant, message messaging.ID) privacy.AAD {
	return privacy.AAD{Tenant: int64(tenant), Table: "message_state", Column: "provider_sealed", Row: int64(message)}
}

// sealProvider seals the provider's id, which holds the address, so that it lives as long: under the tenant's data key
// where addresses are kept in plain, under the key of the day of the send, which is destroyed, where only their hash is,
// and not at all where nothing is kept.
func (b *book) sealProvider(ctx context.Context, e messaging.Evidence) ([]byte, error) {
	if e.ProviderID.Empty() || !b.addresses.KeepsHash() {
		return nil, nil
	}
	at, plain := providerPlace(b.Tenant, e.Message), []byte(e.ProviderID.Reveal())
	if b.addresses.KeepsValue() {
		return b.keys.Seal(nil, at, plain), nil
	}
	key, err := b.dayKeys.DayKey(ctx, b.Tx, sendDay(e.Bucket))
	if err != nil {
		return nil, err
	}
	return key.Seal(nil, at, plain), nil
}

// OpenProvider reads a sealed provider's id; bucket is that of the attempt. The error wraps privacy.ErrKeyGone once the
// day's key is destroyed.
func (tx *Tx) OpenProvider(ctx context.Context, keys *Keys, message messaging.ID, bucket uint32, sealed []byte) (privacy.Secret, error) {
	tenant, err := keys.Of(ctx, tx.Tenant)
	if err != nil {
		return privacy.Secret{}, err
	}
	at := providerPlace(tx.Tenant, message)
	plain, err := tenant.Open(nil, at, sealed)
	if errors.Is(err, privacy.ErrKeyGone) {
		var day *privacy.DayKey
		if day, err = keys.ExistingDayKey(ctx, tx, sendDay(bucket)); err == nil {
			plain, err = day.Open(nil, at, sealed)
		}
	}
	return privacy.NewSecret(string(plain)), err
}

func sendDay(bucket uint32) privacy.Day {
	return privacy.DayOf(time.Unix(int64(bucket)*15*60, 0).UTC())
}

func addState(p *sqlcgen.RecordStatesParams, e messaging.Evidence, week int16, hash int64, sealed []byte) {
	p.Ids = append(p.Ids, int64(e.Message))
	p.Attempts = append(p.Attempts, smallint(e.Attempt))
	p.Weeks = append(p.Weeks, week)
	p.Bits = append(p.Bits, int32(e.Bits))
	p.Codes = append(p.Codes, integer(e.Code))
	p.Buckets = append(p.Buckets, integer(e.Bucket))
	p.ProviderHashes = append(p.ProviderHashes, hash)
	p.ProviderSealed = append(p.ProviderSealed, sealed)
	p.SentAt = append(p.SentAt, untold(e.SentAt))
	p.DeliveredAt = append(p.DeliveredAt, untold(e.DeliveredAt))
	p.ReadAt = append(p.ReadAt, untold(e.ReadAt))
	p.FailedAt = append(p.FailedAt, untold(e.FailedAt))
	p.Pricing = append(p.Pricing, e.Pricing)
}

// fold brings together what is told of the same attempt, ordered by (message, attempt): one statement may not touch a
// row twice. The order of the evidence has no say.
func fold(evidence []messaging.Evidence) []messaging.Evidence {
	folded := slices.Clone(evidence)
	slices.SortStableFunc(folded, func(x, y messaging.Evidence) int {
		return cmp.Or(cmp.Compare(x.Message, y.Message), cmp.Compare(x.Attempt, y.Attempt))
	})
	n := 0
	for i, e := range folded {
		if i > 0 && keyOf(folded[n-1]) == keyOf(e) {
			folded[n-1] = merge(folded[n-1], e)
			continue
		}
		folded[n] = e
		n++
	}
	return folded[:n]
}

func merge(a, b messaging.Evidence) messaging.Evidence {
	a.Bits |= b.Bits
	switch {
	case a.Code == 0:
		a.Code = b.Code
	case b.Code != 0:
		a.Code = min(a.Code, b.Code)
	}
	a.At = first(a.At, b.At)
	a.SentAt, a.DeliveredAt = first(a.SentAt, b.SentAt), first(a.DeliveredAt, b.DeliveredAt)
	a.ReadAt, a.FailedAt = first(a.ReadAt, b.ReadAt), first(a.FailedAt, b.FailedAt)
	a.Pricing, a.Button = max(a.Pricing, b.Pricing), max(a.Button, b.Button)
	if a.ProviderID.Empty() {
		a.ProviderID = b.ProviderID
	}
	return a
}

// first is the earlier of two moments that were told.
func first(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// In the arrays of a statement the epoch stands for no time.
func untold(t time.Time) time.Time {
	if t.IsZero() {
		return time.Unix(0, 0)
	}
	return t
}

func told(t time.Time) time.Time {
	if t.Unix() == 0 {
		return time.Time{}
	}
	return t
}
