package resolvers

import (
	"context"
	"crypto/rand"
	"fmt"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"posthaste/graph"
	"posthaste/messaging"
	"posthaste/privacy"
)

// templateShelf lists templates with the ids 1…n, the newest first.
type templateShelf int

func (s templateShelf) Template(context.Context, messaging.ID, messaging.ID) (messaging.Template, error) {
	return messaging.Template{}, messaging.Refuse(messaging.CodeNotFound, "", "not found")
}

func (s templateShelf) Templates(_ context.Context, _, before messaging.ID, count int, _ messaging.TemplateFilter) ([]messaging.Template, error) {
	var list []messaging.Template
	for id := messaging.ID(s); id > 0 && len(list) < count; id-- {
		if before == 0 || id < before {
			list = append(list, messaging.Template{ID: id})
		}
	}
	return list, nil
}

func signedIn(tenant messaging.ID) context.Context {
	return messaging.WithActor(context.Background(), messaging.Actor{Tenant: tenant, User: 1})
}

func cursorsForTest(t *testing.T) Cursors {
	t.Helper()
	material, err := privacy.NewKeyFile(rand.Reader, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	ring, err := privacy.ParseKeyring(material)
	if err != nil {
		t.Fatal(err)
	}
	return NewCursors(ring.Ring(privacy.ForCursors))
}

func TestTemplatesArePagedToTheEnd(t *testing.T) {
	t.Parallel()
	r := &queryResolver{&Resolver{TemplateReads: templateShelf(5), Cursors: cursorsForTest(t)}}
	ctx := signedIn(7)
	seen := ""
	var after *string
	for range 3 {
		page, err := r.Templates(ctx, 2, after, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page.Edges {
			seen += e.Node.ID.String() + " "
		}
		seen += fmt.Sprint(page.PageInfo.HasNextPage) + " "
		after = page.PageInfo.EndCursor
	}
	if want := "5 4 true 3 2 true 1 false "; seen != want || after != nil {
		t.Errorf("saw %q, want %q", seen, want)
	}
	first, err := r.Templates(ctx, 2, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Templates(signedIn(8), 2, first.PageInfo.EndCursor, nil); messaging.CodeOf(err) != messaging.CodeInvalid {
		t.Errorf("another tenant's cursor: %v", err)
	}
	for _, size := range []int{0, -1, 101} {
		if _, err := r.Templates(ctx, size, nil, nil); messaging.CodeOf(err) != "PAGE_TOO_LARGE" {
			t.Errorf("a page of %d: %v", size, err)
		}
	}
	if got, err := r.Template(ctx, 9); got != nil || err != nil {
		t.Errorf("a template that is not: %v, %v", got, err)
	}
}

func TestCheckTemplateNamesEachField(t *testing.T) {
	t.Parallel()
	r := &queryResolver{&Resolver{}}
	broken, err := r.CheckTemplate(signedIn(7), graph.TemplateInput{
		Name: "Offer", Language: "en", Category: messaging.Marketing, ParameterFormat: graph.ParameterFormatPositional, Body: "Hello {{1}}, how are you?",
		Footer:  graphql.OmittableOf(ptr("{{1}}")),
		Buttons: []*graph.TemplateButtonInput{{Kind: graph.ButtonKindURL, Text: "Go", URL: graphql.OmittableOf(ptr("nowhere"))}},
	})
	got := ""
	for _, e := range broken {
		got += value(e.Field) + " "
	}
	if want := "name bodyExamples footer buttons.0.url "; got != want || err != nil {
		t.Errorf("broken %q, want %q (%v)", got, want, err)
	}
}

func ptr[T any](v T) *T { return &v }

// consentDesk refuses every second row.
type consentDesk struct{ granted []bool }

func (d *consentDesk) Record(_ context.Context, _ messaging.Actor, granted bool, rows []messaging.ConsentInput) ([]messaging.ConsentResult, error) {
	if len(rows) == 0 {
		return nil, messaging.Refuse(messaging.CodeInvalid, "input", "give at least one row")
	}
	d.granted = append(d.granted, granted)
	results := make([]messaging.ConsentResult, len(rows))
	for i := range rows {
		results[i].EventID = messaging.ID(i + 1)
		if i%2 == 1 {
			results[i] = messaging.ConsentResult{Err: messaging.Refuse(messaging.CodeInvalid, "address", "not a phone number")}
		}
	}
	return results, nil
}

func (d *consentDesk) Proof(context.Context, messaging.Actor, string, time.Time) (messaging.ConsentProof, error) {
	return messaging.ConsentProof{}, nil
}

func (d *consentDesk) Issue(_ context.Context, _ messaging.Actor, address string, at time.Time) ([]byte, error) {
	if address == "" {
		return nil, messaging.Refuse(messaging.CodeInvalid, "address", "not a phone number")
	}
	return []byte("{}" + at.Format(time.DateOnly)), nil
}

func TestAProofOfConsentIsIssuedOrRefused(t *testing.T) {
	t.Parallel()
	r := &mutationResolver{&Resolver{ConsentWork: &consentDesk{}}}
	at := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	if p, err := r.IssueConsentProof(signedIn(7), "+919811107001", &at); err != nil || len(p.UserErrors) != 0 || value(p.Document) != "{}2026-03-04" {
		t.Errorf("issued %+v, %v", p, err)
	}
	if p, err := r.IssueConsentProof(signedIn(7), "", nil); err != nil || p.Document != nil || len(p.UserErrors) != 1 || value(p.UserErrors[0].Field) != "address" {
		t.Errorf("refused %+v, %v", p, err)
	}
	if _, err := r.IssueConsentProof(context.Background(), "+919811107001", nil); messaging.CodeOf(err) != messaging.CodeUnauthenticated {
		t.Errorf("nobody: %v", err)
	}
}

func TestConsentRowsAreAnsweredOneByOne(t *testing.T) {
	t.Parallel()
	desk := &consentDesk{}
	r := &mutationResolver{&Resolver{ConsentWork: desk}}
	rows := []*graph.ConsentInput{{Address: "a"}, {Address: "b"}, {Address: "c"}}
	p, err := r.RecordConsents(signedIn(7), rows)
	if err != nil || p.Recorded != 2 || len(p.Results) != 3 || len(p.UserErrors) != 0 {
		t.Fatalf("%+v, %v", p, err)
	}
	if e := p.Results[1].Error; e == nil || value(e.Field) != "input.1.address" || p.Results[1].Recorded || p.Results[1].EventID != nil {
		t.Errorf("the refused row: %+v", p.Results[1])
	}
	if id := p.Results[2].EventID; id == nil || *id != 3 || p.Results[2].Error != nil {
		t.Errorf("the third row: %+v", p.Results[2])
	}
	if _, err := r.WithdrawConsents(signedIn(7), rows); err != nil || fmt.Sprint(desk.granted) != "[true false]" {
		t.Errorf("record and withdraw said %v (%v)", desk.granted, err)
	}
	if p, err := r.RecordConsents(signedIn(7), nil); err != nil || len(p.UserErrors) != 1 || value(p.UserErrors[0].Field) != "input" {
		t.Errorf("no rows: %+v, %v", p, err)
	}
	if _, err := r.RecordConsents(context.Background(), rows); messaging.CodeOf(err) != messaging.CodeUnauthenticated {
		t.Errorf("without an actor: %v", err)
	}
}

// senderDesk remembers the portfolio that was asked for.
type senderDesk struct{ asked messaging.PortfolioInput }

func (d *senderDesk) CreatePortfolio(_ context.Context, _ messaging.Actor, in messaging.PortfolioInput) (messaging.Portfolio, error) {
	d.asked = in
	return messaging.Portfolio{ID: 3, DailyLimit: in.DailyLimit, TokenSet: true}, nil
}

func (d *senderDesk) CreateWaba(context.Context, messaging.Actor, messaging.WabaInput) (messaging.NewWaba, error) {
	return messaging.NewWaba{Waba: messaging.Waba{ID: 4, AppID: 5}, VerifyToken: privacy.NewSecret("verify")}, nil
}

func (d *senderDesk) CreateSender(context.Context, messaging.Actor, messaging.SenderInput) (messaging.Sender, error) {
	return messaging.Sender{}, messaging.Refuse(messaging.CodeConflict, "phoneNumberId", "this sender exists already")
}

func (*senderDesk) ReplaceToken(context.Context, messaging.Actor, messaging.ID, privacy.Secret) (messaging.Portfolio, error) {
	return messaging.Portfolio{}, messaging.Refuse(messaging.CodeNotFound, "id", "this portfolio does not exist")
}

func (*senderDesk) ReplaceAppSecret(context.Context, messaging.Actor, messaging.ID, privacy.Secret) error {
	return messaging.Refuse(messaging.CodeNotFound, "wabaId", "this account does not exist")
}

func (d *senderDesk) Resume(context.Context, messaging.Actor, messaging.ID) (messaging.Sender, error) {
	return messaging.Sender{}, fmt.Errorf("the database is on fire")
}

func TestSettingUpSenders(t *testing.T) {
	t.Parallel()
	desk := &senderDesk{}
	r := &mutationResolver{&Resolver{SenderWork: desk, PublicURL: "https://ph.example"}}
	ctx := signedIn(7)
	for limit, want := range map[string]int{"null": messaging.Unlimited, "2000": 2000} {
		in := graph.CreatePortfolioInput{Token: "secret", DailyLimit: graphql.OmittableOf[*int](nil)}
		if limit == "2000" {
			in.DailyLimit = graphql.OmittableOf(ptr(2000))
		}
		p, err := r.CreatePortfolio(ctx, in)
		if err != nil || desk.asked.DailyLimit != want || desk.asked.Token.Reveal() != "secret" {
			t.Fatalf("limit %s: asked %+v, %v", limit, desk.asked, err)
		}
		if shown := p.Portfolio.DailyLimit; (shown == nil) != (want == messaging.Unlimited) {
			t.Errorf("limit %s is shown as %v", limit, shown)
		}
	}
	w, err := r.CreateWaba(ctx, graph.CreateWabaInput{})
	if err != nil || value(w.WebhookURL) != "https://ph.example/webhooks/whatsapp/5" || value(w.VerifyToken) != "verify" {
		t.Errorf("%+v, %v", w, err)
	}
	s, err := r.CreateSender(ctx, graph.CreateSenderInput{})
	if err != nil || s.Sender != nil || len(s.UserErrors) != 1 || s.UserErrors[0].Code != messaging.CodeConflict {
		t.Errorf("a refusal: %+v, %v", s, err)
	}
	if s, err := r.ResumeSender(ctx, 1); err == nil {
		t.Errorf("a failure of ours became an answer: %+v", s)
	}
}

func TestPortfoliosGetTheirOwnParts(t *testing.T) {
	t.Parallel()
	limit := 100
	portfolios := []*graph.Portfolio{{ID: 1, DailyLimit: &limit}, {ID: 2}, {ID: 3, DailyLimit: &limit}}
	parts := byPortfolio(portfolios, []messaging.Waba{{ID: 10, PortfolioID: 3}, {ID: 11, PortfolioID: 1}, {ID: 12, PortfolioID: 3}},
		func(w messaging.Waba) messaging.ID { return w.PortfolioID }, wabaNode)
	if len(parts[0]) != 1 || parts[0][0].ID != 11 || len(parts[1]) != 0 || parts[1] == nil || len(parts[2]) != 2 {
		t.Errorf("parts %v", parts)
	}
	now := time.Now()
	budgets := budgetNodes(portfolios, map[messaging.ID]messaging.PortfolioUse{3: {Used: 40, Oldest: now}}, now)
	if *budgets[0].Left != 100 || budgets[1].Left != nil || *budgets[2].Left != 60 || budgets[2].Used != 40 || budgets[0].NextFreeAt != nil {
		t.Errorf("budgets %+v %+v %+v", budgets[0], budgets[1], budgets[2])
	}
}

// counted tells how often it was asked to count.
type counted struct{ asked int }

func (c *counted) Progress(context.Context, messaging.ID, messaging.ID, time.Time) (messaging.CampaignProgress, error) {
	c.asked++
	return messaging.CampaignProgress{Sent: 1}, nil
}

func TestACampaignWithFinalResultsIsNotCountedAgain(t *testing.T) {
	t.Parallel()
	var board counted
	r := &campaignResolver{&Resolver{CampaignCounts: &board, Now: time.Now}}
	c := messaging.Campaign{ID: 1, Accepted: 9, Settled: true, Results: messaging.CampaignProgress{Sent: 8, Read: 5, Failed: 1}}
	p, err := r.Progress(signedIn(7), campaignNode(c))
	if err != nil || board.asked != 0 || p.Sent != 8 || p.Read != 5 || p.Failed != 1 || p.Accepted != 9 {
		t.Errorf("%+v, asked %d times, %v", p, board.asked, err)
	}
	c.Settled = false
	if p, err = r.Progress(signedIn(7), campaignNode(c)); err != nil || board.asked != 1 || p.Sent != 1 {
		t.Errorf("one that may still grow: %+v, asked %d times, %v", p, board.asked, err)
	}
}
