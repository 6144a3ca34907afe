package history

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"posthaste/analytics"
	"posthaste/messaging"
)

// Options say whose past it is and how much there is of it.
type Options struct {
	Tenant      messaging.ID
	Zone        *time.Location
	Currency    string
	MessageDays int
	SummaryDays int
	Senders     []messaging.ID          // WhatsApp, at least one; the first sends most
	Templates   map[string]messaging.ID // by the name of a role, all of Roles
	Now         time.Time               // the end of the past
	Seed        uint64
	Messages    int                     // about so many; 0 is 800,000, which make 3.5 million events
	Days        int                     // 0 is 365
	RowDays     int                     // how many of the last days go to Postgres too; 0 is 30
	People      int                     // 0 is 120,000
	Recipient   func(person int) uint64 // the analytics hash of a person; nil makes numbers up
}

// EventStore takes batches as from the exporter; clickhouse.Store is one.
type EventStore interface {
	InsertBatch(ctx context.Context, batch int64, token string, blocks [][]byte) error
}

// Rows takes what goes to Postgres: campaigns before the messages that name them, and at last what they have come to.
type Rows interface {
	Campaigns(ctx context.Context, campaigns []Campaign) error
	Messages(ctx context.Context, messages []Message) error
	Results(ctx context.Context, campaigns []Campaign) error
}

// Sum tells what was written.
type Sum struct{ Messages, Events, Rows, Campaigns int }

// Batches of the past are numbered far above the exporter's.
const firstBatch = 1 << 62

// batchEvents is about how large a batch is: large ones make few parts, and their weeks are few since days come in order.
const batchEvents = 250_000

// blockEvents is how many events a block holds, and rowBatch how many messages one call of Rows gets.
const (
	blockEvents = 50_000
	rowBatch    = 5_000
)

// Write makes the past. Repeating it with the same options writes nothing twice to the event store.
func Write(ctx context.Context, o Options, events EventStore, rows Rows) (Sum, error) {
	o, err := o.complete()
	if err != nil {
		return Sum{}, err
	}
	s := newStory(o)
	if err := rows.Campaigns(ctx, s.listed()); err != nil {
		return s.sum, err
	}
	// One batch is being sent while the next one is made.
	sender := newSender(ctx, events, fmt.Sprintf("history.%d.%d", o.Tenant, o.Seed))
	for s.day = o.Days - 1; s.day >= 0; s.day-- {
		s.live()
		if len(s.events) >= batchEvents || s.day == 0 {
			if err := sender.send(s.events); err != nil {
				return s.sum, err
			}
			s.events = s.events[:0]
		}
		for len(s.rows) >= rowBatch || s.day == 0 && len(s.rows) > 0 {
			n := min(rowBatch, len(s.rows))
			if err := rows.Messages(ctx, s.rows[:n]); err != nil {
				return s.sum, err
			}
			s.sum.Rows += n
			s.rows = s.rows[n:]
		}
	}
	if err := rows.Results(ctx, s.listed()); err != nil {
		return s.sum, err
	}
	return s.sum, sender.wait()
}

func (o Options) complete() (Options, error) {
	for field, value := range map[*int]int{&o.Messages: 800_000, &o.Days: 365, &o.RowDays: 30, &o.People: 120_000} {
		if *field == 0 {
			*field = value
		}
	}
	if o.Recipient == nil {
		o.Recipient = func(person int) uint64 { return rand.NewPCG(o.Seed, uint64(person)).Uint64() | 1 } // #nosec G115 G404 -- a number of our own, to be repeated from its seed
	}
	if o.Tenant == 0 || o.Zone == nil || len(o.Senders) == 0 || o.MessageDays <= 0 || o.SummaryDays <= 0 || o.Now.IsZero() {
		return o, errors.New("history: tenant, zone, terms, senders and now are needed")
	}
	for _, role := range Roles() {
		if o.Templates[role.Name] == 0 {
			return o, fmt.Errorf("history: the template %s is needed", role.Name)
		}
	}
	return o, nil
}

// story is the past while it is being made, day by day.
type story struct {
	Options
	random    *rand.Rand
	ids       *messaging.IDs
	clock     time.Time
	roles     []TemplateRole
	countries []country
	campaigns [][]*Campaign // by day
	quarters  []float64     // cumulative weights of the 96 quarters of a day
	people    []byte        // index of each person's country
	today     time.Time     // local date of the end, as a UTC midnight
	dayPrice  float64

	day    int // before the end
	events []analytics.Event
	rows   []Message
	sum    Sum
}

