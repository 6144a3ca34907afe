package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/pprof"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"posthaste/analytics/clickhouse"
	"posthaste/channels"
	"posthaste/channels/whatsapp"
	"posthaste/dispatcher"
	"posthaste/messaging"
	"posthaste/server"
	"posthaste/store"
)

func dispatchCommand() *cobra.Command {
	return &cobra.Command{
		Use: "dispatch", Short: "Deliver messages and carry events to ClickHouse", Args: cobra.NoArgs,
		Long: "Run as many as you like: each portfolio is sent for by one of them at a time.",
		RunE: withConfig(func(cmd *cobra.Command, _ []string, c *config) error { return dispatch(cmd.Context(), c) }),
	}
}

func dispatch(ctx context.Context, c *config) error {
	i, err := open(ctx, c, store.DispatchProcess)
	if err != nil {
		return err
	}
	defer i.close()
	client, err := i.whatsapp()
	if err != nil {
		return err
	}
	events, err := openClickHouse(c)
	if err != nil {
		return err
	}
	defer events.Close()
	host, err := listen("host-listen", c.text("host-listen"), func() (net.Listener, error) { return server.Listen(c.text("host-listen"), false) })
	if err != nil {
		return err
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	exporter := dispatcher.NewExporter(i.store.Outbox(), events, fmt.Sprintf("process %d", i.self.ID),
		dispatcher.ExportConfig{Flush: c.duration("export-flush")}, i.log, dispatcher.NewExportMetrics(registry))
	// One part that ends takes the others with it: the supervisor starts the whole process anew, with a new lease.
	group, running := errgroup.WithContext(ctx)
	sender := i.dispatcher(client)
	group.Go(func() error { return sender.Run(running) })
	group.Go(func() error { return exporter.Run(running) })
	group.Go(func() error {
		janitor := &dispatcher.Janitor{Tidier: i.tidier(events), Clock: time.Now, Logger: i.log}
		janitor.Run(running)
		return nil
	})
	group.Go(func() error { i.finishCampaigns(running); return nil })
	ready := readiness{lease: sender.Ready, postgres: i.store.Ping, export: exporter.State, now: time.Now}
	group.Go(func() error { return serveHost(running, host, registry, ready) })
	err = group.Wait()
	if ctx.Err() != nil && !errors.Is(err, dispatcher.ErrLeaseLost) {
		return nil
	}
	return err
}

func (i *installation) dispatcher(client *whatsapp.Client) *dispatcher.Dispatcher {
	attempts := store.NewAttempts(i.store, i.keys, i.ids)
	key := whatsapp.CorrelationKeys(i.ring)[0]
	return dispatcher.New(dispatcher.Options{
		Ports: dispatcher.Ports{
			Ledger: attempts, Owners: attempts, Lease: i.store, Waker: i.store, Keys: i.keys,
			Correlate: func(message messaging.ID, attempt, week int, bucket uint32) string {
				// #nosec G115 -- both come from smallint columns and are never below zero
				return whatsapp.SignCorrelation(key, whatsapp.Correlation{Message: message, Attempt: uint16(attempt), Week: uint16(week), Bucket: bucket})
			},
		},
		Channels: map[messaging.Channel]channels.Channel{messaging.WhatsApp: client},
		Process:  i.self.ID, Joined: i.joined, Clock: time.Now, Rand: rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64())), Logger: i.log, // #nosec G404 -- spreads retries in time; nothing is kept secret by it
		Config: dispatcher.Config{
			Lease: i.config.duration("lease"), Heartbeat: i.config.duration("heartbeat"),
			PostTimeout: i.config.duration("post-timeout") + 5*time.Second, Grace: i.config.duration("grace"),
			DoubtWait: i.config.duration("evidence-wait"), DoubtWaitCode: i.config.duration("evidence-wait-code"),
		},
	})
}

// bothStores forgets in Postgres, and then in ClickHouse: rows are gone at all doors before either, since every statement
// asks for their day.
type bothStores struct {
	truth    *store.Janitor
	postgres *store.Store
	events   *clickhouse.Store
}

// Tidy implements dispatcher.Tidier.
func (b bothStores) Tidy(ctx context.Context, now time.Time) (busy bool, err error) {
	busy, err = b.truth.Tidy(ctx, now)
	if busy {
		return true, err
	}
	_, failed := b.events.Forget(ctx, now)
	return false, errors.Join(err, failed, store.ForgetCutEvents(ctx, b.postgres, b.events, now, 0))
}

func (i *installation) tidier(events *clickhouse.Store) dispatcher.Tidier {
	return bothStores{truth: store.NewJanitor(i.store, i.keys, i.options), postgres: i.store, events: events}
}

// finishEvery is how long a campaign whose last message has its outcome may still be shown as running.
const finishEvery = 5 * time.Second

// finishCampaigns looks for campaigns that have nothing left to send. Every dispatcher may: it is one statement.
func (i *installation) finishCampaigns(ctx context.Context) {
	tick := time.NewTicker(finishEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if _, err := i.store.FinishCampaigns(ctx, time.Now()); err != nil && ctx.Err() == nil {
			i.log.Warn("campaigns that are over could not be closed", "error", err)
		}
	}
}

// serveHost answers metrics, profiles, readiness and liveness on the host's loopback address until ctx ends.
func serveHost(ctx context.Context, listener net.Listener, registry *prometheus.Registry, ready http.Handler) error {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.Handle("GET /readyz", ready)
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("{}\n")) })
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func openClickHouse(c *config) (*clickhouse.Store, error) {
	url, err := c.clickHouseURL()
	if err != nil {
		return nil, err
	}
	return clickhouse.Open(clickhouse.Options{URL: url})
}
