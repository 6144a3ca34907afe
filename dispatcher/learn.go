package dispatcher

import (
	"context"
	"math/rand/v2"
	"time"

	"posthaste/channels"
	"posthaste/messaging"
)

// Book writes what reports tell, all or nothing. store.Attempts is one.
type Book interface {
	Learn(ctx context.Context, tenant messaging.ID, r messaging.Reports) (messaging.Learned, error)
}

// Learner books what providers report. The webhook receiver uses it; a nil error means that everything is durable.
type Learner struct {
	book   Book
	clock  func() time.Time
	jitter *jitter
	config Config
}

// NewLearner makes a learner. random spreads retries.
func NewLearner(book Book, clock func() time.Time, random *rand.Rand, config Config) *Learner {
	return &Learner{book: book, clock: clock, jitter: &jitter{rand: random}, config: config.withDefaults()}
}

// Report is what a provider tells of one attempt. Failure is set when Evidence has the Failed bit; To is the address it
// went to, if told.
type Report struct {
	Sender   messaging.ID
	Evidence messaging.Evidence
	Newest   time.Time // the provider's newest time in it
	Failure  channels.Failure
	To       *messaging.Alias
}

// Learn books reports on one tenant's messages, what people wrote and what they wish, in one transaction. Reports may
// come twice and in any order. A failure is treated by the same table as one that a call was answered with; another
// attempt follows only where the outcome of the call was not known, for else the payload is gone.
func (l *Learner) Learn(ctx context.Context, tenant messaging.ID, reports []Report, inbound []messaging.Inbound, wishes []messaging.Wish) (messaging.Learned, error) {
	if len(reports)+len(inbound)+len(wishes) == 0 {
		return messaging.Learned{}, nil
	}
	now := l.clock()
	r := messaging.Reports{Now: now, Inbound: inbound, Wishes: wishes}
	for _, report := range reports {
		r.Statuses = append(r.Statuses, status(report))
	}
	r.AfterFailure = func(i int, category messaging.Category, attempt int, deadline time.Time) (bool, time.Time) {
		next := afterFailure(l.config, l.jitter, reports[i].Failure, category, attempt, deadline, now)
		return next.follow == messaging.FollowNext, next.runAt
	}
	return l.book.Learn(ctx, tenant, r)
}

func status(r Report) messaging.StatusReport {
	s := messaging.StatusReport{Sender: r.Sender, Evidence: r.Evidence, Newest: r.Newest}
	if !r.Evidence.Bits.Has(messaging.Failed) {
		return s
	}
	if s.Evidence.Code == 0 {
		s.Evidence.Code = r.Failure.Code
	}
	switch r.Failure.Action {
	case channels.OptOut:
		s.OptedOut = &messaging.Alias{}
		if r.To != nil {
			s.OptedOut = r.To
		}
	case channels.Stop:
		s.Stop = &messaging.StopSending{Code: r.Failure.Code, Reason: r.Failure.Reason}
		if r.Failure.Scope == channels.OfTemplate {
			s.Stop.Template = 1 // the message's own; the book knows it
		}
	}
	return s
}
