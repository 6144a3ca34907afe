package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"posthaste/auth"
	"posthaste/messaging"
	"posthaste/privacy"
)

// demoWorld is how the sandbox knows the demo tenant: as a customer of Meta with an app, a portfolio and two numbers.
type demoWorld struct {
	AppRoute    messaging.ID `json:"app_route"` // of our webhook
	AppID       string       `json:"app_id"`
	AppSecret   string       `json:"app_secret"`
	VerifyToken string       `json:"verify_token"`
	Token       string       `json:"token"`
	PortfolioID string       `json:"portfolio_id"`
	WabaID      string       `json:"waba_id"`
	Numbers     []demoNumber `json:"numbers"`
}

type demoNumber struct {
	ID      string `json:"id"`
	Display string `json:"display"`
	Name    string `json:"name"`
}

const demoConsents = 4000

func audienceFile(data string) string { return filepath.Join(data, "audience-500.csv") }

// seedSending makes all that a send needs: portfolio, account, senders, approved templates and people who opted in.
func (i *installation) seedSending(ctx context.Context, tenant messaging.Tenant, data string) (demoWorld, error) {
	actor := messaging.Actor{Tenant: tenant.ID, Permissions: auth.PermissionsOf(auth.Owner)}
	w := demoWorld{AppID: "410001", PortfolioID: "420001", WabaID: "430001", Numbers: []demoNumber{
		{ID: "440001", Display: "+91 11 4000 1234", Name: "Acme Tea"}, {ID: "440002", Display: "+91 11 4000 5678", Name: "Acme Tea Service"},
	}}
	for _, secret := range []*string{&w.AppSecret, &w.Token} {
		drawn, err := drawHex()
		if err != nil {
			return w, err
		}
		*secret = drawn
	}
	senders := &messaging.Senders{Store: i.store, Keys: i.keys, IDs: i.ids, Now: time.Now, Random: rand.Reader}
	portfolio, err := senders.CreatePortfolio(ctx, actor, messaging.PortfolioInput{
		MetaID: w.PortfolioID, Name: "Acme Tea", Token: privacy.NewSecret(w.Token), DailyLimit: 100_000,
	})
	if err != nil {
		return w, err
	}
	waba, err := senders.CreateWaba(ctx, actor, messaging.WabaInput{
		PortfolioID: portfolio.ID, MetaID: w.WabaID, Name: "Acme Tea", AppID: w.AppID, AppSecret: privacy.NewSecret(w.AppSecret),
	})
	if err != nil {
		return w, err
	}
	w.AppRoute, w.VerifyToken = waba.Waba.AppID, waba.VerifyToken.Reveal()
	for _, n := range w.Numbers {
		if _, err := senders.CreateSender(ctx, actor, messaging.SenderInput{
			WabaID: waba.Waba.ID, PhoneNumberID: n.ID, Display: n.Display, VerifiedName: n.Name, MessagesSecond: 80,
		}); err != nil {
			return w, err
		}
	}
	if err := i.seedTemplates(ctx, actor, waba.Waba.ID); err != nil {
		return w, err
	}
	return w, i.seedConsents(ctx, actor, data)
}

func drawHex() (string, error) {
	var b [16]byte
	if _, err := rand.Read(b[:]); err != nil {
		return "", fmt.Errorf("draw a secret: %w", err)
	}
	return hex.EncodeToString(b[:]), nil
}

