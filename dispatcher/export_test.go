package dispatcher_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	driver "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/prometheus/client_golang/prometheus"

	"posthaste/analytics"
	"posthaste/analytics/clickhouse"
	"posthaste/dispatcher"
	"posthaste/engines/enginetest"
	"posthaste/messaging"
	"posthaste/store"
	"posthaste/store/storetest"
)

// exportBench is a Postgres with an outbox and an empty ClickHouse.
type exportBench struct {
	*storetest.Bench
	url    string // of ClickHouse
	events *clickhouse.Store
	tenant messaging.ID
	put    atomic.Int64 // events put into the outbox
}

func newExportBench(t *testing.T) *exportBench {
	b := &exportBench{Bench: storetest.New(t)}
	b.tenant = b.Tenant(t).ID
	b.url = enginetest.ClickHouseURL(t)
	b.events = openEvents(t, b.url)
	return b
}

func openEvents(t *testing.T, url string) *clickhouse.Store {
	t.Helper()
	o := clickhouse.Options{URL: url, Conns: 4}
	if err := clickhouse.Migrate(context.Background(), o); err != nil {
		t.Fatal(err)
	}
	s, err := clickhouse.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func (b *exportBench) exporter(queue dispatcher.ExportQueue, events dispatcher.EventStore, holder string) *dispatcher.Exporter {
	return dispatcher.NewExporter(queue, events, holder, dispatcher.ExportConfig{Events: 500, Hold: time.Minute}, slog.New(slog.DiscardHandler), nil)
}

// facts leaves blocks of n attempts each in the outbox, one transaction a block.
func (b *exportBench) facts(t *testing.T, blocks, n int, spoil func(block int, events []analytics.Event)) {
	t.Helper()
	for block := range blocks {
		events := make([]analytics.Event, n)
		for i, id := range b.IDs.Take(n) {
			at := time.Date(2026, 11, 20, 9, block%50, i%60, 0, time.UTC)
			day := at.Truncate(24 * time.Hour)
			events[i] = analytics.Event{
				Tenant: b.tenant, Message: id, Attempt: 1, Status: analytics.Attempted, Channel: messaging.WhatsApp, Category: messaging.Utility,
				Sender: 7, Template: 8, Country: "IN", Bucket: analytics.BucketOf(at), ReportDay: day, At: at, Recipient: uint64(id),
				Expires: day.AddDate(0, 0, 180), KPIExpires: day.AddDate(0, 0, 365),
			}
		}
		if spoil != nil {
			spoil(block, events)
		}
		if err := b.Store.InTenant(context.Background(), b.tenant, func(tx *store.Tx) error { return tx.Emit(context.Background(), events) }); err != nil {
			t.Fatal(err)
		}
		b.put.Add(int64(n))
	}
}

// arrived asserts that the events and both levels of summaries hold exactly want attempts.
func (b *exportBench) arrived(t *testing.T, url string, want int64) {
	t.Helper()
	for _, question := range []string{"count() FROM events", "sum(attempted) FROM kpi_15m", "sum(attempted) FROM kpi_day",
		"sum(attempted) FROM kpi_day_template_button", "sum(attempted) FROM kpi_day_country"} {
		if n := askClickHouse(t, url, question); n != want {
			t.Errorf("SELECT %s gives %d, want %d", question, n, want)
		}
	}
}

func askClickHouse(t *testing.T, address, question string) (n int64) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	password, _ := u.User.Password()
	conn, err := driver.Open(&driver.Options{Protocol: driver.HTTP, Addr: []string{u.Host},
		Auth: driver.Auth{Database: strings.TrimPrefix(u.Path, "/"), Username: u.User.Username(), Password: password}})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.QueryRow(context.Background(), "SELECT toInt64("+strings.Replace(question, " FROM", ") FROM", 1)).Scan(&n); err != nil {
		t.Fatalf("%s: %v", question, err)
	}
	return n
}

func (b *exportBench) left(t *testing.T) int64 {
	return storetest.Owner[int64](t, b.Bench, "SELECT count(*) FROM outbox")
}

func TestExportCarriesEverythingOnce(t *testing.T) {
	t.Parallel()
	b := newExportBench(t)
	b.facts(t, 40, 60, nil)
	before := storetest.Owner[time.Time](t, b.Bench, "SELECT through_at FROM export_mark")
	if err := b.exporter(b.Store.Outbox(), b.events, "one").Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.arrived(t, b.url, b.put.Load())
	if n := b.left(t); n != 0 {
		t.Errorf("%d blocks are left in the outbox", n)
	}
	if n := storetest.Owner[int64](t, b.Bench, "SELECT count(*) FROM export_batch WHERE state = 'DONE'"); n < 2 {
		t.Errorf("%d batches, want several of about 500 events and then larger ones", n)
	}
	if after := storetest.Owner[time.Time](t, b.Bench, "SELECT through_at FROM export_mark"); !after.After(before) {
		t.Error("the mark of the dashboards has not moved")
	}
}

