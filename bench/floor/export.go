package floor

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// exportTable has an event's columns in the same types, order, partitions and durability, and no summaries.
const exportTable = `CREATE TABLE floor_events (
  tenant_id UInt64 CODEC(Delta, ZSTD(1)), message_id UInt64 CODEC(Delta, ZSTD(1)), channel Int8, attempt UInt8, status Int8,
  category Int8, sender_id UInt64 CODEC(ZSTD(1)), template_id UInt64 CODEC(ZSTD(1)), campaign_id UInt64 CODEC(ZSTD(1)),
  country LowCardinality(String), code Int32 CODEC(ZSTD(1)), button LowCardinality(String), bucket UInt32 CODEC(Delta, ZSTD(1)),
  report_day Date CODEC(Delta, ZSTD(1)), at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)), recipient UInt64 CODEC(ZSTD(1)),
  price_micros Int64 CODEC(ZSTD(1)), currency LowCardinality(String), latency_ms UInt32 CODEC(ZSTD(1)),
  expires Date CODEC(Delta, ZSTD(1)), kpi_expires Date CODEC(Delta, ZSTD(1)), batch UInt64 CODEC(Delta, ZSTD(1))
) ENGINE = ReplacingMergeTree PARTITION BY toMonday(expires)
PRIMARY KEY (tenant_id, message_id) ORDER BY (tenant_id, message_id, channel, attempt, status)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1`

// Export inserts batches of columns.
type Export struct {
	Conn  driver.Conn
	Table string                         // floor_events if empty
	Types []clickhouse.ColumnNameAndType // of the columns, in their order
}

// Prepare makes the table.
func (e *Export) Prepare(ctx context.Context) error { return e.Conn.Exec(ctx, exportTable) }

// Insert sends each batch once, so many at a time. A batch is its columns, in the order of Types.
func (e *Export) Insert(ctx context.Context, batches [][]any, conns int) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Int64
	var all sync.WaitGroup
	for range min(conns, len(batches)) {
		all.Go(func() {
			for i := next.Add(1); i <= int64(len(batches)) && ctx.Err() == nil; i = next.Add(1) {
				if err := e.insert(ctx, batches[i-1]); err != nil {
					cancel(fmt.Errorf("floor: insert: %w", err))
				}
			}
		})
	}
	all.Wait()
	return context.Cause(ctx)
}

func (e *Export) insert(ctx context.Context, columns []any) error {
	table := e.Table
	if table == "" {
		table = "floor_events"
	}
	ctx = clickhouse.Context(ctx, clickhouse.WithColumnNamesAndTypes(e.Types), clickhouse.WithSettings(clickhouse.Settings{
		"async_insert": 0, "max_partitions_per_insert_block": 0,
	}))
	names := ""
	for i, c := range e.Types {
		if i > 0 {
			names += ", "
		}
		names += c.Name
	}
	batch, err := e.Conn.PrepareBatch(ctx, "INSERT INTO "+table+" ("+names+") FORMAT Native")
	if err != nil {
		return err
	}
	for i, c := range columns {
		if err := batch.Column(i).Append(c); err != nil {
			return err
		}
	}
	return batch.Send()
}
