package dispatcher

import (
	"context"
	"log/slog"
	"time"
)

// Tidier forgets what is past its term. store.Janitor is one.
type Tidier interface {
	// Tidy does all that is due at now; busy when another process is at it.
	Tidy(ctx context.Context, now time.Time) (busy bool, err error)
}

// Janitor has expired data forgotten: at once, and then every interval, so that a day's rows are gone soon after its end.
// Any number of processes may run one; the store lets one at a time work.
type Janitor struct {
	Tidier   Tidier
	Clock    func() time.Time
	Interval time.Duration // an hour if zero
	Logger   *slog.Logger
}

// Run works until ctx ends.
func (j *Janitor) Run(ctx context.Context) {
	interval := j.Interval
	if interval <= 0 {
		interval = time.Hour
	}
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for ctx.Err() == nil {
		if _, err := j.Tidier.Tidy(ctx, j.Clock()); err != nil && ctx.Err() == nil {
			j.Logger.Error("expired data could not all be forgotten; trying again later", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
}
