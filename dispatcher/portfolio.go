package dispatcher

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"posthaste/messaging"
)

// portfolio is the loop that sends for one portfolio. Its limits are in memory and exact, for no other process sends for
// it. The fields below the first group belong to the loop's goroutine.
type portfolio struct {
	d     *Dispatcher
	owner messaging.Owner
	taken time.Time // monotonic

	inbox    chan []*messaging.Chunk
	quit     chan struct{} // closed by stop: claim no more
	quitOnce sync.Once
	cut      context.CancelFunc // ends what is under way with the store
	cutCtx   context.Context
	answers  answers
	ready    atomic.Bool  // what an owner before left is known: from then on the probe may bring work
	busy     atomic.Int64 // chunks in memory, for others to compare
	clean    bool         // after the end: nothing is left open

	mu      sync.Mutex // guards held and blocked, which the probe reads
	held    map[messaging.ID]bool
	blocked map[messaging.Lane]time.Time

	senders   map[messaging.ID]*sender
	work      map[messaging.ID]*work
	window    *messaging.LimitWindow
	pairs     *messaging.Pairs
	templates map[messaging.ID]time.Time // held back until then, by the provider's word
	inherited []*work                    // with calls of an owner before
	doubts    bool                       // there may be unknown attempts
	doubtsAt  time.Time
	failures  int // calls in a row without an answer

	pending   []messaging.CallOutcome
	pendingAt time.Time // of the oldest
	stops     []messaging.StopSending
	signals   []messaging.ConsentSignal
	inFlight  int
	sliceAt   time.Time
	retryAt   time.Time // after an error of the store
	retries   int
	unsure    []*work // chunks of a step of which it is not known whether it happened
}

// work is a chunk in memory.
type work struct {
	chunk    *messaging.Chunk
	payload  messaging.Payload
	gone     bool // its payload is
	queued   bool // in a lane
	inFlight int
	clearAt  time.Time // monotonic: until then inherited calls may be under way
	open     []int     // those
}

func newPortfolio(d *Dispatcher, o messaging.Owner, taken time.Time) *portfolio {
	p := &portfolio{
		d: d, owner: o, taken: taken, inbox: make(chan []*messaging.Chunk, 1), quit: make(chan struct{}), answers: newAnswers(),
		held: map[messaging.ID]bool{}, blocked: map[messaging.Lane]time.Time{}, senders: map[messaging.ID]*sender{},
		work: map[messaging.ID]*work{}, window: messaging.NewLimitWindow(messaging.Unlimited, 0), pairs: messaging.NewPairs(),
		templates: map[messaging.ID]time.Time{}, doubts: true, clean: true,
	}
	p.cutCtx, p.cut = context.WithCancel(context.Background())
	return p
}

// stop has the loop end: it claims no more, waits for calls under way and records them.
func (p *portfolio) stop() { p.quitOnce.Do(func() { close(p.quit) }) }

// abandon has it end at once.
func (p *portfolio) abandon() {
	p.stop()
	p.cut()
}

func (p *portfolio) stopping() bool {
	select {
	case <-p.quit:
		return true
	default:
		return false
	}
}

func (p *portfolio) load() int { return int(p.busy.Load()) }

// view adds what the probe need not look for; false when the loop takes nothing now.
func (p *portfolio) view(q *messaging.DueQuery) bool {
	if !p.ready.Load() || p.stopping() || len(p.inbox) > 0 {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for id := range p.held {
		q.Held = append(q.Held, id)
	}
	for lane, until := range p.blocked {
		if q.Now.Before(until) {
			q.Blocked = append(q.Blocked, lane)
		}
	}
	return true
}

// hand gives the loop chunks that the probe found. The probe alone calls it, after view.
func (p *portfolio) hand(chunks []*messaging.Chunk) {
	p.mu.Lock()
	for _, c := range chunks {
		p.held[c.ID] = true
	}
	p.mu.Unlock()
	p.inbox <- chunks
}

func (p *portfolio) run(context.Context) {
	defer func() { p.d.ended <- p }()
	defer p.cut()
	for !p.inherit() {
		if !p.pause(time.Second) {
			return
		}
	}
	for {
		p.collect()
		p.resolve()
		if p.stopping() && p.inFlight == 0 && p.recorded() || p.cutCtx.Err() != nil {
			break
		}
		if p.due() {
			p.step()
			continue
		}
		p.settleDoubts()
		p.await()
	}
	p.clean = p.inFlight == 0 && p.recorded()
}

// recorded tells whether nothing waits to be written.
func (p *portfolio) recorded() bool { return len(p.pending)+len(p.signals)+len(p.unsure) == 0 }

// pause waits; false when the loop is to end.
func (p *portfolio) pause(wait time.Duration) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-p.quit:
		return false
	}
}

