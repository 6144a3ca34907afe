package sandbox

import (
	"fmt"
	"hash/fnv"
	"slices"
	"time"
)

type app struct {
	App
	calls map[string]*hourly // management calls by WABA
}

type token struct {
	Token
	app *app
}

// reaches tells whether the token may touch the account.
func (t *token) reaches(w *waba) bool {
	return len(t.WABAs) == 0 || slices.Contains(t.WABAs, w.id)
}

type portfolio struct {
	id, name string
	tier     string
	verified bool
	wabas    []*waba
	key      uint64 // makes its user ids differ from those of other portfolios
	reach    *reach
	stopped  map[string]bool // people who stopped marketing from this business
	breaches int             // sends beyond the messaging limit
}

// tierLimits gives the unique people per 24 h of each tier; 0 is unlimited.
var tierLimits = map[string]int{"TIER_250": 250, "TIER_2K": 2000, "TIER_10K": 10_000, "TIER_100K": 100_000, "TIER_UNLIMITED": 0}

type waba struct {
	id, name   string
	currency   string
	timezone   string
	portfolio  *portfolio
	numbers    []*number
	templates  []*template // in order of creation
	reserved   map[string]time.Time
	created    hourly
	subscribed map[string]*subscription // by app id
}

// subscription of an app to an account, with the account's own callback if any.
type subscription struct {
	app      *app
	override string
}

type number struct {
	id, display  string // display: digits
	verifiedName string
	callingCode  string
	waba         *waba
	rate         throughput
	quality      string
	status       string // CONNECTED, PENDING
	verification string // VERIFIED, NOT_VERIFIED
	pin          string
	code         string // last code that was sent out
	registers    rolling
	pinGuesses   rolling
	codeRequests rolling
	maintenance  time.Time // until when a throughput upgrade blocks it
	nameStatus   string
	newName      string
	allowed      []string
	override     string // callback of this number alone
	profile      map[string]any
	settings     map[string]any
	badge        string // official business account status
	freeMonth    time.Month
	freeUsed     int
}

// chat is what a number and a person have between them.
type chat struct {
	pair        pair
	lastInbound time.Time // opens the service window
	lastByPhone time.Time // last exchange that showed the phone number
	last        *message  // newest message to the person
}

type chatKey struct{ number, person string }

const (
	serviceWindow  = 24 * time.Hour
	phoneMemory    = 30 * 24 * time.Hour
	serviceFreeCap = 1000
)

func (c *chat) windowOpen(now time.Time) bool {
	return !c.lastInbound.IsZero() && now.Sub(c.lastInbound) < serviceWindow
}

// idle chats can be forgotten without anyone noticing.
func (c *chat) idle(now time.Time) bool {
	return !c.windowOpen(now) && !now.Before(c.pair.debtUntil) && now.Sub(c.lastByPhone) >= phoneMemory
}

func (s *Sandbox) chat(n *number, person string) *chat {
	key := chatKey{n.id, person}
	found := s.chats[key]
	if found == nil {
		found = &chat{}
		s.chats[key] = found
	}
	return found
}

// seed fills the state from the options.
func (s *Sandbox) seed() error {
	for _, a := range s.opts.Apps {
		if a.ID == "" || a.Secret == "" || s.apps[a.ID] != nil {
			return fmt.Errorf("sandbox: app %q needs a unique id and a secret", a.ID)
		}
		added := &app{App: a, calls: map[string]*hourly{}}
		s.apps[a.ID] = added
		for _, t := range a.Tokens {
			s.tokens[t.Value] = &token{Token: t, app: added}
		}
	}
	for _, p := range s.opts.Portfolios {
		if err := s.addPortfolio(p); err != nil {
			return err
		}
	}
	return nil
}

func (s *Sandbox) addPortfolio(p Portfolio) error {
	tier := orDefault(p.Tier, "TIER_250")
	if _, known := tierLimits[tier]; !known || p.ID == "" || s.portfolios[p.ID] != nil {
		return fmt.Errorf("sandbox: portfolio %q needs a unique id and a known tier", p.ID)
	}
	added := &portfolio{id: p.ID, name: p.Name, tier: tier, verified: p.Verified,
		key: hashOf(s.opts.Seed, "portfolio", p.ID), reach: newReach(), stopped: map[string]bool{}}
	s.portfolios[p.ID] = added
	for _, w := range p.WABAs {
		if err := s.addWABA(added, w); err != nil {
			return err
		}
	}
	return nil
}

func (s *Sandbox) addWABA(p *portfolio, w WABA) error {
	if w.ID == "" || s.wabas[w.ID] != nil {
		return fmt.Errorf("sandbox: WABA %q needs a unique id", w.ID)
	}
	added := &waba{id: w.ID, name: w.Name, currency: orDefault(w.Currency, "USD"), timezone: orDefault(w.TimezoneID, "1"),
		portfolio: p, reserved: map[string]time.Time{}, subscribed: map[string]*subscription{}}
	s.wabas[w.ID] = added
	p.wabas = append(p.wabas, added)
	if !w.Unsubscribed {
		for id, a := range s.apps {
			added.subscribed[id] = &subscription{app: a}
		}
	}
	for _, n := range w.Numbers {
		if err := s.addNumber(added, n); err != nil {
			return err
		}
	}
	for _, t := range w.Templates {
		if err := s.seedTemplate(added, t); err != nil {
			return err
		}
	}
	return nil
}

func (s *Sandbox) addNumber(w *waba, n Number) error {
	code, _ := s.codes.of(n.Display)
	if n.ID == "" || s.numbers[n.ID] != nil || code == "" {
		return fmt.Errorf("sandbox: number %q needs a unique id and a display number with calling code", n.ID)
	}
	added := &number{id: n.ID, display: n.Display, verifiedName: n.VerifiedName, callingCode: code, waba: w,
		rate: throughput{perSecond: orDefault(n.Throughput, 80)}, quality: "GREEN", status: "CONNECTED",
		verification: "VERIFIED", pin: n.PIN, nameStatus: "APPROVED", allowed: n.AllowedRecipients,
		profile: map[string]any{"messaging_product": "whatsapp"}, settings: map[string]any{}, badge: "NOT_STARTED"}
	if n.Unregistered {
		added.status, added.verification = "PENDING", "NOT_VERIFIED"
	}
	s.numbers[n.ID] = added
	w.numbers = append(w.numbers, added)
	return nil
}

// hashOf mixes the seed with names; it decides everything that looks random.
func hashOf(seed uint64, parts ...string) uint64 {
	h := fnv.New64a()
	for _, part := range parts {
		_, _ = h.Write([]byte(part))
		_, _ = h.Write([]byte{0})
	}
	return mix(h.Sum64() ^ mix(seed))
}