func TestExportGivesUpOneRowAndNoOther(t *testing.T) {
	t.Parallel()
	b := newExportBench(t)
	b.facts(t, 12, 20, func(block int, events []analytics.Event) {
		if block == 7 {
			events[13].Expires = events[13].ReportDay // the store's constraint refuses it
		}
	})
	registry := prometheus.NewRegistry()
	exporter := dispatcher.NewExporter(b.Store.Outbox(), b.events, "one", dispatcher.ExportConfig{Events: 5000},
		slog.New(slog.DiscardHandler), dispatcher.NewExportMetrics(registry))
	if err := exporter.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.arrived(t, b.url, b.put.Load()-1)
	if n := b.left(t); n != 0 {
		t.Errorf("%d blocks are left in the outbox", n)
	}
	block := storetest.Owner[[]byte](t, b.Bench, "SELECT block FROM export_dead")
	dead, err := analytics.DecodeBlock(block)
	if err != nil || len(dead) != 1 || !dead[0].Expires.Equal(dead[0].ReportDay) {
		t.Errorf("given up: %v (%v), want the bad row alone", dead, err)
	}
	if v := gauge(t, registry, "posthaste_export_dead_blocks"); v != 1 {
		t.Errorf("the alarm shows %v, want 1", v)
	}
}

func gauge(t *testing.T, r *prometheus.Registry, name string) float64 {
	t.Helper()
	families, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() == name {
			return f.GetMetric()[0].GetGauge().GetValue()
		}
	}
	t.Fatalf("no metric %s", name)
	return 0
}

func TestExportGivesUpADamagedBlock(t *testing.T) {
	t.Parallel()
	b := newExportBench(t)
	b.facts(t, 6, 20, nil)
	storetest.Owner[int64](t, b.Bench, `WITH spoilt AS (UPDATE outbox SET block = set_byte(block, 30, 255 - get_byte(block, 30))
		WHERE id = (SELECT min(id) + 2 FROM outbox) RETURNING 1) SELECT count(*) FROM spoilt`)
	if err := b.exporter(b.Store.Outbox(), b.events, "one").Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.arrived(t, b.url, b.put.Load()-20)
	if n := storetest.Owner[int64](t, b.Bench, "SELECT sum(events) FROM export_dead"); n != 20 {
		t.Errorf("%d events were given up, want the 20 of the damaged block", n)
	}
}

// dyingQueue loses the process between the insert and its mark.
type dyingQueue struct {
	dispatcher.ExportQueue
	deaths int
}

var errDied = errors.New("the process died")

func (q *dyingQueue) Done(ctx context.Context, no int64) error {
	if q.deaths > 0 {
		q.deaths--
		return errDied
	}
	return q.ExportQueue.Done(ctx, no)
}

func TestExporterThatDiesBeforeItsMark(t *testing.T) {
	t.Parallel()
	b := newExportBench(t)
	b.facts(t, 30, 50, nil)
	queue := &dyingQueue{b.Store.Outbox(), 2}
	for range 2 {
		if err := b.exporter(queue, b.events, "one").Flush(t.Context()); !errors.Is(err, errDied) {
			t.Fatalf("got %v, want a death", err)
		}
	}
	if err := b.exporter(queue, b.events, "one").Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.arrived(t, b.url, b.put.Load())
}

