package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store/sqlcgen"
)

// Attempts keeps chunks, attempts and what follows from them: the ledger of the dispatcher and the book of what the
// provider reports. Safe for concurrent use.
//
// Whoever locks rows of several tables does it in the order owner, chunk, message_state, unsettled, payload, sender,
// consent.
type Attempts struct {
	store *Store
	keys  *Keys
	ids   *messaging.IDs
}

var _ messaging.Ledger = (*Attempts)(nil)

// NewAttempts makes the ledger of one process, whose ids these are.
func NewAttempts(s *Store, keys *Keys, ids *messaging.IDs) *Attempts {
	return &Attempts{store: s, keys: keys, ids: ids}
}

// Step runs one step of a portfolio's owner in one transaction; see messaging.Ledger.
func (a *Attempts) Step(ctx context.Context, o messaging.Owner, s messaging.Step) (messaging.Stepped, error) {
	var done messaging.Stepped
	err := a.store.InTenant(ctx, o.Tenant, func(tx *Tx) error {
		var first pipeline
		b, err := a.open(ctx, tx, s.Now, &first)
		if noKeys(err) {
			done.Stale = true
			return nil
		}
		if err != nil {
			return err
		}
		owns := false
		if len(s.Claims) > 0 {
			b.askOwner(ctx, &first, o, &owns)
		}
		settling := b.settling(ctx, &first, s.Outcomes)
		if err := first.send(ctx, tx.Tx); err != nil {
			return err
		}
		done.Stale = len(s.Claims) > 0 && !owns
		if err := settling.finish(ctx, o); err != nil {
			return err
		}
		if err := b.stop(ctx, o, s.Stops); err != nil {
			return err
		}
		if owns {
			return b.claim(ctx, o, s)
		}
		return b.flush(ctx)
	})
	return done, err
}

// noKeys tells whether a tenant has no keys: it is being deleted, or is no more, and there is nobody to record anything for.
func noKeys(err error) bool { return messaging.CodeOf(err) == messaging.CodeNotFound }

// owns locks the right to send for the portfolio until the end of the transaction.
func (b *book) owns(ctx context.Context, o messaging.Owner) (owns bool, err error) {
	var only pipeline
	b.askOwner(ctx, &only, o, &owns)
	return owns, only.send(ctx, b.Tx.Tx)
}

func (b *book) askOwner(ctx context.Context, in *pipeline, o messaging.Owner, owns *bool) {
	in.add(func(db sqlcgen.DBTX) error {
		_, err := b.Queries.LockOwner(ctx, db, sqlcgen.LockOwnerParams{
			TenantID: int64(o.Tenant), PortfolioID: int64(o.Portfolio), ProcessID: o.Process, Epoch: o.Epoch,
		})
		if *owns = err == nil; errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		return err
	})
}

// Inherit reads what a new owner must know; see messaging.Ledger.
func (a *Attempts) Inherit(ctx context.Context, o messaging.Owner, since time.Time) (window []messaging.LimitEntry, open []*messaging.Chunk, err error) {
	err = a.store.ReadTenant(ctx, o.Tenant, func(tx *Tx) error {
		steps, err := tx.Queries.LimitWindow(ctx, tx.Tx, sqlcgen.LimitWindowParams{
			TenantID: int64(o.Tenant), PortfolioID: int64(o.Portfolio), Since: since,
		})
		if err != nil {
			return err
		}
		for _, s := range steps {
			for _, subject := range s.Subjects {
				window = append(window, messaging.LimitEntry{Subject: messaging.ID(subject), At: s.At})
			}
		}
		rows, err := tx.Queries.OpenChunks(ctx, tx.Tx, sqlcgen.OpenChunksParams{TenantID: int64(o.Tenant), PortfolioID: int64(o.Portfolio)})
		for _, r := range rows {
			open = append(open, chunkOf(sqlcgen.DueChunksRow(r)))
		}
		return err
	})
	return window, open, err
}

