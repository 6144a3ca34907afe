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
		Currency: "INR", AddressMode: privacy.Hashed, ContentMode: privacy.Hashed, MessageDays: MessageDays, MediaDays: 7,
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

// Actor is a person of the tenant with every permission that matters to a service.
func (b *Bench) Actor(tenant messaging.Tenant) messaging.Actor {
	return messaging.Actor{Tenant: tenant.ID, User: 42}
}

func (b *Bench) senders() *messaging.Senders {
	return &messaging.Senders{Store: b.Store, Keys: b.Keys, IDs: b.IDs, Now: b.Clock.Now, Random: rand.Reader}
}

// Portfolio makes a portfolio with the limit of 250 a day.
func (b *Bench) Portfolio(t testing.TB, tenant messaging.Tenant, change ...func(*messaging.PortfolioInput)) messaging.Portfolio {
	t.Helper()
	in := messaging.PortfolioInput{MetaID: b.IDs.Next().String(), Name: "Acme", Token: privacy.NewSecret("sandbox-token"), DailyLimit: 250}
	for _, f := range change {
		f(&in)
	}
	p, err := b.senders().CreatePortfolio(context.Background(), b.Actor(tenant), in)
	if err != nil {
		t.Fatalf("create a portfolio: %v", err)
	}
	return p
}

// Waba makes a WhatsApp Business account with an app of its own.
func (b *Bench) Waba(t testing.TB, tenant messaging.Tenant, p messaging.Portfolio, change ...func(*messaging.WabaInput)) messaging.Waba {
	t.Helper()
	in := messaging.WabaInput{PortfolioID: p.ID, MetaID: b.IDs.Next().String(), Name: "Acme India", AppID: b.IDs.Next().String(), AppSecret: privacy.NewSecret("sandbox-secret")}
	for _, f := range change {
		f(&in)
	}
	w, err := b.senders().CreateWaba(context.Background(), b.Actor(tenant), in)
	if err != nil {
		t.Fatalf("create an account: %v", err)
	}
	return w.Waba
}

// Sender makes a WhatsApp number of 80 messages per second.
func (b *Bench) Sender(t testing.TB, tenant messaging.Tenant, w messaging.Waba, change ...func(*messaging.SenderInput)) messaging.Sender {
	t.Helper()
	in := messaging.SenderInput{WabaID: w.ID, PhoneNumberID: b.IDs.Next().String(), Display: "+91 11 4000 1234", MessagesSecond: 80}
	for _, f := range change {
		f(&in)
	}
	s, err := b.senders().CreateSender(context.Background(), b.Actor(tenant), in)
	if err != nil {
		t.Fatalf("create a sender: %v", err)
	}
	return s
}

// Consent records a yes of each phone to the purpose on WhatsApp.
func (b *Bench) Consent(t testing.TB, tenant messaging.Tenant, purpose messaging.Purpose, phones ...string) {
	t.Helper()
	rows := make([]messaging.ConsentInput, len(phones))
	for i, phone := range phones {
		rows[i] = messaging.ConsentInput{Address: phone, Channel: messaging.WhatsApp, Purpose: purpose, Source: messaging.SourceWebsite}
	}
	consents := &messaging.Consents{Store: b.Store, Tenants: b.Store, Keys: b.Keys, IDs: b.IDs, Now: b.Clock.Now}
	results, err := consents.Record(context.Background(), b.Actor(tenant), true, rows)
	if err != nil {
		t.Fatalf("record consent: %v", err)
	}
	for _, r := range results {
		if r.Err != nil {
			t.Fatalf("record consent: %v", r.Err)
		}
	}
}

// reviewer approves whatever it is given.
type reviewer struct{ metaID string }

func (r reviewer) CreateTemplate(_ context.Context, _ messaging.ReviewAccount, t messaging.Submission) (messaging.Review, error) {
	return messaging.Review{MetaID: r.metaID, Status: "APPROVED", Category: t.Category, Quality: messaging.QualityGreen}, nil
}

func (r reviewer) EditTemplate(context.Context, messaging.ReviewAccount, string, messaging.Submission) error {
	return nil
}

func (r reviewer) FindTemplate(context.Context, messaging.ReviewAccount, string, string) (messaging.Review, bool, error) {
	return messaging.Review{}, false, nil
}

func (r reviewer) DeleteTemplate(context.Context, messaging.ReviewAccount, string, string) error {
	return nil
}

// Template makes an approved MARKETING template with one variable and no buttons: "Hello {{1}}, how are you?".
func (b *Bench) Template(t testing.TB, tenant messaging.Tenant, w messaging.Waba, change ...func(*messaging.TemplateDraft)) messaging.Template {
	t.Helper()
	ctx := context.Background()
	d := messaging.TemplateDraft{
		WabaID: w.ID, Name: "t_" + b.IDs.Next().String(), Language: "en", Category: messaging.Marketing, Format: messaging.Positional,
		TemplateText: messaging.TemplateText{Body: "Hello {{1}}, how are you?", BodyExamples: []string{"Asha"}},
	}
	for _, f := range change {
		f(&d)
	}
	templates := &messaging.Templates{Store: b.Store, Reviewer: reviewer{b.IDs.Next().String()}, Keys: b.Keys, IDs: b.IDs, Now: b.Clock.Now}
	made, broken, err := templates.Create(ctx, b.Actor(tenant), d)
	if err != nil || len(broken) > 0 {
		t.Fatalf("create a template: %v %v", broken, err)
	}
	approved, err := templates.Submit(ctx, b.Actor(tenant), made.ID)
	if err != nil || !approved.Sendable() {
		t.Fatalf("submit a template: %s, %v", approved.State, err)
	}
	return approved
}
