package bench

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"runtime"
	"time"

	ch "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"posthaste/analytics"
	"posthaste/analytics/clickhouse"
	"posthaste/bench/floor"
	"posthaste/dispatcher"
	"posthaste/messaging"
)

const (
	blockEvents = 500     // of one transaction: what a gate or a batch of webhooks writes
	floorBatch  = 200_000 // larger ones gain nothing, and several go at a time
)

// measureExport fills the outbox and has the exporter carry it to ClickHouse. The first figure's floor is a table without
// summaries; the second's has them, so it tells what we add to what ClickHouse has to do anyway.
func measureExport(ctx context.Context, o Options) (results []Result, err error) {
	b, err := newBox(ctx, o, true)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	t, err := b.newTenant(ctx, shape{})
	if err != nil {
		return nil, err
	}
	events, err := clickhouse.Open(clickhouse.Options{URL: b.clickhouseURL})
	if err != nil {
		return nil, err
	}
	defer events.Close()
	conn, err := b.openClickHouse()
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	x := &exporting{box: b, tenant: t.id, conn: conn, blocks: o.of(2_000), bare: &floor.Export{Conn: conn, Types: exportTypes()},
		exporter: dispatcher.NewExporter(b.db.Outbox(), events, "bench", dispatcher.ExportConfig{}, slog.New(slog.NewTextHandler(o.Words, nil)), nil)}
	if err := x.bare.Prepare(ctx); err != nil {
		return nil, err
	}
	if _, err := x.ours(ctx); err != nil { // warm up
		return nil, err
	}
	for _, into := range []struct{ name, table string }{{"export", "floor_events"}, {"export.with_summaries", "events"}} {
		x.bare.Table = into.table
		conns, err := bestConns(ctx, o, into.name+" floor", x.floor)
		if err != nil {
			return results, err
		}
		r, err := pair(ctx, o, into.name, "events/s", x.ours, func(ctx context.Context) (reading, error) { return x.floor(ctx, conns) })
		if err != nil {
			return results, err
		}
		results = append(results, r)
	}
	return results, nil
}

type exporting struct {
	*box
	tenant   messaging.ID
	conn     driver.Conn
	blocks   int
	exporter *dispatcher.Exporter
	bare     *floor.Export
	made     []analytics.Event
}

// fill puts events into the outbox: five of each message, the blocks one after the other.
func (x *exporting) fill(ctx context.Context) (int, error) {
	x.made = x.made[:0]
	blocks, sizes := make([][]byte, x.blocks), make([]int32, x.blocks)
	for i := range blocks {
		events := x.block()
		packed, err := analytics.EncodeBlock(events)
		if err != nil {
			return 0, err
		}
		blocks[i], sizes[i] = packed, int32(len(events)) // #nosec G115 -- blockEvents
		x.made = append(x.made, events...)
	}
	_, err := x.owner.Exec(ctx, "INSERT INTO outbox (tenant_id, events, block) SELECT $1, unnest($2::integer[]), unnest($3::bytea[])", int64(x.tenant), sizes, blocks)
	if err != nil {
		return 0, fmt.Errorf("fill the outbox: %w", err)
	}
	return len(x.made), nil
}

// block is what one transaction tells.
func (x *exporting) block() []analytics.Event {
	now := time.Now().UTC().Truncate(time.Millisecond)
	today := now.Truncate(24 * time.Hour)
	statuses := []analytics.Status{analytics.Targeted, analytics.Attempted, analytics.Sent, analytics.Delivered, analytics.Read}
	messages := x.ids.Take(blockEvents / len(statuses))
	events := make([]analytics.Event, 0, blockEvents)
	for _, status := range statuses {
		for i, m := range messages {
			events = append(events, analytics.Event{
				Tenant: x.tenant, Message: m, Attempt: 1, Status: status, Channel: messaging.WhatsApp, Category: messaging.Marketing,
				Sender: 7000001 + messaging.ID(i%4), Template: 8000001, Campaign: 9000001, Country: "IN", Bucket: analytics.BucketOf(now),
				ReportDay: today, At: now, Recipient: m.Uint64() * 0x9E3779B97F4A7C15, Expires: today.AddDate(0, 0, 180), KPIExpires: today.AddDate(0, 0, 365),
			})
		}
	}
	return events
}

