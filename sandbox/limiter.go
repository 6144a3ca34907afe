package sandbox

import (
	"container/list"
	"time"
)

// throughput is the messages-per-second limit of one number. Sends and inbound
// messages draw on the same budget; one second's worth may come at once, so a
// client that paces itself on its own clock is not refused for jitter.
type throughput struct {
	perSecond int
	paidUntil time.Time
}

func (t *throughput) interval() time.Duration { return time.Second / time.Duration(t.perSecond) }

// allow takes one message out of the budget, or reports that it is used up.
func (t *throughput) allow(now time.Time) bool {
	paid := later(t.paidUntil, now)
	if paid.Sub(now) > time.Second-t.interval() {
		return false
	}
	t.paidUntil = paid.Add(t.interval())
	return true
}

// charge counts an inbound message, which is never refused.
func (t *throughput) charge(now time.Time) {
	limit := now.Add(time.Second)
	if t.paidUntil = later(t.paidUntil, now).Add(t.interval()); t.paidUntil.After(limit) {
		t.paidUntil = limit
	}
}

const (
	pairInterval = 6 * time.Second
	pairBurst    = 45
)

// pair is the limit between one number and one person: one message in six
// seconds, or a burst of up to 45 within six seconds that is borrowed from the
// future and has to be waited off in full (20 at once: two minutes).
type pair struct {
	burstStart time.Time
	debtUntil  time.Time
	burst      int
}

func (p *pair) allow(now time.Time) bool {
	if !now.Before(p.debtUntil) {
		*p = pair{burstStart: now, debtUntil: now.Add(pairInterval), burst: 1}
		return true
	}
	if p.burst >= pairBurst || !now.Before(p.burstStart.Add(pairInterval)) {
		return false
	}
	p.burst++
	p.debtUntil = p.debtUntil.Add(pairInterval)
	return true
}

const limitWindow = 24 * time.Hour

// reach counts the different people a portfolio wrote to outside a service
// window within the last 24 hours. Memory grows with people, not with messages.
type reach struct {
	people map[string]*list.Element
	oldest *list.List // of contactedAt, least recently written to first
	peak   int
}

type contactedAt struct {
	person string
	at     time.Time
}

func newReach() *reach { return &reach{people: map[string]*list.Element{}, oldest: list.New()} }

func (r *reach) forget(now time.Time) {
	for front := r.oldest.Front(); front != nil; front = r.oldest.Front() {
		entry := front.Value.(contactedAt)
		if now.Sub(entry.at) < limitWindow {
			return
		}
		r.oldest.Remove(front)
		delete(r.people, entry.person)
	}
}

// count returns how many people are within the window.
func (r *reach) count(now time.Time) int {
	r.forget(now)
	return len(r.people)
}

// fits tells whether the person may be written to under the limit; 0 is no limit.
func (r *reach) fits(now time.Time, person string, limit int) bool {
	r.forget(now)
	_, known := r.people[person]
	return known || limit == 0 || len(r.people) < limit
}

func (r *reach) add(now time.Time, person string) {
	entry := contactedAt{person, now}
	if element, known := r.people[person]; known {
		element.Value = entry
		r.oldest.MoveToBack(element)
		return
	}
	r.people[person] = r.oldest.PushBack(entry)
	r.peak = max(r.peak, len(r.people))
}

// hourly is a fixed-window budget of calls.
type hourly struct {
	hour time.Time
	used int
}

func (h *hourly) allow(now time.Time, budget int) bool {
	if hour := now.Truncate(time.Hour); !hour.Equal(h.hour) {
		*h = hourly{hour: hour}
	}
	if h.used >= budget {
		return false
	}
	h.used++
	return true
}

// rolling keeps the times of rare acts within a span (registrations, edits).
type rolling struct{ times []time.Time }

func (r *rolling) count(now time.Time, span time.Duration) int {
	n := 0
	for _, at := range r.times {
		if now.Sub(at) < span {
			n++
		}
	}
	return n
}

func (r *rolling) add(now time.Time, keep int) {
	r.times = append(r.times, now)
	if len(r.times) > keep {
		r.times = r.times[len(r.times)-keep:]
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
