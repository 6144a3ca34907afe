package main

import (
	"context"
	"errors"
	"time"

	"posthaste/messaging"
)

const (
	// housekeepingEvery is how often what was left half-done is looked for.
	housekeepingEvery = time.Minute
	// stalledAfter is how long an upload may be silent before its reader counts as gone.
	stalledAfter = 2 * time.Minute
	// reconcileEvery is how often templates whose submission was lost are asked for at the platform.
	reconcileEvery = 5 * time.Minute
)

// housekeeping ends jobs whose reader died, and asks the platform about templates whose submission got no answer.
func (i *installation) housekeeping(ctx context.Context, templates *messaging.Templates) {
	tick := time.NewTicker(housekeepingEvery)
	defer tick.Stop()
	reconciled := time.Time{}
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-tick.C:
			_, err := i.store.FailStalledJobs(ctx, now, now.Add(-stalledAfter))
			if now.Sub(reconciled) >= reconcileEvery {
				reconciled = now
				err = errors.Join(err, i.reconcile(ctx, templates))
			}
			if err != nil && ctx.Err() == nil {
				i.log.Warn("what was left half-done could not all be settled; trying again later", "error", err)
			}
		}
	}
}

func (i *installation) reconcile(ctx context.Context, templates *messaging.Templates) error {
	tenants, err := i.store.Tenants(ctx)
	for _, t := range tenants {
		if t.Active() {
			err = errors.Join(err, templates.Reconcile(ctx, t.ID))
		}
	}
	return err
}