func newStory(o Options) *story {
	// #nosec G404 -- an invented past that is to be repeated from its seed
	s := &story{Options: o, random: rand.New(rand.NewPCG(o.Seed, 0x9E3779B97F4A7C15)), roles: Roles(), countries: countries()}
	s.ids = messaging.NewIDs(0, func() time.Time { return s.clock }) // no process ever has node 0
	local := o.Now.In(o.Zone)
	s.today = time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, time.UTC)
	total := 0.0
	weights := hours()
	for q := range 96 {
		total += weights[q/4]
		s.quarters = append(s.quarters, total)
	}
	s.people = make([]byte, o.People)
	for i := range s.people {
		s.people[i] = byte(pick(s.random.Float64(), s.countries, func(c country) float64 { return c.share }))
	}
	s.plan()
	return s
}

// plan lays out the campaigns: about two a week, more before the end of the year, none on the bad day.
func (s *story) plan() {
	themes := []string{"Spring sale", "Monsoon offers", "Weekend deals", "New arrivals", "Members' day", "Festival special", "Back in stock", "Thank you"}
	s.campaigns = make([][]*Campaign, s.Days)
	marketing := []TemplateRole{s.roles[4], s.roles[5], s.roles[6]}
	for day := s.Days - 1; day >= 0; day-- {
		date := s.today.AddDate(0, 0, -day)
		often := 0.28
		if date.Month() >= time.October {
			often = 0.42
		}
		if s.random.Float64() >= often || day == badDay || date.Weekday() == time.Sunday {
			continue
		}
		role := marketing[s.random.IntN(len(marketing))]
		start := time.Date(date.Year(), date.Month(), date.Day(), 10+s.random.IntN(9), 15*s.random.IntN(4), 0, 0, s.Zone)
		if start.After(s.Now.Add(-2 * time.Hour)) {
			continue
		}
		s.clock = start.Add(-time.Minute)
		s.campaigns[day] = append(s.campaigns[day], &Campaign{
			ID: s.ids.Next(), Name: fmt.Sprintf("%s %s", themes[s.random.IntN(len(themes))], date.Format("2 Jan 2006")),
			Template: s.Templates[role.Name], Sender: s.Senders[s.random.IntN(len(s.Senders))], StartedAt: start,
			EndedAt: start.Add(time.Duration(20+s.random.IntN(60)) * time.Minute), Accepted: s.audience(day),
		})
	}
}

// audience grows over the year, with luck. Campaigns are about 45 % of all messages.
func (s *story) audience(day int) int {
	perCampaign := 0.45 * float64(s.Messages) / (0.3 * float64(s.Days))
	return int(perCampaign * s.growth(day) * (0.4 + 1.2*s.random.Float64()))
}

// growth is the share of a day in a year in which the business grew by half.
func (s *story) growth(day int) float64 { return 1.2 - 0.4*float64(day)/float64(s.Days) }

func (s *story) listed() (all []Campaign) {
	for day := s.Days - 1; day >= 0; day-- {
		for _, c := range s.campaigns[day] {
			all = append(all, *c)
		}
	}
	s.sum.Campaigns = len(all)
	return all
}

// live lets one day pass.
func (s *story) live() {
	date := s.today.AddDate(0, 0, -s.day)
	midnight := time.Date(date.Year(), date.Month(), date.Day(), 0, 0, 0, 0, s.Zone)
	type planned struct {
		at       time.Time
		role     int
		campaign *Campaign
	}
	var sends []planned
	n := 0.55 * float64(s.Messages) / float64(s.Days) * s.growth(s.day) * weekdays()[date.Weekday()] * math.Exp(0.08*s.random.NormFloat64())
	for range int(n) {
		quarter, _ := slices.BinarySearch(s.quarters, s.random.Float64()*s.quarters[95])
		at := midnight.Add(time.Duration(quarter)*15*time.Minute + time.Duration(s.random.Int64N(int64(15*time.Minute))))
		sends = append(sends, planned{at, pick(s.random.Float64(), s.roles, func(r TemplateRole) float64 { return r.share }), nil})
	}
	for _, c := range s.campaigns[s.day] {
		role := slices.IndexFunc(s.roles, func(r TemplateRole) bool { return s.Templates[r.Name] == c.Template })
		for range c.Accepted {
			sends = append(sends, planned{c.StartedAt.Add(time.Duration(s.random.Int64N(int64(c.EndedAt.Sub(c.StartedAt))))), role, c})
		}
	}
	slices.SortFunc(sends, func(a, b planned) int { return cmp.Compare(a.at.UnixNano(), b.at.UnixNano()) })
	for _, p := range sends {
		if p.at.After(s.Now) {
			break
		}
		s.message(p.at.Truncate(time.Millisecond), p.role, p.campaign)
	}
}

// pick chooses by shares; rest goes to the last that has a share.
func pick[T any](luck float64, all []T, share func(T) float64) int {
	last := 0
	for i, v := range all {
		if share(v) <= 0 {
			continue
		}
		last = i
		if luck -= share(v); luck < 0 {
			break
		}
	}
	return last
}
