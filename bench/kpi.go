package bench

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	ch "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"posthaste/analytics"
	"posthaste/analytics/clickhouse"
	"posthaste/bench/floor"
	"posthaste/messaging"
)

const (
	kpiMessages  = 7_000_000 // with three events each
	kpiTenants   = 20        // the first has a third of all
	kpiQuestions = 60        // of one measurement
)

// measureKPI asks for a year by day, over at least 20 million events of many tenants: through the planner, and by hand.
func measureKPI(ctx context.Context, o Options) (results []Result, err error) {
	b, err := newBox(ctx, o, true)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	conn, err := b.openClickHouse()
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if err := generate(ctx, o, conn); err != nil {
		return nil, err
	}
	events, err := clickhouse.Open(clickhouse.Options{URL: b.clickhouseURL})
	if err != nil {
		return nil, err
	}
	defer events.Close()
	a := &asking{box: b, conn: conn, questions: &analytics.Questions{Store: events, Cursors: noCursors{}, Now: time.Now}}
	if err := a.agree(ctx); err != nil {
		return nil, err
	}
	cpu, err := pair(ctx, o, "kpi", "CPU µs a question", a.cost(a.ours), a.cost(a.floor))
	if err != nil {
		return nil, err
	}
	wall, err := pair(ctx, o, "kpi.wall", "µs a question", a.wait(a.ours), a.wait(a.floor))
	return []Result{cpu, wall}, err
}

// generate writes a year of events inside ClickHouse. The views make the summaries of them, as of any insert.
func generate(ctx context.Context, o Options, conn driver.Conn) error {
	messages, parts := o.of(kpiMessages), 7
	o.say("kpi: making %d events", 3*messages)
	ctx = ch.Context(ctx, ch.WithSettings(ch.Settings{"max_partitions_per_insert_block": 0, "max_execution_time": 0,
		"max_insert_block_size": 4_000_000, "min_insert_block_size_rows": 4_000_000, "min_insert_block_size_bytes": 0}))
	for part := range parts {
		err := conn.Exec(ctx, fmt.Sprintf(`INSERT INTO events (tenant_id, message_id, channel, attempt, status, category, sender_id, template_id,
			campaign_id, country, code, button, bucket, report_day, at, recipient, price_micros, currency, latency_ms, expires, kpi_expires, batch)
		SELECT if(h %% 3 = 0, 1, 1 + h %% %[1]d) AS tenant, n + 1, 'WHATSAPP', 1, s, if(h %% 4 = 0, 'UTILITY', 'MARKETING'),
			tenant * 100 + h %% 4, tenant * 100 + h %% 30, tenant * 100 + day %% 50, ['IN', 'BR', 'MX', 'ID', 'DE'][1 + h %% 5], 0, '',
			(toUInt32(today()) - day) * 96 + slot, today() - day, toDateTime64((toUInt32(today()) - day) * 86400 + slot * 900, 3, 'UTC'), h,
			if(s = 'SENT', 7000, 0), if(s = 'SENT', 'INR', ''), if(s = 'DELIVERED', 900, 0), today() + 180, today() - day + 366, 1
		FROM (SELECT number AS n, cityHash64(number) AS h, number %% 365 AS day, cityHash64(number, 1) %% 96 AS slot FROM numbers(%[2]d, %[3]d))
		ARRAY JOIN CAST(['TARGETED', 'SENT', 'DELIVERED'], 'Array(Enum8(''TARGETED'' = 1, ''SENT'' = 4, ''DELIVERED'' = 5))') AS s`,
			kpiTenants, part*messages/parts, (part+1)*messages/parts-part*messages/parts))
		if err != nil {
			return fmt.Errorf("make events: %w", err)
		}
	}
	// As after a quiet hour: one part a partition, and no merge whose cost would be taken for a question's.
	if err := conn.Exec(ctx, "OPTIMIZE TABLE kpi_day FINAL"); err != nil {
		return err
	}
	return conn.Exec(ctx, "SYSTEM STOP MERGES")
}

type asking struct {
	*box
	conn      driver.Conn
	questions *analytics.Questions
}

// ours asks through the planner and gives the days and the sum of all sent.
func (a *asking) ours(ctx context.Context) (days int, sent uint64, err error) {
	r, err := a.questions.MessageStats(ctx, analytics.Tenant{ID: messaging.ID(1), Zone: time.UTC, SummaryDays: 730, MessageDays: 180}, analytics.Query{
		Preset: analytics.Last365Days, Granularity: analytics.Daily, First: 400,
		Metrics: []string{"targeted", "sent", "delivered", "read", "failed", "replies", "clicks"},
	})
	if err != nil {
		return 0, 0, err
	}
	for _, line := range r.Rows {
		sent += uint64(math.Round(line.Values["sent"]))
	}
	return len(r.Rows), sent, nil
}

func (a *asking) floor(ctx context.Context) (int, uint64, error) { return floor.Year(ctx, a.conn, 1) }

type question func(ctx context.Context) (days int, sent uint64, err error)

// agree checks that both ways give the same answer, and not an empty one.
func (a *asking) agree(ctx context.Context) error {
	days, sent, err := a.ours(ctx)
	if err != nil {
		return fmt.Errorf("ask through the planner: %w", err)
	}
	bareDays, bareSent, err := a.floor(ctx)
	if err != nil {
		return fmt.Errorf("ask by hand: %w", err)
	}
	if days != bareDays || sent != bareSent || days < 360 || sent == 0 {
		return fmt.Errorf("the answers differ or are empty: %d days and %d sent, by hand %d and %d", days, sent, bareDays, bareSent)
	}
	return nil
}

// cost is ClickHouse's CPU time for one question.
func (a *asking) cost(ask question) side {
	return func(ctx context.Context) (reading, error) {
		used, err := a.timed(func() error { return a.repeat(ctx, ask) }, clickhouseName)
		return reading{Rate: float64(used.Microseconds()) / kpiQuestions, CPU: used, Ops: kpiQuestions}, err
	}
}

// wait is the time that one question takes.
func (a *asking) wait(ask question) side {
	return func(ctx context.Context) (reading, error) {
		begun := time.Now()
		err := a.repeat(ctx, ask)
		return reading{Rate: float64(time.Since(begun).Microseconds()) / kpiQuestions}, err
	}
}

func (a *asking) repeat(ctx context.Context, ask question) error {
	for range kpiQuestions {
		if _, _, err := ask(ctx); err != nil {
			return err
		}
	}
	return nil
}

// noCursors is for answers of one page.
type noCursors struct{}

func (noCursors) SealCursor(messaging.ID, []string) (string, error) { return "", nil }

func (noCursors) OpenCursor(messaging.ID, string) ([]string, error) {
	return nil, errors.New("bench: there are no cursors")
}
