package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"posthaste/analytics"
	"posthaste/store/sqlcgen"
)

// Outbox is the exporter's side of the outbox.
type Outbox struct{ store *Store }

// Outbox gives the exporter its queue.
func (s *Store) Outbox() *Outbox { return &Outbox{s} }

// maxBlocks bounds the rows that one batch locks.
const maxBlocks = 20_000

// Hold takes or renews the right to export for the length of hold. held is false while another holder has it.
func (o *Outbox) Hold(ctx context.Context, holder string, hold time.Duration) (incarnation int64, held bool, err error) {
	err = o.across(ctx, func(tx pgx.Tx, q *sqlcgen.Queries) error {
		incarnation, err = q.HoldExport(ctx, tx, sqlcgen.HoldExportParams{Holder: holder, Hold: interval(hold)})
		held = err == nil
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		return err
	})
	return incarnation, held && err == nil, err
}

// Release gives the right to export back, so that another process need not wait.
func (o *Outbox) Release(ctx context.Context, holder string) error {
	return o.across(ctx, func(tx pgx.Tx, q *sqlcgen.Queries) error { return q.ReleaseExport(ctx, tx, holder) })
}

// Next gives the oldest batch with a number above after that is not finished. Where there is none it freezes a new one of
// about so many events. A batch without blocks says that nothing waits.
func (o *Outbox) Next(ctx context.Context, after int64, events int) (analytics.Batch, error) {
	var b analytics.Batch
	err := o.across(ctx, func(tx pgx.Tx, q *sqlcgen.Queries) error {
		open, err := q.OldestOpenBatch(ctx, tx, after)
		switch {
		case err == nil:
			b, err = openBatch(ctx, tx, q, open)
		case errors.Is(err, pgx.ErrNoRows):
			b, err = freeze(ctx, tx, q, events)
		}
		return err
	})
	return b, err
}

func openBatch(ctx context.Context, tx pgx.Tx, q *sqlcgen.Queries, row sqlcgen.OldestOpenBatchRow) (analytics.Batch, error) {
	rows, err := q.BatchBlocks(ctx, tx, row.No)
	b := analytics.Batch{No: row.No, Events: int(row.Events), Hash: row.Hash, Refusals: int(row.Refusals), Code: int(row.Code),
		Age: time.Duration(row.Age * float64(time.Second))}
	for _, r := range rows {
		b.Blocks = append(b.Blocks, r.Block)
	}
	return b, err
}

func freeze(ctx context.Context, tx pgx.Tx, q *sqlcgen.Queries, events int) (analytics.Batch, error) {
	rows, err := q.FreeBlocks(ctx, tx, sqlcgen.FreeBlocksParams{Blocks: maxBlocks, Events: int64(events)})
	if err != nil || len(rows) == 0 {
		return analytics.Batch{}, err
	}
	b := analytics.Batch{Fresh: true}
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
		b.Blocks = append(b.Blocks, r.Block)
		b.Events += int(r.Events)
	}
	b.Hash = analytics.HashBlocks(b.Blocks)
	b.No, err = q.FreezeBatch(ctx, tx, sqlcgen.FreezeBatchParams{Events: integer(b.Events), Hash: b.Hash})
	if err != nil {
		return b, err
	}
	return b, q.PutInBatch(ctx, tx, sqlcgen.PutInBatchParams{No: b.No, Ids: ids})
}

// Done records that a batch is in the event store, drops its blocks and moves the mark of the dashboards.
func (o *Outbox) Done(ctx context.Context, no int64) error {
	return o.across(ctx, func(tx pgx.Tx, q *sqlcgen.Queries) error {
		if err := closeBatch(ctx, tx, q, no, "DONE"); err != nil {
			return err
		}
		if err := q.DropBatchBlocks(ctx, tx, no); err != nil {
			return err
		}
		return q.MoveExportMark(ctx, tx, no)
	})
}

// Idle moves the mark while nothing waits.
func (o *Outbox) Idle(ctx context.Context) error {
	return o.across(ctx, func(tx pgx.Tx, q *sqlcgen.Queries) error { return q.MoveExportMark(ctx, tx, 0) })
}

// Refuse records that the event store has refused a batch and tells how often in a row with this code.
func (o *Outbox) Refuse(ctx context.Context, no int64, code int, reason string) (refusals int, err error) {
	err = o.across(ctx, func(tx pgx.Tx, q *sqlcgen.Queries) error {
		n, err := q.RefuseBatch(ctx, tx, sqlcgen.RefuseBatchParams{Code: integer(code), Reason: reason, No: no})
		refusals = int(n)
		return err
	})
	return refusals, err
}

