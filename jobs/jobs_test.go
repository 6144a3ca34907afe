package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"go.uber.org/goleak"

	"posthaste/jobs"
	"posthaste/messaging"
	"posthaste/store"
	"posthaste/store/storetest"
)

func pool(t testing.TB, b *storetest.Bench) *pgxpool.Pool {
	t.Helper()
	p, err := store.OpenJobs(t.Context(), b.Options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// runner is a process that does jobs until the test stops it.
func runner(t testing.TB, o jobs.Options) (stop func()) {
	t.Helper()
	o.Poll, o.Now, o.Log = 100*time.Millisecond, time.Now, slog.New(slog.NewTextHandler(io.Discard, nil))
	if o.Grace == 0 {
		o.Grace = 10 * time.Second
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- jobs.New(o).Run(ctx) }()
	return func() {
		t.Helper()
		cancel()
		select {
		case err := <-ended:
			if err != nil {
				t.Errorf("the runner ended with %v", err)
			}
		case <-time.After(o.Grace + 30*time.Second):
			t.Fatal("the runner does not end")
		}
	}
}

func insert(t testing.TB, b *storetest.Bench, tenant messaging.ID, m jobs.Mail, outcome error) error {
	t.Helper()
	inserter, err := jobs.NewInserter(nil)
	if err != nil {
		t.Fatal(err)
	}
	return b.Store.InTenant(t.Context(), tenant, func(tx *store.Tx) error {
		if err := inserter.Mails(t.Context(), tx.Tx, []jobs.Mail{m}); err != nil {
			return err
		}
		return outcome
	})
}

func mail(tenant, id messaging.ID) jobs.Mail {
	return jobs.Mail{Sealed: jobs.Sealed{Tenant: tenant, ID: id, Value: []byte("sealed")}}
}

func none(context.Context, jobs.PasswordReset) error { return nil }

// TestAMailIsTriedUntilItGoes: nothing is lost while the mail server is down, and nothing is sent of what was rolled back.
func TestAMailIsTriedUntilItGoes(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	tenant := b.Tenant(t)
	undone := errors.New("the change failed")
	if err := insert(t, b, tenant.ID, mail(tenant.ID, 1), undone); !errors.Is(err, undone) {
		t.Fatal(err)
	}
	for _, id := range []messaging.ID{2, 3} {
		if err := insert(t, b, tenant.ID, mail(tenant.ID, id), nil); err != nil {
			t.Fatal(err)
		}
	}
	registry := prometheus.NewRegistry()
	var down atomic.Bool
	down.Store(true)
	tried, sent := make(chan messaging.ID, 100), make(chan messaging.ID, 100)
	stop := runner(t, jobs.Options{Pool: pool(t, b), Registry: registry, Reset: none, Mail: func(_ context.Context, m jobs.Mail) error {
		switch {
		case m.ID == 3:
			return fmt.Errorf("no such mailbox: %w", jobs.ErrGivenUp)
		case down.Load():
			tried <- m.ID
			return errors.New("the mail server cannot be reached")
		}
		sent <- m.ID
		return nil
	}})
	if id := <-tried; id != 2 {
		t.Errorf("mail %d was tried", id)
	}
	down.Store(false)
	if id := <-sent; id != 2 {
		t.Errorf("mail %d was sent", id)
	}
	stop()
	states := map[string]string{}
	for _, id := range []string{"2", "3"} {
		states[id] = storetest.Owner[string](t, b, "SELECT state::text FROM river.river_job WHERE kind = 'mail' AND args->>'id' = $1", id)
	}
	if states["2"] != "completed" || states["3"] != "cancelled" || len(sent) != 0 {
		t.Errorf("states %v, %d more sent", states, len(sent))
	}
	want := map[string]float64{"done": 1, "failed": 1, "given_up": 1}
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		if family.GetName() != "posthaste_job_runs_total" {
			continue
		}
		for _, m := range family.GetMetric() {
			result := m.GetLabel()[1].GetValue()
			if got := m.GetCounter().GetValue(); got != want[result] {
				t.Errorf("%s: %v, want %v", result, got, want[result])
			}
			delete(want, result)
		}
	}
	if len(want) > 0 || testutil.CollectAndCount(registry, "posthaste_job_seconds") != 1 {
		t.Errorf("not counted: %v", want)
	}
}

// TestOneOfManyDoesTheUpkeep: three processes do each period's work once, and go on when one of them ends.
func TestOneOfManyDoesTheUpkeep(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	var running, together atomic.Int32
	runs := make(chan struct{}, 1000)
	work := jobs.Recurring{Name: "upkeep", Every: time.Second, Do: func(context.Context, time.Time) error {
		if running.Add(1) > 1 {
			together.Add(1)
		}
		defer running.Add(-1)
		runs <- struct{}{}
		return errors.New("fails, and comes back all the same")
	}}
	var stops []func()
	for range 3 {
		stops = append(stops, runner(t, jobs.Options{
			Pool: pool(t, b), Registry: prometheus.NewRegistry(), Recurring: []jobs.Recurring{work}, Reset: none,
			Mail: func(context.Context, jobs.Mail) error { return nil },
		}))
	}
	begun := time.Now()
	for range 4 {
		<-runs
	}
	took := time.Since(begun)
	for _, stop := range stops {
		stop()
	}
	if together.Load() > 0 {
		t.Error("two did the same work at once")
	}
	if n := len(runs) + 4; float64(n) > took.Seconds()+4 {
		t.Errorf("%d runs in %v", n, took)
	}
}

// TestTheRolesOfJobs: requests put in jobs of their own tenant and see no others; the runner reaches nothing but jobs.
func TestTheRolesOfJobs(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	one, two := b.Tenant(t), b.Tenant(t)
	if err := insert(t, b, one.ID, mail(two.ID, 9), nil); err == nil {
		t.Error("a tenant put a mail into another's name")
	}
	if err := insert(t, b, one.ID, mail(one.ID, 1), nil); err != nil {
		t.Fatal(err)
	}
	err := b.Store.InTenant(t.Context(), two.ID, func(tx *store.Tx) error {
		var n int
		if err := tx.QueryRow(t.Context(), "SELECT count(*) FROM river.river_job").Scan(&n); err != nil || n != 0 {
			t.Errorf("another tenant sees %d jobs, %v", n, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	p := pool(t, b)
	tables := storetest.Owner[[]string](t, b, "SELECT array_agg(format('%I.%I', schemaname, tablename)) FROM pg_tables WHERE schemaname IN ('public', 'river')")
	open := 0
	for _, table := range tables {
		if _, err := p.Exec(t.Context(), "SELECT FROM "+table+" LIMIT 1"); err == nil {
			open++
			if table[:6] != "river." {
				t.Errorf("the role of jobs reads %s", table)
			}
		}
	}
	if open < 3 {
		t.Errorf("it reads only %d tables", open)
	}
}

// TestNothingStaysBehind: a runner that ends leaves no goroutine, and one whose database is away ends as quickly.
func TestNothingStaysBehind(t *testing.T) {
	b := storetest.New(t)
	before := goleak.IgnoreCurrent()
	p, err := store.OpenJobs(t.Context(), b.Options)
	if err != nil {
		t.Fatal(err)
	}
	did := make(chan struct{}, 10)
	stop := runner(t, jobs.Options{Pool: p, Registry: prometheus.NewRegistry(), Reset: none,
		Mail: func(context.Context, jobs.Mail) error { return nil },
		Recurring: []jobs.Recurring{{Name: "once", Every: time.Hour, Do: func(context.Context, time.Time) error {
			did <- struct{}{}
			return nil
		}}}})
	<-did
	stop()
	p.Close()
	away := b.Options
	away.URL = "postgres://nobody@127.0.0.1:1/none?connect_timeout=1"
	p, err = store.OpenJobs(t.Context(), away)
	if err != nil {
		t.Fatal(err)
	}
	runner(t, jobs.Options{Pool: p, Registry: prometheus.NewRegistry(), Reset: none, Mail: func(context.Context, jobs.Mail) error { return nil }})()
	p.Close()
	goleak.VerifyNone(t, before)
}
