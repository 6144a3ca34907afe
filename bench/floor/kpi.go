package floor

import (
	"context"
	"fmt"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// yearSQL is what a person would write for a year of one tenant by day, on the summary that fits.
const yearSQL = `SELECT report_day, sum(targeted), sum(sent), sum(delivered), sum(read), sum(failed), sum(replies), sum(clicks)
FROM kpi_day
WHERE tenant_id = %d AND report_day >= today() - 364 AND report_day <= today() AND kpi_expires > today()
GROUP BY report_day ORDER BY report_day`

// Year asks for a year by day and gives the number of days and the sum of all sent.
func Year(ctx context.Context, conn driver.Conn, tenant int64) (days int, sent uint64, err error) {
	ctx = clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"max_threads": 1}))
	rows, err := conn.Query(ctx, fmt.Sprintf(yearSQL, tenant))
	if err != nil {
		return 0, 0, err
	}
	defer rows.Close()
	for rows.Next() {
		var r struct {
			Day                                                      time.Time
			Targeted, Sent, Delivered, Read, Failed, Replies, Clicks uint64
		}
		if err := rows.Scan(&r.Day, &r.Targeted, &r.Sent, &r.Delivered, &r.Read, &r.Failed, &r.Replies, &r.Clicks); err != nil {
			return 0, 0, err
		}
		days, sent = days+1, sent+r.Sent
	}
	return days, sent, rows.Err()
}
