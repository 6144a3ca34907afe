package clickhouse

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// expiring are the tables and the column that says on which day a row is gone.
func expiring() map[string]string {
	tables := map[string]string{"events": "expires"}
	for _, table := range []string{"kpi_15m", "kpi_day", "kpi_day_template_button", "kpi_day_campaign", "kpi_day_country", "kpi_day_error",
		"kpi_day_people", "kpi_day_campaign_people"} {
		tables[table] = "kpi_expires"
	}
	return tables
}

// Forget removes what is gone on the day: whole partitions are dropped, and rows of a partition that lives on are
// deleted. It is safe to repeat.
func (s *Store) Forget(ctx context.Context, day time.Time) (dropped int, err error) {
	today := day.UTC().Format(time.DateOnly)
	for table, column := range expiring() {
		local := s.topology.Local(table)
		partitions, err := s.partitions(ctx, local)
		if err != nil {
			return dropped, err
		}
		for _, p := range partitions {
			whole, touched, err := s.spanOf(ctx, local, column, p, today)
			switch {
			case err != nil:
				return dropped, err
			case whole:
				err = s.conn.Exec(ctx, fmt.Sprintf("ALTER TABLE %s %s DROP PARTITION ID %s", local, s.topology.OnCluster(), quote(p)))
				dropped++
			case touched:
				err = s.conn.Exec(ctx, fmt.Sprintf("ALTER TABLE %s %s DELETE IN PARTITION ID %s WHERE %s <= %s SETTINGS mutations_sync = 1",
					local, s.topology.OnCluster(), quote(p), column, quote(today)))
			}
			if err != nil {
				return dropped, judge("forget rows", err)
			}
		}
	}
	return dropped, nil
}

// ForgetTenant deletes everything of a tenant. The tables come from the catalogue, so that none can be forgotten.
func (s *Store) ForgetTenant(ctx context.Context, tenant int64) error {
	var tables []string
	err := s.conn.QueryRow(ctx, `SELECT groupUniqArray(c.table) FROM system.columns AS c JOIN system.tables AS t ON t.database = c.database AND t.name = c.table
		WHERE c.database = currentDatabase() AND c.name = 'tenant_id' AND t.engine LIKE '%MergeTree'`).Scan(&tables)
	if err != nil {
		return judge("list the tables of tenants", err)
	}
	slices.Sort(tables)
	for _, table := range tables {
		statement := fmt.Sprintf("ALTER TABLE `%s` %s DELETE WHERE tenant_id = %d SETTINGS mutations_sync = 1", table, s.topology.OnCluster(), tenant)
		if err := s.conn.Exec(ctx, statement); err != nil {
			return judge("forget a tenant", err)
		}
	}
	return nil
}

func (s *Store) partitions(ctx context.Context, table string) (ids []string, err error) {
	ctx = clickhouse.Context(ctx, clickhouse.WithParameters(clickhouse.Parameters{"table": table}))
	err = s.conn.QueryRow(ctx, "SELECT groupUniqArray(partition_id) FROM system.parts WHERE active AND database = currentDatabase() AND table = {table:String}").Scan(&ids)
	return ids, judge("list partitions", err)
}

// spanOf tells whether all rows of a partition are gone by today, and whether some are.
func (s *Store) spanOf(ctx context.Context, table, column, partition, today string) (whole, touched bool, err error) {
	ctx = clickhouse.Context(ctx, clickhouse.WithParameters(clickhouse.Parameters{"partition": partition, "today": today}))
	sql := strings.NewReplacer("$table", table, "$column", column).Replace(
		"SELECT max($column) <= {today:Date}, min($column) <= {today:Date} FROM $table WHERE _partition_id = {partition:String}")
	var all, some uint8
	err = s.conn.QueryRow(ctx, sql).Scan(&all, &some)
	return all == 1, some == 1, judge("look at a partition", err)
}
