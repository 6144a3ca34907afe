package dispatcher

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"posthaste/analytics"
)

// ExportQueue is the outbox as the exporter needs it; store.Outbox is one.
type ExportQueue interface {
	// Hold takes or renews the right to export. held is false while another process has it.
	Hold(ctx context.Context, holder string, hold time.Duration) (incarnation int64, held bool, err error)
	Release(ctx context.Context, holder string) error
	// Next gives the oldest unfinished batch with a number above after, or freezes a new one. Without blocks nothing waits.
	Next(ctx context.Context, after int64, events int) (analytics.Batch, error)
	Done(ctx context.Context, no int64) error
	Idle(ctx context.Context) error
	// Refuse tells how often in a row the batch was refused with this code.
	Refuse(ctx context.Context, no int64, code int, reason string) (refusals int, err error)
	Halve(ctx context.Context, b analytics.Batch) error
	Bury(ctx context.Context, no int64, reason string) error
	Prune(ctx context.Context) error
	Health(ctx context.Context) (dead int64, lag time.Duration, err error)
}

// EventStore is where batches go; clickhouse.Store is one.
type EventStore interface {
	// InsertBatch writes the blocks once for a token. An *analytics.Refused blames the rows; any other error leaves open
	// whether they were written.
	InsertBatch(ctx context.Context, batch int64, token string, blocks [][]byte) error
	CountBatch(ctx context.Context, batch int64) (int64, error)
}

// ExportConfig holds the exporter's times and bounds. Zero fields take their default.
type ExportConfig struct {
	Flush  time.Duration // 1 s: the longest that a fact waits, while the event store answers
	Events int           // 50,000: a batch of so many goes at once; after a full one, batches grow to eight times as many
	Hold   time.Duration // 15 s: how long another process waits before it takes over
	// Doubt is the age, 10 min, from which a batch that was sent before is asked for first.
	Doubt time.Duration
	// Memory is how long, 6 days, the event store is trusted to know a token again. It keeps them for 7.
	Memory time.Duration
	// Backoff is the first wait, 1 s, after the event store was away. It doubles up to BackoffMost, 30 s.
	Backoff, BackoffMost time.Duration
}

func (c ExportConfig) withDefaults() ExportConfig {
	def(&c.Flush, time.Second)
	def(&c.Events, 50_000)
	def(&c.Hold, 15*time.Second)
	def(&c.Doubt, 10*time.Minute)
	def(&c.Memory, 6*24*time.Hour)
	def(&c.Backoff, time.Second)
	def(&c.BackoffMost, 30*time.Second)
	return c
}

// refusalsToHalve is how often a batch must be refused with one code before its rows are blamed.
const refusalsToHalve = 3

// Exporter carries events from the outbox to the event store, each once, whatever dies when. One process of an
// installation exports at a time; the right is a matter of economy, not of correctness: two that export at once send the
// same frozen batches under the same tokens.
type Exporter struct {
	queue   ExportQueue
	events  EventStore
	config  ExportConfig
	holder  string
	log     *slog.Logger
	metrics *ExportMetrics
	state   atomic.Pointer[ExportState]
}

// NewExporter makes an exporter. holder names the process. metrics may be nil.
func NewExporter(queue ExportQueue, events EventStore, holder string, config ExportConfig, log *slog.Logger, metrics *ExportMetrics) *Exporter {
	if metrics == nil {
		metrics = NewExportMetrics(nil)
	}
	return &Exporter{queue: queue, events: events, config: config.withDefaults(), holder: holder, log: log, metrics: metrics}
}

// Run exports until ctx ends. Whatever is away, it waits and goes on; sending does not depend on it.
func (e *Exporter) Run(ctx context.Context) error {
	defer func() {
		// The context is over; the right to export is given back all the same, so that nobody need wait for it.
		last, stop := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer stop()
		if err := e.queue.Release(last, e.holder); err != nil {
			e.log.Warn("the right to export was not given back; it runs out by itself", "error", err)
		}
	}()
	backoff := e.config.Backoff
	var pruned time.Duration
	for ctx.Err() == nil {
		wait := e.config.Flush
		if err := e.Flush(ctx); err != nil && ctx.Err() == nil {
			e.metrics.failures.Inc()
			e.log.Warn("events wait, the export will be tried again", "error", err, "wait", backoff)
			wait, backoff = backoff, min(backoff*2, e.config.BackoffMost)
		} else {
			backoff = e.config.Backoff
		}
		if pruned -= wait; pruned <= 0 {
			pruned = time.Hour
			e.housekeeping(ctx)
		}
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
	}
	return nil
}

func (e *Exporter) housekeeping(ctx context.Context) {
	if err := e.queue.Prune(ctx); err != nil && ctx.Err() == nil {
		e.log.Warn("finished batches were not forgotten", "error", err)
	}
}

// underWay is how many batches may be on their way at once: one is read and unpacked while others are sent and written.
const underWay = 3

// flight is a batch on its way.
type flight struct {
	analytics.Batch
	small bool       // fewer events than were asked for: the rest is younger than a flush
	sent  chan error // how it went
}