// Reload reads chunks as they stand; those that are gone are missing.
func (a *Attempts) Reload(ctx context.Context, tenant messaging.ID, chunks []messaging.ID) (found []*messaging.Chunk, err error) {
	err = a.store.ReadTenant(ctx, tenant, func(tx *Tx) error {
		rows, err := tx.Queries.ReloadChunks(ctx, tx.Tx, sqlcgen.ReloadChunksParams{TenantID: int64(tenant), Ids: int64s(chunks)})
		for _, r := range rows {
			found = append(found, chunkOf(sqlcgen.DueChunksRow(r)))
		}
		return err
	})
	return found, err
}

// Payloads opens payloads; see messaging.Ledger.
func (a *Attempts) Payloads(ctx context.Context, tenant messaging.ID, payloads []messaging.ID) (map[messaging.ID]messaging.Payload, error) {
	opened := make(map[messaging.ID]messaging.Payload, len(payloads))
	err := a.store.ReadTenant(ctx, tenant, func(tx *Tx) error {
		rows, err := tx.Queries.Payloads(ctx, tx.Tx, sqlcgen.PayloadsParams{TenantID: int64(tenant), Ids: int64s(payloads)})
		if err != nil {
			return err
		}
		for _, r := range rows {
			p, err := tx.OpenPayload(ctx, a.keys, messaging.ID(r.ID), privacy.DayOf(r.Day), r.Sealed)
			if errors.Is(err, privacy.ErrSealed) {
				continue
			}
			if err != nil {
				return err
			}
			opened[messaging.ID(r.ID)] = p
		}
		return nil
	})
	return opened, err
}

// OptOut records people's wishes that came through the provider.
func (a *Attempts) OptOut(ctx context.Context, tenant messaging.ID, now time.Time, signals []messaging.ConsentSignal) error {
	return a.store.InTenant(ctx, tenant, func(tx *Tx) error { return a.signal(ctx, tx, now, signals) })
}

func (a *Attempts) signal(ctx context.Context, tx *Tx, now time.Time, signals []messaging.ConsentSignal) error {
	if len(signals) == 0 {
		return nil
	}
	keys, err := a.keys.Of(ctx, tx.Tenant)
	if noKeys(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := tx.remember(ctx, signals); err != nil {
		return err
	}
	by := messaging.Recorder{Actor: messaging.Actor{Tenant: tx.Tenant}, At: now, Ledger: keys.Derive(privacy.ForConsentLedger)}
	return tx.ApplySignals(ctx, by, a.ids, signals)
}

func chunkOf(r sqlcgen.DueChunksRow) *messaging.Chunk {
	c := &messaging.Chunk{
		Tenant: messaging.ID(r.TenantID), ID: messaging.ID(r.ID), Portfolio: messaging.ID(r.PortfolioID), Sender: messaging.ID(r.SenderID),
		Campaign: messaging.ID(numberOf(r.CampaignID)), Template: messaging.ID(numberOf(r.TemplateID)),
		Channel: messaging.Channel(r.Channel), Category: messaging.Category(r.Category), Priority: int(r.Priority),
		RunAt: r.RunAt, Deadline: r.Deadline, Attempt: int(r.Attempt), Payload: messaging.ID(r.PayloadID), Positions: r.Positions,
		Messages: idsOf(r.MessageIds), Subjects: idsOf(r.Subjects), Week: int(r.Week), StateWeek: int(r.StateWeek), Epoch: r.Epoch, Intent: int(r.Intent),
	}
	copy(c.Marks[:], r.Marks.Bytes)
	return c
}

func idsOf(list []int64) []messaging.ID {
	ids := make([]messaging.ID, len(list))
	for i, n := range list {
		ids[i] = messaging.ID(n)
	}
	return ids
}

func durationOf(i pgtype.Interval) time.Duration {
	return time.Duration(i.Microseconds)*time.Microsecond + time.Duration(i.Days)*24*time.Hour
}
