package harness

import (
	"crypto/rand"
	"fmt"
	"math/big"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"posthaste/auth"
)

// Enterprise is a tenant with its owner signed in. Everything it has it got the way people get it.
type Enterprise struct {
	Box   *Box
	Name  string
	ID    string
	Owner *Client

	Portfolio, Waba, Sender  string // our ids
	PhoneNumber, AppID       string // the provider's
	AppSecret                string
	WebhookURL, VerifyToken  string
	MetaWaba                 string
	Email, Password, invited string
}

// Enterprise has the host make a tenant, and its owner accept the invite and enrol an authenticator app.
func (b *Box) Enterprise(t testing.TB, name string) *Enterprise {
	t.Helper()
	e := &Enterprise{Box: b, Name: name, Email: b.Secret("owner." + Letters(12) + "@example.com"), Password: b.Secret("horse " + Letters(20))}
	printed := b.Run(t, "tenant", "create", "--name", name, "--owner", e.Email, "--zone", "Asia/Kolkata", "--country", "IN", "--currency", "INR")
	match := regexp.MustCompile(`tenant (\d+)\s+invite (\S+)`).FindStringSubmatch(printed)
	if match == nil {
		t.Fatalf("tenant create printed no invite")
	}
	e.ID, e.invited = match[1], match[2]
	e.Owner = b.Client(t)
	e.Owner.Join(t, e.invited, "Owner of "+name, e.Password)
	return e
}

// Connect registers an app, a token and a number at the sandbox and sets the same up here, webhook handshake included.
func (e *Enterprise) Connect(t testing.TB) {
	t.Helper()
	sandbox := e.Box.Sandbox(t)
	token := e.Box.Secret("token-" + Letters(24))
	e.AppSecret = e.Box.Secret("secret-" + Letters(24))
	e.AppID, e.MetaWaba, e.PhoneNumber = Digits(10), Digits(11), Digits(12)
	portfolio := Digits(10)
	display := "9111" + Digits(8)
	sandbox.Do(t, http.MethodPost, "/apps", map[string]any{"id": e.AppID, "secret": e.AppSecret, "verify_token": "set later", "tokens": []any{map[string]any{"value": token}}}, nil)
	sandbox.Do(t, http.MethodPost, "/portfolios", map[string]any{"id": portfolio, "name": e.Name, "tier": "TIER_UNLIMITED", "verified": true, "wabas": []any{
		map[string]any{"id": e.MetaWaba, "name": e.Name, "numbers": []any{map[string]any{"id": e.PhoneNumber, "display_phone_number": display, "verified_name": e.Name}}},
	}}, nil)

	var made struct {
		CreatePortfolio struct {
			Portfolio  struct{ ID string }
			UserErrors UserErrors
		}
		CreateWaba struct {
			Waba                    struct{ ID string }
			WebhookURL, VerifyToken string
			UserErrors              UserErrors
		}
		CreateSender struct {
			Sender     struct{ ID, WebhookURL string }
			UserErrors UserErrors
		}
	}
	e.Owner.Must(t, `mutation($i: CreatePortfolioInput!) { createPortfolio(input: $i) { portfolio { id } userErrors { field code message } } }`,
		map[string]any{"i": map[string]any{"metaId": portfolio, "name": e.Name, "token": token, "dailyLimit": nil}}, &made)
	made.CreatePortfolio.UserErrors.None(t)
	e.Portfolio = made.CreatePortfolio.Portfolio.ID
	e.Owner.Must(t, `mutation($i: CreateWabaInput!) { createWaba(input: $i) { waba { id } webhookUrl verifyToken userErrors { field code message } } }`,
		map[string]any{"i": map[string]any{"portfolioId": e.Portfolio, "metaId": e.MetaWaba, "name": e.Name, "appId": e.AppID, "appSecret": e.AppSecret}}, &made)
	made.CreateWaba.UserErrors.None(t)
	e.Waba, e.WebhookURL, e.VerifyToken = made.CreateWaba.Waba.ID, made.CreateWaba.WebhookURL, e.Box.Secret(made.CreateWaba.VerifyToken)
	// The handshake: the sandbox asks the address for the token, as the platform does.
	sandbox.Do(t, http.MethodPut, "/apps/"+e.AppID, map[string]any{"callback_url": e.WebhookURL, "verify_token": e.VerifyToken}, nil)
	e.Owner.Must(t, `mutation($i: CreateSenderInput!) { createSender(input: $i) { sender { id webhookUrl } userErrors { field code message } } }`,
		map[string]any{"i": map[string]any{"wabaId": e.Waba, "phoneNumberId": e.PhoneNumber, "display": "+" + display, "verifiedName": e.Name}}, &made)
	made.CreateSender.UserErrors.None(t)
	e.Sender = made.CreateSender.Sender.ID
}

// Template creates a template with one variable and a quick reply, and submits it. It gives its id.
func (e *Enterprise) Template(t testing.TB, name, category string) string {
	t.Helper()
	var made struct {
		CreateTemplate, SubmitTemplate struct {
			Template   struct{ ID, State string }
			UserErrors UserErrors
		}
	}
	e.Owner.Must(t, `mutation($i: TemplateInput!) { createTemplate(input: $i) { template { id state } userErrors { field code message } } }`,
		map[string]any{"i": map[string]any{
			"wabaId": e.Waba, "name": name, "language": "en", "category": category,
			"body": "Hello {{1}}, your parcel of fine tea is on its way to you (" + name + ").", "bodyExamples": []string{"Asha"},
			"buttons": []any{map[string]any{"kind": "QUICK_REPLY", "text": "Tell me more"}},
		}}, &made)
	made.CreateTemplate.UserErrors.None(t)
	e.Owner.Must(t, `mutation($id: ID!) { submitTemplate(id: $id) { template { id state } userErrors { field code message } } }`,
		map[string]any{"id": made.CreateTemplate.Template.ID}, &made)
	made.SubmitTemplate.UserErrors.None(t)
	return made.CreateTemplate.Template.ID
}