// inherit reads the limit window and the chunks that an owner before has left with calls under way.
func (p *portfolio) inherit() bool {
	ctx, cancel := context.WithTimeout(p.cutCtx, 10*time.Second)
	defer cancel()
	entries, open, err := p.d.ports.Ledger.Inherit(ctx, p.owner, p.d.clock().Add(-messaging.LimitSpan))
	if err != nil {
		p.d.log.Warn("a portfolio's state could not be read", "error", err)
		return false
	}
	for _, e := range entries {
		p.window.Load(e.Subject, e.At)
	}
	for _, c := range open {
		p.mu.Lock()
		p.held[c.ID] = true
		p.mu.Unlock()
		w := &work{chunk: c, open: c.Open(), clearAt: p.taken.Add(p.owner.ClearIn)}
		p.work[c.ID] = w
		p.inherited = append(p.inherited, w)
	}
	p.adopt(open)
	p.ready.Store(true)
	return true
}

// resolve turns inherited calls whose time is over into unknown outcomes.
func (p *portfolio) resolve() {
	now := p.d.clock()
	left := p.inherited[:0]
	for _, w := range p.inherited {
		if time.Now().Before(w.clearAt) {
			left = append(left, w)
			continue
		}
		for _, i := range w.open {
			p.pend(lostCall(w.chunk, i, now))
		}
		w.open = nil
	}
	p.inherited = left
}

// adopt takes chunks into the lanes, with their payloads.
func (p *portfolio) adopt(chunks []*messaging.Chunk) {
	var payloads []messaging.ID
	for _, c := range chunks {
		if c.Intent < c.Len() {
			payloads = append(payloads, c.Payload)
		}
	}
	if len(payloads) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(p.cutCtx, 10*time.Second)
	defer cancel()
	opened, err := p.d.ports.Ledger.Payloads(ctx, p.owner.Tenant, payloads)
	if err != nil {
		p.d.log.Warn("payloads could not be read", "error", err)
		for _, c := range chunks {
			p.letGo(c.ID)
		}
		return
	}
	for _, c := range chunks {
		if c.Intent == c.Len() {
			continue
		}
		w := p.work[c.ID]
		if w == nil {
			w = &work{chunk: c}
			p.work[c.ID] = w
		}
		if !w.queued { // a chunk twice in a lane would be called twice
			payload, there := opened[c.Payload]
			w.payload, w.gone = payload, !there
			p.sender(c.Sender).queue(w)
		}
	}
	p.busy.Store(int64(len(p.work)))
}

// letGo drops a chunk from memory unless a call of it is open.
func (p *portfolio) letGo(id messaging.ID) {
	if w := p.work[id]; w != nil {
		if w.inFlight > 0 || len(w.open) > 0 {
			return
		}
		delete(p.work, id)
	}
	p.mu.Lock()
	delete(p.held, id)
	p.mu.Unlock()
	p.busy.Store(int64(len(p.work)))
}

// block closes a lane until the moment and lets go of what is queued there: nothing lies in memory while it waits.
func (p *portfolio) block(s *sender, priority int, until time.Time) {
	p.mu.Lock()
	p.blocked[messaging.Lane{Sender: s.id, Priority: priority}] = until
	p.mu.Unlock()
	for _, w := range s.lanes[priority].drop() {
		p.letGo(w.chunk.ID)
	}
}

func (p *portfolio) blockSender(s *sender, until time.Time) {
	for priority := range s.lanes {
		p.block(s, priority, until)
	}
}

// due tells whether a step is to be made now.
func (p *portfolio) due() bool {
	now := time.Now()
	if now.Before(p.retryAt) || p.cutCtx.Err() != nil {
		return false
	}
	if p.outcomesDue(now) || len(p.unsure) > 0 {
		return true
	}
	return !p.stopping() && p.d.lease.holds() && !now.Before(p.sliceAt) && p.claimable()
}

func (p *portfolio) outcomesDue(now time.Time) bool {
	if len(p.pending) == 0 {
		return len(p.signals) > 0
	}
	return len(p.pending) >= p.d.config.OutcomeMost || now.Sub(p.pendingAt) >= p.d.config.OutcomeWait || p.stopping()
}

// claimable tells whether a call may start within the next slice.
func (p *portfolio) claimable() bool {
	now := p.d.clock()
	for _, s := range p.senders {
		if s.queued() > 0 && p.room(s, now) > 0 {
			return true
		}
	}
	return false
}

// room is how many calls of the sender one slice may clear.
func (p *portfolio) room(s *sender, now time.Time) int {
	return min(s.rate.Room(now, p.d.config.GateSlice), p.d.config.MaxInFlight-s.inFlight)
}

// step records what is pending and claims the next slice.
func (p *portfolio) step() {
	ctx, cancel := context.WithTimeout(p.cutCtx, 10*time.Second)
	defer cancel()
	now := p.d.clock()
	if err := p.prepare(ctx, now); err != nil {
		p.failed(err)
		return
	}
	// At most one slice in a slice's time, although outcomes may ask for a step more often.
	var claims []messaging.Claim
	if !p.stopping() && p.d.lease.holds() && !time.Now().Before(p.sliceAt) {
		claims = p.pick(now)
		p.sliceAt = time.Now().Add(p.d.config.GateSlice)
	}
	if len(claims) == 0 && len(p.pending) == 0 && len(p.stops) == 0 {
		return
	}
	gate := &gate{p: p, now: now}
	done, err := p.d.ports.Ledger.Step(ctx, p.owner, messaging.Step{
		Now: now, Outcomes: p.pending, Stops: p.stops, Claims: claims,
		Decide: func(g *messaging.Gate) messaging.Decision { return gate.decide(g, claims) },
	})
	if err != nil {
		for _, c := range claims {
			p.unsure = append(p.unsure, p.work[c.Chunk.ID])
		}
		p.failed(err)
		return
	}
	p.retries = 0
	recorded := p.pending
	p.pending, p.stops = nil, nil
	p.written(recorded)
	if done.Stale {
		p.d.log.Warn("a portfolio has another owner or is no more; this one stops")
		p.stop()
		return
	}
	gate.commit()
}

