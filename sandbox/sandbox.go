package sandbox

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// Sandbox is one simulated platform. Its state lives in memory; the call log
// lives in a file.
type Sandbox struct {
	opts  Options
	codes callingCodes
	log   *slog.Logger

	calls    *callLog
	spans    *spans
	faults   *faults
	timers   *timers
	delivery *delivery
	mails    *Mails
	// The salts keep ids apart: those of sends go on where the call log ends,
	// those of inbound messages start anew with each sandbox.
	sentSalt, inboundSalt uint64

	inbound atomic.Uint64 // numbers inbound messages
	traces  atomic.Uint64
	ahead   atomic.Int64 // how far the clock was moved forward, in nanoseconds

	// mu guards everything below; it is held for microseconds.
	mu         sync.Mutex
	apps       map[string]*app
	tokens     map[string]*token
	portfolios map[string]*portfolio
	wabas      map[string]*waba
	numbers    map[string]*number
	templates  map[string]*template
	nextID     uint64
	media      *mediaStore
	people     map[string]traits // those a control call has changed
	chats      map[chatKey]*chat
	behaviour  Behaviour
	review     Review
	stats      Stats
	baseURL    string
}

// New builds a sandbox from the options. Close must be called at the end.
func New(opts Options) (*Sandbox, error) {
	opts.fill()
	if err := opts.Behaviour.validate(); err != nil {
		return nil, err
	}
	wake := make(chan struct{}, 1)
	s := &Sandbox{
		opts: opts, codes: newCallingCodes(), log: opts.Logger, spans: newSpans(), faults: &faults{seed: opts.Seed},
		timers: &timers{wake: wake},
		apps:   map[string]*app{}, tokens: map[string]*token{}, portfolios: map[string]*portfolio{},
		wabas: map[string]*waba{}, numbers: map[string]*number{}, templates: map[string]*template{},
		nextID: 880_000_000_000, people: map[string]traits{}, chats: map[chatKey]*chat{},
		behaviour: *opts.Behaviour, review: opts.Review, media: newMediaStore(),
		stats: Stats{Refused: map[string]uint64{}, StatusesDone: map[string]uint64{}}, baseURL: opts.PublicURL,
	}
	s.delivery = &delivery{settings: opts.Webhooks, client: opts.WebhookClient, secret: s.secretOf,
		outage: s.faults.outage, wake: wake, queues: map[callback]*queue{}}
	s.mails = NewMails(s.now)
	if err := s.seed(); err != nil {
		return nil, err
	}
	for _, fault := range opts.Faults {
		if _, err := s.faults.add(fault); err != nil {
			return nil, err
		}
	}
	calls, err := openCallLog(opts.CallLog, opts.Fsync)
	if err != nil {
		return nil, err
	}
	s.calls = calls
	s.sentSalt = hashOf(opts.Seed, "sent")
	s.inboundSalt = hashOf(opts.Seed, "inbound", opts.Now().Format(time.RFC3339Nano))
	return s, nil
}

// Close closes the call log. Run must have returned and no call be in flight.
func (s *Sandbox) Close() error { return s.calls.close() }

func (s *Sandbox) now() time.Time { return s.opts.Now().Add(time.Duration(s.ahead.Load())) }

// Advance moves the sandbox's clock forward, so that days pass at once.
func (s *Sandbox) Advance(by time.Duration) {
	if by > 0 {
		s.ahead.Add(int64(by))
		s.delivery.signal()
	}
}

const (
	shortestWait = 5 * time.Millisecond // wake-ups are coalesced to this
	longestWait  = time.Second
)

// Run plays people and delivers webhooks until the context ends; then it
// returns nil. What was not delivered stays pending and goes on with the next Run.
func (s *Sandbox) Run(ctx context.Context) error {
	var posts sync.WaitGroup
	defer posts.Wait()
	alarm := time.NewTimer(0)
	defer alarm.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-alarm.C:
		}
		s.timers.runDue(s.now())
		ready, next := s.delivery.take(s.now(), true)
		for _, b := range ready {
			posts.Go(func() { s.delivery.post(ctx, b, s.now) })
		}
		if !s.sleep(ctx, earlier(next, s.timers.next())) {
			return nil
		}
		alarm.Reset(0)
	}
}

// sleep waits until the moment (zero: for a signal); false when the context ended.
func (s *Sandbox) sleep(ctx context.Context, until time.Time) bool {
	wait := longestWait
	if !until.IsZero() {
		wait = min(wait, until.Sub(s.now()))
	}
	pause := time.NewTimer(shortestWait)
	defer pause.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-pause.C:
	}
	if wait -= shortestWait; wait <= 0 {
		return true
	}
	rest := time.NewTimer(wait)
	defer rest.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-rest.C:
	case <-s.timers.wake:
	}
	return true
}

