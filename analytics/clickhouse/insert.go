package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/ClickHouse/clickhouse-go/v2"

	"posthaste/analytics"
)

// InsertSettings are the settings of every insert. With a token the store notices a repeated batch, in the table and in
// everything that is derived from it. A batch of a year's history touches more partitions than a server likes by default.
func InsertSettings(token string) clickhouse.Settings {
	return clickhouse.Settings{
		"async_insert":       0,
		"insert_deduplicate": 1,
		"deduplicate_blocks_in_dependent_materialized_views": 1,
		"max_partitions_per_insert_block":                    0,
		"insert_deduplication_token":                         token,
		"distributed_foreground_insert":                      1,
		"parallel_view_processing":                           1, // the summaries wait for their own disk only
		// Merging a batch by the engine's key before it is written costs as much as writing it. A batch has each fact once
		// and each summary's row once; what is there twice after all goes when parts are merged.
		"optimize_on_insert": 0,
		// One batch must stay one block, since a token names a block.
		"min_insert_block_size_rows":  analytics.MaxBlockEvents,
		"min_insert_block_size_bytes": 0,
		"max_insert_block_size":       analytics.MaxBlockEvents,
	}
}

// insertColumns are the columns in the order in which columns sends them, in types that cost the client nothing. The
// server casts dates, enums and low-cardinality strings.
var insertColumns = []clickhouse.ColumnNameAndType{
	{Name: "tenant_id", Type: "UInt64"}, {Name: "message_id", Type: "UInt64"}, {Name: "channel", Type: "Int8"},
	{Name: "attempt", Type: "UInt8"}, {Name: "status", Type: "Int8"}, {Name: "category", Type: "Int8"},
	{Name: "sender_id", Type: "UInt64"}, {Name: "template_id", Type: "UInt64"}, {Name: "campaign_id", Type: "UInt64"},
	{Name: "country", Type: "String"}, {Name: "code", Type: "Int32"}, {Name: "button", Type: "String"},
	{Name: "bucket", Type: "UInt32"}, {Name: "report_day", Type: "UInt16"}, {Name: "at", Type: "DateTime64(3, 'UTC')"},
	{Name: "recipient", Type: "UInt64"}, {Name: "price_micros", Type: "Int64"}, {Name: "currency", Type: "String"},
	{Name: "latency_ms", Type: "UInt32"}, {Name: "expires", Type: "UInt16"}, {Name: "kpi_expires", Type: "UInt16"},
	{Name: "batch", Type: "UInt64"},
}

const insertStatement = "INSERT INTO events (tenant_id, message_id, channel, attempt, status, category, sender_id, template_id, " +
	"campaign_id, country, code, button, bucket, report_day, at, recipient, price_micros, currency, latency_ms, expires, " +
	"kpi_expires, batch) FORMAT Native"

// InsertBatch writes blocks under the number and token of their batch; the same token again writes nothing. An error
// that is an *analytics.Refused says that these rows were refused and would be again; every other error leaves it open
// whether they were written.
func (s *Store) InsertBatch(ctx context.Context, batch int64, token string, blocks [][]byte) error {
	var c analytics.Columns
	for _, block := range blocks {
		if err := c.Append(block); err != nil {
			return &analytics.Refused{Code: 0, Reason: "a block cannot be read"}
		}
	}
	return s.InsertColumns(ctx, batch, token, &c)
}

// InsertColumns is InsertBatch for rows that are unpacked already.
func (s *Store) InsertColumns(ctx context.Context, batch int64, token string, c *analytics.Columns) error {
	if token == "" {
		return errors.New("clickhouse: an insert needs a token")
	}
	if c.Len() > analytics.MaxBlockEvents {
		return fmt.Errorf("clickhouse: a batch has at most %d events", analytics.MaxBlockEvents)
	}
	ctx, cancel := context.WithTimeout(ctx, s.insert)
	defer cancel()
	ctx = clickhouse.Context(ctx, clickhouse.WithSettings(InsertSettings(token)), clickhouse.WithColumnNamesAndTypes(insertColumns))
	rows, err := s.conn.PrepareBatch(ctx, insertStatement)
	if err != nil {
		return judge("prepare a batch", err)
	}
	for i, column := range columns(c, batch) {
		if err := rows.Column(i).Append(column); err != nil {
			return errors.Join(fmt.Errorf("clickhouse: fill %s: %w", insertColumns[i].Name, err), rows.Abort())
		}
	}
	return judge("insert a batch", rows.Send())
}

func columns(c *analytics.Columns, batch int64) []any {
	return []any{
		c.Tenant, c.Message, c.Channel, c.Attempt, c.Status, c.Category, c.Sender, c.Template, c.Campaign, c.Country, c.Code,
		c.Button, c.Bucket, c.ReportDay, c.At, c.Recipient, c.PriceMicro, c.Currency, c.LatencyMS, c.Expires, c.KPIExpires,
		slices.Repeat([]uint64{uint64(batch)}, c.Len()), // #nosec G115 -- batches are counted from 1
	}
}