// prepare records opt-outs, before the outcomes that told of them, and clears up steps in doubt.
func (p *portfolio) prepare(ctx context.Context, now time.Time) error {
	if len(p.signals) > 0 {
		if err := p.d.ports.Ledger.OptOut(ctx, p.owner.Tenant, now, p.signals); err != nil {
			return err
		}
		p.signals = nil
	}
	return p.reconcile(ctx, now)
}

// reconcile finds out whether steps that ended in an error happened. Calls that were cleared by one were not made: they
// are queued again.
func (p *portfolio) reconcile(ctx context.Context, now time.Time) error {
	if len(p.unsure) == 0 {
		return nil
	}
	ids := make([]messaging.ID, len(p.unsure))
	for i, w := range p.unsure {
		ids[i] = w.chunk.ID
	}
	chunks, err := p.d.ports.Ledger.Reload(ctx, p.owner.Tenant, ids)
	if err != nil {
		return err
	}
	found := map[messaging.ID]*messaging.Chunk{}
	for _, c := range chunks {
		found[c.ID] = c
	}
	for _, w := range p.unsure {
		c := found[w.chunk.ID]
		if c == nil || c.Epoch > p.owner.Epoch { // gone, or claimed by a later owner: those calls are not ours to judge
			p.unqueue(w)
			continue
		}
		for i := w.chunk.Intent; i < c.Intent; i++ {
			if !c.Marks.Has(i) {
				p.pend(uncalled(c, i, now))
			}
		}
		w.chunk.Intent, w.chunk.Marks = c.Intent, c.Marks
		if c.Intent == c.Len() {
			p.senders[c.Sender].unqueue(w)
		}
	}
	p.unsure = nil
	return nil
}

// failed waits longer after each error in a row.
func (p *portfolio) failed(err error) {
	p.retries++
	wait := min(100*time.Millisecond<<min(p.retries, 6), 5*time.Second)
	p.retryAt = time.Now().Add(wait)
	if !errors.Is(err, context.Canceled) {
		p.d.log.Warn("a step of a portfolio failed; trying again", "error", err, "wait", wait)
	}
}

// written notes what a step has recorded.
func (p *portfolio) written(outcomes []messaging.CallOutcome) {
	for _, o := range outcomes {
		w := p.work[o.Chunk.ID]
		if o.Follow == messaging.FollowWait {
			p.doubts = true
		}
		if w == nil {
			continue
		}
		w.chunk.Marks.Set(o.Index)
		// Done, or put aside while calls of it were under way: then the probe brings it again when it is due.
		if w.chunk.Done() || !w.queued {
			p.letGo(w.chunk.ID)
		}
	}
}

// pend adds an outcome to be recorded.
func (p *portfolio) pend(o messaging.CallOutcome) {
	if len(p.pending) == 0 {
		p.pendingAt = time.Now()
	}
	p.pending = append(p.pending, o)
}

// unqueue drops a chunk that is no longer ours to send.
func (p *portfolio) unqueue(w *work) {
	if s := p.senders[w.chunk.Sender]; s != nil {
		s.unqueue(w)
	}
	p.letGo(w.chunk.ID)
}

// await sleeps until something is to be done.
func (p *portfolio) await() {
	timer := time.NewTimer(p.sleep())
	defer timer.Stop()
	quit := p.quit
	if p.stopping() {
		quit = nil
	}
	select {
	case chunks := <-p.inbox:
		p.adopt(chunks)
	case <-p.answers.more:
	case <-timer.C:
	case <-quit:
	case <-p.cutCtx.Done():
	}
}

// sleep is how long nothing needs to be done if nothing comes.
func (p *portfolio) sleep() time.Duration {
	now := time.Now()
	wait := p.d.config.DoubtTick
	until := func(t time.Time) { wait = min(wait, max(t.Sub(now), 0)) }
	for _, w := range p.inherited {
		until(w.clearAt)
	}
	if now.Before(p.retryAt) {
		until(p.retryAt)
		return max(wait, time.Millisecond)
	}
	if len(p.pending) > 0 {
		until(p.pendingAt.Add(p.d.config.OutcomeWait))
	}
	if !p.stopping() {
		for _, s := range p.senders {
			if s.queued() == 0 {
				continue
			}
			if p.room(s, p.d.clock()) > 0 {
				until(p.sliceAt)
			} else {
				until(now.Add(p.d.config.GateSlice))
			}
		}
	}
	return max(wait, time.Millisecond)
}
