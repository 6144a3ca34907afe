package store_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"testing"
	"time"

	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store/storetest"
)

func sendersOf(b *storetest.Bench) *messaging.Senders {
	return &messaging.Senders{Store: b.Store, Keys: b.Keys, IDs: b.IDs, Now: b.Clock.Now, Random: rand.Reader}
}

func TestSetUpOfASender(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	b := storetest.New(t)
	tenant := b.Tenant(t)
	actor, senders := actorOf(tenant), sendersOf(b)
	p, err := senders.CreatePortfolio(ctx, actor, messaging.PortfolioInput{
		MetaID: "4400112233", Name: "Acme", Token: privacy.NewSecret("EAAtoken"), DailyLimit: 2000, Reserve: 100,
	})
	if err != nil {
		t.Fatal(err)
	}
	w, err := senders.CreateWaba(ctx, actor, messaging.WabaInput{
		PortfolioID: p.ID, MetaID: "55500011", Name: "Acme India", AppID: "900", AppSecret: privacy.NewSecret("app-secret"),
	})
	if err != nil {
		t.Fatal(err)
	}
	s, err := senders.CreateSender(ctx, actor, messaging.SenderInput{WabaID: w.Waba.ID, PhoneNumberID: "700100200", Display: "+91 11 4000 1234", MessagesSecond: 80})
	if err != nil {
		t.Fatal(err)
	}
	if s.PortfolioID != p.ID || s.AppID != w.Waba.AppID {
		t.Errorf("the sender is of portfolio %s and app %s, want %s and %s", s.PortfolioID, s.AppID, p.ID, w.Waba.AppID)
	}
	if got, want := messaging.WebhookURL("https://ph.example/", s.AppID), "https://ph.example/webhooks/whatsapp/"+s.AppID.String(); got != want {
		t.Errorf("webhook %s", got)
	}
	listed, err := b.Store.Senders(ctx, tenant.ID, messaging.WhatsApp)
	if err != nil || len(listed) != 1 || listed[0].ID != s.ID || listed[0].AppID != s.AppID || listed[0].State != messaging.SenderActive {
		t.Errorf("listed %+v, %v", listed, err)
	}
	if n := storetest.Owner[int](t, b, "SELECT count(*) FROM audit_event a JOIN ledger_link l USING (tenant_id, seq) WHERE l.kind = 'AUDIT'"); n != 3 {
		t.Errorf("%d acts are audited, want 3", n)
	}
	keys, err := b.Keys.Of(ctx, tenant.ID)
	if err != nil {
		t.Fatal(err)
	}
	token := storetest.Owner[[]byte](t, b, "SELECT token_sealed FROM portfolio")
	if plain, err := keys.Open(nil, messaging.PortfolioTokenPlace(p.ID), token); err != nil || string(plain) != "EAAtoken" {
		t.Errorf("the token does not open: %v", err)
	}
	if _, err := keys.Open(nil, messaging.PortfolioTokenPlace(p.ID+1), token); err == nil {
		t.Error("a token opens at another portfolio")
	}
	if bytes.Contains(token, []byte("EAA")) {
		t.Error("the token is stored in clear")
	}
	hash := messaging.VerifyTokenHash(keys, w.VerifyToken.Reveal())
	if !bytes.Equal(hash[:], storetest.Owner[[]byte](t, b, "SELECT verify_token_hash FROM provider_app")) || len(w.VerifyToken.Reveal()) != 43 {
		t.Error("the verify token does not match what is kept of it")
	}
}

