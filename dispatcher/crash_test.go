package dispatcher_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"posthaste/channels"
	"posthaste/dispatcher"
	"posthaste/messaging"
	"posthaste/store"
	"posthaste/store/storetest"
)

// mortal is a process that dies at a chosen moment: from then on nothing of it reaches the store or the provider.
type mortal struct {
	messaging.Ledger
	dispatcher.Lease
	channels.Channel
	dead  atomic.Bool
	died  chan struct{}
	calls atomic.Int64
	// What it dies of.
	beforeIntent, afterIntent, afterOutcome bool
	afterCalls                              int64
}

var errDead = errors.New("this process is dead")

func (m *mortal) die() {
	if !m.dead.Swap(true) {
		close(m.died)
	}
}

func (m *mortal) Step(ctx context.Context, o messaging.Owner, s messaging.Step) (messaging.Stepped, error) {
	if m.dead.Load() || m.beforeIntent && len(s.Claims) > 0 {
		m.die()
		return messaging.Stepped{}, errDead
	}
	done, err := m.Ledger.Step(ctx, o, s)
	if m.afterIntent && len(s.Claims) > 0 || m.afterOutcome && len(s.Outcomes) > 0 {
		m.die()
		return messaging.Stepped{}, errDead
	}
	return done, err
}

func (m *mortal) Send(ctx context.Context, out channels.Outgoing) channels.Outcome {
	if m.dead.Load() {
		<-ctx.Done()
		return channels.Outcome{Verdict: channels.NotSent}
	}
	answer := m.Channel.Send(ctx, out)
	if n := m.calls.Add(1); m.afterCalls > 0 && n >= m.afterCalls {
		m.die()
		<-ctx.Done()
	}
	return answer
}

func (m *mortal) Beat(ctx context.Context, process int64, lease time.Duration) (time.Time, error) {
	if m.dead.Load() {
		return time.Time{}, errDead
	}
	return m.Lease.Beat(ctx, process, lease)
}

func (m *mortal) Leave(context.Context, int64) error { return errDead }

// startMortal starts a dispatcher that will die.
func (b *bench) startMortal(config dispatcher.Config, m *mortal) {
	m.Ledger, m.Lease, m.Channel, m.died = b.attempts, b.Store, b.provider, make(chan struct{})
	b.start(config, func(o *dispatcher.Options) {
		o.Ports.Ledger, o.Ports.Lease = m, m
		o.Ports.Owners = deadOwners{b.attempts, m}
		o.Channels = map[messaging.Channel]channels.Channel{messaging.WhatsApp: m}
	})
}

// deadOwners gives nothing back once the process is dead.
type deadOwners struct {
	*store.Attempts
	m *mortal
}

func (d deadOwners) Release(ctx context.Context, process int64, p []messaging.ID) error {
	if d.m.dead.Load() {
		return errDead
	}
	return d.Attempts.Release(ctx, process, p)
}

// hanging is a process whose first claim hangs, and then fails without having happened.
type hanging struct {
	messaging.Ledger
	once        sync.Once
	hangs, fail chan struct{}
}

func (h *hanging) Step(ctx context.Context, o messaging.Owner, s messaging.Step) (done messaging.Stepped, err error) {
	first := false
	if len(s.Claims) > 0 {
		h.once.Do(func() { first = true })
	}
	if !first {
		return h.Ledger.Step(ctx, o, s)
	}
	close(h.hangs)
	<-h.fail
	return messaging.Stepped{}, errors.New("the transaction was ended")
}

// What another owner has claimed meanwhile is no claim of one's own that was never carried out.
func TestAClaimThatFailedLateDoesNotJudgeALaterOwners(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	messages, _ := b.enqueue(batch{n: 10})
	answers := make(chan struct{})
	b.provider.answer = func(n int, out channels.Outgoing) channels.Outcome {
		<-answers
		return accept(n, out)
	}
	h := &hanging{Ledger: b.attempts, hangs: make(chan struct{}), fail: make(chan struct{})}
	first := b.start(quick(), func(o *dispatcher.Options) { o.Ports.Ledger = h })
	<-h.hangs
	b.exec("UPDATE process SET lease_until = now() - interval '1 minute' WHERE id = $1", first.Process.ID)
	b.start(quick())
	b.until("the second owner has called everybody", func() bool { return b.provider.total() == len(messages) })
	close(h.fail)
	_ = first.stop() // having recorded what it believes
	close(answers)
	b.until("all is settled", b.settled)
	for m, n := range b.provider.perMessage() {
		if n != 1 {
			b.t.Errorf("message %d was called %d times", m, n)
		}
	}
}

