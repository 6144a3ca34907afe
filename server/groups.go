package server

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"posthaste/channels/whatsapp"
	"posthaste/messaging"
)

const (
	// groupBytes is how much of webhooks is booked together: some thousand statuses.
	groupBytes = 512 << 10
	// waitingBytes is how much of an app's webhooks may wait. What is more is told to come again: the provider repeats
	// for days, and memory stays flat.
	waitingBytes = 16 << 20
	// groupLimit bounds a group's booking when the database hangs.
	groupLimit = 20 * time.Second
)

// errCrowded makes the provider come again.
func errCrowded() error {
	return messaging.Refuse(messaging.CodeUnavailable, "", "more webhooks wait than can be kept; send it again")
}

// groups books an app's webhooks one group after the other: while a group's transaction commits, what arrives waits and
// is the next group. So the wait for the disk is shared by all that came meanwhile, the rows of a message are changed
// in the order of arrival, and one tenant's flood takes one connection at a time.
type groups struct {
	book    func(ctx context.Context, app messaging.RoutedApp, batch whatsapp.Batch) error
	group   int // most bytes of a group; a larger webhook is a group of its own
	waiting int // most bytes that wait for an app
	log     *slog.Logger

	mu     sync.Mutex
	queues map[messaging.ID]*queue // of the apps with a group in work
}

type queue struct {
	shares []*share
	bytes  int
}

// share is one webhook's part of a group.
type share struct {
	app   messaging.RoutedApp
	batch whatsapp.Batch
	bytes int
	done  chan error // has room for the one answer, so nobody waits for a caller that has gone
}

// add returns once the webhook is durable, or why it is not. Whoever hangs up meanwhile takes nothing back: the webhook
// is booked all the same.
func (g *groups) add(ctx context.Context, app messaging.RoutedApp, batch whatsapp.Batch, bytes int) error {
	s := &share{app: app, batch: batch, bytes: bytes, done: make(chan error, 1)}
	if !g.join(ctx, s) {
		return errCrowded()
	}
	select {
	case err := <-s.done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// join lines the share up, and starts the work if nobody works for the app.
func (g *groups) join(ctx context.Context, s *share) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	q := g.queues[s.app.ID]
	if q == nil {
		q = &queue{}
		g.queues[s.app.ID] = q
		go g.run(context.WithoutCancel(ctx), s.app.ID)
	}
	if q.bytes > 0 && q.bytes+s.bytes > g.waiting {
		return false
	}
	q.shares, q.bytes = append(q.shares, s), q.bytes+s.bytes
	return true
}

// run books groups until nothing waits.
func (g *groups) run(ctx context.Context, app messaging.ID) {
	for shares := g.next(app); len(shares) > 0; shares = g.next(app) {
		g.settle(ctx, shares)
	}
}

// next takes the oldest webhooks that make one group. With none, the queue is gone.
func (g *groups) next(app messaging.ID) []*share {
	g.mu.Lock()
	defer g.mu.Unlock()
	q := g.queues[app]
	n, bytes := 0, 0
	for n < len(q.shares) && (n == 0 || bytes+q.shares[n].bytes <= g.group) {
		bytes += q.shares[n].bytes
		n++
	}
	if n == 0 {
		delete(g.queues, app)
		return nil
	}
	taken := q.shares[:n:n]
	q.shares, q.bytes = q.shares[n:], q.bytes-bytes
	return taken
}

// settle books the shares together. If that fails for one that cannot be booked, halves are tried until it is alone: its
// companions do not suffer. Where the database is away nobody is to blame.
func (g *groups) settle(ctx context.Context, shares []*share) {
	err := g.attempt(ctx, shares)
	if err != nil && len(shares) > 1 && messaging.CodeOf(err) != messaging.CodeUnavailable {
		g.settle(ctx, shares[:len(shares)/2])
		g.settle(ctx, shares[len(shares)/2:])
		return
	}
	for _, s := range shares {
		s.done <- err
	}
}

// attempt books the shares as one webhook. The newest knows the app best. A panic is one webhook's failure: it must not
// end the process, and so everybody's.
func (g *groups) attempt(ctx context.Context, shares []*share) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = messaging.Recovered(g.log, "booking webhooks", cause)
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, groupLimit)
	defer cancel()
	var all whatsapp.Batch
	for _, s := range shares {
		all.Append(s.batch)
	}
	return g.book(ctx, shares[len(shares)-1].app, all)
}