// Halve replaces a batch of at least two events by two. They inherit the suspicion: one more refusal with the same code
// halves them again.
func (o *Outbox) Halve(ctx context.Context, b analytics.Batch) error {
	return o.across(ctx, func(tx pgx.Tx, q *sqlcgen.Queries) error {
		if err := closeBatch(ctx, tx, q, b.No, "SPLIT"); err != nil {
			return err
		}
		rows, err := q.BatchBlocks(ctx, tx, b.No)
		if err != nil {
			return err
		}
		if len(rows) == 1 {
			return halveBlock(ctx, tx, q, b, rows[0])
		}
		for _, half := range [][]sqlcgen.BatchBlocksRow{rows[:len(rows)/2], rows[len(rows)/2:]} {
			var ids []int64
			var blocks [][]byte
			events := int32(0)
			for _, r := range half {
				ids, blocks, events = append(ids, r.ID), append(blocks, r.Block), events+r.Events
			}
			no, err := child(ctx, tx, q, b, events, blocks)
			if err != nil {
				return err
			}
			if err := q.PutInBatch(ctx, tx, sqlcgen.PutInBatchParams{No: no, Ids: ids}); err != nil {
				return err
			}
		}
		return nil
	})
}

func halveBlock(ctx context.Context, tx pgx.Tx, q *sqlcgen.Queries, b analytics.Batch, row sqlcgen.BatchBlocksRow) error {
	first, second, err := analytics.Halve(row.Block)
	if err != nil {
		return err
	}
	for _, half := range [][]byte{first, second} {
		n, err := analytics.BlockLen(half)
		if err != nil {
			return err
		}
		no, err := child(ctx, tx, q, b, integer(n), [][]byte{half})
		if err != nil {
			return err
		}
		if err := q.HalveBlock(ctx, tx, sqlcgen.HalveBlockParams{No: no, Events: integer(n), Block: half, ID: row.ID}); err != nil {
			return err
		}
	}
	return q.DropBlock(ctx, tx, row.ID)
}

func child(ctx context.Context, tx pgx.Tx, q *sqlcgen.Queries, parent analytics.Batch, events int32, blocks [][]byte) (int64, error) {
	return q.FreezeBatch(ctx, tx, sqlcgen.FreezeBatchParams{Parent: &parent.No, Events: events,
		Hash: analytics.HashBlocks(blocks), Refusals: smallint(max(parent.Refusals-1, 0)), Code: integer(parent.Code)})
}

// Bury gives a batch up: its blocks go to export_dead, where they can be looked at and sent again by hand.
func (o *Outbox) Bury(ctx context.Context, no int64, reason string) error {
	return o.across(ctx, func(tx pgx.Tx, q *sqlcgen.Queries) error {
		if err := closeBatch(ctx, tx, q, no, "DEAD"); err != nil {
			return err
		}
		if err := q.BuryBatch(ctx, tx, sqlcgen.BuryBatchParams{No: no, Reason: reason}); err != nil {
			return err
		}
		if err := q.DropBatchBlocks(ctx, tx, no); err != nil {
			return err
		}
		return q.MoveExportMark(ctx, tx, no)
	})
}

// Prune forgets finished batches that no repeat can name any more.
func (o *Outbox) Prune(ctx context.Context) error {
	return o.across(ctx, func(tx pgx.Tx, q *sqlcgen.Queries) error { return q.PruneExportBatches(ctx, tx) })
}

// Health tells how many blocks were given up and how far the dashboards lag behind.
func (o *Outbox) Health(ctx context.Context) (dead int64, lag time.Duration, err error) {
	err = o.across(ctx, func(tx pgx.Tx, q *sqlcgen.Queries) error {
		row, err := q.ExportHealth(ctx, tx)
		dead, lag = row.Dead, time.Duration(row.Lag*float64(time.Second))
		return err
	})
	return dead, lag, err
}

// ErrBatchClosed says that another exporter has finished the batch: nothing is left to do for it.
var ErrBatchClosed = errors.New("store: the batch is finished already")

func closeBatch(ctx context.Context, tx pgx.Tx, q *sqlcgen.Queries, no int64, state string) error {
	n, err := q.CloseBatch(ctx, tx, sqlcgen.CloseBatchParams{State: state, No: no})
	if err == nil && n == 0 {
		return ErrBatchClosed
	}
	return err
}

func (o *Outbox) across(ctx context.Context, fn func(pgx.Tx, *sqlcgen.Queries) error) error {
	return o.store.AcrossTenants(ctx, "export", fn)
}
