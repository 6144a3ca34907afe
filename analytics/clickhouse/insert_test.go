package clickhouse_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	driver "github.com/ClickHouse/clickhouse-go/v2"

	"posthaste/analytics"
	"posthaste/analytics/clickhouse"
	"posthaste/engines/enginetest"
	"posthaste/messaging"
)

// bench is a migrated database, our store over it and the driver for assertions.
type bench struct {
	*clickhouse.Store
	raw driver.Conn
	url string
}

func open(t testing.TB) bench {
	t.Helper()
	options := enginetest.ClickHouse(t)
	url := fmt.Sprintf("http://%s:%s@%s/%s", options.Auth.Username, options.Auth.Password, options.Addr[0], options.Auth.Database)
	o := clickhouse.Options{URL: url}
	if err := clickhouse.Migrate(context.Background(), o); err != nil {
		t.Fatal(err)
	}
	s, err := clickhouse.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := driver.Open(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = s.Close(), raw.Close() })
	return bench{s, raw, url}
}

// number asks for one number.
func (b bench) number(t testing.TB, sql string, args ...any) int64 {
	t.Helper()
	var n int64
	if err := b.raw.QueryRow(context.Background(), "SELECT toInt64("+sql, args...).Scan(&n); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return n
}

func (b bench) insert(t testing.TB, batch int64, token string, events []analytics.Event) {
	t.Helper()
	if err := b.InsertBatch(context.Background(), batch, token, [][]byte{pack(t, events)}); err != nil {
		t.Fatal(err)
	}
}

func pack(t testing.TB, events []analytics.Event) []byte {
	t.Helper()
	block, err := analytics.EncodeBlock(events)
	if err != nil {
		t.Fatal(err)
	}
	return block
}

// campaign makes the events of n messages of one tenant: each attempted, most sent, delivered and read. The sends are
// spread over days before last.
func campaign(random *rand.Rand, tenant messaging.ID, zone *time.Location, last time.Time, days, n int) []analytics.Event {
	ids := messaging.NewIDs(1+random.IntN(1000), func() time.Time { return last }).Take(n)
	var out []analytics.Event
	for i := range n {
		send := last.Add(-time.Duration(random.Int64N(int64(days) * int64(24*time.Hour)))).Truncate(time.Millisecond)
		local := send.In(zone)
		day := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, time.UTC)
		e := analytics.Event{
			Tenant: tenant, Message: ids[i], Attempt: 1, Status: analytics.Attempted,
			Channel:  []messaging.Channel{messaging.WhatsApp, messaging.WhatsApp, messaging.SMS, messaging.Email}[random.IntN(4)],
			Category: []messaging.Category{messaging.Marketing, messaging.Utility, messaging.Authentication, messaging.Service}[random.IntN(4)],
			Sender:   messaging.ID(11 + random.IntN(2)), Template: messaging.ID(21 + random.IntN(3)), Country: []string{"IN", "BR", "ZZ"}[random.IntN(3)],
			Bucket: analytics.BucketOf(send), ReportDay: day, At: send, Recipient: 1 + random.Uint64N(uint64(n)),
			Expires: day.AddDate(0, 0, 180), KPIExpires: day.AddDate(0, 0, 365),
		}
		if random.IntN(2) == 0 {
			e.Campaign = messaging.ID(31 + random.IntN(3))
		}
		add := func(status analytics.Status, change func(*analytics.Event)) {
			x := e
			x.Status = status
			if change != nil {
				change(&x)
			}
			out = append(out, x)
		}
		add(analytics.Targeted, func(x *analytics.Event) { x.Attempt = 0 })
		if random.IntN(20) == 0 {
			add(analytics.Suppressed, func(x *analytics.Event) { x.Code = messaging.RefusedOptedOut })
			continue
		}
		add(analytics.Attempted, nil)
		if random.IntN(15) == 0 {
			add(analytics.Failed, func(x *analytics.Event) { x.Code = int32(131000 + random.IntN(3)) })
			continue
		}
		add(analytics.Sent, func(x *analytics.Event) { x.Currency, x.PriceMicro = "INR", random.Int64N(900_000) })
		if random.IntN(15) == 0 {
			add(analytics.Failed, func(x *analytics.Event) { x.Code, x.LatencyMS = 131026, 900 })
			continue
		}
		add(analytics.Delivered, func(x *analytics.Event) { x.LatencyMS = random.Uint32N(9000) })
		if random.IntN(2) == 0 {
			add(analytics.Read, func(x *analytics.Event) { x.LatencyMS = random.Uint32N(90_000) })
		}
		switch random.IntN(10) {
		case 0:
			add(analytics.Clicked, func(x *analytics.Event) { x.Button = []string{"Buy", "Später", ""}[random.IntN(3)] })
		case 1:
			add(analytics.Replied, nil)
		case 2:
			add(analytics.OptedOut, nil)
		}
	}
	return out
}

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func source(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 7)) }

