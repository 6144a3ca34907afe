package dispatcher

import (
	"context"
	"time"

	"posthaste/messaging"
)

// settleDoubts lets the waits for evidence grow, now and then.
func (p *portfolio) settleDoubts() {
	if !p.doubts || p.stopping() || time.Now().Before(p.doubtsAt) || !p.d.lease.holds() {
		return
	}
	p.doubtsAt = time.Now().Add(p.d.config.DoubtTick)
	ctx, cancel := context.WithTimeout(p.cutCtx, 5*time.Second)
	defer cancel()
	now := p.d.clock()
	// A tick that was late counts no more than one and a half: the rest may have been a pause of ours.
	left, err := p.d.ports.Ledger.Doubts(ctx, p.owner, now, p.d.config.DoubtTick*3/2, func(d messaging.Doubt) messaging.DoubtEnd {
		return p.d.config.judge(d, now)
	})
	if err != nil {
		p.d.log.Warn("unknown attempts could not be looked at", "error", err)
		return
	}
	p.doubts = left > 0
	p.d.nudge() // what is tried again is due
}

// judge ends a wait that was long enough or comes too late. Only what a person waits for is tried again: a marketing
// message that came twice would harm more than one that is not known to have come.
func (c Config) judge(d messaging.Doubt, now time.Time) messaging.DoubtEnd {
	enough := c.DoubtWait
	if d.Category == messaging.Authentication {
		enough = c.DoubtWaitCode
	}
	switch {
	case !now.Before(d.Deadline):
		return messaging.DoubtUnsent
	case d.Waited < enough:
		return messaging.DoubtStays
	case d.Category == messaging.Marketing || d.Attempt >= c.attempts(d.Category):
		return messaging.DoubtUnsent
	}
	return messaging.DoubtRetry
}
