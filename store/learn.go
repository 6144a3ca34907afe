package store

import (
	"context"
	"slices"
	"time"

	"posthaste/messaging"
	"posthaste/store/sqlcgen"
)

// Learn books what a provider reports, in one transaction. A report that comes twice, or in another order, changes
// nothing more.
func (a *Attempts) Learn(ctx context.Context, tenant messaging.ID, r messaging.Reports) (messaging.Learned, error) {
	var learned messaging.Learned
	err := a.store.InTenant(ctx, tenant, func(tx *Tx) error {
		learned = messaging.Learned{}
		b, err := a.book(ctx, tx, r.Now)
		if err != nil {
			return err
		}
		l := &learning{book: b, attempts: a, learned: &learned}
		if err := l.statuses(ctx, r); err != nil {
			return err
		}
		if err := l.inbound(ctx, r.Inbound); err != nil {
			return err
		}
		if err := l.hear(ctx, r); err != nil {
			return err
		}
		// Consent last: what it locks, others lock last.
		if err := l.wishes(ctx, r.Wishes); err != nil {
			return err
		}
		if err := a.signal(ctx, tx, r.Now, l.signals); err != nil {
			return err
		}
		learned.Events = len(b.events)
		return b.flush(ctx)
	})
	return learned, err
}

// learning is the work of one call of Learn.
type learning struct {
	*book
	attempts *Attempts
	learned  *messaging.Learned
	signals  []messaging.ConsentSignal
}

func (l *learning) statuses(ctx context.Context, r messaging.Reports) error {
	if len(r.Statuses) == 0 {
		return nil
	}
	evidence := make([]messaging.Evidence, len(r.Statuses))
	for i, s := range r.Statuses {
		evidence[i] = s.Evidence
	}
	taken, err := l.take(ctx, r, evidence)
	if err != nil {
		return err
	}
	changes, err := l.record(ctx, evidence)
	if err != nil {
		return err
	}
	if taken == nil {
		if taken, err = l.settled(ctx, evidence); err != nil {
			return err
		}
	}
	for i, s := range r.Statuses {
		change, known := changes[keyOf(evidence[i])]
		if !known {
			l.learned.Strangers++
			continue
		}
		if err := l.react(ctx, s, change); err != nil {
			return err
		}
	}
	payloads := make([]int64, 0, len(taken))
	for _, row := range taken {
		payloads = append(payloads, row.PayloadID)
	}
	return l.dropPayloads(ctx, payloads)
}

// take ends the doubts that a failure settles before the failure is recorded, since what follows decides how it counts:
// as a failure, or as an attempt that another one replaces. Without a failure there is nothing to decide; nil then.
func (l *learning) take(ctx context.Context, r messaging.Reports, evidence []messaging.Evidence) ([]sqlcgen.TakeUnsettledRow, error) {
	if !slices.ContainsFunc(evidence, func(e messaging.Evidence) bool { return e.Bits.Has(messaging.Failed) }) {
		return nil, nil
	}
	facts, err := l.factsOf(ctx, evidence)
	if err != nil {
		return nil, err
	}
	lock := sqlcgen.LockStatesParams{TenantID: int64(l.Tenant)}
	for _, e := range evidence {
		if f, known := facts[e.Message]; known {
			lock.Ids, lock.Attempts = append(lock.Ids, int64(e.Message)), append(lock.Attempts, smallint(e.Attempt))
			if !slices.Contains(lock.Weeks, f.stateWeek) {
				lock.Weeks = append(lock.Weeks, f.stateWeek)
			}
		}
	}
	if _, err := l.Queries.LockStates(ctx, l.Tx.Tx, lock); err != nil {
		return nil, err
	}
	taken, err := l.settled(ctx, evidence)
	if err != nil {
		return nil, err
	}
	return taken, l.again(ctx, r, evidence, taken)
}

// settled deletes the doubts that the evidence ends. The answer is never nil.
func (l *learning) settled(ctx context.Context, evidence []messaging.Evidence) ([]sqlcgen.TakeUnsettledRow, error) {
	p := sqlcgen.TakeUnsettledParams{TenantID: int64(l.Tenant)}
	for _, e := range evidence {
		if answered(e.Bits.Implied()) {
			p.Ids, p.Attempts = append(p.Ids, int64(e.Message)), append(p.Attempts, smallint(e.Attempt))
		}
	}
	rows, err := l.Queries.TakeUnsettled(ctx, l.Tx.Tx, p)
	return append([]sqlcgen.TakeUnsettledRow{}, rows...), err
}

// again starts another attempt after a failure that allows one.
func (l *learning) again(ctx context.Context, r messaging.Reports, evidence []messaging.Evidence, taken []sqlcgen.TakeUnsettledRow) error {
	rows := make(map[attemptKey]sqlcgen.TakeUnsettledRow, len(taken))
	for _, row := range taken {
		rows[attemptKey{messaging.ID(row.ID), int(row.Attempt)}] = row
	}
	makers := map[messaging.ID]*chunkMaker{}
	sources := map[attemptKey]*messaging.Chunk{}
	for i := range evidence {
		e := &evidence[i]
		row, mine := rows[keyOf(*e)]
		if !mine || !e.Bits.Has(messaging.Failed) || e.Bits.Has(messaging.Delivered) {
			continue
		}
		delete(rows, keyOf(*e)) // a failure told twice in one batch is one
		again, runAt := r.AfterFailure(i, messaging.Category(row.Category), e.Attempt, row.Deadline)
		if !again {
			continue
		}
		e.Bits = e.Bits&^messaging.Failed | messaging.Attempted | messaging.Retried
		c, index := retryOf(sources, l.Tenant, row)
		portfolio := messaging.ID(row.PortfolioID)
		if makers[portfolio] == nil {
			makers[portfolio] = &chunkMaker{}
		}
		makers[portfolio].add(c, index, e.Attempt+1, runAt)
		l.learned.Retries = true
	}
	for portfolio, m := range makers {
		if err := l.insertChunks(ctx, portfolio, m); err != nil {
			return err
		}
	}
	return nil
}

