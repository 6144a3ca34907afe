package store

import (
	"context"
	"time"

	"posthaste/analytics"
	"posthaste/messaging"
	"posthaste/store/sqlcgen"
)

// Live counts what a tenant's last minutes brought. messageDays is the tenant's term, which tells the partitions.
func (s *Store) Live(ctx context.Context, tenant messaging.ID, messageDays int, now time.Time) (analytics.Live, error) {
	var live analytics.Live
	err := s.ReadTenant(ctx, tenant, func(tx *Tx) error {
		week := WeekOf(now.AddDate(0, 0, messageDays))
		row, err := tx.Queries.LiveNumbers(ctx, tx.Tx, sqlcgen.LiveNumbersParams{
			TenantID: int64(tenant), Since: int64(messaging.FirstID(now.Add(-15 * time.Minute))),
			FirstWeek: smallint(week - 1), LastWeek: smallint(week + weeksAhead),
		})
		live = analytics.Live{Accepted: row.Accepted, Queued: row.Queued, Unsettled: row.Unsettled, Through: row.ThroughAt}
		return err
	})
	return live, err
}

// DataThrough is the time up to which events are in the summaries.
func (s *Store) DataThrough(ctx context.Context, tenant messaging.ID) (through time.Time, err error) {
	err = s.ReadTenant(ctx, tenant, func(tx *Tx) error {
		through, err = tx.Queries.ExportMark(ctx, tx.Tx)
		return err
	})
	return through, err
}

// Names looks up what ids are called, in one transaction. Unknown ids are left out.
func (s *Store) Names(ctx context.Context, tenant messaging.ID, senders, templates, campaigns []messaging.ID) (analytics.Names, error) {
	names := analytics.Names{Senders: map[messaging.ID]string{}, Templates: map[messaging.ID]string{}, Campaigns: map[messaging.ID]string{}}
	err := s.ReadTenant(ctx, tenant, func(tx *Tx) error {
		if len(senders) > 0 {
			rows, err := tx.Queries.SenderNames(ctx, tx.Tx, sqlcgen.SenderNamesParams{TenantID: int64(tenant), Ids: int64s(senders)})
			if err != nil {
				return err
			}
			for _, r := range rows {
				names.Senders[messaging.ID(r.ID)] = r.Name
			}
		}
		if len(templates) > 0 {
			rows, err := tx.Queries.TemplateNames(ctx, tx.Tx, sqlcgen.TemplateNamesParams{TenantID: int64(tenant), Ids: int64s(templates)})
			if err != nil {
				return err
			}
			for _, r := range rows {
				names.Templates[messaging.ID(r.ID)] = r.Name
			}
		}
		if len(campaigns) > 0 {
			rows, err := tx.Queries.CampaignNames(ctx, tx.Tx, sqlcgen.CampaignNamesParams{TenantID: int64(tenant), Ids: int64s(campaigns)})
			if err != nil {
				return err
			}
			for _, r := range rows {
				names.Campaigns[messaging.ID(r.ID)] = r.Name
			}
		}
		return nil
	})
	return names, err
}
