package storetest

import (
	"context"
	"crypto/rand"
	"testing"

	"posthaste/messaging"
	"posthaste/privacy"
)

// Tenant makes a tenant with keys. change may alter it before it is written.
func (b *Bench) Tenant(t testing.TB, change ...func(*messaging.Tenant)) messaging.Tenant {
	t.Helper()
	tenant := messaging.Tenant{
		ID: b.IDs.Next(), Name: "Acme Tea Ltd", Brand: "Acme Tea", Zone: "Asia/Kolkata", Country: "IN", Locale: "en",
		Currency: "INR", AddressMode: privacy.Hashed, ContentMode: privacy.Hashed, MessageDays: 180, MediaDays: 7,
		SummaryDays: 365, CreatedAt: b.Clock.Now(),
	}
	for _, f := range change {
		f(&tenant)
	}
	wrapped, err := b.Ring.NewTenantKeys(rand.Reader, int64(tenant.ID))
	if err != nil {
		t.Fatal(err)
	}
	made, err := b.Store.CreateTenant(context.Background(), tenant, wrapped, nil)
	if err != nil {
		t.Fatalf("create a tenant: %v", err)
	}
	return made
}
