package store

import (
	"context"
	"slices"
	"time"

	"posthaste/messaging"
	"posthaste/store/sqlcgen"
)

// Doubts lets waits grow and ends those that judge ends; see messaging.Ledger.
func (a *Attempts) Doubts(ctx context.Context, o messaging.Owner, now time.Time, tick time.Duration, judge func(messaging.Doubt) messaging.DoubtEnd) (left int, err error) {
	ends, weeks, left, err := a.age(ctx, o, now, tick, judge)
	if err != nil || len(ends) == 0 {
		return left, err
	}
	return left, a.store.InTenant(ctx, o.Tenant, func(tx *Tx) error {
		b, err := a.book(ctx, tx, now)
		if err != nil {
			return err
		}
		if owns, err := b.owns(ctx, o); err != nil || !owns {
			return err
		}
		if err := b.end(ctx, o, ends, weeks); err != nil {
			return err
		}
		return b.flush(ctx)
	})
}

// age counts the tick in a transaction of its own, for it locks the rows in another order than those who bring evidence.
func (a *Attempts) age(ctx context.Context, o messaging.Owner, now time.Time, tick time.Duration, judge func(messaging.Doubt) messaging.DoubtEnd) (ends map[attemptKey]messaging.DoubtEnd, weeks []int16, left int, err error) {
	ends = map[attemptKey]messaging.DoubtEnd{}
	err = a.store.InTenant(ctx, o.Tenant, func(tx *Tx) error {
		up, err := tx.Queries.ReceiverUp(ctx, tx.Tx, interval(tick))
		if err != nil {
			return err
		}
		rows, err := tx.Queries.AgeUnsettled(ctx, tx.Tx, sqlcgen.AgeUnsettledParams{
			TenantID: int64(o.Tenant), PortfolioID: int64(o.Portfolio), Now: now, ReceiverUp: up, Most: interval(tick),
		})
		for _, r := range rows {
			d := messaging.Doubt{
				Message: messaging.ID(r.ID), Attempt: int(r.Attempt), Category: messaging.Category(r.Category), Deadline: r.Deadline,
				Waited: durationOf(r.Waited),
			}
			if end := judge(d); end != messaging.DoubtStays {
				ends[attemptKey{d.Message, d.Attempt}] = end
				if !slices.Contains(weeks, r.StateWeek) {
					weeks = append(weeks, r.StateWeek)
				}
			} else {
				left++
			}
		}
		return err
	})
	return ends, weeks, left, err
}

// end takes the attempts that are still without evidence and starts what follows.
func (b *book) end(ctx context.Context, o messaging.Owner, ends map[attemptKey]messaging.DoubtEnd, weeks []int16) error {
	lock := sqlcgen.LockStatesParams{TenantID: int64(b.Tenant), Weeks: weeks}
	for k := range ends {
		lock.Ids, lock.Attempts = append(lock.Ids, int64(k.message)), append(lock.Attempts, smallint(k.attempt))
	}
	if _, err := b.Queries.LockStates(ctx, b.Tx.Tx, lock); err != nil {
		return err
	}
	rows, err := b.Queries.TakeUnsettled(ctx, b.Tx.Tx, sqlcgen.TakeUnsettledParams{TenantID: int64(b.Tenant), Ids: lock.Ids, Attempts: lock.Attempts})
	if err != nil {
		return err
	}
	var evidence []messaging.Evidence
	var payloads []int64
	var next chunkMaker
	sources := map[attemptKey]*messaging.Chunk{}
	for _, r := range rows {
		bits := messaging.Unsettled
		if ends[attemptKey{messaging.ID(r.ID), int(r.Attempt)}] == messaging.DoubtRetry {
			bits = messaging.Retried | messaging.PossibleDuplicate
			c, index := retryOf(sources, b.Tenant, r)
			next.add(c, index, c.Attempt+1, b.now)
		}
		evidence = append(evidence, messaging.Evidence{
			Message: messaging.ID(r.ID), Week: int(r.Week), Attempt: int(r.Attempt), Bits: bits, Bucket: natural(r.Bucket), At: b.now,
		})
		payloads = append(payloads, r.PayloadID)
	}
	if _, err := b.record(ctx, evidence); err != nil {
		return err
	}
	if err := b.insertChunks(ctx, o.Portfolio, &next); err != nil {
		return err
	}
	return b.dropPayloads(ctx, payloads)
}

// retryOf gathers the unsettled attempts of one payload into a chunk, from which the next attempt's is made.
func retryOf(sources map[attemptKey]*messaging.Chunk, tenant messaging.ID, r sqlcgen.TakeUnsettledRow) (c *messaging.Chunk, index int) {
	k := attemptKey{messaging.ID(r.PayloadID), int(r.Attempt)}
	if sources[k] == nil {
		category := messaging.Category(r.Category)
		sources[k] = &messaging.Chunk{
			Tenant: tenant, Portfolio: messaging.ID(r.PortfolioID), Sender: messaging.ID(r.SenderID),
			Campaign: messaging.ID(numberOf(r.CampaignID)), Template: messaging.ID(numberOf(r.TemplateID)),
			Channel: messaging.Channel(r.Channel), Category: category, Priority: messaging.PriorityOf(category), Deadline: r.Deadline,
			Attempt: int(r.Attempt), Payload: messaging.ID(r.PayloadID), Week: int(r.Week), StateWeek: int(r.StateWeek),
		}
	}
	c = sources[k]
	c.Messages, c.Subjects = append(c.Messages, messaging.ID(r.ID)), append(c.Subjects, messaging.ID(r.Subject))
	c.Positions = append(c.Positions, r.Position)
	return c, len(c.Messages) - 1
}
