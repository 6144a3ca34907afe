package clickhouse

import (
	"context"
	"fmt"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// ForgetPeople takes a tenant's people out of what is there: events name nobody any more, and the states that count
// distinct people count nobody. It is safe to repeat, and cheap where nothing is left to do.
func (s *Store) ForgetPeople(ctx context.Context, tenant int64) error {
	const nobody = "arrayReduce('uniqCombined64State(12)', emptyArrayUInt64())"
	for table, change := range map[string]struct{ set, where string }{
		"events":                  {"recipient = 0", "recipient != 0"},
		"kpi_day_people":          {"recipients = " + nobody, "finalizeAggregation(recipients) != 0"},
		"kpi_day_campaign_people": {"recipients = " + nobody, "finalizeAggregation(recipients) != 0"},
	} {
		where := fmt.Sprintf("tenant_id = %d AND %s", tenant, change.where)
		if err := s.mutate(ctx, table, "UPDATE "+change.set, where); err != nil {
			return judge("take people out of "+table, err)
		}
	}
	return nil
}

// ForgetEvents deletes a tenant's events of days before first, of messages with ids below the given one. It is safe to
// repeat, and cheap where nothing is left to do.
func (s *Store) ForgetEvents(ctx context.Context, tenant int64, first time.Time, below int64) error {
	where := fmt.Sprintf("tenant_id = %d AND report_day < %s AND message_id < %d", tenant, quote(first.UTC().Format(time.DateOnly)), below)
	return judge("shorten events", s.mutate(ctx, "events", "DELETE", where))
}

// ForgetFigures deletes a tenant's figures of days before first. It is safe to repeat, and cheap where nothing is left to
// do.
func (s *Store) ForgetFigures(ctx context.Context, tenant int64, first time.Time) error {
	for table := range expiring() {
		where := "report_day < " + quote(first.UTC().Format(time.DateOnly))
		switch table {
		case "events":
			continue
		case "kpi_15m": // knows quarter hours alone
			where = fmt.Sprintf("bucket < %d", first.UTC().Unix()/(15*60))
		}
		if err := s.mutate(ctx, table, "DELETE", fmt.Sprintf("tenant_id = %d AND %s", tenant, where)); err != nil {
			return judge("shorten "+table, err)
		}
	}
	return nil
}

// mutate rewrites the rows of a condition, unless there are none: a mutation looks at every part.
func (s *Store) mutate(ctx context.Context, table, change, where string) error {
	local := s.topology.Local(table)
	var n uint64
	if err := s.conn.QueryRow(clickhouse.Context(ctx), "SELECT count() FROM "+local+" WHERE "+where).Scan(&n); err != nil || n == 0 {
		return err
	}
	return s.conn.Exec(ctx, fmt.Sprintf("ALTER TABLE %s %s %s WHERE %s SETTINGS mutations_sync = 1", local, s.topology.OnCluster(), change, where))
}