func TestExporterWhoseAnswersAreLost(t *testing.T) {
	t.Parallel()
	b := newExportBench(t)
	b.facts(t, 30, 50, nil)
	target, err := url.Parse(b.url)
	if err != nil {
		t.Fatal(err)
	}
	target.Path = ""
	var inserts atomic.Int64
	proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: target.Host})
	proxy.ErrorHandler = func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) }
	proxy.ModifyResponse = func(r *http.Response) error {
		// Every second insert is done and its answer lost.
		if strings.Contains(r.Request.URL.Query().Get("query"), "INSERT INTO events") && inserts.Add(1)%2 == 1 {
			_, _ = io.Copy(io.Discard, r.Body)
			return errors.New("the line is cut")
		}
		return nil
	}
	server := httptest.NewServer(proxy)
	defer server.Close()
	through, err := clickhouse.Open(clickhouse.Options{URL: strings.Replace(b.url, target.Host, strings.TrimPrefix(server.URL, "http://"), 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer through.Close()
	failures := 0
	for b.left(t) > 0 {
		if err := b.exporter(b.Store.Outbox(), through, "one").Flush(t.Context()); err != nil {
			if failures++; failures > 20 {
				t.Fatal(err)
			}
		}
	}
	if failures == 0 {
		t.Fatal("no answer was lost: the test has tried nothing")
	}
	b.arrived(t, b.url, b.put.Load())
}

func TestTwoExportersAtOnce(t *testing.T) {
	t.Parallel()
	b := newExportBench(t)
	b.facts(t, 60, 50, nil)
	// Both believe that they hold the right, as after a pause of the first that was longer than its hold.
	queue := careless{b.Store.Outbox()}
	var group sync.WaitGroup
	for _, holder := range []string{"one", "two"} {
		group.Go(func() {
			for b.left(t) > 0 {
				_ = b.exporter(queue, b.events, holder).Flush(context.Background()) // the loser of a batch says so
			}
		})
	}
	group.Wait()
	b.arrived(t, b.url, b.put.Load())
}

type careless struct{ dispatcher.ExportQueue }

func (c careless) Hold(ctx context.Context, _ string, hold time.Duration) (int64, bool, error) {
	return 77, true, nil
}

func TestOnlyTheHolderExports(t *testing.T) {
	t.Parallel()
	b := newExportBench(t)
	b.facts(t, 1, 5, nil)
	if _, held, err := b.Store.Outbox().Hold(t.Context(), "one", time.Minute); err != nil || !held {
		t.Fatalf("one does not hold: %v", err)
	}
	if err := b.exporter(b.Store.Outbox(), b.events, "two").Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := b.left(t); n != 1 {
		t.Fatalf("%d blocks are left, want the one that two may not send", n)
	}
	if err := b.Store.Outbox().Release(t.Context(), "one"); err != nil {
		t.Fatal(err)
	}
	if err := b.exporter(b.Store.Outbox(), b.events, "two").Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.arrived(t, b.url, 5)
}

func TestAnOldBatchIsAskedForFirst(t *testing.T) {
	t.Parallel()
	b := newExportBench(t)
	b.facts(t, 4, 25, nil)
	queue := b.Store.Outbox()
	batch, err := queue.Next(t.Context(), 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	// It did arrive, a week ago, under a token that the store has forgotten since.
	if err := b.events.InsertBatch(t.Context(), batch.No, "forgotten", batch.Blocks); err != nil {
		t.Fatal(err)
	}
	storetest.Owner[int64](t, b.Bench, "WITH aged AS (UPDATE export_batch SET frozen_at = now() - interval '7 days' RETURNING 1) SELECT count(*) FROM aged")
	if err := b.exporter(queue, b.events, "one").Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.arrived(t, b.url, b.put.Load())
	if n := b.left(t); n != 0 {
		t.Errorf("%d blocks are left", n)
	}
}

// TestClickHouseIsKilledWhileItTakesBatches kills the engine's process with SIGKILL several times while an exporter
// runs, starts it again over the same files, and recounts.
func TestClickHouseIsKilledWhileItTakesBatches(t *testing.T) {
	t.Parallel()
	b := &exportBench{Bench: storetest.New(t)}
	b.tenant = b.Tenant(t).ID
	program := filepath.Join(t.TempDir(), "holder")
	build := exec.Command("go", "build", "-o", program, "posthaste/engines/enginetest/cmd")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	dir := t.TempDir()
	const kills = 4
	for round := range kills + 1 {
		url, kill := startEngine(t, program, dir)
		events := openEvents(t, url+"/default")
		b.facts(t, 40, 100, nil)
		started := make(chan struct{})
		var once sync.Once
		telling := tellingStore{events, func() { once.Do(func() { close(started) }) }}
		done := make(chan error, 1)
		go func() { done <- b.exporter(b.Store.Outbox(), telling, "one").Flush(context.Background()) }()
		if round == kills {
			if err := <-done; err != nil {
				t.Fatal(err)
			}
			b.arrived(t, url+"/default", b.put.Load())
			kill()
			break
		}
		<-started                                                // an insert is under way
		time.Sleep(time.Duration(round) * 40 * time.Millisecond) // into its different stages, not for a state to come
		kill()
		if err := <-done; err == nil && b.left(t) > 0 {
			t.Error("the exporter did not notice that the engine had died")
		}
	}
}

type tellingStore struct {
	dispatcher.EventStore
	begun func()
}

func (s tellingStore) InsertBatch(ctx context.Context, batch int64, token string, blocks [][]byte) error {
	s.begun()
	return s.EventStore.InsertBatch(ctx, batch, token, blocks)
}

// startEngine runs ClickHouse over dir in a process of its own and gives its URL and the way to kill it.
func startEngine(t *testing.T, program, dir string) (url string, kill func()) {
	t.Helper()
	cmd := exec.Command(program, "hold", "clickhouse", dir)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var once sync.Once
	kill = func() {
		once.Do(func() {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
			_ = in.Close()
		})
	}
	t.Cleanup(kill)
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		t.Fatalf("the engine said nothing: %v", err)
	}
	var held enginetest.Held
	if err := json.Unmarshal(line, &held); err != nil || held.Error != "" {
		t.Fatalf("the engine did not start: %v %s", err, held.Error)
	}
	return held.URL, kill
}