// receiverUp puts a receiver beside that has heard of everything up to far ahead.
func (b *bench) receiverUp() {
	if _, err := b.Store.Join(context.Background(), store.ServeProcess, "test", time.Hour); err != nil {
		b.t.Fatal(err)
	}
	b.exec("UPDATE process SET started_at = now() - interval '1 hour' WHERE kind = 'serve'")
	b.exec("INSERT INTO sender_heard (tenant_id, sender_id, event_at, heard_at) VALUES ($1, $2, now() + interval '1 hour', now())", b.tenant.ID, b.sender)
}

// Whatever the moment of death, nothing is lost, and what goes out twice is counted.
func TestDeathLosesNothing(t *testing.T) {
	t.Parallel()
	for name, m := range map[string]*mortal{
		"before the intent":          {beforeIntent: true},
		"between intent and call":    {afterIntent: true},
		"after the first call":       {afterCalls: 1},
		"in the middle of the calls": {afterCalls: 17},
		"after the outcomes' commit": {afterOutcome: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.receiverUp()
			config := quick()
			config.DoubtWait = 60 * time.Millisecond
			messages, _ := b.enqueue(batch{n: 50})
			b.startMortal(config, m)
			<-m.died
			b.start(config)
			b.until("all is settled", func() bool { return b.settled() })
			b.checkNothingLost(messages)
		})
	}
}

func (b *bench) checkNothingLost(messages []messaging.ID) {
	b.t.Helper()
	calls := b.provider.perMessage()
	for _, m := range messages {
		last := b.count("SELECT max(attempt) FROM message_state WHERE id = $1", m)
		if !b.bits(m, last).Has(messaging.Sent) {
			b.t.Errorf("message %d is lost: bits %b after %d calls", m, b.bits(m, last), calls[m])
		}
		counted := b.bits(m, 1).Has(messaging.PossibleDuplicate | messaging.Retried)
		if calls[m] < 1 || calls[m] > 2 || calls[m] == 2 && !counted {
			b.t.Log(b.provider.log(m))
			b.t.Errorf("message %d was called %d times, counted as possible duplicate: %v", m, calls[m], counted)
		}
		if counted != (last == 2) {
			b.t.Errorf("message %d has %d attempts, counted: %v", m, last, counted)
		}
	}
	for key, n := range tally(b.events()) {
		if n != 1 {
			b.t.Errorf("event %s was written %d times", key, n)
		}
	}
	if n := b.count("SELECT count(*) FROM payload"); n != 0 {
		b.t.Errorf("%d payloads are left", n)
	}
}

func TestEvidenceSettlesTheUnknownWithoutASecondCall(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	config := quick()
	messages, _ := b.enqueue(batch{n: 20})
	m := &mortal{afterCalls: 10}
	b.startMortal(config, m)
	<-m.died
	// Reports of what was called come while nobody owns the portfolio, and go on coming.
	learner := dispatcher.NewLearner(b.attempts, now, nil, config)
	b.start(config)
	b.until("the calls of the dead count as unknown", func() bool {
		return b.idle() && b.count("SELECT count(*) FROM unsettled") > 0
	})
	called := b.provider.perMessage()
	week := messaging.WeekOf(now().AddDate(0, 0, storetest.MessageDays))
	var reports []dispatcher.Report
	for _, id := range messages {
		if called[id] > 0 {
			reports = append(reports, dispatcher.Report{Sender: b.sender, Newest: now(), Evidence: messaging.Evidence{
				Message: id, Week: week, Attempt: 1, Bits: messaging.Delivered, At: now(), SentAt: now(), DeliveredAt: now(),
			}})
		}
	}
	if _, err := learner.Learn(context.Background(), b.tenant.ID, reports, nil, nil); err != nil {
		t.Fatal(err)
	}
	for _, id := range messages {
		if called[id] == 0 {
			continue
		}
		if n := b.count("SELECT count(*) FROM unsettled WHERE id = $1", id); n != 0 || !b.bits(id, 1).Has(messaging.Delivered) {
			t.Errorf("message %d: %d doubts after its report, bits %b", id, n, b.bits(id, 1))
		}
		if n := b.provider.perMessage()[id]; n != 1 {
			t.Errorf("message %d was called %d times", id, n)
		}
	}
}

func TestMarketingIsNeverTriedAgainWithoutKnowing(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.receiverUp()
	config := quick()
	config.DoubtWait = 60 * time.Millisecond
	b.provider.answer = func(int, channels.Outgoing) channels.Outcome { return channels.Outcome{Verdict: channels.Unknown} }
	messages, _ := b.enqueue(batch{n: 5, category: messaging.Marketing})
	b.start(config)
	b.until("the waits end", func() bool {
		return b.provider.total() == 5 && b.settled()
	})
	for _, m := range messages {
		if got := b.bits(m, 1); got != messaging.Attempted|messaging.Unknown|messaging.Unsettled {
			t.Errorf("bits are %b", got)
		}
	}
}

