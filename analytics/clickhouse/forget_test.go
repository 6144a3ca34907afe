package clickhouse_test

import (
	"context"
	"fmt"
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

func TestPeopleAreTakenOutAndFiguresStay(t *testing.T) {
	t.Parallel()
	b := open(t)
	ctx := context.Background()
	b.insert(t, 1, "one", campaign(source(31), 42, time.UTC, noon, 3, 40))
	b.insert(t, 2, "other", campaign(source(32), 43, time.UTC, noon, 3, 20))
	sent := b.number(t, "sum(sent)) FROM kpi_day WHERE tenant_id = 42")
	people := "sum(finalizeAggregation(recipients))) FROM "
	for _, table := range []string{"kpi_day_people", "kpi_day_campaign_people"} {
		if n := b.number(t, people+table+" WHERE tenant_id = 42"); n == 0 {
			t.Fatalf("%s counts nobody before", table)
		}
	}
	for range 2 {
		if err := b.ForgetPeople(ctx, 42); err != nil {
			t.Fatal(err)
		}
	}
	if n := b.number(t, "count()) FROM events WHERE tenant_id = 42 AND recipient != 0"); n != 0 {
		t.Errorf("%d events still name somebody", n)
	}
	for _, table := range []string{"kpi_day_people", "kpi_day_campaign_people"} {
		if n := b.number(t, people+table+" WHERE tenant_id = 42"); n != 0 {
			t.Errorf("%s still counts %d people", table, n)
		}
		if n := b.number(t, people+table+" WHERE tenant_id = 43"); n == 0 {
			t.Errorf("%s has lost another tenant's people", table)
		}
	}
	if n := b.number(t, "sum(sent)) FROM kpi_day WHERE tenant_id = 42"); n != sent || sent == 0 {
		t.Errorf("%d sent are left of %d", n, sent)
	}
}

func TestAShorterTermTakesWhatIsOlder(t *testing.T) {
	t.Parallel()
	b := open(t)
	ctx := context.Background()
	b.insert(t, 1, "one", campaign(source(33), 42, time.UTC, noon, 6, 60))
	b.insert(t, 2, "other", campaign(source(34), 43, time.UTC, noon, 6, 60))
	day := noon.Truncate(24*time.Hour).AddDate(0, 0, -2)
	older := "report_day < '" + day.Format(time.DateOnly) + "' AND tenant_id = "
	before := b.number(t, "count()) FROM events WHERE tenant_id = 42")
	gone := b.number(t, "count()) FROM events WHERE "+older+"42")
	if gone == 0 || gone == before {
		t.Fatalf("%d of %d events are older", gone, before)
	}
	if err := b.ForgetEvents(ctx, 42, day, 1); err != nil {
		t.Fatal(err)
	}
	if n := b.number(t, "count()) FROM events WHERE tenant_id = 42"); n != before {
		t.Errorf("%d events went though all were made later", before-n)
	}
	for range 2 {
		if err := b.ForgetEvents(ctx, 42, day, 1<<62); err != nil {
			t.Fatal(err)
		}
	}
	if n := b.number(t, "count()) FROM events WHERE tenant_id = 42"); n != before-gone {
		t.Errorf("%d events are left, want %d", n, before-gone)
	}
	if n := b.number(t, "count()) FROM kpi_day WHERE "+older+"42"); n == 0 {
		t.Error("the figures went with the events")
	}
	if err := b.ForgetFigures(ctx, 42, day); err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"kpi_day", "kpi_day_people", "kpi_day_campaign"} {
		if n := b.number(t, "count()) FROM "+table+" WHERE "+older+"42"); n != 0 {
			t.Errorf("%s still has %d rows of older days", table, n)
		}
		if n := b.number(t, "count()) FROM "+table+" WHERE "+older+"43"); n == 0 {
			t.Errorf("%s has lost another tenant's rows", table)
		}
	}
	if n := b.number(t, "count()) FROM kpi_15m WHERE tenant_id = 42 AND bucket < "+messagingBucket(day)); n != 0 {
		t.Errorf("the quarter hours still have %d rows of older days", n)
	}
}

// messagingBucket is the first quarter hour of a day.
func messagingBucket(day time.Time) string { return fmt.Sprint(day.Unix() / 900) }
