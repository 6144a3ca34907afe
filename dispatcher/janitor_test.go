package dispatcher_test

import (
	"context"
	"database/sql"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/stdlib"

	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store"
)

func TestJanitorForgetsWhatIsPastItsTermAndNothingElse(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := context.Background()
	b.enqueue(batch{n: 3, runAt: now().Add(time.Hour)})
	later := now().AddDate(0, 0, 9)
	week := messaging.WeekOf(later)
	today := messaging.DayIn(later, time.UTC)
	row := func(id int64, week int, expires time.Time) {
		b.exec(`INSERT INTO message (tenant_id, id, week, state_week, expires_on, sender_id, channel, category, subject, country, planned_at)
			VALUES ($1, $2, $3, $3, $4, $5, 'WHATSAPP', 'UTILITY', 1, 'IN', now())`, b.tenant.ID, id, week, expires, b.sender)
	}
	row(1, week-1, today.AddDate(0, 0, -7)) // of a week that is over
	row(2, week, today)                     // expires today, inside the current week
	row(3, week, today.AddDate(0, 0, 1))    // tomorrow
	b.exec("INSERT INTO idempotency VALUES ($1, 'old', '', '', $2), ($1, 'new', '', '', $3)", b.tenant.ID, later.Add(-49*time.Hour), later.Add(-47*time.Hour))
	b.exec("INSERT INTO limit_window (tenant_id, portfolio_id, at, subjects) VALUES ($1, $2, $3, '{1}'), ($1, $2, $4, '{2}')", b.tenant.ID, b.portfolio, later.Add(-25*time.Hour), later.Add(-23*time.Hour))
	b.exec("INSERT INTO service_window VALUES ($1, $2, 1, $3), ($1, $2, 2, $4)", b.tenant.ID, b.sender, later.Add(-time.Minute), later.Add(time.Minute))
	b.exec("INSERT INTO inbound_seen VALUES ($1, 1, $2), ($1, 2, $3)", b.tenant.ID, later.AddDate(0, 0, -9), later.AddDate(0, 0, -7))
	// The key of a day with a payload that may still be sent stays.
	err := b.Store.InTenant(ctx, b.tenant.ID, func(tx *store.Tx) error {
		return tx.PutPayload(ctx, b.Keys, b.IDs.Next(), privacy.DayOf(later.AddDate(0, 0, -1)), later.Add(time.Hour), messaging.Payload{})
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := b.count("SELECT count(*) FROM tenant_key WHERE purpose = 'DAY'"); n != 2 {
		t.Fatalf("%d keys of days, want 2", n)
	}
	janitor := store.NewJanitor(b.Store, b.Keys, b.Options)
	for range 2 { // again must be harmless
		if busy, err := janitor.Tidy(ctx, later); busy || err != nil {
			t.Fatalf("busy %v: %v", busy, err)
		}
	}
	for what, want := range map[string]int{
		"SELECT count(*) FROM message WHERE id IN (1, 2)":        0,
		"SELECT count(*) FROM message WHERE id = 3":              1,
		"SELECT count(*) FROM idempotency":                       1,
		"SELECT count(*) FROM limit_window":                      1,
		"SELECT count(*) FROM service_window":                    1,
		"SELECT count(*) FROM inbound_seen":                      1,
		"SELECT count(*) FROM payload":                           1,
		"SELECT count(*) FROM tenant_key WHERE purpose = 'DAY'":  1,
		"SELECT count(*) FROM tenant_key WHERE purpose <> 'DAY'": 1,
		"SELECT count(*) FROM pg_class WHERE relname ~ '_w[0-9]+$' AND relname < 'message_state_w" + four(week) + "' AND relname > 'message_state_w' AND relkind = 'r'": 0,
		"SELECT count(*) FROM pg_class WHERE relname = 'inbound_w" + four(week) + "'":                                                                                   1,
		"SELECT count(*) FROM pg_class WHERE relname = 'message_w" + four(messaging.WeekOf(later.Add(b.Options.LongestTerm))+8) + "'":                                   1,
	} {
		if got := b.count(what); got != want {
			t.Errorf("%s gives %d, want %d", what, got, want)
		}
	}
}

func four(week int) string {
	s := "0000" + messaging.ID(week).String()
	return s[len(s)-4:]
}

func TestOneJanitorAtATime(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := context.Background()
	config := b.owner.Config().ConnConfig
	db := stdlib.OpenDB(*config)
	defer db.Close()
	conn, err := db.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer func(c *sql.Conn) { _ = c.Close() }(conn)
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock(7203)"); err != nil {
		t.Fatal(err)
	}
	busy, err := store.NewJanitor(b.Store, b.Keys, b.Options).Tidy(ctx, now())
	if err != nil || !busy {
		t.Errorf("busy %v, %v: want busy", busy, err)
	}
}