func TestTheSameTokenWritesOnce(t *testing.T) {
	t.Parallel()
	b := open(t)
	events := campaign(source(1), 42, time.UTC, noon, 40, 1500) // many partitions in one batch
	for range 3 {
		b.insert(t, 1, "inc.1.abc", events)
	}
	if n := b.number(t, "count()) FROM events"); n != int64(len(events)) {
		t.Errorf("%d rows, want %d", n, len(events))
	}
	want := count(events, analytics.Attempted)
	for _, table := range []string{"kpi_15m", "kpi_day", "kpi_day_template_button", "kpi_day_campaign", "kpi_day_country"} {
		if n := b.number(t, "sum(attempted)) FROM "+table); n != want {
			t.Errorf("%s has %d attempts, want %d", table, n, want)
		}
	}
	b.insert(t, 2, "inc.2.abc", events) // another token is another batch, by intent
	if n := b.number(t, "sum(attempted)) FROM kpi_day"); n != 2*want {
		t.Errorf("another token: %d attempts, want %d", n, 2*want)
	}
	if n := b.number(t, "count()) FROM events FINAL"); n != int64(len(events)) {
		t.Errorf("the engine's key keeps %d rows, want %d", n, len(events))
	}
}

// A batch is written as it comes: merging it first would cost as much as writing it.
func TestAFactTwiceInABatchIsReadOnce(t *testing.T) {
	t.Parallel()
	b := open(t)
	events := campaign(source(4), 42, time.UTC, noon, 3, 100)
	b.insert(t, 1, "twice.1.abc", append(events, events...))
	once, twice := int64(len(events)), 2*int64(len(events))
	if n, err := b.CountBatch(t.Context(), 1); err != nil || n != twice {
		t.Errorf("the batch has %d rows (%v), want %d", n, err, twice)
	}
	if n := b.number(t, "count()) FROM events FINAL"); n != once {
		t.Errorf("a reader sees %d facts, want %d", n, once)
	}
	if err := b.raw.Exec(t.Context(), "OPTIMIZE TABLE events FINAL"); err != nil {
		t.Fatal(err)
	}
	if n, err := b.CountBatch(t.Context(), 1); err != nil || n != once {
		t.Errorf("merged, the batch has %d rows (%v), want %d", n, err, once)
	}
}

func count(events []analytics.Event, status analytics.Status) (n int64) {
	for _, e := range events {
		if e.Status == status {
			n++
		}
	}
	return n
}

