package dispatcher

import (
	"context"
	"slices"
	"time"

	"posthaste/messaging"
)

// balance takes portfolios that have work and no living owner, up to this process's fair share, and, if asked to, lets go
// of what is beyond it.
func (d *Dispatcher) balance(ctx context.Context, shed bool) {
	if !d.lease.holds() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	shares, err := d.ports.Owners.Shares(ctx, d.process, d.clock())
	if err != nil {
		d.log.Warn("the portfolios' shares could not be read", "error", err)
		return
	}
	room := shares.Fair() - len(shares.Mine)
	switch {
	case room < 0 && shed:
		d.shed(-room)
	case room > 0 && len(shares.Waiting) > 0:
		// One whose loop is still ending here cannot be taken yet.
		waiting := slices.DeleteFunc(shares.Waiting, func(id messaging.ID) bool { return d.loops[id] != nil })
		d.take(ctx, waiting[:min(room, len(waiting))])
	}
}

func (d *Dispatcher) take(ctx context.Context, portfolios []messaging.ID) {
	if len(portfolios) == 0 {
		return
	}
	owners, err := d.ports.Owners.Take(ctx, d.process, portfolios, d.config.PostTimeout)
	if err != nil {
		d.log.Warn("portfolios could not be taken", "error", err)
		return
	}
	for _, o := range owners {
		p := newPortfolio(d, o, time.Now())
		d.loops[o.Portfolio] = p
		go p.run(context.WithoutCancel(ctx))
	}
	if len(owners) > 0 {
		d.nudge()
	}
}

// shed asks the loops with the least work to end; finish gives their portfolios back.
func (d *Dispatcher) shed(n int) {
	var loops []*portfolio
	for _, p := range d.loops {
		if !p.stopping() {
			loops = append(loops, p)
		} else {
			n-- // on its way already
		}
	}
	slices.SortFunc(loops, func(a, b *portfolio) int { return a.load() - b.load() })
	for _, p := range loops[:max(min(n, len(loops)), 0)] {
		p.stop()
	}
}

// finish gives back the portfolio of a loop that has ended, if nothing of it is left open.
func (d *Dispatcher) finish(ctx context.Context, p *portfolio) {
	delete(d.loops, p.owner.Portfolio)
	if !p.clean || !d.lease.holds() {
		return
	}
	if err := d.ports.Owners.Release(ctx, d.process, []messaging.ID{p.owner.Portfolio}); err != nil {
		d.log.Warn("a portfolio could not be given back", "error", err)
	}
}

// drain ends all loops. When the lease is lost nothing more is called; what was called is recorded all the same.
func (d *Dispatcher) drain(ctx context.Context, lost bool) {
	for _, p := range d.loops {
		p.stop()
	}
	for len(d.loops) > 0 {
		select {
		case p := <-d.ended:
			d.finish(ctx, p)
		case <-ctx.Done():
			for _, p := range d.loops {
				p.abandon()
			}
			for len(d.loops) > 0 {
				p := <-d.ended
				delete(d.loops, p.owner.Portfolio)
			}
			return
		}
	}
}