// Approved waits until the review's webhook has made the template sendable.
func (e *Enterprise) Approved(t testing.TB, template string) {
	t.Helper()
	Eventually(t, 30*time.Second, "the template is approved", func() bool { return e.TemplateState(t, template) == "APPROVED" })
}

// TemplateState is the state that the portal shows.
func (e *Enterprise) TemplateState(t testing.TB, template string) string {
	t.Helper()
	var found struct{ Template struct{ State string } }
	e.Owner.Must(t, `query($id: ID!) { template(id: $id) { state } }`, map[string]any{"id": template}, &found)
	return found.Template.State
}

// Phones draws phone numbers of people and registers them. None ends in 00xx or 01xx, where the sandbox does magic.
func (b *Box) Phones(n int) []string {
	phones := make([]string, 0, n)
	for drawn := map[string]bool{}; len(phones) < n; {
		phone := fmt.Sprintf("+9198%s%d%s", Digits(4), 2+len(phones)%8, Digits(3))
		if !drawn[phone] {
			drawn[phone] = true
			phones = append(phones, phone)
		}
	}
	b.secrets.Add(phones...)
	return phones
}

// Consent records a yes of each phone to every purpose.
func (e *Enterprise) Consent(t testing.TB, phones ...string) {
	t.Helper()
	for len(phones) > 0 {
		part := phones[:min(len(phones), 1000)]
		phones = phones[len(part):]
		rows := make([]any, len(part))
		for i, phone := range part {
			rows[i] = map[string]any{"address": phone, "purpose": "ALL", "source": "WEBSITE", "wordingVersion": "1"}
		}
		var done struct {
			RecordConsents struct {
				Recorded   int
				UserErrors UserErrors
			}
		}
		e.Owner.Must(t, `mutation($i: [ConsentInput!]!) { recordConsents(input: $i) { recorded userErrors { field code message } } }`, map[string]any{"i": rows}, &done)
		done.RecordConsents.UserErrors.None(t)
		if done.RecordConsents.Recorded != len(part) {
			t.Fatalf("%d of %d consents were recorded", done.RecordConsents.Recorded, len(part))
		}
	}
}

// Result is one recipient's answer.
type Result struct {
	Index     int
	MessageID string
	Error     *struct{ Code, Field string }
}

// Send sends to people by template, as a program with an API key or a person does.
func (e *Enterprise) Send(t testing.TB, c *Client, key, template string, sendAt *time.Time, phones ...string) []Result {
	t.Helper()
	recipients := make([]any, len(phones))
	for i, phone := range phones {
		recipients[i] = map[string]any{"to": phone, "variables": []any{map[string]any{"name": "1", "value": e.Box.Secret("Guest " + Letters(10))}}}
	}
	input := map[string]any{"idempotencyKey": key, "senderId": e.Sender, "templateId": template, "recipients": recipients}
	if sendAt != nil {
		input["sendAt"] = sendAt.UTC().Format(time.RFC3339)
	}
	var sent struct {
		SendMessages struct {
			Results    []Result
			UserErrors UserErrors
		}
	}
	c.Must(t, SendMutation, map[string]any{"i": input}, &sent)
	sent.SendMessages.UserErrors.None(t)
	if len(sent.SendMessages.Results) != len(phones) {
		t.Fatalf("%d results for %d recipients", len(sent.SendMessages.Results), len(phones))
	}
	return sent.SendMessages.Results
}

// SendMutation takes a SendMessagesInput as $i.
const SendMutation = `mutation($i: SendMessagesInput!) { sendMessages(input: $i) { results { index messageId error { field code message } } accepted repeated userErrors { field code message } } }`

// Key makes an API key and gives a client that has it.
func (e *Enterprise) Key(t testing.TB, name string, scopes ...string) *Client {
	t.Helper()
	var made struct {
		CreateAPIKey struct {
			APIKey     struct{ ID string }
			Secret     string
			UserErrors UserErrors
		}
	}
	e.Owner.Must(t, `mutation($i: CreateApiKeyInput!) { createApiKey(input: $i) { apiKey { id } secret userErrors { field code message } } }`,
		map[string]any{"i": map[string]any{"name": name, "scopes": scopes, "quota": auth.MaxKeyQuota}}, &made)
	made.CreateAPIKey.UserErrors.None(t)
	c := e.Box.Client(t)
	c.Bearer = e.Box.Secret(made.CreateAPIKey.Secret)
	return c
}

// Letters draws lower-case letters.
func Letters(n int) string { return draw(n, "abcdefghijklmnopqrstuvwxyz") }

// Digits draws digits, the first not 0.
func Digits(n int) string { return draw(1, "123456789") + draw(n-1, "0123456789") }

func draw(n int, from string) string {
	var out strings.Builder
	for range n {
		i, err := rand.Int(rand.Reader, big.NewInt(int64(len(from))))
		if err != nil {
			panic(err) // the system's randomness is gone
		}
		out.WriteByte(from[i.Int64()])
	}
	return out.String()
}
