package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store/sqlcgen"
)

// tightening is what a job of kind TIGHTEN carries out.
type tightening struct {
	Before messaging.Keeping `json:"before"`
	Next   messaging.Keeping `json:"next"`
	// How far it has come: the round (there are two), the part of it, and the last row looked at.
	Round int    `json:"round,omitempty"`
	Part  int    `json:"part,omitempty"`
	After int64  `json:"after,omitempty"`
	Kind  int16  `json:"kind,omitempty"`
	Key   []byte `json:"key,omitempty"`
}

// LockedKeeping implements auth.KeepingTx.
func (t *accessTx) LockedKeeping(ctx context.Context) (messaging.Keeping, error) {
	row, err := t.tx.Queries.LockedKeeping(ctx, t.tx.Tx, t.tenant())
	return messaging.Keeping{
		AddressMode: privacy.Mode(row.AddressMode), ContentMode: privacy.Mode(row.ContentMode),
		MessageDays: int(row.MessageDays), SummaryDays: int(row.SummaryDays),
	}, err
}

// SetKeeping implements auth.KeepingTx. Modes and terms of what is made from now on are the new ones at once; what a
// shortened term means for what is there is written down for the janitor.
func (t *accessTx) SetKeeping(ctx context.Context, actor messaging.Actor, before, next messaging.Keeping) error {
	q, db := t.tx.Queries, t.tx.Tx
	busy, err := q.Tightening(ctx, db, t.tenant())
	if err != nil {
		return err
	}
	if busy {
		return messaging.Refuse(messaging.CodeConflict, "", "the last change is still being carried out; wait until it is done")
	}
	err = q.SetKeeping(ctx, db, sqlcgen.SetKeepingParams{
		TenantID: t.tenant(), AddressMode: string(next.AddressMode), ContentMode: string(next.ContentMode),
		MessageDays: smallint(next.MessageDays), SummaryDays: smallint(next.SummaryDays),
	})
	if err != nil || !next.Tighter(before) {
		return err
	}
	detail, err := json.Marshal(tightening{Before: before, Next: next})
	if err != nil {
		return fmt.Errorf("write down what is to be carried out: %w", err)
	}
	id := t.ids.Next()
	now := id.Time()
	if err := t.cut(ctx, "MESSAGE", before.MessageDays, next.MessageDays, now); err != nil {
		return err
	}
	if err := t.cut(ctx, "SUMMARY", before.SummaryDays, next.SummaryDays, now); err != nil {
		return err
	}
	return q.CreateWork(ctx, db, sqlcgen.CreateWorkParams{
		TenantID: t.tenant(), ID: int64(id), Kind: string(messaging.JobTighten), Detail: detail, CreatedBy: nullID(actor.User), CreatedAt: now,
	})
}

// cut notes a shortened term. Transactions that began under the old one may end a little later.
func (t *accessTx) cut(ctx context.Context, class string, before, next int, now time.Time) error {
	if next >= before {
		return nil
	}
	planned := now.Add(messaging.MaxPlanAhead)
	return t.tx.Queries.CutTerm(ctx, t.tx.Tx, sqlcgen.CutTermParams{
		TenantID: t.tenant(), Class: class, Before: now.Add(settleTime), Days: smallint(next),
		Until: messaging.DayIn(planned, time.UTC).AddDate(0, 0, before+2),
	})
}

// settleTime is how long transactions that read the old settings may go on: well beyond the time-out of statements.
const settleTime = time.Minute
