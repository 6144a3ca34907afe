package store

import (
	"context"
	"time"

	"posthaste/messaging"
	"posthaste/store/sqlcgen"
)

// PastCampaign is a campaign that is over, of a past that did not happen here: a demo's.
type PastCampaign struct {
	messaging.Campaign
	EndedAt time.Time
}

// PastMessage is a message of such a past with its attempts.
type PastMessage struct {
	ID, Sender, Subject, Template, Campaign messaging.ID
	Channel                                 messaging.Channel
	Category                                messaging.Category
	Country                                 string
	PlannedAt                               time.Time
	ExpiresOn                               time.Time
	StateUntil                              time.Time // its message_state lives until this day at least
	Attempts                                []messaging.Attempt
}

// WritePastCampaigns writes campaigns that are over.
func (s *Store) WritePastCampaigns(ctx context.Context, tenant messaging.ID, list []PastCampaign) error {
	p := sqlcgen.InsertPastCampaignsParams{TenantID: int64(tenant)}
	for _, c := range list {
		p.Ids = append(p.Ids, int64(c.ID))
		p.Names = append(p.Names, c.Name)
		p.TemplateIds = append(p.TemplateIds, int64(c.Template))
		p.SenderIds = append(p.SenderIds, int64(c.Sender))
		p.Accepteds = append(p.Accepteds, integer(c.Accepted))
		p.Refuseds = append(p.Refuseds, integer(c.Refused))
		p.StartedAts = append(p.StartedAts, c.StartedAt)
		p.EndedAts = append(p.EndedAts, c.EndedAt)
	}
	return s.InTenant(ctx, tenant, func(tx *Tx) error { return tx.Queries.InsertPastCampaigns(ctx, tx.Tx, p) })
}

// PastResults is what such a campaign has come to.
type PastResults struct {
	Campaign messaging.ID
	Results  messaging.CampaignProgress
}

// WritePastResults keeps what became of campaigns, as counted at the given time.
func (s *Store) WritePastResults(ctx context.Context, tenant messaging.ID, list []PastResults, at time.Time) error {
	p := sqlcgen.KeepPastResultsParams{TenantID: int64(tenant), Now: &at}
	for _, c := range list {
		p.Ids = append(p.Ids, int64(c.Campaign))
		p.Sents = append(p.Sents, integer(c.Results.Sent))
		p.Delivereds = append(p.Delivereds, integer(c.Results.Delivered))
		p.Reads = append(p.Reads, integer(c.Results.Read))
		p.Faileds = append(p.Faileds, integer(c.Results.Failed))
		p.Unknowns = append(p.Unknowns, integer(c.Results.Unknown))
		p.Suppresseds = append(p.Suppresseds, integer(c.Results.Suppressed))
	}
	return s.InTenant(ctx, tenant, func(tx *Tx) error { return tx.Queries.KeepPastResults(ctx, tx.Tx, p) })
}

// WritePastMessages writes messages and their attempts, in two statements however many they are.
func (s *Store) WritePastMessages(ctx context.Context, tenant messaging.ID, list []PastMessage) error {
	m := sqlcgen.InsertPastMessagesParams{TenantID: int64(tenant)}
	st := sqlcgen.InsertPastStatesParams{TenantID: int64(tenant)}
	for _, x := range list {
		stateUntil := x.ExpiresOn
		if x.StateUntil.After(stateUntil) {
			stateUntil = x.StateUntil
		}
		week, stateWeek := smallint(messaging.WeekOf(x.ExpiresOn)), smallint(messaging.WeekOf(stateUntil))
		m.Ids = append(m.Ids, int64(x.ID))
		m.Weeks = append(m.Weeks, week)
		m.StateWeeks = append(m.StateWeeks, stateWeek)
		m.ExpiresOns = append(m.ExpiresOns, x.ExpiresOn)
		m.SenderIds = append(m.SenderIds, int64(x.Sender))
		m.Channels = append(m.Channels, string(x.Channel))
		m.Categories = append(m.Categories, string(x.Category))
		m.Subjects = append(m.Subjects, int64(x.Subject))
		m.Countries = append(m.Countries, x.Country)
		m.TemplateIds = append(m.TemplateIds, int64(x.Template))
		m.CampaignIds = append(m.CampaignIds, int64(x.Campaign))
		m.PlannedAts = append(m.PlannedAts, x.PlannedAt)
		for _, a := range x.Attempts {
			st.Ids = append(st.Ids, int64(x.ID))
			st.Attempts = append(st.Attempts, smallint(a.Number))
			st.Weeks = append(st.Weeks, stateWeek)
			st.Bits = append(st.Bits, int32(a.State))
			st.Codes = append(st.Codes, integer(a.Code))
			st.Buckets = append(st.Buckets, integer(a.Bucket))
			st.SentAts = append(st.SentAts, orEpoch(a.SentAt))
			st.DeliveredAts = append(st.DeliveredAts, orEpoch(a.DeliveredAt))
			st.ReadAts = append(st.ReadAts, orEpoch(a.ReadAt))
			st.FailedAts = append(st.FailedAts, orEpoch(a.FailedAt))
		}
	}
	return s.InTenant(ctx, tenant, func(tx *Tx) error {
		if err := tx.Queries.InsertPastMessages(ctx, tx.Tx, m); err != nil {
			return err
		}
		return tx.Queries.InsertPastStates(ctx, tx.Tx, st)
	})
}

// orEpoch stands for no time in an array, which has no other way to say so.
func orEpoch(t time.Time) time.Time {
	if t.IsZero() {
		return time.Unix(0, 0).UTC()
	}
	return t
}
