package sandbox

import (
	"log/slog"
	"net/http"
	"time"
)

// Options configures a Sandbox. The zero value is usable: one portfolio with
// one number (see DefaultApp and DefaultPortfolio), people who behave as in
// Realistic, and no webhooks until a callback is configured.
type Options struct {
	// Seed decides every choice the simulator makes.
	Seed uint64
	// Now is the clock; nil is time.Now. Run sleeps in real time; under a
	// clock of your own, call Tick after moving it.
	Now func() time.Time
	// WebhookClient posts the webhooks; nil is a client with a 10 s time-out.
	WebhookClient *http.Client
	Logger        *slog.Logger // nil logs nowhere

	// PublicURL is the base of media addresses, such as http://127.0.0.1:8090;
	// empty takes the host of the request that asks.
	PublicURL string

	Apps       []App       // empty: DefaultApp
	Portfolios []Portfolio // empty: DefaultPortfolio

	// Behaviour is how people and the network behave; nil is Realistic.
	Behaviour *Behaviour
	Faults    []Fault
	Review    Review
	Webhooks  Webhooks

	// CallLog is the file that accepted calls are appended to; empty uses a
	// temporary file that Close removes. An existing file is continued.
	CallLog string
	// Fsync makes each accepted call durable, not only written, before it is
	// answered.
	Fsync bool

	// DisableMagic makes the magic numbers ordinary people.
	DisableMagic bool
	// CountLimitOnly lets sends beyond the messaging limit through and only
	// counts them; otherwise they are refused with 131048.
	CountLimitOnly bool
	// ServiceChargedFrom is when service messages and utility templates inside
	// a service window begin to cost (1,000 a month and number stay free);
	// zero is never.
	ServiceChargedFrom time.Time
}

// App is a developer application: it holds tokens, signs webhooks with its
// secret and is subscribed to accounts.
type App struct {
	ID          string  `json:"id"`
	Secret      string  `json:"secret"`
	VerifyToken string  `json:"verify_token"`
	CallbackURL string  `json:"callback_url,omitempty"`
	Tokens      []Token `json:"tokens"`
}

// Token is a bearer token of an app.
type Token struct {
	Value   string   `json:"value"`
	WABAs   []string `json:"wabas,omitempty"` // accounts it reaches; empty is all
	Expired bool     `json:"expired,omitempty"`
}

// Portfolio is a business portfolio. Its Tier is the messaging limit shared by
// all its numbers: TIER_250, TIER_2K, TIER_10K, TIER_100K or TIER_UNLIMITED.
type Portfolio struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Tier     string `json:"tier"`
	Verified bool   `json:"verified"`
	WABAs    []WABA `json:"wabas"`
}

// WABA is a WhatsApp Business account. It starts subscribed to every app
// unless Unsubscribed.
type WABA struct {
	ID           string     `json:"id"`
	Name         string     `json:"name"`
	Currency     string     `json:"currency,omitempty"` // default USD
	TimezoneID   string     `json:"timezone,omitempty"` // default 1
	Numbers      []Number   `json:"numbers"`
	Templates    []Template `json:"templates,omitempty"`
	Unsubscribed bool       `json:"unsubscribed,omitempty"`
}

// Number is a business phone number.
type Number struct {
	ID           string `json:"id"`
	Display      string `json:"display_phone_number"` // digits with calling code
	VerifiedName string `json:"verified_name"`
	// Throughput in messages per second, in and out; 0 is 80.
	Throughput int `json:"throughput,omitempty"`
	// PIN of two-step verification, if it is on.
	PIN string `json:"pin,omitempty"`
	// Unregistered numbers must be verified and registered before they send.
	Unregistered bool `json:"unregistered,omitempty"`
	// AllowedRecipients makes it a test number: digits of the only people it
	// may write to (131030 for others).
	AllowedRecipients []string `json:"allowed_recipients,omitempty"`
}

// Template is a template that is already there and approved at the start, in
// the shape of the create call. Status defaults to APPROVED.
type Template struct {
	Name            string           `json:"name"`
	Language        string           `json:"language"`
	Category        string           `json:"category"`
	ParameterFormat string           `json:"parameter_format,omitempty"`
	Components      []map[string]any `json:"components"`
	Status          string           `json:"status,omitempty"`
}

// Review is how new templates are judged. See README.md for the words.
type Review struct {
	// Delay until the verdict; 0 is 2 s.
	Delay time.Duration `json:"delay"`
}

// Webhooks is how updates are delivered.
type Webhooks struct {
	// Linger is how long an update waits for company in a batch; 0 is 50 ms.
	Linger time.Duration
	// MaxBatch is the number of updates in one POST; 0 is 1,000.
	MaxBatch int
	// Concurrency is the number of POSTs in flight per callback; 0 is 4.
	Concurrency int
	// Horizon is how long a refused batch is tried again; 0 is 7 days.
	Horizon time.Duration
	// MaxPending bounds the updates that wait, sent or not yet due; more are
	// dropped and counted. 0 is 500,000.
	MaxPending int
}

// DefaultApp is the app of an unconfigured sandbox. It has no callback.
func DefaultApp() App {
	return App{ID: "10000001", Secret: "sandbox-app-secret", VerifyToken: "sandbox-verify-token",
		Tokens: []Token{{Value: "sandbox-token"}}}
}

// DefaultPortfolio is the portfolio of an unconfigured sandbox.
func DefaultPortfolio() Portfolio {
	return Portfolio{ID: "44000001", Name: "Sandbox Tea", Tier: "TIER_UNLIMITED", Verified: true,
		WABAs: []WABA{{ID: "55500011", Name: "Sandbox Tea", Numbers: []Number{{
			ID: "700100200", Display: "911140001234", VerifiedName: "Sandbox Tea", PIN: "123456"}}}}}
}

func (o *Options) fill() {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.WebhookClient == nil {
		o.WebhookClient = &http.Client{Timeout: 10 * time.Second}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if len(o.Apps) == 0 {
		o.Apps = []App{DefaultApp()}
	}
	if len(o.Portfolios) == 0 {
		o.Portfolios = []Portfolio{DefaultPortfolio()}
	}
	if o.Behaviour == nil {
		realistic := Realistic()
		o.Behaviour = &realistic
	}
	o.Review.Delay = orDefault(o.Review.Delay, 2*time.Second)
	o.Webhooks.Linger = orDefault(o.Webhooks.Linger, 50*time.Millisecond)
	o.Webhooks.MaxBatch = min(orDefault(o.Webhooks.MaxBatch, 1000), 1000)
	o.Webhooks.Concurrency = orDefault(o.Webhooks.Concurrency, 4)
	o.Webhooks.Horizon = orDefault(o.Webhooks.Horizon, 7*24*time.Hour)
	o.Webhooks.MaxPending = orDefault(o.Webhooks.MaxPending, 500_000)
}

func orDefault[T comparable](value, fallback T) T {
	var zero T
	if value == zero {
		return fallback
	}
	return value
}