func TestASecondAccountOfAnAppKeepsTheOldSecret(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	b := storetest.New(t)
	tenant := b.Tenant(t)
	p := b.Portfolio(t, tenant)
	first := b.Waba(t, tenant, p)
	before := storetest.Owner[[]byte](t, b, "SELECT secret_sealed FROM provider_app")
	second, err := sendersOf(b).CreateWaba(ctx, actorOf(tenant), messaging.WabaInput{
		PortfolioID: p.ID, MetaID: "777", Name: "Second", AppID: storetest.Owner[string](t, b, "SELECT meta_app_id FROM provider_app"), AppSecret: privacy.NewSecret("other"),
	})
	if err != nil || second.Waba.AppID != first.AppID {
		t.Fatalf("app %s, want %s: %v", second.Waba.AppID, first.AppID, err)
	}
	if !bytes.Equal(before, storetest.Owner[[]byte](t, b, "SELECT old_secret_sealed FROM provider_app")) {
		t.Error("the old secret is gone")
	}
	// The secret of the app is another now: that stands in the ledger by itself, beside the account, under the same link.
	acts, err := b.Store.AuditEvents(ctx, tenant.ID, 0, "", 2)
	if err != nil || len(acts) != 2 || acts[0].Action != messaging.AuditWabaCreated || acts[0].Target != second.Waba.ID ||
		acts[1].Action != messaging.AuditAppSecretReplaced || acts[1].Target != first.AppID || acts[0].Seq != acts[1].Seq || acts[1].User != 42 {
		t.Errorf("audited as %+v, %v", acts, err)
	}
	if n := storetest.Owner[int](t, b, "SELECT count(*) FROM audit_event WHERE action = 'provider_app.secret_replaced'"); n != 1 {
		t.Errorf("a secret is said to be replaced %d times", n)
	}
}

func TestSetUpRefusals(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	b := storetest.New(t)
	tenant, other := b.Tenant(t), b.Tenant(t)
	senders := sendersOf(b)
	p := b.Portfolio(t, tenant)
	w := b.Waba(t, tenant, p)
	s := b.Sender(t, tenant, w)
	good := messaging.PortfolioInput{MetaID: "1", Name: "A", Token: privacy.NewSecret("t"), DailyLimit: 250}
	for name, test := range map[string]struct {
		call  func() error
		code  messaging.Code
		field string
	}{
		"limit between the tiers": {func() error {
			in := good
			in.DailyLimit = 300
			_, err := senders.CreatePortfolio(ctx, actorOf(tenant), in)
			return err
		}, messaging.CodeInvalid, "dailyLimit"},
		"reserve above the limit": {func() error {
			in := good
			in.Reserve = 251
			_, err := senders.CreatePortfolio(ctx, actorOf(tenant), in)
			return err
		}, messaging.CodeInvalid, "reserve"},
		"token with a line break": {func() error {
			in := good
			in.Token = privacy.NewSecret("a\nb")
			_, err := senders.CreatePortfolio(ctx, actorOf(tenant), in)
			return err
		}, messaging.CodeInvalid, "token"},
		"portfolio twice": {func() error {
			in := good
			in.MetaID = p.MetaID
			_, err := senders.CreatePortfolio(ctx, actorOf(tenant), in)
			return err
		}, messaging.CodeConflict, "metaId"},
		"account in another tenant's portfolio": {func() error {
			_, err := senders.CreateWaba(ctx, actorOf(other), messaging.WabaInput{PortfolioID: p.ID, MetaID: "2", Name: "A", AppID: "3", AppSecret: privacy.NewSecret("s")})
			return err
		}, messaging.CodeNotFound, "portfolioId"},
		"sender in another tenant's account": {func() error {
			_, err := senders.CreateSender(ctx, actorOf(other), messaging.SenderInput{WabaID: w.ID, PhoneNumberID: "2", Display: "A", MessagesSecond: 80})
			return err
		}, messaging.CodeNotFound, "wabaId"},
		"sender twice": {func() error {
			_, err := senders.CreateSender(ctx, actorOf(tenant), messaging.SenderInput{WabaID: w.ID, PhoneNumberID: s.ProviderID, Display: "A", MessagesSecond: 80})
			return err
		}, messaging.CodeConflict, "phoneNumberId"},
		"resume what runs": {func() error {
			_, err := senders.Resume(ctx, actorOf(tenant), s.ID)
			return err
		}, messaging.CodeConflict, "id"},
		"resume another tenant's": {func() error {
			_, err := senders.Resume(ctx, actorOf(other), s.ID)
			return err
		}, messaging.CodeNotFound, "id"},
	} {
		err := test.call()
		e, _ := err.(*messaging.Error)
		if e == nil || e.Code != test.code || e.Field != test.field {
			t.Errorf("%s: %v", name, err)
		}
	}
	if list, err := b.Store.Senders(ctx, other.ID, ""); err != nil || len(list) != 0 {
		t.Errorf("another tenant sees senders: %v, %v", list, err)
	}
	if list, err := b.Store.Portfolios(ctx, other.ID); err != nil || len(list) != 0 {
		t.Errorf("another tenant sees portfolios: %v, %v", list, err)
	}
	if list, err := b.Store.Wabas(ctx, other.ID); err != nil || len(list) != 0 {
		t.Errorf("another tenant sees accounts: %v, %v", list, err)
	}
	storetest.Owner[int64](t, b, "UPDATE sender SET state = 'STOPPED', stop_reason = 'token', stop_code = 190 RETURNING id")
	if back, err := senders.Resume(ctx, actorOf(tenant), s.ID); err != nil || back.State != messaging.SenderActive || back.StopReason != "" {
		t.Errorf("resumed %+v, %v", back, err)
	}
}

