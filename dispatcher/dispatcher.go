package dispatcher

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"posthaste/channels"
	"posthaste/messaging"
)

// Options are the parts of a dispatcher.
type Options struct {
	Ports    Ports
	Channels map[messaging.Channel]channels.Channel
	Process  int64     // of the row that store.Join made
	Joined   time.Time // from time.Now() before Join was called: its monotonic reading bounds the lease
	Clock    func() time.Time
	Rand     *rand.Rand // spreads retries; guarded by the dispatcher
	Logger   *slog.Logger
	Config   Config
}

// ErrLeaseLost says that the process could not renew its lease. It has stopped; it must end and join anew, since another
// may already have its portfolios, and its node number.
var ErrLeaseLost = errors.New("dispatcher: the lease was lost")

// Dispatcher is one process's share of the sending.
type Dispatcher struct {
	ports    Ports
	channels map[messaging.Channel]channels.Channel
	process  int64
	clock    func() time.Time
	log      *slog.Logger
	config   Config
	lease    *lease
	jitter   *jitter
	crew     *crew
	ending   atomic.Bool

	wake  chan struct{} // work may be due
	ended chan *portfolio
	loops map[messaging.ID]*portfolio // of Run's goroutine alone
}

// New makes a dispatcher. Nothing runs before Run.
func New(o Options) *Dispatcher {
	c := o.Config.withDefaults()
	return &Dispatcher{
		ports: o.Ports, channels: o.Channels, process: o.Process, clock: o.Clock, log: o.Logger, config: c,
		lease:  newLease(o.Ports.Lease, o.Process, c, o.Joined, o.Logger),
		jitter: &jitter{rand: o.Rand}, crew: newCrew(),
		wake: make(chan struct{}, 1), ended: make(chan *portfolio), loops: map[messaging.ID]*portfolio{},
	}
}

// Run sends until ctx ends, then drains: it claims no more, finishes the calls under way, records their outcomes and
// gives its portfolios back, for at most Config.Grace. It returns nil, or ErrLeaseLost when the lease was lost; calls
// already made are recorded then too. Run is called once.
func (d *Dispatcher) Run(ctx context.Context) error {
	// What finishes calls and records outcomes outlives ctx by the grace.
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	var helpers sync.WaitGroup
	defer helpers.Wait()
	defer d.crew.end()
	helping, quit := context.WithCancel(work)
	defer quit()
	helpers.Go(func() { d.lease.keep(helping) })
	helpers.Go(func() { d.listen(helping) })

	lost := d.serve(ctx, work)
	d.ending.Store(true)
	graceful := time.AfterFunc(d.config.Grace, stop)
	defer graceful.Stop()
	d.drain(work, lost)
	if lost {
		return ErrLeaseLost
	}
	if err := d.ports.Lease.Leave(context.WithoutCancel(ctx), d.process); err != nil {
		d.log.Warn("the lease could not be given back", "error", err)
	}
	return nil
}

// serve looks for work and portfolios until ctx ends (false) or the lease is lost (true).
func (d *Dispatcher) serve(ctx, work context.Context) (lost bool) {
	probe, rebalance := time.NewTicker(d.config.Probe), time.NewTicker(d.config.Rebalance)
	defer probe.Stop()
	defer rebalance.Stop()
	// Wake-ups that come in a burst are one: what they tell of is found by one look.
	const apart = 10 * time.Millisecond
	soon := time.NewTimer(0)
	defer soon.Stop()
	d.balance(work, true)
	for looked := time.Now(); ; looked = time.Now() {
		select {
		case <-ctx.Done():
			return false
		case <-d.lease.lost:
			d.log.Error("the lease was lost; sending stops")
			return true
		case p := <-d.ended:
			d.finish(work, p)
			continue
		case <-rebalance.C:
			d.balance(work, true)
		case <-probe.C:
			// Work of a portfolio without an owner, or whose owner has died, waits no longer than other work.
			d.balance(work, false)
		case <-soon.C:
		case <-d.wake:
			if wait := apart - time.Since(looked); wait > 0 {
				soon.Reset(wait)
				continue
			}
		}
		d.probe(work)
	}
}

// Ready tells whether this dispatcher sends: it holds its lease and has not been asked to end.
func (d *Dispatcher) Ready() bool { return d.lease.holds() && !d.ending.Load() }

// nudge asks for a look at what is due.
func (d *Dispatcher) nudge() {
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

// listen hears wake-ups; without a connection the probe's interval has to do.
func (d *Dispatcher) listen(ctx context.Context) {
	if d.ports.Waker == nil {
		return
	}
	for ctx.Err() == nil {
		err := d.ports.Waker.Listen(ctx, d.nudge)
		if ctx.Err() != nil {
			return
		}
		d.log.Warn("wake-ups are not heard; looking again at intervals", "error", err)
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
}

// probe looks for due work of all portfolios in one query and hands it to their loops.
func (d *Dispatcher) probe(ctx context.Context) {
	q := messaging.DueQuery{Now: d.clock(), Per: d.config.PerLane}
	for id, p := range d.loops {
		if p.view(&q) {
			q.Portfolios = append(q.Portfolios, id)
		}
	}
	if len(q.Portfolios) == 0 || !d.lease.holds() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	due, err := d.ports.Owners.Due(ctx, q)
	if err != nil {
		d.log.Warn("due work could not be read", "error", err)
		return
	}
	byLoop := map[messaging.ID][]*messaging.Chunk{}
	for _, c := range due {
		byLoop[c.Portfolio] = append(byLoop[c.Portfolio], c)
	}
	for id, chunks := range byLoop {
		d.loops[id].hand(chunks)
	}
}

// jitter spreads waits, so that what failed together is not tried again together.
type jitter struct {
	mu   sync.Mutex
	rand *rand.Rand
}

// spread lengthens a wait by up to a quarter.
func (j *jitter) spread(d time.Duration) time.Duration {
	j.mu.Lock()
	defer j.mu.Unlock()
	return d + time.Duration(j.rand.Int64N(int64(d)/4+1))
}