func TestRowsAreKeptAsTheyWere(t *testing.T) {
	t.Parallel()
	b := open(t)
	want := campaign(source(2), 42, time.UTC, noon, 3, 12)
	b.insert(t, 9, "a.9.b", want)
	if n, err := b.CountBatch(context.Background(), 9); err != nil || n != int64(len(want)) {
		t.Fatalf("batch 9 has %d rows (%v), want %d", n, err, len(want))
	}
	if n, err := b.CountBatch(context.Background(), 8); err != nil || n != 0 {
		t.Fatalf("batch 8 has %d rows (%v), want none", n, err)
	}
	for _, e := range want {
		n := b.number(t, `count()) FROM events WHERE message_id = ? AND status = ? AND channel = ? AND attempt = ? AND category = ?
			AND sender_id = ? AND template_id = ? AND campaign_id = ? AND country = ? AND code = ? AND button = ? AND bucket = ?
			AND report_day = ? AND toUnixTimestamp64Milli(at) = ? AND recipient = ? AND price_micros = ? AND currency = ? AND latency_ms = ?
			AND expires = ? AND kpi_expires = ?`, uint64(e.Message), int8(e.Status), string(e.Channel), e.Attempt, string(e.Category),
			uint64(e.Sender), uint64(e.Template), uint64(e.Campaign), e.Country, e.Code, e.Button, e.Bucket,
			e.ReportDay.Format(time.DateOnly), e.At.UnixMilli(), e.Recipient, e.PriceMicro, e.Currency, e.LatencyMS,
			e.Expires.Format(time.DateOnly), e.KPIExpires.Format(time.DateOnly))
		if n != 1 {
			t.Fatalf("%d rows like %+v", n, e)
		}
	}
}

func TestABadRowIsBlamed(t *testing.T) {
	t.Parallel()
	b := open(t)
	events := campaign(source(3), 42, time.UTC, noon, 3, 10)
	events[5].Expires = events[5].ReportDay
	err := b.InsertBatch(context.Background(), 1, "x.1.y", [][]byte{pack(t, events)})
	if refused, ok := errors.AsType[*analytics.Refused](err); !ok || refused.Code != 469 {
		t.Fatalf("got %v, want a refusal with code 469", err)
	}
	if n := b.number(t, "count()) FROM events"); n != 0 {
		t.Fatalf("%d rows of a refused batch are there", n)
	}
}

func TestABrokenBlockIsBlamed(t *testing.T) {
	t.Parallel()
	s, err := clickhouse.Open(clickhouse.Options{URL: "http://127.0.0.1:1"})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, ok := errors.AsType[*analytics.Refused](s.InsertBatch(context.Background(), 1, "t", [][]byte{{1, 2, 3}})); !ok {
		t.Error("a block that cannot be read was not refused")
	}
	block := pack(t, campaign(source(4), 42, time.UTC, noon, 3, 1))
	err = s.InsertBatch(context.Background(), 1, "t", [][]byte{block})
	if _, ok := errors.AsType[*analytics.Refused](err); ok || err == nil {
		t.Errorf("a store that is away gave %v, want an error that blames no row", err)
	}
}

// BenchmarkInsert compares what the exporter does (unpack, send) with the bare insert of the same columns.
func BenchmarkInsert(b *testing.B) {
	events := campaign(source(5), 42, time.UTC, noon, 2, 15_000)[:50_000]
	var blocks [][]byte
	for chunk := range 50 {
		blocks = append(blocks, pack(b, events[chunk*1000:(chunk+1)*1000]))
	}
	var columns analytics.Columns
	for _, block := range blocks {
		if err := columns.Append(block); err != nil {
			b.Fatal(err)
		}
	}
	for name, run := range map[string]func(bench, int64) error{
		"blocks": func(c bench, i int64) error {
			return c.InsertBatch(context.Background(), i, fmt.Sprint("b", i), blocks)
		},
		"floor": func(c bench, i int64) error {
			return c.InsertColumns(context.Background(), i, fmt.Sprint("f", i), &columns)
		},
	} {
		b.Run(name, func(b *testing.B) {
			c := open(b)
			i := int64(0)
			for b.Loop() {
				i++
				if err := run(c, i); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(len(events))*float64(b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
}
