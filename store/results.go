package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"posthaste/messaging"
	"posthaste/store/sqlcgen"
)

const (
	// resultsGrow is how long after its end a campaign may still come to more: reports arrive for a month.
	resultsGrow = 35 * 24 * time.Hour
	// resultsBatch bounds what one look finds to count.
	resultsBatch = 200
)

// Progress counts a campaign's messages by what their newest attempts say. pace is how many a second were sent over the
// last minute. Messages are forgotten sooner than their campaign: what was kept of them stands then.
func (s *Sending) Progress(ctx context.Context, tenant, id messaging.ID, now time.Time) (p messaging.CampaignProgress, err error) {
	err = s.store.ReadTenant(ctx, tenant, func(tx *Tx) error {
		row, err := tx.Queries.Campaign(ctx, tx.Tx, sqlcgen.CampaignParams{TenantID: int64(tenant), ID: int64(id)})
		if err != nil {
			return err
		}
		c := campaignOf(row)
		if p = c.Results; c.Settled {
			return nil
		}
		counted, err := countProgress(ctx, tx, id, now)
		if counted.Ended() >= p.Ended() {
			p = counted
		}
		return err
	})
	return p, err
}

func countProgress(ctx context.Context, tx *Tx, id messaging.ID, now time.Time) (p messaging.CampaignProgress, err error) {
	const span = time.Minute
	tenant := int64(tx.Tenant)
	queued, err := tx.Queries.CampaignQueued(ctx, tx.Tx, sqlcgen.CampaignQueuedParams{TenantID: tenant, CampaignID: ptr(int64(id))})
	if err != nil {
		return p, err
	}
	weeks, err := tx.Queries.CampaignSpan(ctx, tx.Tx, sqlcgen.CampaignSpanParams{TenantID: tenant, CampaignID: ptr(int64(id))})
	if err != nil {
		return p, err
	}
	rows, err := tx.Queries.CampaignStates(ctx, tx.Tx, sqlcgen.CampaignStatesParams{
		TenantID: tenant, CampaignID: ptr(int64(id)), Since: ptr(now.Add(-span)), FirstWeek: weeks.First, LastWeek: weeks.Last,
	})
	recent := int64(0)
	for _, row := range rows {
		p.Add(messaging.State(row.Bits), row.Messages)
		recent += row.Recent
	}
	p.Queued, p.Pace = queued, float64(recent)/span.Seconds()
	return p, err
}

// KeepResults counts the campaigns of all tenants that are over and may have come to more since they were counted last,
// and keeps the counts.
func (s *Sending) KeepResults(ctx context.Context, now time.Time) error {
	for {
		due, err := s.resultsDue(ctx, now)
		for _, c := range due {
			if failed := s.keepResults(ctx, c, now); failed != nil {
				err = errors.Join(err, failed)
			}
		}
		if err != nil || len(due) < resultsBatch {
			return err
		}
	}
}

func (s *Sending) resultsDue(ctx context.Context, now time.Time) (due []sqlcgen.CampaignsToCountRow, err error) {
	err = s.store.AcrossTenants(ctx, "campaigns", func(tx pgx.Tx, q *sqlcgen.Queries) (err error) {
		due, err = q.CampaignsToCount(ctx, tx, sqlcgen.CampaignsToCountParams{Now: now, Count: resultsBatch})
		return err
	})
	return due, err
}

func (s *Sending) keepResults(ctx context.Context, c sqlcgen.CampaignsToCountRow, now time.Time) error {
	p, err := s.Progress(ctx, messaging.ID(c.TenantID), messaging.ID(c.ID), now)
	if err != nil {
		return err
	}
	return s.store.InTenant(ctx, messaging.ID(c.TenantID), func(tx *Tx) error {
		return tx.Queries.KeepResults(ctx, tx.Tx, sqlcgen.KeepResultsParams{
			TenantID: c.TenantID, ID: c.ID, Now: &now, Settled: !now.Before(c.FinishedAt.Add(resultsGrow)),
			Sent: integer(p.Sent), Delivered: integer(p.Delivered), Read: integer(p.Read), Failed: integer(p.Failed), Unknown: integer(p.Unknown),
			Suppressed: integer(p.Suppressed),
		})
	})
}
