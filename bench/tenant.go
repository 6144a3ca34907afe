package bench

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"posthaste/auth"
	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store"
)

// shape is the size of a tenant.
type shape struct {
	portfolios int
	senders    int // of each portfolio
	limit      int // daily, of each portfolio
	people     int // who have agreed to marketing
}

// tenant is a tenant ready to send, with people who have agreed.
type tenant struct {
	box      *box
	id       messaging.ID
	actor    messaging.Actor
	app      messaging.ID // of our row: the address of its webhooks
	metaApp  string
	secret   string
	accounts []account
	phones   []string
	sends    *messaging.Sends
}

// account is a portfolio with its one WhatsApp Business account.
type account struct {
	portfolio messaging.Portfolio
	waba      messaging.Waba
	template  messaging.Template
	senders   []messaging.Sender
}

const (
	providerToken = "bench-token"
	templateName  = "bench_offer"
	templateBody  = "Hello {{1}}, your tea is on its way. Reply to this message with any question that you have."
)

// newTenant makes a tenant of the shape through the product's own services.
func (b *box) newTenant(ctx context.Context, s shape) (*tenant, error) {
	t := &tenant{box: b, id: b.ids.Next(), metaApp: "10000001", secret: "bench-app-secret"}
	t.actor = messaging.Actor{Tenant: t.id, User: b.ids.Next()}
	wrapped, err := b.ring.NewTenantKeys(rand.Reader, int64(t.id))
	if err != nil {
		return nil, err
	}
	_, err = b.db.CreateTenant(ctx, messaging.Tenant{
		ID: t.id, Name: "Bench Tea Ltd", Brand: "Bench Tea", Zone: "UTC", Country: "IN", Locale: "en", Currency: "INR",
		AddressMode: privacy.Hashed, ContentMode: privacy.Hashed, MessageDays: 180, MediaDays: 7, SummaryDays: 365, CreatedAt: time.Now(),
	}, wrapped, nil)
	if err != nil {
		return nil, fmt.Errorf("make a tenant: %w", err)
	}
	for i := range s.portfolios {
		if err := t.addAccount(ctx, i, s); err != nil {
			return nil, fmt.Errorf("make an account: %w", err)
		}
	}
	t.sends = messaging.NewSends(store.NewSending(b.db, b.keys), b.keys, b.ids, time.Now)
	return t, t.agree(ctx, s.people)
}

// number is the platform's id of the n-th sender of the i-th account: digits, so that a sandbox can be told of it.
func number(i, n int) string { return fmt.Sprintf("7001%02d%03d", i, n) }

func (t *tenant) addAccount(ctx context.Context, i int, s shape) error {
	b := t.box
	senders := &messaging.Senders{Store: b.db, Keys: b.keys, IDs: b.ids, Now: time.Now, Random: rand.Reader}
	var a account
	var err error
	a.portfolio, err = senders.CreatePortfolio(ctx, t.actor, messaging.PortfolioInput{
		MetaID: fmt.Sprintf("4400%02d", i), Name: "Bench", Token: privacy.NewSecret(providerToken), DailyLimit: s.limit,
	})
	if err != nil {
		return err
	}
	made, err := senders.CreateWaba(ctx, t.actor, messaging.WabaInput{
		PortfolioID: a.portfolio.ID, MetaID: fmt.Sprintf("5550%02d", i), Name: "Bench", AppID: t.metaApp, AppSecret: privacy.NewSecret(t.secret),
	})
	if err != nil {
		return err
	}
	a.waba, t.app = made.Waba, made.Waba.AppID
	for n := range s.senders {
		sender, err := senders.CreateSender(ctx, t.actor, messaging.SenderInput{
			WabaID: a.waba.ID, PhoneNumberID: number(i, n), Display: "+91 11 4000 1234", MessagesSecond: 1000,
		})
		if err != nil {
			return err
		}
		a.senders = append(a.senders, sender)
	}
	if a.template, err = t.addTemplate(ctx, a.waba); err != nil {
		return err
	}
	t.accounts = append(t.accounts, a)
	return nil
}

func (t *tenant) addTemplate(ctx context.Context, w messaging.Waba) (messaging.Template, error) {
	b := t.box
	templates := &messaging.Templates{Store: b.db, Reviewer: approver{}, Keys: b.keys, IDs: b.ids, Now: time.Now}
	made, broken, err := templates.Create(ctx, t.actor, messaging.TemplateDraft{
		WabaID: w.ID, Name: templateName, Language: "en", Category: messaging.Marketing, Format: messaging.Positional,
		TemplateText: messaging.TemplateText{Body: templateBody, BodyExamples: []string{"Asha"}},
	})
	if err != nil || len(broken) > 0 {
		return messaging.Template{}, fmt.Errorf("make a template: %w", errors.Join(err, errors.Join(asErrors(broken)...)))
	}
	return templates.Submit(ctx, t.actor, made.ID)
}

func asErrors(list []*messaging.Error) []error {
	out := make([]error, len(list))
	for i, e := range list {
		out[i] = e
	}
	return out
}

// phone is the number of the i-th person: all differ, and none is one of a sandbox's magic numbers.
func phone(i int) string { return fmt.Sprintf("+9198%04d%04d", i/9000, 1000+i%9000) }