// ours exports all that waits, and checks that it has arrived.
func (x *exporting) ours(ctx context.Context) (reading, error) {
	n, err := x.fill(ctx)
	if err != nil {
		return reading{}, err
	}
	runtime.GC() // what was made for the round is no part of it, on either side
	var took time.Duration
	used, err := x.timed(func() error {
		begun := time.Now()
		err := x.exporter.Flush(ctx)
		for err == nil && x.waits(ctx) {
			err = x.exporter.Flush(ctx)
		}
		took = time.Since(begun)
		return err
	}, postgresName, clickhouseName)
	if err != nil {
		return reading{}, err
	}
	var there int64
	first, last := x.made[0].Message, x.made[len(x.made)-1].Message
	err = x.conn.QueryRow(ctx, fmt.Sprintf("SELECT toInt64(count()) FROM events FINAL WHERE tenant_id = %d AND message_id BETWEEN %d AND %d", x.tenant, first, last)).Scan(&there)
	if err == nil && there != int64(n) {
		err = fmt.Errorf("%d of %d events have arrived", there, n)
	}
	return reading{Rate: float64(n) / took.Seconds(), CPU: used, Ops: n}, err
}

func (x *exporting) waits(ctx context.Context) bool {
	var waits bool
	return x.owner.QueryRow(ctx, "SELECT EXISTS (SELECT FROM outbox)").Scan(&waits) == nil && waits
}

// floor inserts the same events from memory, as columns.
func (x *exporting) floor(ctx context.Context, conns int) (reading, error) {
	var batches [][]any
	for begin := 0; begin < len(x.made); begin += floorBatch {
		columns, err := exportColumns(x.made[begin:min(begin+floorBatch, len(x.made))])
		if err != nil {
			return reading{}, err
		}
		batches = append(batches, columns)
	}
	runtime.GC()
	begun := time.Now()
	err := x.bare.Insert(ctx, batches, conns)
	return reading{Rate: float64(len(x.made)) / time.Since(begun).Seconds()}, err
}

// exportTypes are the columns in the types that cost a client nothing.
func exportTypes() []ch.ColumnNameAndType {
	return []ch.ColumnNameAndType{
		{Name: "tenant_id", Type: "UInt64"}, {Name: "message_id", Type: "UInt64"}, {Name: "channel", Type: "Int8"},
		{Name: "attempt", Type: "UInt8"}, {Name: "status", Type: "Int8"}, {Name: "category", Type: "Int8"},
		{Name: "sender_id", Type: "UInt64"}, {Name: "template_id", Type: "UInt64"}, {Name: "campaign_id", Type: "UInt64"},
		{Name: "country", Type: "String"}, {Name: "code", Type: "Int32"}, {Name: "button", Type: "String"},
		{Name: "bucket", Type: "UInt32"}, {Name: "report_day", Type: "UInt16"}, {Name: "at", Type: "DateTime64(3, 'UTC')"},
		{Name: "recipient", Type: "UInt64"}, {Name: "price_micros", Type: "Int64"}, {Name: "currency", Type: "String"},
		{Name: "latency_ms", Type: "UInt32"}, {Name: "expires", Type: "UInt16"}, {Name: "kpi_expires", Type: "UInt16"},
	}
}

// exportColumns turns events into columns; it is not measured.
func exportColumns(events []analytics.Event) ([]any, error) {
	var c analytics.Columns
	for begin := 0; begin < len(events); begin += blockEvents {
		block, err := analytics.EncodeBlock(events[begin:min(begin+blockEvents, len(events))])
		if err != nil {
			return nil, err
		}
		if err := c.Append(block); err != nil {
			return nil, err
		}
	}
	return []any{
		c.Tenant, c.Message, c.Channel, c.Attempt, c.Status, c.Category, c.Sender, c.Template, c.Campaign, c.Country, c.Code, c.Button,
		c.Bucket, c.ReportDay, c.At, c.Recipient, c.PriceMicro, c.Currency, c.LatencyMS, c.Expires, c.KPIExpires,
	}, nil
}

// openClickHouse gives the floor a client of its own.
func (b *box) openClickHouse() (driver.Conn, error) {
	u, err := url.Parse(b.clickhouseURL)
	if err != nil {
		return nil, err
	}
	password, _ := u.User.Password()
	return ch.Open(&ch.Options{Protocol: ch.HTTP, Addr: []string{u.Host}, Auth: ch.Auth{Database: "default", Username: "default", Password: password},
		MaxOpenConns: 64, MaxIdleConns: 64, ReadTimeout: 5 * time.Minute})
}