// Flush exports all that waits, if this process has the right to. It returns at the first trouble; what was frozen stays
// and is sent again. What became of batches is recorded in their order.
func (e *Exporter) Flush(ctx context.Context) error {
	defer e.health(ctx)
	var flights []flight
	defer func() {
		for _, f := range flights {
			<-f.sent
		}
	}()
	want, after := e.config.Events, int64(0)
	for full := false; ; {
		for len(flights) < underWay && !full {
			f, held, err := e.launch(ctx, after, want)
			if err != nil || !held && len(flights) == 0 {
				return err
			}
			if full = len(f.Blocks) == 0 || f.small || !f.Fresh; len(f.Blocks) > 0 {
				flights, after, want = append(flights, f), f.No, 8*e.config.Events
			} else if len(flights) == 0 {
				return e.queue.Idle(ctx)
			}
		}
		f := flights[0]
		err := <-f.sent
		flights = flights[1:]
		arrived, err := e.record(ctx, f.Batch, err)
		if err != nil || arrived && f.small && len(flights) == 0 {
			return err
		}
		full = full || !arrived
		if len(flights) == 0 {
			full, after = false, 0 // look again from the oldest on: a refused batch, or its halves
		}
	}
}

// launch sends the next batch after the given one. There is nothing to send when it has no blocks.
func (e *Exporter) launch(ctx context.Context, after int64, want int) (f flight, held bool, err error) {
	incarnation, held, err := e.queue.Hold(ctx, e.holder, e.config.Hold)
	if err != nil || !held {
		return f, held, err
	}
	if f.Batch, err = e.queue.Next(ctx, after, want); err != nil || len(f.Blocks) == 0 {
		return f, held, err
	}
	f.small, f.sent = f.Fresh && f.Events < want/2, make(chan error, 1)
	go func() { f.sent <- e.send(ctx, f.Batch, f.Token(incarnation)) }()
	return f, true, nil
}

func (e *Exporter) health(ctx context.Context) {
	if dead, lag, err := e.queue.Health(ctx); err == nil {
		e.metrics.dead.Set(float64(dead))
		e.metrics.lag.Set(lag.Seconds())
		e.state.Store(&ExportState{Dead: dead, Lag: lag, At: time.Now()})
	}
}

// ExportState is how the export stands, whichever process does it.
type ExportState struct {
	Dead int64         // blocks that were given up
	Lag  time.Duration // how far the dashboards lag behind
	At   time.Time     // when this was read
}

// State is what was read last; nil before the first time.
func (e *Exporter) State() *ExportState { return e.state.Load() }

// send brings one batch to the event store, unless it is there already.
func (e *Exporter) send(ctx context.Context, b analytics.Batch, token string) error {
	there, err := e.asked(ctx, b)
	if err != nil || there {
		return err
	}
	if err := e.events.InsertBatch(ctx, b.No, token, b.Blocks); err != nil || b.Fresh {
		return err
	}
	return e.complete(ctx, b, token)
}

// record writes down what became of a batch. One that was refused has not arrived.
func (e *Exporter) record(ctx context.Context, b analytics.Batch, err error) (arrived bool, _ error) {
	if refused, ok := errors.AsType[*analytics.Refused](err); ok {
		return false, e.refused(ctx, b, refused)
	}
	if err != nil {
		return false, err
	}
	e.metrics.batches.Inc()
	e.metrics.events.Add(float64(b.Events))
	return true, e.queue.Done(ctx, b.No)
}

// asked tells whether an old batch is in the event store already. While the store still knows the token the batch is
// sent all the same: that costs nothing, and completes the summaries where the store died between them.
func (e *Exporter) asked(ctx context.Context, b analytics.Batch) (there bool, err error) {
	if b.Fresh || b.Age < e.config.Doubt {
		return false, nil
	}
	there, _, err = e.stands(ctx, b)
	return there && b.Age > e.config.Memory, err
}

// complete looks after a repeated batch: a store that died at the wrong moment may remember the token and not have the
// rows. Then they go under a second token.
func (e *Exporter) complete(ctx context.Context, b analytics.Batch, token string) error {
	there, over, err := e.stands(ctx, b)
	switch {
	case err != nil:
		return err
	case over:
		e.metrics.doubled.Inc()
		e.log.Error("a batch is in the event store twice; check the summaries against the events", "batch", b.No)
	case !there:
		e.log.Warn("the event store knew a batch's token without its rows; it is sent again", "batch", b.No)
		return e.events.InsertBatch(ctx, b.No, token+".again", b.Blocks)
	}
	return nil
}

func (e *Exporter) stands(ctx context.Context, b analytics.Batch) (there, over bool, err error) {
	want, err := analytics.DistinctFacts(b.Blocks)
	if err != nil {
		return false, false, nil // the insert will say so
	}
	n, err := e.events.CountBatch(ctx, b.No)
	if err != nil {
		return false, false, err
	}
	return n >= int64(want), n > int64(b.Events), nil
}

// refused counts a refusal. The third alike halves the batch, down to the one row that is to blame, which is given up:
// one tenant's odd value never stops the others.
func (e *Exporter) refused(ctx context.Context, b analytics.Batch, why *analytics.Refused) error {
	e.metrics.refusals.Inc()
	n, err := e.queue.Refuse(ctx, b.No, why.Code, why.Reason)
	if err != nil {
		return err
	}
	b.Refusals, b.Code = n, why.Code
	switch {
	case why.Code == 0 && len(b.Blocks) == 1, b.Events == 1 && n >= refusalsToHalve:
		e.log.Error("events were given up: they are in export_dead", "batch", b.No, "code", why.Code, "events", b.Events)
		return e.queue.Bury(ctx, b.No, why.Reason)
	case why.Code == 0, n >= refusalsToHalve:
		return e.queue.Halve(ctx, b)
	}
	e.log.Warn("the event store refused a batch", "batch", b.No, "code", why.Code, "refusals", n)
	return nil
}
