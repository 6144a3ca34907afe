package messaging

import "time"

// LimitSpan is how long a person counts in the limit window: the platform's 24 hours and a minute, for the call follows
// our entry by up to a slice, a time-out and the difference of two clocks.
const LimitSpan = 24*time.Hour + time.Minute

// Unlimited is the limit of a portfolio without one.
const Unlimited = -1

// LimitWindow is a portfolio's rolling limit of unique recipients outside a service window: exact, since one process
// owns the portfolio at a time. Some of it is kept free for authentication and utility. Not safe for concurrent use.
type LimitWindow struct {
	limit, reserve int
	last           map[ID]time.Time // of each person inside, the newest message
	ring           []limitEntry     // by time; an entry whose person has written since is stale
	head           int
}

type limitEntry struct {
	subject ID
	at      time.Time
}

// NewLimitWindow makes an empty window. limit is Unlimited or a number of people; reserve is the part of it that
// marketing may not use.
func NewLimitWindow(limit, reserve int) *LimitWindow {
	w := &LimitWindow{last: map[ID]time.Time{}}
	w.Set(limit, reserve)
	return w
}

// Set changes the limit. People who are inside stay, also when the new limit is smaller.
func (w *LimitWindow) Set(limit, reserve int) {
	w.limit, w.reserve = limit, max(min(reserve, limit), 0)
}

// Load puts in what the durable twin holds, oldest first.
func (w *LimitWindow) Load(subject ID, at time.Time) { w.put(subject, at) }

// Admit counts a message to the person, unless that were one person too many. A person inside the window is always
// admitted. Unlimited portfolios keep nothing.
func (w *LimitWindow) Admit(subject ID, c Category, now time.Time) bool {
	if w.limit == Unlimited {
		return true
	}
	w.expire(now)
	if _, inside := w.last[subject]; !inside && len(w.last) >= w.room(c) {
		return false
	}
	w.put(subject, now)
	return true
}

// FreeAt is when at least n people have left, so that so many of the category could be admitted; never before now.
// Nothing is ever free under a limit of 0: a day from now.
func (w *LimitWindow) FreeAt(c Category, n int, now time.Time) time.Time {
	w.expire(now)
	leave := len(w.last) - w.room(c) + n
	if w.limit == Unlimited || leave <= 0 {
		return now
	}
	for _, e := range w.ring[w.head:] {
		if !w.last[e.subject].Equal(e.at) {
			continue
		}
		if leave--; leave == 0 {
			return e.at.Add(LimitSpan)
		}
	}
	return now.Add(LimitSpan)
}

// Used is how many people count now.
func (w *LimitWindow) Used(now time.Time) int {
	w.expire(now)
	return len(w.last)
}

// Limited tells whether there is a limit at all.
func (w *LimitWindow) Limited() bool { return w.limit != Unlimited }

func (w *LimitWindow) room(c Category) int {
	if c == Marketing {
		return w.limit - w.reserve
	}
	return w.limit
}

func (w *LimitWindow) put(subject ID, at time.Time) {
	if last, inside := w.last[subject]; inside && !at.After(last) {
		return
	}
	if tail := len(w.ring); tail > w.head && at.Before(w.ring[tail-1].at) {
		at = w.ring[tail-1].at // a clock that steps back must not let anyone leave early
	}
	w.last[subject] = at
	w.ring = append(w.ring, limitEntry{subject, at})
}

// expire lets people go whose newest message is older than the span.
func (w *LimitWindow) expire(now time.Time) {
	for ; w.head < len(w.ring); w.head++ {
		e := w.ring[w.head]
		if now.Sub(e.at) < LimitSpan {
			break
		}
		if w.last[e.subject].Equal(e.at) {
			delete(w.last, e.subject)
		}
	}
	// Half of the ring is dead: move the rest down, so memory follows the window and not the messages of a lifetime.
	if w.head > 1024 && w.head > len(w.ring)/2 {
		w.ring = append(w.ring[:0], w.ring[w.head:]...)
		w.head = 0
	}
}
