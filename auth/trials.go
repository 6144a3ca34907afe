package auth

import (
	"context"

	"posthaste/messaging"
)

// EndTrial writes down that a changed allow-list was not confirmed in time, so that it is on record and people are told.
// It decides nothing: a trial that is over lets nobody in, written down or not.
func (a *Access) EndTrial(ctx context.Context, tenant messaging.ID) error {
	now := a.Now()
	return a.Store.Act(ctx, tenant, func(tx AccessTx) error {
		list, err := tx.LockedAllowList(ctx)
		if err != nil {
			return err
		}
		if _, over := list.Settle(now); !over {
			return nil
		}
		if _, err := tx.DropTrial(ctx); err != nil {
			return err
		}
		return tx.Audit(ctx, now, messaging.AuditEvent{Action: messaging.AuditAllowListDropped, Detail: map[string]string{"reason": "not confirmed in time"}})
	})
}
