package dispatcher

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"
)

// lease is the process's own view of its lease, on the monotonic clock. It ends earlier than the database's: counted from
// before the renewal was asked for, and a tenth shorter, for two clocks never run alike.
type lease struct {
	port    Lease
	process int64
	length  time.Duration
	every   time.Duration
	log     *slog.Logger

	begun    time.Time
	deadline atomic.Int64 // nanoseconds since begun
	lost     chan struct{}
}

// newLease assumes that the process has joined at joined, a moment of the monotonic clock before it asked to.
func newLease(port Lease, process int64, c Config, joined time.Time, log *slog.Logger) *lease {
	l := &lease{port: port, process: process, length: c.Lease, every: c.Heartbeat, log: log, begun: joined, lost: make(chan struct{})}
	l.extend(joined)
	return l
}

func (l *lease) extend(asked time.Time) { l.deadline.Store(int64(asked.Sub(l.begun) + l.length*9/10)) }

// holds tells whether the process may still do what only a holder may.
func (l *lease) holds() bool { return int64(time.Since(l.begun)) < l.deadline.Load() }

// keep renews until ctx ends. It closes lost and returns when the lease has run out.
func (l *lease) keep(ctx context.Context) {
	tick := time.NewTicker(l.every)
	defer tick.Stop()
	for {
		l.beat(ctx)
		left := time.Duration(l.deadline.Load()) - time.Since(l.begun)
		if left <= 0 {
			close(l.lost)
			return
		}
		out := time.NewTimer(left)
		select {
		case <-ctx.Done():
			out.Stop()
			return
		case <-tick.C:
		case <-out.C:
		}
		out.Stop()
	}
}

func (l *lease) beat(ctx context.Context) {
	asked := time.Now()
	ctx, cancel := context.WithTimeout(ctx, l.length/2)
	defer cancel()
	if _, err := l.port.Beat(ctx, l.process, l.length); err != nil {
		if ctx.Err() == nil {
			l.log.Warn("the lease could not be renewed", "error", err)
		}
		return
	}
	l.extend(asked)
}