func TestBudget(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	b := storetest.New(t)
	tenant := b.Tenant(t)
	p := b.Portfolio(t, tenant)
	now := b.Clock.Now()
	storetest.Owner[int64](t, b, `
		WITH w AS (INSERT INTO limit_window (tenant_id, portfolio_id, at, subjects)
		  SELECT $1, $2, $3::timestamptz - step.ago, step.subjects
		  FROM (VALUES (interval '30 minutes', '{1,2,3,4,5,6,7,8,9,10}'::bigint[]), (interval '20 hours', '{11,12,13}'), (interval '20 hours', '{14,15}'),
		               (interval '21 hours', '{1,2,11}'), (interval '25 hours', '{3,16,17,18,19,20}')) AS step (ago, subjects) RETURNING id)
		SELECT count(*) FROM w`, int64(tenant.ID), int64(p.ID), now)
	uses, err := b.Store.PortfolioUses(ctx, tenant.ID, []messaging.ID{p.ID}, now)
	if err != nil {
		t.Fatal(err)
	}
	budget := messaging.BudgetOf(p, uses[p.ID], now) // 250 a day
	if budget.Used != 15 || *budget.Left != 235 {
		t.Errorf("used %d, left %d", budget.Used, *budget.Left)
	}
	if want := now.Add(4*time.Hour + time.Minute); !budget.NextFreeAt.Equal(want) {
		t.Errorf("next free at %v, want %v", budget.NextFreeAt, want)
	}
	if want := now.Add(23*time.Hour + 30*time.Minute); !budget.EmptyAt.Equal(want) { // 235 left at 10 an hour
		t.Errorf("empty at %v, want %v", budget.EmptyAt, want)
	}
	for name, test := range map[string]struct {
		limit, used, hour int
		left, empty       string
	}{
		"unlimited":     {messaging.Unlimited, 50, 50, "none", "none"},
		"nothing used":  {250, 0, 0, "250", "none"},
		"slow":          {250, 10, 10, "240", "none"}, // 24 h is not within 24 h
		"empty":         {250, 250, 0, "0", "0s"},
		"over":          {250, 300, 0, "0", "0s"},
		"huge and slow": {100_000, 1, 1, "99999", "none"},
		"fast":          {100_000, 50_000, 50_000, "50000", "1h0m0s"},
	} {
		got := messaging.BudgetOf(messaging.Portfolio{DailyLimit: test.limit}, messaging.PortfolioUse{Used: test.used, LastHour: test.hour, Oldest: now}, now)
		left, empty := "none", "none"
		if got.Left != nil {
			left = messaging.ID(*got.Left).String()
		}
		if got.EmptyAt != nil {
			empty = got.EmptyAt.Sub(now).String()
		}
		if left != test.left || empty != test.empty {
			t.Errorf("%s: left %s, empty in %s; want %s, %s", name, left, empty, test.left, test.empty)
		}
	}
}