// agree makes people who have agreed to marketing.
func (t *tenant) agree(ctx context.Context, people int) error {
	b := t.box
	consents := &messaging.Consents{Store: b.db, Tenants: b.db, Keys: b.keys, IDs: b.ids, Now: time.Now}
	for len(t.phones) < people {
		rows := make([]messaging.ConsentInput, min(messaging.MaxConsents, people-len(t.phones)))
		for i := range rows {
			p := phone(len(t.phones))
			t.phones = append(t.phones, p)
			rows[i] = messaging.ConsentInput{Address: p, Channel: messaging.WhatsApp, Purpose: messaging.PurposeMarketing, Source: messaging.SourceWebsite}
		}
		results, err := consents.Record(ctx, t.actor, true, rows)
		if err != nil {
			return fmt.Errorf("record consent: %w", err)
		}
		for _, r := range results {
			if r.Err != nil {
				return fmt.Errorf("record consent: %w", r.Err)
			}
		}
	}
	return nil
}

// apiKey makes a key that may send, from this machine.
func (t *tenant) apiKey(ctx context.Context) (string, error) {
	b := t.box
	access := &auth.Access{
		Store: store.NewAccess(b.db, b.keys, b.ids), Emails: auth.NewDigester(b.ring.Keys(privacy.ForUserEmails)),
		Passwords: auth.NewPasswords(b.ring.Keys(privacy.ForPasswords), 1<<28, rand.Reader), Policy: auth.NewPasswordPolicy("posthaste"),
		APIKeys: auth.NewDigester(b.ring.Keys(privacy.ForAPIKeys)), IDs: b.ids, Now: time.Now, Random: rand.Reader,
	}
	user, err := access.SeedUser(ctx, t.id, auth.Seed{Email: "bench@example.org", Name: "Bench", Role: auth.Owner, Password: "violet-otter-74-lantern"})
	if err != nil {
		return "", fmt.Errorf("make a user: %w", err)
	}
	if _, err := access.SeedAllowList(ctx, t.id, []auth.EntryInput{{Network: "127.0.0.0/8", Label: "this machine"}}); err != nil {
		return "", fmt.Errorf("list this machine: %w", err)
	}
	secret, err := auth.NewAPIKey(rand.Reader, false)
	if err != nil {
		return "", err
	}
	presented, _ := auth.ParseAPIKey(secret.Reveal())
	now := time.Now()
	return secret.Reveal(), access.Store.Act(ctx, t.id, func(tx auth.AccessTx) error {
		return tx.InsertKey(ctx, auth.ListedKey{Name: "bench", Hint: presented.Hint(), CreatedAt: now, APIKey: auth.APIKey{
			ID: b.ids.Next(), Tenant: t.id, Creator: user.ID, Scopes: []messaging.Permission{messaging.PermMessageSend}, Quota: auth.MaxKeyQuota, ExpiresAt: now.AddDate(0, 0, 1),
		}}, presented.Digest(access.APIKeys), access.APIKeys.Under())
	})
}

// hold accepts n messages, spread evenly over all senders and held until release. It gives their references.
func (t *tenant) hold(ctx context.Context, n int) ([]messaging.MessageRef, error) {
	var refs []messaging.MessageRef
	var senders []func(int) (messaging.SendAnswer, error)
	for _, a := range t.accounts {
		for _, s := range a.senders {
			senders = append(senders, func(n int) (messaging.SendAnswer, error) {
				request := messaging.SendRequest{IdempotencyKey: t.box.ids.Next().String(), Sender: s.ID, Template: a.template.ID, Held: true}
				for _, p := range t.take(n) {
					request.Recipients = append(request.Recipients, messaging.SendRecipient{To: p, Variables: map[string]string{"1": "Asha"}})
				}
				return t.sends.Accept(ctx, t.actor, request)
			})
		}
	}
	for i, send := range senders {
		for left := n/len(senders) + b2i(i < n%len(senders)); left > 0; {
			part := min(left, messaging.MaxRecipients)
			answer, err := send(part)
			if err != nil {
				return nil, fmt.Errorf("accept: %w", err)
			}
			for _, r := range answer.Results {
				if r.Refusal != nil {
					return nil, fmt.Errorf("accept: %w", r.Refusal)
				}
				refs = append(refs, r.Ref())
			}
			left -= part
		}
	}
	return refs, nil
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// take gives the next n people, in a circle.
func (t *tenant) take(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = t.phones[i]
	}
	t.phones = append(t.phones[n:], list...)
	return list
}

// release lets all that is held be sent now.
func (t *tenant) release(ctx context.Context) error {
	_, err := t.box.owner.Exec(ctx, "UPDATE chunk SET run_at = now() WHERE tenant_id = $1 AND run_at = 'infinity'", int64(t.id))
	if err != nil {
		return fmt.Errorf("release what is held: %w", err)
	}
	return t.box.db.Wake(ctx)
}

// approver is a platform that approves whatever it is given.
type approver struct{}

func (approver) CreateTemplate(_ context.Context, a messaging.ReviewAccount, t messaging.Submission) (messaging.Review, error) {
	return messaging.Review{MetaID: "9" + a.MetaID, Status: "APPROVED", Category: t.Category, Quality: messaging.QualityGreen}, nil
}

func (approver) EditTemplate(context.Context, messaging.ReviewAccount, string, messaging.Submission) error {
	return nil
}

func (approver) FindTemplate(context.Context, messaging.ReviewAccount, string, string) (messaging.Review, bool, error) {
	return messaging.Review{}, false, nil
}

func (approver) DeleteTemplate(context.Context, messaging.ReviewAccount, string, string) error {
	return nil
}
