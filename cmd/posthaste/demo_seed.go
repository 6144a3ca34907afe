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
	past := pastOf{Tenant: tenant}
	if past.Senders, err = i.seedSenders(ctx, senders, actor, waba.Waba.ID, w.Numbers); err != nil {
		return w, err
	}
	if past.Templates, err = i.seedTemplates(ctx, actor, waba.Waba.ID); err != nil {
		return w, err
	}
	if err := i.seedConsents(ctx, actor, data); err != nil {
		return w, err
	}
	return w, i.seedPast(ctx, past)
}

func (i *installation) seedSenders(ctx context.Context, senders *messaging.Senders, actor messaging.Actor, waba messaging.ID, numbers []demoNumber) ([]messaging.ID, error) {
	var made []messaging.ID
	for _, n := range numbers {
		sender, err := senders.CreateSender(ctx, actor, messaging.SenderInput{
			WabaID: waba, PhoneNumberID: n.ID, Display: n.Display, VerifiedName: n.Name, MessagesSecond: 80,
		})
		if err != nil {
			return nil, err
		}
		made = append(made, sender.ID)
	}
	return made, nil
}

func drawHex() (string, error) {
	var b [16]byte
	if _, err := rand.Read(b[:]); err != nil {
		return "", fmt.Errorf("draw a secret: %w", err)
	}
	return hex.EncodeToString(b[:]), nil
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