func TestTheWaitCountsOnlyWhileTheReceiverHears(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	config := quick()
	config.DoubtWait = 60 * time.Millisecond
	b.provider.answer = func(int, channels.Outgoing) channels.Outcome { return channels.Outcome{Verdict: channels.Unknown} }
	b.enqueue(batch{n: 1})
	b.start(config)
	b.until("the answer is lost", func() bool { return b.count("SELECT count(*) FROM unsettled") == 1 })
	first := b.count("SELECT extract(epoch FROM checked_at)::bigint FROM unsettled")
	b.until("ticks pass", func() bool { return b.count("SELECT extract(epoch FROM checked_at)::bigint FROM unsettled") > first+1 })
	if n := b.count("SELECT count(*) FROM unsettled WHERE waited = '0'"); n != 1 {
		t.Fatal("the wait has grown although no receiver was up")
	}
	b.receiverUp()
	b.until("it is tried again", func() bool { return b.provider.total() >= 2 })
}

// A lost lease ends calling at once, but what was called is recorded.
func TestLostLeaseStopsCallsAndKeepsOutcomes(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	config := quick()
	config.Lease = 3 * time.Second
	release := make(chan struct{})
	b.provider.answer = func(n int, out channels.Outgoing) channels.Outcome {
		if n == 0 {
			<-release
		}
		return accept(n, out)
	}
	b.exec("UPDATE sender SET messages_second = 5")
	messages, _ := b.enqueue(batch{n: 30})
	lease := &noBeats{Lease: b.Store}
	r := b.start(config, func(o *dispatcher.Options) { o.Ports.Lease = lease })
	b.until("the first call is under way", func() bool { return b.provider.total() > 0 })
	lease.refuse.Store(true)
	time.AfterFunc(time.Second, func() { close(release) })
	<-r.done
	if !errors.Is(r.err, dispatcher.ErrLeaseLost) {
		t.Fatalf("Run gave %v", r.err)
	}
	calls := b.provider.perMessage()
	for _, m := range messages {
		if sent := b.bits(m, 1).Has(messaging.Sent); sent != (calls[m] == 1) {
			t.Errorf("message %d: %d calls, recorded %v", m, calls[m], sent)
		}
	}
	if len(calls) == 0 || len(calls) == len(messages) {
		t.Errorf("%d of %d were called; the lease should have ended on the way", len(calls), len(messages))
	}
}

type noBeats struct {
	dispatcher.Lease
	refuse atomic.Bool
}

func (n *noBeats) Beat(ctx context.Context, process int64, lease time.Duration) (time.Time, error) {
	if n.refuse.Load() {
		return time.Time{}, errDead
	}
	return n.Lease.Beat(ctx, process, lease)
}

// flaky is a store whose connection breaks: some steps fail before anything happened, some after they were committed.
type flaky struct {
	messaging.Ledger
	steps atomic.Int64
}

func (f *flaky) Step(ctx context.Context, o messaging.Owner, s messaging.Step) (messaging.Stepped, error) {
	switch f.steps.Add(1) % 4 {
	case 1:
		return messaging.Stepped{}, errDead
	case 2:
		_, err := f.Ledger.Step(ctx, o, s)
		return messaging.Stepped{}, errors.Join(errDead, err)
	}
	return f.Ledger.Step(ctx, o, s)
}

// A step of which it is not known whether it happened costs no message and no second call, nor an attempt.
func TestABrokenConnectionLosesAndDoublesNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.provider.answer = func(n int, out channels.Outgoing) channels.Outcome {
		if n%7 == 3 { // some come back, so that what follows a call is told twice too
			return channels.Outcome{Verdict: channels.NotSent, Failure: channels.Failure{Action: channels.Retry}}
		}
		return accept(n, out)
	}
	var messages []messaging.ID
	for range 3 {
		m, _ := b.enqueue(batch{n: 60})
		messages = append(messages, m...)
	}
	b.start(quick(), func(o *dispatcher.Options) { o.Ports.Ledger = &flaky{Ledger: b.attempts} })
	b.until("all is sent", b.settled)
	b.provider.mu.Lock()
	sent := map[string]int{}
	for n, c := range b.provider.calls {
		if n%7 != 3 {
			sent[c.correlation]++
		}
	}
	b.provider.mu.Unlock()
	for key, n := range sent {
		if n != 1 {
			t.Errorf("%s was accepted %d times", key, n)
		}
	}
	for _, m := range messages {
		if got := b.bits(m, 1); got != messaging.Attempted|messaging.Sent {
			t.Errorf("message %d has bits %b", m, got)
		}
	}
	if len(sent) != len(messages) {
		t.Errorf("%d were accepted, want %d", len(sent), len(messages))
	}
	for key, n := range tally(b.events()) {
		if n != 1 {
			t.Errorf("event %s was written %d times", key, n)
		}
	}
}
