package messaging

import (
	"context"
	"sync"
	"time"
)

// ProgressStore counts a campaign's messages. It reads all of them, so it is not asked for every watcher.
type ProgressStore interface {
	Progress(ctx context.Context, tenant, campaign ID, now time.Time) (CampaignProgress, error)
}

const (
	// progressAge is how old a count may be that a watcher is shown.
	progressAge = time.Second
	// progressShare is how many times its own cost a count is good for: so counting takes at most a tenth of a core.
	progressShare = 10
	// progressSettled is how long after a campaign's end its counts are made anew each time: its last outcome, and the
	// clock of the process that ended it, may be that much later than the moment that was written down.
	progressSettled = 2 * time.Second
	// maxProgress bounds the memory; beyond it the counts are made anew.
	maxProgress = 1000
)

// ProgressBoard keeps the last count of each campaign that is watched, so many watchers cost as much as one. Safe for
// concurrent use.
type ProgressBoard struct {
	store ProgressStore
	now   func() time.Time

	mu     sync.Mutex
	counts map[ID]*progressCount
}

type progressCount struct {
	mu       sync.Mutex // held while counting: who comes meanwhile waits for that count
	progress CampaignProgress
	begun    time.Time
	until    time.Time
}

// NewProgressBoard makes an empty board.
func NewProgressBoard(store ProgressStore, now func() time.Time) *ProgressBoard {
	return &ProgressBoard{store: store, now: now, counts: map[ID]*progressCount{}}
}

// Progress gives a count that is at most about a second old; of a campaign whose count is dear, an older one. Of a
// campaign that is over, since finished, it never gives a count from before: what it says of calls is final. The zero
// time stands for one that is not.
func (b *ProgressBoard) Progress(ctx context.Context, tenant, campaign ID, finished time.Time) (CampaignProgress, error) {
	asked := b.now()
	c := b.count(campaign)
	c.mu.Lock()
	defer c.mu.Unlock()
	begun := b.now()
	if begun.Before(c.until) && (finished.IsZero() || !c.begun.Before(asked) || c.begun.After(finished.Add(progressSettled))) {
		return c.progress, nil
	}
	progress, err := b.store.Progress(ctx, tenant, campaign, begun)
	if err != nil {
		return CampaignProgress{}, err
	}
	ended := b.now()
	c.progress, c.begun, c.until = progress, begun, ended.Add(max(progressAge, progressShare*ended.Sub(begun)))
	return progress, nil
}

// count finds a campaign's place. Ids are unique over tenants, and the store answers a tenant with its own campaigns only;
// the caller has found the campaign in that tenant before.
func (b *ProgressBoard) count(campaign ID) *progressCount {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := b.counts[campaign]
	if c == nil {
		if len(b.counts) >= maxProgress {
			clear(b.counts)
		}
		c = &progressCount{}
		b.counts[campaign] = c
	}
	return c
}