// Tick does all that is due at this moment of the clock and returns when it is
// done: what Run does, for callers that move the clock themselves.
func (s *Sandbox) Tick(ctx context.Context) {
	for ctx.Err() == nil {
		s.timers.runDue(s.now())
		ready, _ := s.delivery.take(s.now(), false)
		if len(ready) == 0 {
			return
		}
		for _, b := range ready {
			s.delivery.post(ctx, b, s.now)
		}
	}
}

// Stats counts what happened. Every call to /messages is one of
// Received = Accepted + MarkedRead + sum(Refused) + Faulted once it has ended,
// where Faulted were stopped by a fault before they were executed.
type Stats struct {
	Received     uint64            `json:"received"`
	Accepted     uint64            `json:"accepted"`
	MarkedRead   uint64            `json:"marked_read"`
	Refused      map[string]uint64 `json:"refused"` // by code
	Faulted      uint64            `json:"faulted"`
	RepliesLost  uint64            `json:"replies_lost"` // accepted, but never answered
	Inbound      uint64            `json:"inbound"`
	StatusesDone map[string]uint64 `json:"statuses"` // emitted, duplicates included
	Unscheduled  uint64            `json:"unscheduled"`
	Waiting      int               `json:"waiting"` // things that are not yet due
	Webhooks     DeliveryStats     `json:"webhooks"`
}

// Mails is the mail server that sends nothing on; its Serve is the caller's to call.
func (s *Sandbox) Mails() *Mails { return s.mails }

// Stats returns the counters.
func (s *Sandbox) Stats() Stats {
	s.mu.Lock()
	stats := s.stats
	stats.Refused = copyCounts(s.stats.Refused)
	stats.StatusesDone = copyCounts(s.stats.StatusesDone)
	s.mu.Unlock()
	stats.Waiting = s.timers.len()
	stats.Webhooks = s.delivery.snapshot()
	return stats
}

func copyCounts(counts map[string]uint64) map[string]uint64 {
	copied := make(map[string]uint64, len(counts))
	for key, n := range counts {
		copied[key] = n
	}
	return copied
}

func (s *Sandbox) count(update func(*Stats)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	update(&s.stats)
}

// Calls visits the call log in order.
func (s *Sandbox) Calls(filter CallFilter, visit func(Call) bool) error {
	return s.calls.each(filter, visit)
}

// InFlight returns the calls that were in flight at some moment of the closed
// interval; both ends zero means now. 200,000 ended calls are remembered.
func (s *Sandbox) InFlight(from, to time.Time) []CallSpan { return s.spans.between(from, to) }

// AddFault switches a fault on and returns it with its id.
func (s *Sandbox) AddFault(fault Fault) (Fault, error) {
	added, err := s.faults.add(fault)
	s.delivery.signal()
	return added, err
}

// RemoveFault ends the fault, or all for an empty id; false if there was none.
func (s *Sandbox) RemoveFault(id string) bool {
	defer s.delivery.signal()
	return s.faults.remove(id)
}

// SetBehaviour changes how people behave from now on.
func (s *Sandbox) SetBehaviour(b Behaviour) error {
	if err := b.validate(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.behaviour = b
	return nil
}

func (s *Sandbox) secretOf(appID string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.apps[appID]; a != nil {
		return a.Secret
	}
	return ""
}

// newID makes the numeric ids of templates and media. mu must be held.
func (s *Sandbox) newID() string {
	s.nextID++
	return strconv.FormatUint(s.nextID, 10)
}

// ListenAndServe is Handler, ControlHandler and Run together, for programs
// that want nothing else. It returns when the context ends.
func (s *Sandbox) ListenAndServe(ctx context.Context, api, control *http.Server) error {
	failed := make(chan error, 2)
	api.Handler, control.Handler = s.Handler(), s.ControlHandler()
	for _, server := range []*http.Server{api, control} {
		go func() { failed <- server.ListenAndServe() }()
	}
	running, stop := context.WithCancel(ctx)
	defer stop()
	done := make(chan struct{})
	go func() { defer close(done); _ = s.Run(running) }() // Run ends without error
	var err error
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	for _, server := range []*http.Server{api, control} {
		if server.Shutdown(grace) != nil { // a call hangs on purpose
			err = errors.Join(err, server.Close())
		}
	}
	stop()
	<-done
	return err
}
