package bench

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"posthaste/bench/floor"
	"posthaste/messaging"
)

// leastFloor is what a bare loop must reach: below it the machine is too busy, or too slow, for the ratio to say
// anything about us.
const leastFloor = 15_000

// measureDispatch has one dispatch process send held messages to a sink: rate, pair and daily limits, consent read again
// in each gate, intents and outcomes durable. The export is held, since it is measured by itself.
func measureDispatch(ctx context.Context, o Options) (results []Result, err error) {
	b, err := newBox(ctx, o, false)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	if _, held, err := b.db.Outbox().Hold(ctx, "bench", time.Hour); err != nil || !held {
		return nil, errors.Join(errors.New("the export could not be held"), err)
	}
	// Numbers of 1,000 messages a second, the most there is: 40 of them never hold a process on two cores back.
	t, err := b.newTenant(ctx, shape{portfolios: 8, senders: 5, limit: 100_000, people: o.of(50_000)})
	if err != nil {
		return nil, err
	}
	s, err := newSink()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.close(context.WithoutCancel(ctx))) }()
	host, err := b.dispatch(ctx, s.url)
	if err != nil {
		return nil, err
	}
	d := &dispatching{box: b, tenant: t, sink: s, messages: o.of(30_000), host: host}
	if _, err := d.send(ctx); err != nil { // warm up, and gather what to post
		return nil, err
	}
	conns, err := bestConns(ctx, o, "dispatch floor", d.post)
	if err != nil {
		return nil, err
	}
	r, err := pair(ctx, o, "dispatch", "messages/s", d.send, func(ctx context.Context) (reading, error) { return d.post(ctx, conns) })
	if err != nil {
		return nil, err
	}
	if r.Floor < leastFloor {
		r.Void = fmt.Sprintf("the floor reached %.0f posts/s; below %d the machine is too busy to say anything", r.Floor, leastFloor)
	}
	return []Result{r}, b.profile(ctx, "dispatch", host, 8, func() error { return d.repeat(ctx, 8*time.Second) })
}

type dispatching struct {
	*box
	tenant   *tenant
	sink     *sink
	messages int
	host     string
	requests []floor.Request
}

// send prepares messages, releases them and waits until all outcomes are durable. The rate is that of the calls, from
// the first to the last at the sink.
func (d *dispatching) send(ctx context.Context) (reading, error) {
	refs, err := d.tenant.hold(ctx, d.messages)
	if err != nil {
		return reading{}, err
	}
	keep := 0
	if d.requests == nil {
		keep = d.messages // of the warm-up: a measured round need not pay for it
	}
	d.sink.begin(keep)
	runtime.GC() // what was made for the round is no part of it, on either side
	used, err := d.timed(func() error {
		if err := d.tenant.release(ctx); err != nil {
			return err
		}
		return d.idle(ctx)
	}, postgresName, "dispatch")
	if err != nil {
		return reading{}, err
	}
	calls, within := d.sink.seen()
	if calls != len(refs) {
		return reading{}, fmt.Errorf("the sink had %d calls for %d messages", calls, len(refs))
	}
	if err := d.durable(ctx, refs); err != nil {
		return reading{}, err
	}
	if keep > 0 {
		d.requests = d.sink.kept
	}
	return reading{Rate: float64(calls) / within.Seconds(), CPU: used, Ops: calls}, nil
}

// idle waits until no chunk is left: a chunk goes when the last outcome of it is recorded.
func (d *dispatching) idle(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Minute)
	defer cancel()
	return until(ctx, func() (done bool, err error) {
		if calls, _ := d.sink.seen(); calls < d.messages {
			return false, nil // do not ask the database while it is busy
		}
		err = d.owner.QueryRow(ctx, "SELECT NOT EXISTS (SELECT FROM chunk)").Scan(&done)
		return done, err
	})
}

// durable checks that each message is recorded as sent.
func (d *dispatching) durable(ctx context.Context, refs []messaging.MessageRef) error {
	ids := make([]int64, len(refs))
	for i, r := range refs {
		ids[i] = int64(r.ID)
	}
	var n int
	err := d.owner.QueryRow(ctx, "SELECT count(*) FROM message_state WHERE tenant_id = $1 AND id = ANY($2) AND bits & $3 = $3",
		int64(d.tenant.id), ids, int32(messaging.Sent)).Scan(&n)
	if err == nil && n != len(refs) {
		err = fmt.Errorf("%d of %d outcomes are recorded", n, len(refs))
	}
	return err
}

// post is the floor: the same requests to the same sink.
func (d *dispatching) post(ctx context.Context, conns int) (reading, error) {
	p := floor.NewPoster(conns)
	defer p.Close()
	runtime.GC()
	took, err := p.Post(ctx, d.requests)
	return reading{Rate: float64(len(d.requests)) / took.Seconds()}, err
}

func (d *dispatching) repeat(ctx context.Context, long time.Duration) error {
	if d.options.Profiles == "" {
		return nil
	}
	for begun := time.Now(); time.Since(begun) < long; {
		if _, err := d.send(ctx); err != nil {
			return err
		}
	}
	return nil
}
