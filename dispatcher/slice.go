package dispatcher

import (
	"cmp"
	"context"
	"slices"
	"sync/atomic"
	"time"
)

// slice is the calls that one gate has cleared. They share one context, one timer and one goroutine that starts each in
// its turn.
type slice struct {
	calls []*call // by their turn
	ctx   context.Context
	end   context.CancelFunc
	left  atomic.Int64 // calls not yet answered
}

// startAhead is by how much earlier than its turn a call may start, so that one wake-up starts several.
const startAhead = 5 * time.Millisecond

// start makes the calls. from is the moment that their waits are counted from.
func (p *portfolio) start(calls []*call, from time.Time) {
	if len(calls) == 0 {
		return
	}
	slices.SortStableFunc(calls, func(a, b *call) int { return cmp.Compare(a.wait, b.wait) })
	s := &slice{calls: calls}
	// Counted from now, so that no call lasts longer than the lease, which must hold now, and PostTimeout.
	s.ctx, s.end = context.WithTimeout(context.Background(), p.d.config.PostTimeout)
	s.left.Store(int64(len(calls)))
	for _, c := range calls {
		c.slice = s
	}
	go s.run(p, from)
}

func (s *slice) run(p *portfolio, from time.Time) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for i, c := range s.calls {
		if wait := c.wait - time.Since(from); wait > startAhead {
			timer.Reset(wait)
			select {
			case <-timer.C:
			case <-p.quit:
				s.drop(s.calls[i:])
				return
			}
		}
		p.d.crew.make(c)
	}
}

// answered counts an answer; after the last one the slice's context is let go.
func (s *slice) answered() {
	if s.left.Add(-1) == 0 {
		s.end()
	}
}

// drop answers for calls that are not made.
func (s *slice) drop(calls []*call) {
	for _, c := range calls {
		c.p.answers.add(c.unmade())
		s.answered()
	}
}
