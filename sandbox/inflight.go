package sandbox

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// CallSpan is one HTTP call to /messages from its arrival to its end: the
// answer handed over, or the connection dead, whichever came first.
type CallSpan struct {
	Number   uint64    `json:"number"` // counts calls from 1
	NumberID string    `json:"phone_number_id"`
	Start    time.Time `json:"start"`
	End      time.Time `json:"end,omitzero"`
	// Result is the HTTP status answered, or 0 where no answer was given.
	Result int `json:"result"`
	// ID is the wamid if the call was accepted, answered or not.
	ID string `json:"id,omitempty"`
	// Fault is the mode that was applied, if any.
	Fault FaultMode `json:"fault,omitempty"`
}

// spanMemory is how many ended calls are remembered.
const spanMemory = 200_000

// spans remembers which calls were in flight when.
type spans struct {
	mu    sync.Mutex
	count uint64
	open  map[uint64]*CallSpan
	ended []CallSpan // a ring
	next  int
}

func newSpans() *spans { return &spans{open: map[uint64]*CallSpan{}} }

func (s *spans) start(now time.Time, numberID string) *CallSpan {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count++
	span := &CallSpan{Number: s.count, NumberID: numberID, Start: now}
	s.open[span.Number] = span
	return span
}

// change sets a field of an open span, which readers may be looking at.
func (s *spans) change(set func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	set()
}

// end closes the span; only the first end counts.
func (s *spans) end(span *CallSpan, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open[span.Number] != span {
		return
	}
	delete(s.open, span.Number)
	span.End = now
	if len(s.ended) < spanMemory {
		s.ended = append(s.ended, *span)
		return
	}
	s.ended[s.next] = *span
	s.next = (s.next + 1) % spanMemory
}

// between returns the calls that were in flight at some moment of the closed
// interval. Both ends zero means now.
func (s *spans) between(from, to time.Time) []CallSpan {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := []CallSpan{}
	for _, span := range s.open {
		if to.IsZero() || !span.Start.After(to) {
			found = append(found, *span)
		}
	}
	if to.IsZero() {
		return found
	}
	for _, span := range s.ended {
		if !span.Start.After(to) && !span.End.Before(from) {
			found = append(found, span)
		}
	}
	return found
}

// watch ends the span when the caller hangs up before it is answered; the
// returned function stops watching.
func (s *spans) watch(r *http.Request, span *CallSpan, now func() time.Time) (stop func() bool) {
	return context.AfterFunc(r.Context(), func() { s.end(span, now()) })
}
