package main

import (
	"context"
	"time"

	"posthaste/bench/history"
	"posthaste/messaging"
	"posthaste/store"
)

// demoSeed makes the past the same everywhere.
const demoSeed = 20240101

// pastOf is whose past is made.
type pastOf struct {
	Tenant    messaging.Tenant
	Senders   []messaging.ID
	Templates map[string]messaging.ID
}

// seedPast writes a year of figures, and the last month's messages.
func (i *installation) seedPast(ctx context.Context, p pastOf) error {
	events, err := openClickHouse(i.config)
	if err != nil {
		return err
	}
	defer events.Close()
	keys, err := i.keys.Of(ctx, p.Tenant.ID)
	if err != nil {
		return err
	}
	people := &pastPeople{first: i.ids.Next()}
	_, err = history.Write(ctx, history.Options{
		Tenant: p.Tenant.ID, Zone: p.Tenant.Location(), Currency: p.Tenant.Currency, MessageDays: p.Tenant.MessageDays,
		SummaryDays: p.Tenant.SummaryDays, Senders: p.Senders, Templates: p.Templates, Now: time.Now(), Seed: demoSeed,
		Recipient: func(person int) uint64 { return store.RecipientHash(keys, people.subject(person)) },
	}, events, &pastRows{store: i.store, tenant: p.Tenant, people: people})
	return err
}

// pastPeople are the people of the past: subjects without an address, for nobody knew one.
type pastPeople struct{ first messaging.ID }

func (p *pastPeople) subject(person int) messaging.ID { return p.first - messaging.ID(person) - 1 }

// pastRows writes what goes to Postgres.
type pastRows struct {
	store  *store.Store
	tenant messaging.Tenant
	people *pastPeople
}

// Campaigns implements history.Rows.
func (r *pastRows) Campaigns(ctx context.Context, list []history.Campaign) error {
	out := make([]store.PastCampaign, len(list))
	for n, c := range list {
		out[n] = store.PastCampaign{EndedAt: c.EndedAt, Campaign: messaging.Campaign{
			ID: c.ID, Name: c.Name, Template: c.Template, Sender: c.Sender, Accepted: c.Accepted, Refused: c.Refused, StartedAt: c.StartedAt,
		}}
	}
	return r.store.WritePastCampaigns(ctx, r.tenant.ID, out)
}

// Results implements history.Rows.
func (r *pastRows) Results(ctx context.Context, list []history.Campaign) error {
	out := make([]store.PastResults, len(list))
	for n, c := range list {
		out[n] = store.PastResults{Campaign: c.ID, Results: c.Results}
	}
	return r.store.WritePastResults(ctx, r.tenant.ID, out, time.Now())
}

// Messages implements history.Rows.
func (r *pastRows) Messages(ctx context.Context, list []history.Message) error {
	out := make([]store.PastMessage, len(list))
	for n, m := range list {
		out[n] = store.PastMessage{
			ID: m.ID, Sender: m.Sender, Subject: r.people.subject(m.Person), Template: m.Template, Campaign: m.Campaign, Channel: m.Channel,
			Category: m.Category, Country: m.Country, PlannedAt: m.PlannedAt,
			ExpiresOn: m.ReportDay.AddDate(0, 0, r.tenant.MessageDays), StateUntil: m.ReportDay.AddDate(0, 0, messaging.StateDays),
		}
		for _, a := range m.Attempts {
			out[n].Attempts = append(out[n].Attempts, messaging.Attempt{
				Number: a.Number, State: a.State, Code: a.Code, Bucket: int(a.Bucket),
				SentAt: a.SentAt, DeliveredAt: a.DeliveredAt, ReadAt: a.ReadAt, FailedAt: a.FailedAt,
			})
		}
	}
	return r.store.WritePastMessages(ctx, r.tenant.ID, out)
}
