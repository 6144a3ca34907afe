package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"posthaste/messaging"
	"posthaste/store/sqlcgen"
)

// termCut is a term that was shortened: what was made before goes after so many days.
type termCut struct {
	tenant  messaging.ID
	figures bool
	before  time.Time
	days    int
}

// first is the first day that is kept at now, of what was made before the cut.
func (c termCut) first(now time.Time) time.Time {
	return messaging.DayIn(now, time.UTC).AddDate(0, 0, 1-c.days)
}

// termCuts reads the shortened terms of a tenant, of all for 0.
func termCuts(ctx context.Context, s *Store, tenant messaging.ID) (cuts []termCut, err error) {
	err = s.AcrossTenants(ctx, "forget", func(tx pgx.Tx, q *sqlcgen.Queries) error {
		rows, err := q.TermCuts(ctx, tx)
		for _, r := range rows {
			if tenant == 0 || int64(tenant) == r.TenantID {
				cuts = append(cuts, termCut{messaging.ID(r.TenantID), r.Class == "SUMMARY", r.Before, int(r.Days)})
			}
		}
		return err
	})
	return cuts, err
}

// forgetCuts deletes rows that a shortened term takes before the day they carry, of one tenant or of all (0).
func forgetCuts(ctx context.Context, s *Store, now time.Time, tenant messaging.ID) (n int64, err error) {
	cuts, err := termCuts(ctx, s, tenant)
	if err != nil {
		return 0, err
	}
	week := smallint(messaging.WeekOf(now))
	for _, c := range cuts {
		if c.figures {
			continue
		}
		below, planned := int64(messaging.FirstID(c.before)), c.first(now)
		for more := true; more; {
			err := s.AcrossTenants(ctx, "forget", func(tx pgx.Tx, q *sqlcgen.Queries) error {
				messages, err := q.ForgetCutMessages(ctx, tx, sqlcgen.ForgetCutMessagesParams{
					TenantID: int64(c.tenant), Below: below, ThisWeek: week, PlannedBefore: planned, Most: forgetBatch,
				})
				if err != nil {
					return err
				}
				inbound, err := q.ForgetCutInbound(ctx, tx, sqlcgen.ForgetCutInboundParams{
					TenantID: int64(c.tenant), Below: below, ThisWeek: week, PlannedBefore: planned, Most: forgetBatch,
				})
				if err != nil {
					return err
				}
				_, err = q.ForgetCutWebhooks(ctx, tx, sqlcgen.ForgetCutWebhooksParams{TenantID: int64(c.tenant), Below: below, PlannedBefore: planned})
				n, more = n+messages+inbound, messages == forgetBatch || inbound == forgetBatch
				return err
			})
			if err != nil {
				return n, err
			}
		}
	}
	return n, nil
}

// ForgetCutEvents is what shortened terms ask of the events and figures, of one tenant or of all (0).
func ForgetCutEvents(ctx context.Context, s *Store, events TightenEvents, now time.Time, tenant messaging.ID) error {
	cuts, err := termCuts(ctx, s, tenant)
	if err != nil {
		return err
	}
	for _, c := range cuts {
		if err := c.forgetEvents(ctx, events, c.first(now)); err != nil {
			return err
		}
	}
	return nil
}

// forgetEvents leaves what was made after the cut. A figure does not tell when its messages were made, only their day.
func (c termCut) forgetEvents(ctx context.Context, events TightenEvents, first time.Time) error {
	if !c.figures {
		return events.ForgetEvents(ctx, int64(c.tenant), first, int64(messaging.FirstID(c.before)))
	}
	if made := messaging.DayIn(c.before, time.UTC); made.Before(first) {
		first = made
	}
	return events.ForgetFigures(ctx, int64(c.tenant), first)
}
