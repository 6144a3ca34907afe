package sandbox

import (
	"container/heap"
	"sync"
	"time"
)

// timers holds what will happen later, by the sandbox's clock.
type timers struct {
	mu    sync.Mutex
	heap  timerHeap
	order uint64
	wake  chan struct{}
}

type timer struct {
	due   time.Time
	order uint64 // equal times run in the order they were set
	run   func(due time.Time)
}

type timerHeap []timer

func (h timerHeap) Len() int { return len(h) }
func (h timerHeap) Less(i, j int) bool {
	if h[i].due.Equal(h[j].due) {
		return h[i].order < h[j].order
	}
	return h[i].due.Before(h[j].due)
}
func (h timerHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *timerHeap) Push(x any)   { *h = append(*h, x.(timer)) }
func (h *timerHeap) Pop() any {
	last := len(*h) - 1
	taken := (*h)[last]
	(*h)[last] = timer{}
	*h = (*h)[:last]
	return taken
}

func (t *timers) at(due time.Time, run func(due time.Time)) {
	t.mu.Lock()
	t.order++
	heap.Push(&t.heap, timer{due, t.order, run})
	first := t.heap[0].order == t.order
	t.mu.Unlock()
	if first {
		select {
		case t.wake <- struct{}{}:
		default:
		}
	}
}

// runDue runs what is due, in order, without holding the lock.
func (t *timers) runDue(now time.Time) {
	for {
		t.mu.Lock()
		if len(t.heap) == 0 || t.heap[0].due.After(now) {
			t.mu.Unlock()
			return
		}
		next := heap.Pop(&t.heap).(timer)
		t.mu.Unlock()
		next.run(next.due)
	}
}

func (t *timers) next() time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.heap) == 0 {
		return time.Time{}
	}
	return t.heap[0].due
}

func (t *timers) len() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.heap)
}
