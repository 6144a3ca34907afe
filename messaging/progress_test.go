package messaging_test

import (
	"context"
	"testing"
	"time"

	"posthaste/messaging"
)

// counting is a store whose count is as many as were asked for, each taking a while.
type counting struct {
	now  *time.Time
	took time.Duration
	n    int64
}

func (c *counting) Progress(context.Context, messaging.ID, messaging.ID, time.Time) (messaging.CampaignProgress, error) {
	c.n++
	*c.now = c.now.Add(c.took)
	return messaging.CampaignProgress{Sent: c.n}, nil
}

func TestProgressOfAFinishedCampaignIsFinal(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_790_000_000, 0)
	store := &counting{now: &now, took: 3 * time.Second}
	board := messaging.NewProgressBoard(store, func() time.Time { return now })
	var finished time.Time
	ask := func(want int64) {
		t.Helper()
		if p, err := board.Progress(t.Context(), 1, 2, finished); err != nil || p.Sent != want {
			t.Errorf("count %d (%v), want %d", p.Sent, err, want)
		}
	}
	ask(1)
	ask(1) // dear: good for half a minute
	now = now.Add(5 * time.Second)
	ask(1)
	finished = now
	ask(2) // a count from before the end is not shown after it
	store.took = time.Second
	ask(3) // nor one that began with it: its last outcome may be missing
	ask(3) // but this one began late enough
	now = now.Add(time.Minute)
	ask(4) // reads still come in
}
