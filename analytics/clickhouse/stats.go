package clickhouse

import (
	"context"
	"math"
	"slices"

	"github.com/ClickHouse/clickhouse-go/v2"

	"posthaste/analytics"
)

// QuerySettings bound what one question may cost. One thread gives the steadiest times over summaries and leaves the
// other cores to the others.
func QuerySettings(seconds int) clickhouse.Settings {
	return clickhouse.Settings{
		"max_threads":            1,
		"max_execution_time":     seconds,
		"max_memory_usage":       1 << 30,
		"max_result_rows":        200_000,
		"readonly":               2,
		"optimize_read_in_order": 0,
	}
}

// Stats answers one statement of a question about messages.
func (s *Store) Stats(ctx context.Context, st analytics.Statement) ([]analytics.Row, error) {
	sql, parameters := st.SQL()
	values := clickhouse.Parameters{}
	for _, p := range parameters {
		values[p.Name] = p.Value
	}
	ctx, cancel := context.WithTimeout(ctx, s.query)
	defer cancel()
	ctx = clickhouse.Context(ctx, clickhouse.WithSettings(QuerySettings(int(s.query.Seconds()))), clickhouse.WithParameters(values))
	rows, err := s.conn.Query(ctx, sql)
	if err != nil {
		return nil, judge("ask for statistics", err)
	}
	defer rows.Close()
	var out []analytics.Row
	for rows.Next() {
		r := analytics.Row{Counts: make([]int64, len(st.Columns))}
		into := []any{&r.Bucket}
		for _, d := range st.GroupBy {
			into = append(into, r.Key.Pointer(d))
		}
		for i := range r.Counts {
			into = append(into, &r.Counts[i])
		}
		if st.Money {
			into = append(into, &r.Currency, &r.Currencies)
		}
		var deliver, read []float64
		for _, state := range st.States {
			into = append(into, map[string]any{"recipients": &r.Recipients, "deliver_ms": &deliver, "read_ms": &read}[state])
		}
		if err := rows.Scan(into...); err != nil {
			return nil, judge("read statistics", err)
		}
		r.DeliverMS, r.ReadMS = pair(deliver), pair(read)
		out = append(out, r)
	}
	return slices.Clip(out), judge("read statistics", rows.Err())
}

// pair takes two quantiles; a group without any facts has none.
func pair(quantiles []float64) [2]float64 {
	if len(quantiles) != 2 {
		return [2]float64{math.NaN(), math.NaN()}
	}
	return [2]float64(quantiles)
}
