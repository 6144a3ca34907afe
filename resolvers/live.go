package resolvers

import (
	"context"
	"time"

	"posthaste/analytics"
	"posthaste/graph"
	"posthaste/messaging"
)

// liveTicks is after how many ticks a subscription tells the numbers again: two seconds.
const liveTicks = 2

// liveNumbers puts together what the truth store knows now and what the summaries know of today.
func (r *Resolver) liveNumbers(ctx context.Context, tenant messaging.ID) (*graph.LiveNumbers, error) {
	t, err := r.StatsReads.Tenant(ctx, tenant)
	if err != nil {
		return nil, err
	}
	now := r.Stats.Now()
	live, err := r.StatsReads.Live(ctx, tenant, t.MessageDays, now)
	if err != nil {
		return nil, err
	}
	today, err := r.Stats.MessageStats(ctx, statsTenant(t), analytics.Query{Preset: analytics.Today, Metrics: []string{"sent", "failed"}, Totals: true})
	if err != nil {
		return nil, err
	}
	slot := now.Truncate(15 * time.Minute)
	quarter, err := r.Stats.MessageStats(ctx, statsTenant(t), analytics.Query{From: slot.Add(-15 * time.Minute), To: slot.Add(15 * time.Minute),
		Metrics: []string{"sent"}, Totals: true})
	if err != nil {
		return nil, err
	}
	return &graph.LiveNumbers{
		Accepted: live.Accepted, Queued: live.Queued, Unsettled: live.Unsettled,
		SentToday: int64(today.Totals.Values["sent"]), FailedToday: int64(today.Totals.Values["failed"]),
		SentPerSecond: quarter.Totals.Values["sent"] / now.Sub(slot.Add(-15*time.Minute)).Seconds(),
		ExportLag:     max(now.Sub(live.Through).Seconds(), 0), At: now,
	}, nil
}

// liveStream tells the numbers until the caller goes away or may no longer look. Between two of them the rate is what was sent meanwhile. A
// store that is away is waited for: the page keeps its last numbers and sees by their time that they are old.
func (r *Resolver) liveStream(ctx context.Context, actor messaging.Actor) (<-chan *graph.LiveNumbers, error) {
	last, err := r.liveNumbers(ctx, actor.Tenant)
	if err != nil {
		return nil, err
	}
	out := make(chan *graph.LiveNumbers, 1)
	out <- last
	go func() {
		defer close(out)
		defer r.caught()
		tick := time.NewTicker(max(liveTicks*r.Tick, minTick))
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			if err := r.Rechecker.Recheck(ctx, actor); err != nil {
				return
			}
			next, err := r.liveNumbers(ctx, actor.Tenant)
			if err != nil {
				continue
			}
			if span := next.At.Sub(last.At).Seconds(); span > 0 && next.SentToday >= last.SentToday {
				next.SentPerSecond = float64(next.SentToday-last.SentToday) / span
			}
			last = next
			select {
			case out <- next:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out, nil
}
