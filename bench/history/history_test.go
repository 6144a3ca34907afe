package history

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	driver "github.com/ClickHouse/clickhouse-go/v2"

	"posthaste/analytics"
	"posthaste/analytics/clickhouse"
	"posthaste/engines/enginetest"
	"posthaste/messaging"
)

// memory takes a past into memory. The sender calls it from its own goroutine.
type memory struct {
	mu        sync.Mutex
	tokens    []string
	events    []analytics.Event
	campaigns []Campaign
	messages  []Message
	results   []Campaign
}

func (m *memory) InsertBatch(_ context.Context, _ int64, token string, blocks [][]byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.tokens = append(m.tokens, token)
	for _, block := range blocks {
		events, err := analytics.DecodeBlock(block)
		if err != nil {
			return err
		}
		m.events = append(m.events, events...)
	}
	return nil
}

func (m *memory) Campaigns(_ context.Context, c []Campaign) error {
	m.campaigns = append(m.campaigns, c...)
	return nil
}

func (m *memory) Results(_ context.Context, c []Campaign) error {
	m.results = append(m.results, c...)
	return nil
}

func (m *memory) Messages(_ context.Context, messages []Message) error {
	m.messages = append(m.messages, messages...)
	return nil
}

func options(t testing.TB, messages int) Options {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Kolkata")
	if err != nil {
		t.Fatal(err)
	}
	templates := map[string]messaging.ID{}
	for i, role := range Roles() {
		templates[role.Name] = messaging.ID(500 + i)
	}
	return Options{Tenant: 42, Zone: zone, Currency: "INR", MessageDays: 180, SummaryDays: 365, Senders: []messaging.ID{11, 12}, Templates: templates,
		Now: time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC), Seed: 7, Messages: messages}
}

func past(t testing.TB, messages int) (*memory, Sum) {
	t.Helper()
	var m memory
	sum, err := Write(context.Background(), options(t, messages), &m, &m)
	if err != nil {
		t.Fatal(err)
	}
	return &m, sum
}

func TestTheSameSeedIsTheSamePast(t *testing.T) {
	t.Parallel()
	a, sum := past(t, 20_000)
	b, _ := past(t, 20_000)
	if !slices.Equal(a.tokens, b.tokens) || len(a.tokens) == 0 { // tokens carry a digest of the rows
		t.Error("two pasts of one seed differ")
	}
	if sum.Events != len(a.events) || sum.Rows != len(a.messages) || sum.Campaigns != len(a.campaigns) {
		t.Errorf("the sum %+v is not what was written", sum)
	}
	if sum.Messages < 15_000 || sum.Messages > 25_000 || len(a.campaigns) < 50 {
		t.Errorf("%d messages and %d campaigns, want about 20,000 and 100", sum.Messages, len(a.campaigns))
	}
}

// What a campaign has come to is what its events say: each message once, by the last word on each kind of fact.
func TestResultsAreWhatTheEventsSay(t *testing.T) {
	t.Parallel()
	m, _ := past(t, 30_000)
	want := map[messaging.ID]map[analytics.Status]int64{}
	for _, e := range m.events {
		if want[e.Campaign] == nil {
			want[e.Campaign] = map[analytics.Status]int64{}
		}
		want[e.Campaign][e.Status]++
	}
	if len(m.results) != len(m.campaigns) || len(m.results) == 0 {
		t.Fatalf("%d results of %d campaigns", len(m.results), len(m.campaigns))
	}
	for _, c := range m.results {
		got, facts := c.Results, want[c.ID]
		if got.Sent != facts[analytics.Sent] || got.Delivered != facts[analytics.Delivered] || got.Read != facts[analytics.Read] ||
			got.Failed != facts[analytics.Failed] || got.Suppressed != facts[analytics.Suppressed] {
			t.Errorf("%s: %+v, the events say %v", c.Name, got, facts)
		}
	}
}

