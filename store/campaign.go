package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"posthaste/messaging"
	"posthaste/store/sqlcgen"
)

// InsertCampaign implements messaging.CampaignTx.
func (t *sendTx) InsertCampaign(ctx context.Context, c messaging.Campaign, by messaging.ID) error {
	return t.Queries.InsertCampaign(ctx, t.Tx.Tx, sqlcgen.InsertCampaignParams{
		TenantID: int64(t.Tenant), ID: int64(c.ID), Name: c.Name, TemplateID: int64(c.Template), SenderID: int64(c.Sender),
		CreatedBy: nonZero(by), Now: c.CreatedAt,
	})
}

// LockCampaign implements messaging.CampaignTx.
func (t *sendTx) LockCampaign(ctx context.Context, id messaging.ID) (messaging.Campaign, error) {
	row, err := t.Queries.CampaignForUpdate(ctx, t.Tx.Tx, sqlcgen.CampaignForUpdateParams{TenantID: int64(t.Tenant), ID: int64(id)})
	return campaignOf(row), err
}

// SetCampaign implements messaging.CampaignTx.
func (t *sendTx) SetCampaign(ctx context.Context, c messaging.Campaign) error {
	return t.Queries.SetCampaignState(ctx, t.Tx.Tx, sqlcgen.SetCampaignStateParams{
		TenantID: int64(t.Tenant), ID: int64(c.ID), State: string(c.State), Reason: c.StateReason,
		RunAt: nonZeroTime(c.RunAt), StartedAt: nonZeroTime(c.StartedAt), FinishedAt: nonZeroTime(c.FinishedAt),
	})
}

// Note implements messaging.CampaignTx.
func (t *sendTx) Note(ctx context.Context, at time.Time, id messaging.ID, event messaging.AuditEvent) error {
	return t.Tx.Audit(ctx, t.ledger, at, []messaging.ID{id}, []messaging.AuditEvent{event})
}

// ReleaseChunks implements messaging.CampaignTx.
func (t *sendTx) ReleaseChunks(ctx context.Context, id messaging.ID, runAt time.Time, patience time.Duration) error {
	deadline := runAt.Add(patience)
	err := t.Queries.ReleaseChunks(ctx, t.Tx.Tx, sqlcgen.ReleaseChunksParams{
		TenantID: int64(t.Tenant), CampaignID: ptr(int64(id)), RunAt: runAt, Deadline: deadline,
	})
	if err != nil {
		return err
	}
	return t.Queries.ExtendPayloads(ctx, t.Tx.Tx, sqlcgen.ExtendPayloadsParams{
		TenantID: int64(t.Tenant), CampaignID: ptr(int64(id)), DeleteBy: deadline.Add(messaging.PayloadLife),
	})
}

// CancelChunks implements messaging.CampaignTx. A time before any other puts them at the head of their lanes.
func (t *sendTx) CancelChunks(ctx context.Context, id messaging.ID, deadline time.Time) error {
	return t.Queries.CancelChunks(ctx, t.Tx.Tx, sqlcgen.CancelChunksParams{
		TenantID: int64(t.Tenant), CampaignID: ptr(int64(id)), RunAt: messaging.Epoch, Deadline: deadline,
	})
}

// HoldChunks implements messaging.CampaignTx.
func (t *sendTx) HoldChunks(ctx context.Context, id messaging.ID) error {
	return t.Queries.HoldChunks(ctx, t.Tx.Tx, sqlcgen.HoldChunksParams{TenantID: int64(t.Tenant), CampaignID: ptr(int64(id))})
}

// AudienceRunning implements messaging.AudienceTx.
func (t *sendTx) AudienceRunning(ctx context.Context, campaign, job messaging.ID) (bool, error) {
	return t.Queries.AudienceRunning(ctx, t.Tx.Tx, sqlcgen.AudienceRunningParams{
		TenantID: int64(t.Tenant), CampaignID: ptr(int64(campaign)), JobID: int64(job),
	})
}

// CountAudience implements messaging.AudienceTx.
func (t *sendTx) CountAudience(ctx context.Context, id messaging.ID, accepted int, refusals []messaging.Refusals) error {
	refused := 0
	rows := sqlcgen.AddRefusalsParams{TenantID: int64(t.Tenant), CampaignID: int64(id)}
	for _, r := range refusals {
		refused += r.Count
		rows.Codes, rows.Counts = append(rows.Codes, string(r.Code)), append(rows.Counts, integer(r.Count))
		rows.Firsts = append(rows.Firsts, integer(len(rows.Lines)+1))
		rows.Lines = append(rows.Lines, int32s(r.Lines)...)
		rows.Lasts = append(rows.Lasts, integer(len(rows.Lines)))
	}
	if len(refusals) > 0 {
		if err := t.Queries.AddRefusals(ctx, t.Tx.Tx, rows); err != nil {
			return err
		}
	}
	return t.Queries.CountAudience(ctx, t.Tx.Tx, sqlcgen.CountAudienceParams{
		TenantID: int64(t.Tenant), ID: int64(id), Accepted: integer(accepted), Refused: integer(refused),
	})
}

