package store

import (
	"context"
	"time"

	"posthaste/analytics"
	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store/sqlcgen"
)

// book gathers what one transaction has to say about attempts: the events that go to the outbox as one block.
type book struct {
	*Tx
	keys        *privacy.TenantKeys
	dayKeys     *Keys
	ids         *messaging.IDs
	now         time.Time
	zone        *time.Location
	summaryDays int
	addresses   privacy.Mode
	events      []analytics.Event
}

func (a *Attempts) book(ctx context.Context, tx *Tx, now time.Time) (*book, error) {
	var first pipeline
	b, err := a.open(ctx, tx, now, &first)
	if err != nil {
		return nil, err
	}
	return b, first.send(ctx, tx.Tx)
}

// open is book with the reading left to the pipeline: the book is whole once that has been sent.
func (a *Attempts) open(ctx context.Context, tx *Tx, now time.Time, first *pipeline) (*book, error) {
	keys, err := a.keys.Of(ctx, tx.Tenant)
	if err != nil {
		return nil, err
	}
	b := &book{Tx: tx, keys: keys, dayKeys: a.keys, ids: a.ids, now: now}
	first.add(func(db sqlcgen.DBTX) error {
		row, err := b.Queries.EventTenant(ctx, db, int64(b.Tenant))
		if err == nil {
			b.zone, b.summaryDays = messaging.Tenant{Zone: row.Zone}.Location(), int(row.SummaryDays)
			b.addresses = privacy.Mode(row.AddressMode)
		}
		return err
	})
	return b, nil
}

// add makes one event of each newly set bit.
func (b *book) add(c stateChange) {
	fresh := c.After &^ c.Before
	if fresh == 0 {
		return
	}
	day := messaging.DayIn(time.Unix(int64(c.Bucket)*15*60, 0), b.zone)
	event := analytics.Event{
		Tenant: b.Tenant, Message: c.Evidence.Message, Attempt: tries(c.Evidence.Attempt), Channel: c.Facts.channel, Category: c.Facts.category,
		Sender: c.Facts.sender, Template: c.Facts.template, Campaign: c.Facts.campaign, Country: c.Facts.country,
		Bucket: c.Bucket, ReportDay: day, Recipient: b.recipient(c.Facts.subject),
		Expires: c.Facts.expires, KPIExpires: day.AddDate(0, 0, b.summaryDays),
	}
	for _, status := range analytics.Statuses(fresh) {
		b.events = append(b.events, detail(event, status, c))
	}
}

// recipient is 0 where the tenant keeps no hashes: then nobody can be told from another.
func (b *book) recipient(subject messaging.ID) uint64 {
	if !b.addresses.Allows(privacy.Distinct) {
		return 0
	}
	return RecipientHash(b.keys, subject)
}

// detail fills in what belongs to one status alone.
func detail(e analytics.Event, status analytics.Status, c stateChange) analytics.Event {
	e.Status, e.At = status, c.Evidence.At
	switch status {
	case analytics.Sent:
		e.At = orElse(c.Evidence.SentAt, e.At)
	case analytics.Delivered:
		e.At = orElse(c.Evidence.DeliveredAt, e.At)
		e.LatencyMS = latency(c.SentAt, e.At)
	case analytics.Read:
		e.At = orElse(c.Evidence.ReadAt, e.At)
		e.LatencyMS = latency(c.DeliveredAt, e.At)
	case analytics.Failed:
		e.At = orElse(c.Evidence.FailedAt, e.At)
		e.Code = integer(c.Evidence.Code)
		if c.After.Has(messaging.Sent) { // tells failures in the provider's hands from refused calls
			e.LatencyMS = max(latency(c.SentAt, e.At), 1)
		}
	case analytics.Suppressed, analytics.Retried, analytics.Unknown:
		e.Code = integer(c.Evidence.Code)
	case analytics.Clicked:
		e.Button = c.Evidence.Button
	}
	return e
}

// flush writes the events as one block.
func (b *book) flush(ctx context.Context) error { return b.Emit(ctx, b.events) }

// flushIn is flush as part of a pipeline.
func (b *book) flushIn(ctx context.Context, in *pipeline) error {
	if len(b.events) == 0 {
		return nil
	}
	p, err := b.block(b.events)
	if err == nil {
		in.add(func(db sqlcgen.DBTX) error { return b.Queries.InsertOutbox(ctx, db, p) })
	}
	return err
}

// Emit puts events into the outbox as one packed block; without events it does nothing. A transaction calls it once.
func (tx *Tx) Emit(ctx context.Context, events []analytics.Event) error {
	if len(events) == 0 {
		return nil
	}
	p, err := tx.block(events)
	if err != nil {
		return err
	}
	return tx.Queries.InsertOutbox(ctx, tx.Tx, p)
}

func (tx *Tx) block(events []analytics.Event) (sqlcgen.InsertOutboxParams, error) {
	block, err := analytics.EncodeBlock(events)
	return sqlcgen.InsertOutboxParams{TenantID: int64(tx.Tenant), Events: integer(len(events)), Block: block}, err
}

func orElse(t, other time.Time) time.Time {
	if t.IsZero() {
		return other
	}
	return t
}

// latency is the time between two moments in milliseconds, 0 where it is not known or the clocks disagree.
func latency(from, to time.Time) uint32 {
	if from.IsZero() || !to.After(from) {
		return 0
	}
	return uint32(min(to.Sub(from).Milliseconds(), 1<<32-1)) // #nosec G115 -- between the bounds
}