func TestThePastIsPossible(t *testing.T) {
	t.Parallel()
	m, _ := past(t, 30_000)
	o := options(t, 0)
	type attempt struct {
		message messaging.ID
		number  uint8
	}
	facts := map[attempt]map[analytics.Status]time.Time{}
	for _, e := range m.events {
		k := attempt{e.Message, e.Attempt}
		if facts[k] == nil {
			facts[k] = map[analytics.Status]time.Time{}
		}
		if _, twice := facts[k][e.Status]; twice {
			t.Fatalf("message %d has %d twice", e.Message, e.Status)
		}
		facts[k][e.Status] = e.At
		if e.At.After(o.Now) {
			t.Fatalf("an event of the future: %v", e.At)
		}
		if e.Recipient == 0 || !e.Expires.After(e.ReportDay) {
			t.Fatalf("an event without recipient or term: %+v", e)
		}
	}
	order := []analytics.Status{analytics.Attempted, analytics.Sent, analytics.Delivered, analytics.Read}
	for k, f := range facts {
		for i := 1; i < len(order); i++ {
			at, has := f[order[i]]
			before, had := f[order[i-1]]
			if has && (!had || at.Before(before)) {
				t.Fatalf("message %d: %d comes without or before %d", k.message, order[i], order[i-1])
			}
		}
	}
}

func TestRowsAndEventsTellTheSame(t *testing.T) {
	t.Parallel()
	m, _ := past(t, 30_000)
	events := map[string]bool{}
	for _, e := range m.events {
		events[fmt.Sprint(e.Message, e.Attempt, e.Status)] = true
	}
	if len(m.messages) < 1000 {
		t.Fatalf("only %d rows", len(m.messages))
	}
	for _, message := range m.messages {
		for _, a := range message.Attempts {
			for _, status := range analytics.Statuses(a.State) {
				if !events[fmt.Sprint(message.ID, a.Number, status)] {
					t.Fatalf("message %d: the row says %d and no event does", message.ID, status)
				}
			}
			if a.State != a.State.Implied() {
				t.Fatalf("message %d: the state %b lacks what it implies (%b)", message.ID, a.State, a.State.Implied())
			}
		}
	}
}

func TestThePastFillsTheDashboards(t *testing.T) {
	t.Parallel()
	at := enginetest.ClickHouse(t)
	url := fmt.Sprintf("http://%s@%s/%s", at.Auth.Username, at.Addr[0], at.Auth.Database)
	if err := clickhouse.Migrate(context.Background(), clickhouse.Options{URL: url}); err != nil {
		t.Fatal(err)
	}
	s, err := clickhouse.Open(clickhouse.Options{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var m memory
	for range 2 { // a second time changes nothing
		m = memory{}
		if _, err := Write(context.Background(), options(t, 5_000), s, &m); err != nil {
			t.Fatal(err)
		}
	}
	want, _ := past(t, 5_000)
	sent := uint64(0)
	for _, e := range want.events {
		if e.Status == analytics.Sent {
			sent++
		}
	}
	conn, err := driver.Open(at)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for _, table := range []string{"kpi_day", "kpi_15m", "kpi_day_campaign", "kpi_day_country"} {
		var n uint64
		if err := conn.QueryRow(context.Background(), "SELECT sum(sent) FROM "+table).Scan(&n); err != nil || n != sent {
			t.Errorf("%s has %d sent (%v), want %d", table, n, err, sent)
		}
	}
}

func BenchmarkHistory(b *testing.B) {
	o := options(b, 0)
	at := enginetest.ClickHouse(b)
	url := fmt.Sprintf("http://%s@%s/%s", at.Auth.Username, at.Addr[0], at.Auth.Database)
	if err := clickhouse.Migrate(context.Background(), clickhouse.Options{URL: url}); err != nil {
		b.Fatal(err)
	}
	s, err := clickhouse.Open(clickhouse.Options{URL: url})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	for b.Loop() {
		o.Seed++
		sum, err := Write(context.Background(), o, s, discard{})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(sum.Events), "events")
		b.ReportMetric(float64(sum.Rows), "rows")
	}
}

type discard struct{}

func (discard) Campaigns(context.Context, []Campaign) error { return nil }
func (discard) Results(context.Context, []Campaign) error   { return nil }
func (discard) Messages(context.Context, []Message) error   { return nil }
