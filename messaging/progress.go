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
	until    time.Time
}

// NewProgressBoard makes an empty board.
func NewProgressBoard(store ProgressStore, now func() time.Time) *ProgressBoard {
	return &ProgressBoard{store: store, now: now, counts: map[ID]*progressCount{}}
}

// Progress gives a count that is at most about a second old; of a campaign whose count is dear, an older one.
func (b *ProgressBoard) Progress(ctx context.Context, tenant, campaign ID) (CampaignProgress, error) {
	c := b.count(campaign)
	c.mu.Lock()
	defer c.mu.Unlock()
	began := b.now()
	if began.Before(c.until) {
		return c.progress, nil
	}
	progress, err := b.store.Progress(ctx, tenant, campaign, began)
	if err != nil {
		return CampaignProgress{}, err
	}
	ended := b.now()
	c.progress, c.until = progress, ended.Add(max(progressAge, progressShare*ended.Sub(began)))
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