// Campaign reads one campaign.
func (s *Sending) Campaign(ctx context.Context, tenant, id messaging.ID) (messaging.Campaign, error) {
	var c messaging.Campaign
	err := s.store.ReadTenant(ctx, tenant, func(tx *Tx) error {
		row, err := tx.Queries.Campaign(ctx, tx.Tx, sqlcgen.CampaignParams{TenantID: int64(tenant), ID: int64(id)})
		c = campaignOf(row)
		return err
	})
	return c, err
}

// Campaigns lists campaigns newest first, below the id before (0: from the newest).
func (s *Sending) Campaigns(ctx context.Context, tenant, before messaging.ID, states []messaging.CampaignState, count int) ([]messaging.Campaign, error) {
	if before == 0 {
		before = messaging.ID(1<<63 - 1)
	}
	names := make([]string, len(states))
	for i, state := range states {
		names[i] = string(state)
	}
	return s.campaigns(ctx, tenant, func(tx *Tx) ([]sqlcgen.Campaign, error) {
		return tx.Queries.Campaigns(ctx, tx.Tx, sqlcgen.CampaignsParams{TenantID: int64(tenant), Before: int64(before), States: names, Count: integer(count)})
	})
}

// CampaignsByID reads several campaigns, in no order.
func (s *Sending) CampaignsByID(ctx context.Context, tenant messaging.ID, ids []messaging.ID) ([]messaging.Campaign, error) {
	return s.campaigns(ctx, tenant, func(tx *Tx) ([]sqlcgen.Campaign, error) {
		return tx.Queries.CampaignsByID(ctx, tx.Tx, sqlcgen.CampaignsByIDParams{TenantID: int64(tenant), Ids: int64s(ids)})
	})
}

func (s *Sending) campaigns(ctx context.Context, tenant messaging.ID, read func(*Tx) ([]sqlcgen.Campaign, error)) ([]messaging.Campaign, error) {
	var list []messaging.Campaign
	err := s.store.ReadTenant(ctx, tenant, func(tx *Tx) error {
		rows, err := read(tx)
		for _, row := range rows {
			list = append(list, campaignOf(row))
		}
		return err
	})
	return list, err
}

// Refusals reads why rows of a campaign's audience became no message.
func (s *Sending) Refusals(ctx context.Context, tenant, id messaging.ID) ([]messaging.Refusals, error) {
	var list []messaging.Refusals
	err := s.store.ReadTenant(ctx, tenant, func(tx *Tx) error {
		rows, err := tx.Queries.CampaignRefusals(ctx, tx.Tx, sqlcgen.CampaignRefusalsParams{TenantID: int64(tenant), CampaignID: int64(id)})
		for _, row := range rows {
			list = append(list, messaging.Refusals{Code: messaging.Code(row.Code), Count: int(row.Count), Lines: ints(row.Lines)})
		}
		return err
	})
	return list, err
}

// FinishCampaigns marks as done, in all tenants, the running campaigns of which nothing is left to do, and tells how
// many.
func (s *Store) FinishCampaigns(ctx context.Context, now time.Time) (int, error) {
	finished := 0
	err := s.AcrossTenants(ctx, "campaigns", func(tx pgx.Tx, q *sqlcgen.Queries) error {
		rows, err := q.FinishCampaigns(ctx, tx, &now)
		finished = len(rows)
		return err
	})
	return finished, err
}

func campaignOf(row sqlcgen.Campaign) messaging.Campaign {
	return messaging.Campaign{
		ID: messaging.ID(row.ID), Name: row.Name, Template: messaging.ID(row.TemplateID), Sender: messaging.ID(row.SenderID),
		State: messaging.CampaignState(row.State), StateReason: row.StateReason, Accepted: int(row.Accepted), Refused: int(row.Refused),
		RunAt: timeOf(row.RunAt), CreatedAt: row.CreatedAt, StartedAt: timeOf(row.StartedAt), FinishedAt: timeOf(row.FinishedAt),
		Settled: row.Settled, Results: messaging.CampaignProgress{
			Sent: int64(row.Sent), Delivered: int64(row.Delivered), Read: int64(row.Read), Failed: int64(row.Failed),
			Unknown: int64(row.Unknown), Suppressed: int64(row.Suppressed),
		},
	}
}

func nonZeroTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func timeOf(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

func int32s(in []int) []int32 {
	out := make([]int32, len(in))
	for i, v := range in {
		out[i] = integer(v)
	}
	return out
}

func ints(in []int32) []int {
	out := make([]int, len(in))
	for i, v := range in {
		out[i] = int(v)
	}
	return out
}