// react does what a new failure asks for beside its message.
func (l *learning) react(ctx context.Context, s messaging.StatusReport, change stateChange) error {
	failed := change.fresh(messaging.Failed) || change.fresh(messaging.Retried)
	if !failed {
		return nil
	}
	if s.OptedOut != nil {
		subject, err := l.whoOptedOut(ctx, *s.OptedOut, change.Facts.subject)
		if err != nil {
			return err
		}
		if subject != 0 {
			l.signals = append(l.signals, messaging.ConsentSignal{
				What: messaging.SignalRefusedMarketing, Subject: subject, Kind: s.OptedOut.Kind, Key: s.OptedOut.Key,
				Channel: change.Facts.channel, At: l.noSince(s.Newest),
			})
		}
	}
	if s.Stop == nil {
		return nil
	}
	stop := *s.Stop
	if stop.Template != 0 {
		stop.Template = change.Facts.template
	} else {
		stop.Sender = change.Facts.sender
	}
	return l.stop(ctx, messaging.Owner{Tenant: l.Tenant}, []messaging.StopSending{stop})
}

// whoOptedOut is the message's person, or where messages name nobody whoever the address belongs to; 0 where that is not
// told either.
func (l *learning) whoOptedOut(ctx context.Context, address messaging.Alias, subject messaging.ID) (messaging.ID, error) {
	if subject != 0 || address.Kind == "" {
		return subject, nil
	}
	people, err := l.people(ctx, [][]messaging.Alias{{address}})
	if err != nil {
		return 0, err
	}
	return people[0], nil
}

// hear notes how far each sender's reports have come, and how much comes in.
func (l *learning) hear(ctx context.Context, r messaging.Reports) error {
	p := sqlcgen.HearSendersParams{TenantID: int64(l.Tenant), Now: r.Now}
	add := func(sender messaging.ID, at time.Time, inbound int64) {
		p.Senders, p.EventAt, p.Inbound = append(p.Senders, int64(sender)), append(p.EventAt, untold(at)), append(p.Inbound, inbound)
	}
	for _, s := range r.Statuses {
		if s.Sender != 0 {
			add(s.Sender, s.Newest, 0)
		}
	}
	for _, in := range r.Inbound {
		add(in.Sender, time.Time{}, 1)
	}
	if len(p.Senders) == 0 {
		return nil
	}
	return l.Queries.HearSenders(ctx, l.Tx.Tx, p)
}

func (l *learning) wishes(ctx context.Context, wishes []messaging.Wish) error {
	if len(wishes) == 0 {
		return nil
	}
	from := make([][]messaging.Alias, len(wishes))
	for i, w := range wishes {
		from[i] = w.From
	}
	subjects, err := l.people(ctx, from)
	for i, w := range wishes {
		if err == nil && subjects[i] != 0 {
			at := w.At
			if w.What == messaging.SignalMarketingStop {
				at = l.noSince(at)
			}
			l.signals = append(l.signals, messaging.ConsentSignal{What: w.What, Subject: subjects[i], Kind: w.From[0].Kind, Key: w.From[0].Key, Channel: w.Channel, At: at})
		}
	}
	return err
}

// makeKnown notes addresses for good, or in passing where the tenant keeps no hashes.
func (b *book) makeKnown(ctx context.Context, keys []IdentityKey, subjects []messaging.ID) ([]messaging.ID, error) {
	if b.addresses.KeepsHash() {
		return b.Subjects(ctx, keys, subjects)
	}
	return b.Pass(ctx, keys, subjects, b.now, b.now)
}

// people finds the person behind each list of addresses and notes the addresses that were not known. A person nobody
// knew becomes one; without an address there is none (0).
func (l *learning) people(ctx context.Context, from [][]messaging.Alias) ([]messaging.ID, error) {
	var keys []IdentityKey
	var owner []int // of each key
	for i, list := range from {
		for _, alias := range list {
			keys, owner = append(keys, IdentityKey(alias)), append(owner, i)
		}
	}
	subjects := make([]messaging.ID, len(from))
	if len(keys) == 0 {
		return subjects, nil
	}
	known, err := l.KnownSubjects(ctx, keys)
	if err != nil {
		return nil, err
	}
	for k, subject := range known {
		if subjects[owner[k]] == 0 {
			subjects[owner[k]] = subject
		}
	}
	candidates := make([]messaging.ID, len(keys))
	for k := range keys {
		if subjects[owner[k]] == 0 {
			subjects[owner[k]] = l.ids.Next()
		}
		candidates[k] = subjects[owner[k]]
	}
	final, err := l.makeKnown(ctx, keys, candidates)
	if err != nil {
		return nil, err
	}
	for k := len(keys) - 1; k >= 0; k-- { // the first address decides
		subjects[owner[k]] = final[k]
	}
	return subjects, nil
}
