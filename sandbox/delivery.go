package sandbox

import (
	"bytes"
	"container/heap"
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"
)

const maxPayload = 3 << 20

// callback is where an app wants updates: the signature is by the app's secret.
type callback struct{ appID, url string }

// delivery brings updates to the callbacks: batched, signed, tried again with
// growing gaps until the horizon, and bounded in memory.
type delivery struct {
	settings Webhooks
	client   *http.Client
	secret   func(appID string) string
	outage   func() bool
	wake     chan struct{}

	mu     sync.Mutex
	queues map[callback]*queue
	stats  DeliveryStats
}

// DeliveryStats accounts for every update:
// Enqueued = Acknowledged + Dropped + Expired + Pending.
type DeliveryStats struct {
	Enqueued     uint64 `json:"enqueued"`
	Acknowledged uint64 `json:"acknowledged"`
	Dropped      uint64 `json:"dropped"` // beyond Webhooks.MaxPending
	Expired      uint64 `json:"expired"` // refused until the horizon
	Pending      int    `json:"pending"`
	Posts        uint64 `json:"posts"`
	FailedPosts  uint64 `json:"failed_posts"`
}

// queue is what waits for one callback.
type queue struct {
	fresh    []queued
	retries  retryHeap
	inFlight int
}

type queued struct {
	update
	at time.Time
}

// batch is one POST body; a retry sends the very same bytes.
type batch struct {
	to      callback
	body    []byte
	updates int
	born    time.Time
	tries   int
	due     time.Time
}

type retryHeap []*batch

func (h retryHeap) Len() int           { return len(h) }
func (h retryHeap) Less(i, j int) bool { return h[i].due.Before(h[j].due) }
func (h retryHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *retryHeap) Push(x any)        { *h = append(*h, x.(*batch)) }
func (h *retryHeap) Pop() any {
	last := len(*h) - 1
	taken := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	return taken
}

// enqueue hands an update to the callbacks that want it.
func (d *delivery) enqueue(now time.Time, u update, to []callback) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, target := range to {
		d.stats.Enqueued++
		if d.stats.Pending >= d.settings.MaxPending {
			d.stats.Dropped++
			continue
		}
		d.stats.Pending++
		q := d.queues[target]
		if q == nil {
			q = &queue{}
			d.queues[target] = q
		}
		q.fresh = append(q.fresh, queued{u, now})
		if len(q.fresh) == 1 || len(q.fresh) == d.settings.MaxBatch {
			d.signal()
		}
	}
}

func (d *delivery) signal() {
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

// take returns the batches that may be posted now, within the concurrency of
// each callback, and when to look again (zero: on a signal).
func (d *delivery) take(now time.Time, linger bool) (ready []*batch, next time.Time) {
	if d.outage() {
		return nil, time.Time{}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for target, q := range d.queues {
		for q.inFlight < d.settings.Concurrency {
			found := d.takeOne(now, target, q, linger)
			if found == nil {
				break
			}
			q.inFlight++
			ready = append(ready, found)
		}
		if q.inFlight < d.settings.Concurrency {
			next = earlier(next, q.next(d.settings.Linger))
		}
	}
	return ready, next
}

// next is when the queue's head may go.
func (q *queue) next(linger time.Duration) time.Time {
	var at time.Time
	if len(q.retries) > 0 {
		at = q.retries[0].due
	}
	if len(q.fresh) > 0 {
		at = earlier(at, q.fresh[0].at.Add(linger))
	}
	return at
}

func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

func (d *delivery) takeOne(now time.Time, target callback, q *queue, linger bool) *batch {
	if len(q.retries) > 0 && !q.retries[0].due.After(now) {
		return heap.Pop(&q.retries).(*batch)
	}
	if len(q.fresh) == 0 {
		return nil
	}
	if linger && len(q.fresh) < d.settings.MaxBatch && now.Sub(q.fresh[0].at) < d.settings.Linger {
		return nil
	}
	n, size := 0, 0
	updates := make([]update, 0, min(len(q.fresh), d.settings.MaxBatch))
	for n < len(q.fresh) && n < d.settings.MaxBatch {
		if size += q.fresh[n].size(); size > maxPayload && n > 0 {
			break
		}
		updates = append(updates, q.fresh[n].update)
		n++
	}
	born := q.fresh[0].at
	clear(q.fresh[:n])
	if q.fresh = q.fresh[n:]; len(q.fresh) == 0 {
		q.fresh = nil // let go of the grown array
	}
	return &batch{to: target, body: payload(updates), updates: n, born: born}
}

// post sends one batch and books the result.
func (d *delivery) post(ctx context.Context, b *batch, now func() time.Time) {
	err := d.send(ctx, b)
	d.mu.Lock()
	defer d.mu.Unlock()
	q := d.queues[b.to]
	q.inFlight--
	d.stats.Posts++
	if err == nil {
		d.stats.Acknowledged += uint64(b.updates) // #nosec G115 -- a count
		d.stats.Pending -= b.updates
	} else {
		d.stats.FailedPosts++
		d.retry(q, b, now())
	}
	d.signal()
}

// retry: at once the first time, then after 1 s, 2 s, 4 s … up to an hour.
func (d *delivery) retry(q *queue, b *batch, now time.Time) {
	b.due = now
	if b.tries > 0 {
		b.due = now.Add(min(time.Hour, time.Second<<min(b.tries-1, 12)))
	}
	b.tries++
	if b.due.Sub(b.born) > d.settings.Horizon {
		d.stats.Expired += uint64(b.updates) // #nosec G115 -- a count
		d.stats.Pending -= b.updates
		return
	}
	heap.Push(&q.retries, b)
}

func (d *delivery) send(ctx context.Context, b *batch) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, b.to.url, bytes.NewReader(b.body))
	if err != nil {
		return fmt.Errorf("sandbox: build webhook: %w", err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "facebookexternalua")
	request.Header.Set("X-Hub-Signature-256", sign(d.secret(b.to.appID), b.body))
	response, err := d.client.Do(request)
	if err != nil {
		return fmt.Errorf("sandbox: post webhook: %w", err)
	}
	defer func() { _ = response.Body.Close() }() // nothing to lose
	// Read on, so that the connection can be used again.
	if _, err := io.Copy(io.Discard, io.LimitReader(response.Body, 1<<16)); err != nil {
		return fmt.Errorf("sandbox: read webhook answer: %w", err)
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("sandbox: webhook was answered with status %d", response.StatusCode)
	}
	return nil
}

func (d *delivery) snapshot() DeliveryStats {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.stats
}