// demoTemplates are approved from the start, but for the paused one and the draft.
func demoTemplates() []messaging.Template {
	text := func(body string, examples []string, footer string, buttons ...messaging.TemplateButton) messaging.TemplateText {
		return messaging.TemplateText{Body: body, BodyExamples: examples, Footer: footer, Buttons: buttons}
	}
	quick := func(label string) messaging.TemplateButton {
		return messaging.TemplateButton{Kind: messaging.QuickReply, Text: label}
	}
	shop := messaging.TemplateButton{Kind: messaging.URLButton, Text: "Shop now", URL: "https://acme.example/t/{{1}}", URLExample: "spring"}
	list := []messaging.Template{
		{Name: "monsoon_offer", Category: messaging.Marketing, State: messaging.TemplateApproved, Quality: messaging.QualityGreen,
			TemplateText: text("Hello {{1}}, the rains are here. Take 20 % off all masala chai until Sunday with the code {{2}} in our shop.",
				[]string{"Asha", "RAIN20"}, "Reply STOP to opt out", quick("Tell me more"), quick("Stop"))},
		{Name: "diwali_hampers", Category: messaging.Marketing, State: messaging.TemplateApproved, Quality: messaging.QualityYellow,
			TemplateText: text("Dear {{1}}, our Diwali hampers are back in the shop. Order this week and we deliver before the festival.",
				[]string{"Asha"}, "Reply STOP to opt out", quick("Stop"), shop)},
		{Name: "order_shipped", Category: messaging.Utility, State: messaging.TemplateApproved, Quality: messaging.QualityGreen,
			TemplateText: text("Hello {{1}}, your order {{2}} has left our warehouse and will reach you within three days.", []string{"Asha", "A-1042"}, "")},
		{Name: "price_drop", Category: messaging.Marketing, State: messaging.TemplatePaused, Quality: messaging.QualityRed,
			TemplateText: text("Hello {{1}}, the price of a tea that you looked at has dropped. Have another look at it today.", []string{"Asha"}, "Reply STOP to opt out", quick("Stop"))},
		{Name: "winter_blend", Category: messaging.Marketing, State: messaging.TemplateDraftState, Quality: messaging.QualityUnknown,
			TemplateText: text("Hello {{1}}, our winter blend with ginger and cardamom is new in the shop.", []string{"Asha"}, "Reply STOP to opt out", quick("Stop"))},
	}
	for n := range list {
		list[n].Language, list[n].Format, list[n].AskedCategory = "en", messaging.Positional, list[n].Category
	}
	return list
}

func (i *installation) seedTemplates(ctx context.Context, actor messaging.Actor, waba messaging.ID) error {
	now := time.Now()
	keys, err := i.keys.Of(ctx, actor.Tenant)
	if err != nil {
		return err
	}
	for n, t := range demoTemplates() {
		if broken := t.Draft().Check(); len(broken) > 0 {
			return fmt.Errorf("the demo template %s: %w", t.Name, broken[0])
		}
		t.ID, t.WabaID, t.CreatedAt, t.StateAt = i.ids.Next(), waba, now, now
		if t.State != messaging.TemplateDraftState {
			t.MetaID = fmt.Sprint(450001 + n)
		}
		if t.State == messaging.TemplatePaused {
			t.StateReason = "WhatsApp has paused it for 3 hours, because people blocked or reported it."
		}
		if err := i.store.CreateTemplate(ctx, messaging.AuthorOf(actor, i.ids, now, keys), t); err != nil {
			return err
		}
	}
	return nil
}

// demoPhone is the n-th person of the demo. Its last four digits are above the sandbox's magic numbers.
func demoPhone(n int) string { return fmt.Sprintf("+9198%04d%04d", 1000+n/8000, 1000+n%8000) }

// seedConsents records who opted in, and writes an audience of 500 of them to send to.
func (i *installation) seedConsents(ctx context.Context, actor messaging.Actor, data string) error {
	consents := &messaging.Consents{Store: i.store, Tenants: i.store, Keys: i.keys, IDs: i.ids, Now: time.Now}
	for _, purpose := range []messaging.Purpose{messaging.PurposeMarketing, messaging.PurposeUtility} {
		for first := 0; first < demoConsents; first += messaging.MaxConsents {
			rows := make([]messaging.ConsentInput, messaging.MaxConsents)
			for n := range rows {
				rows[n] = messaging.ConsentInput{
					Address: demoPhone(first + n), Channel: messaging.WhatsApp, Purpose: purpose, Source: messaging.SourceWebsite,
					WordingVersion: "checkout-2", Language: "en",
				}
			}
			results, err := consents.Record(ctx, actor, true, rows)
			if err != nil {
				return err
			}
			for _, r := range results {
				if r.Err != nil {
					return r.Err
				}
			}
		}
	}
	var csv strings.Builder
	csv.WriteString("phone,first_name,code\n")
	names := []string{"Asha", "Ravi", "Meera", "Arjun", "Divya", "Kiran", "Leela", "Nikhil", "Priya", "Sanjay"}
	for n := range 500 {
		fmt.Fprintf(&csv, "%s,%s,RAIN20\n", demoPhone(n), names[n%len(names)])
	}
	if err := os.WriteFile(audienceFile(data), []byte(csv.String()), 0o600); err != nil {
		return errors.Join(errors.New("write the audience"), err)
	}
	return nil
}
