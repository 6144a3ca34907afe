package clickhouse_test

import (
	"context"
	"testing"
	"time"

	"posthaste/analytics"
)

func TestForgetTakesWhatIsGoneAndNoMore(t *testing.T) {
	t.Parallel()
	b := open(t)
	events := campaign(source(21), 42, time.UTC, noon, 12, 300)
	today := noon.Truncate(24 * time.Hour)
	living, summed := int64(0), int64(0)
	for i := range events { // sent within twelve days and kept for five
		events[i].Expires = events[i].ReportDay.AddDate(0, 0, 5)
		events[i].KPIExpires = events[i].ReportDay.AddDate(0, 0, 7)
		if events[i].Expires.After(today) {
			living++
		}
		if events[i].KPIExpires.After(today) && events[i].Status == analytics.Sent {
			summed++
		}
	}
	b.insert(t, 1, "forget", events)
	b.insert(t, 2, "other", campaign(source(22), 43, time.UTC, noon, 3, 20))
	for range 2 {
		if _, err := b.Forget(context.Background(), today); err != nil {
			t.Fatal(err)
		}
	}
	if n := b.number(t, "count()) FROM events WHERE tenant_id = 42"); n != living || living == 0 {
		t.Errorf("%d events are left, want %d", n, living)
	}
	for _, table := range []string{"kpi_day", "kpi_15m", "kpi_day_country"} {
		if n := b.number(t, "sum(sent)) FROM "+table+" WHERE tenant_id = 42"); n != summed || summed == 0 {
			t.Errorf("%s has %d sent, want %d", table, n, summed)
		}
	}
	if err := b.ForgetTenant(context.Background(), 42); err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"events", "kpi_day", "kpi_15m", "kpi_day_campaign_people"} {
		if n := b.number(t, "count()) FROM "+table+" WHERE tenant_id = 42"); n != 0 {
			t.Errorf("%s still has %d rows of the tenant", table, n)
		}
		if n := b.number(t, "count()) FROM "+table+" WHERE tenant_id = 43"); n == 0 {
			t.Errorf("%s has lost another tenant's rows", table)
		}
	}
}
