package auth

import (
	"context"
	"fmt"
	"slices"

	"posthaste/messaging"
)

// KeepingTx reads and writes how a tenant's data is kept, in one of its transactions.
type KeepingTx interface {
	// LockedKeeping reads it and holds it until the transaction ends.
	LockedKeeping(ctx context.Context) (messaging.Keeping, error)
	// SetKeeping writes it. Where something of what is there has to go it makes the job that does so, and refuses with
	// CONFLICT while the last such job is under way.
	SetKeeping(ctx context.Context, actor messaging.Actor, before, next messaging.Keeping) error
}

// SetKeeping changes how the tenant's data is kept, or asks for a second person where the tenant wants one.
func (s *Approvals) SetKeeping(ctx context.Context, actor messaging.Actor, next messaging.Keeping) (messaging.Keeping, error) {
	if err := next.Check(); err != nil {
		return next, err
	}
	var before messaging.Keeping
	err := s.Access.Store.Act(ctx, actor.Tenant, func(tx AccessTx) (err error) {
		if before, err = tx.LockedKeeping(ctx); err != nil || before == next {
			return err
		}
		if err := needSecond(ctx, tx, ActChangeKeeping); err != nil {
			return err
		}
		return s.setKeeping(ctx, tx, actor, before, next)
	})
	if err == nil {
		return next, nil
	}
	return before, s.ask(ctx, actor, err, Approval{Action: ActChangeKeeping, Changes: keepingChanges(before, next)}, keepingPayload{before, next})
}

// keepingPayload is a change as it is asked for. It says what it changes: a second person approves this step and no other.
type keepingPayload struct{ Before, Next messaging.Keeping }

func (s *Approvals) keepingApproved(ctx context.Context, tx ApprovalTx, maker, _ messaging.Actor, w Approval) error {
	payload, err := readPayload[keepingPayload](w)
	if err != nil {
		return err
	}
	if err := payload.Next.Check(); err != nil {
		return err
	}
	before, err := tx.LockedKeeping(ctx)
	if err != nil {
		return err
	}
	if before != payload.Before {
		return messaging.Refuse(messaging.CodeConflict, "id", "how data is kept has changed since this was asked for; ask again")
	}
	return s.setKeeping(ctx, tx, maker, before, payload.Next)
}

func (s *Approvals) setKeeping(ctx context.Context, tx AccessTx, actor messaging.Actor, before, next messaging.Keeping) error {
	if err := tx.SetKeeping(ctx, actor, before, next); err != nil {
		return err
	}
	detail := map[string]string{}
	for _, c := range keepingChanges(before, next) {
		detail[c.Field] = c.Before + " → " + c.After
	}
	return tx.Audit(ctx, s.Access.Now(), actor.Audited(messaging.AuditKeepingChanged, 0, detail))
}

// keepingChanges lists the lines that differ.
func keepingChanges(before, after messaging.Keeping) []Change {
	all := []Change{
		{"addressMode", string(before.AddressMode), string(after.AddressMode)},
		{"contentMode", string(before.ContentMode), string(after.ContentMode)},
		{"messageDays", fmt.Sprint(before.MessageDays), fmt.Sprint(after.MessageDays)},
		{"summaryDays", fmt.Sprint(before.SummaryDays), fmt.Sprint(after.SummaryDays)},
	}
	return slices.DeleteFunc(all, func(c Change) bool { return c.Before == c.After })
}
