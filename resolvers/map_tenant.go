package resolvers

import (
	"posthaste/graph"
	"posthaste/messaging"
)

func tenantNode(t messaging.Tenant) *graph.Tenant {
	return &graph.Tenant{
		ID: t.ID, Name: t.Name, Brand: t.Brand, Zone: t.Zone, Country: t.Country, Locale: t.Locale, Currency: t.Currency,
		State: graph.TenantState(t.State), AddressMode: graph.StorageMode(t.AddressMode), ContentMode: graph.StorageMode(t.ContentMode),
		MessageDays: t.MessageDays, MediaDays: t.MediaDays, SummaryDays: t.SummaryDays, CreatedAt: t.CreatedAt,
	}
}
