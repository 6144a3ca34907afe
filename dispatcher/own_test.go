package dispatcher_test

import (
	"testing"
	"time"

	"go.uber.org/goleak"

	"posthaste/channels"
	"posthaste/messaging"
	"posthaste/store"
)

func (b *bench) owned(r *running) int {
	return b.count("SELECT count(*) FROM portfolio_owner WHERE process_id = $1", r.Process.ID)
}

// Two share the portfolios, one that comes later gets its part, and one that goes leaves its own to the other; all the
// while nothing is lost and nothing is called twice.
func TestDispatchersShareAndHandOver(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	var messages []messaging.ID
	for range 6 {
		portfolio := b.addPortfolio(messaging.Unlimited, 0)
		sender := b.addSender(portfolio, 60)
		m, _ := b.enqueue(batch{n: 120, sender: sender, portfolio: portfolio})
		messages = append(messages, m...)
	}
	first := b.start(quick())
	b.until("the first has all", func() bool { return b.owned(first) == 6 && b.provider.total() > 0 })
	second := b.start(quick())
	b.until("the second has its half", func() bool { return b.owned(first) == 3 && b.owned(second) == 3 })
	if err := first.stop(); err != nil {
		t.Fatal(err)
	}
	if n := b.owned(first); n != 0 {
		t.Errorf("the first has gone and holds %d portfolios", n)
	}
	b.until("the second has sent all", b.idle)
	calls := b.provider.perMessage()
	for _, m := range messages {
		if calls[m] != 1 || b.bits(m, 1) != messaging.Attempted|messaging.Sent {
			t.Fatalf("message %d: %d calls, bits %b", m, calls[m], b.bits(m, 1))
		}
	}
}

// Draining finishes the calls under way and records them; what was cleared and not called is queued, not unknown.
func TestDrainFinishesCallsAndGivesBack(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.exec("UPDATE sender SET messages_second = 100")
	release, begun := make(chan struct{}), make(chan struct{}, 100)
	b.provider.answer = func(n int, out channels.Outgoing) channels.Outcome {
		begun <- struct{}{}
		<-release
		return accept(n, out)
	}
	messages, _ := b.enqueue(batch{n: 50})
	config := quick()
	config.PostTimeout, config.GateSlice = 10*time.Second, 100*time.Millisecond
	r := b.start(config)
	<-begun
	b.until("more is cleared", func() bool { return b.count("SELECT COALESCE(max(intent), 0) FROM chunk") > 5 })
	stopped := make(chan error, 1)
	go func() { stopped <- r.stop() }()
	b.until("what was not called is back", func() bool {
		return b.count("SELECT count(*) FROM chunk WHERE settled > 0") > 0
	})
	close(release)
	if err := <-stopped; err != nil {
		t.Fatal(err)
	}
	calls := b.provider.perMessage()
	for _, m := range messages {
		if sent := b.bits(m, 1).Has(messaging.Sent); sent != (calls[m] == 1) || b.bits(m, 1).Has(messaging.Unknown) {
			t.Errorf("message %d: %d calls, bits %b", m, calls[m], b.bits(m, 1))
		}
	}
	if n := b.count("SELECT count(*) FROM chunk WHERE intent > settled"); n != 0 {
		t.Errorf("%d chunks are left with calls that may be under way", n)
	}
	if b.owned(r) != 0 {
		t.Error("the portfolio was not given back")
	}
	b.start(config)
	b.until("another sends the rest", b.idle)
	for m, n := range b.provider.perMessage() {
		if n != 1 {
			t.Errorf("message %d was called %d times", m, n)
		}
	}
}

// New work for an idle portfolio whose owner is frozen goes out by another process as soon as the owner's lease is over;
// the owner's calls count as under way for as long as they may be.
func TestProbeTakesOverFromAFrozenOwner(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	frozen, err := b.Store.Join(t.Context(), store.DispatchProcess, "frozen", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	owners, err := b.attempts.Take(t.Context(), frozen.ID, []messaging.ID{b.portfolio}, time.Second)
	if err != nil || len(owners) != 1 {
		t.Fatalf("%d owners, %v", len(owners), err)
	}
	under, _ := b.enqueue(batch{n: 2})
	b.exec("UPDATE chunk SET intent = 1, epoch = $1", owners[0].Epoch)
	config := quick()
	config.Rebalance, config.PostTimeout = time.Hour, 700*time.Millisecond
	r := b.start(config)
	fresh, _ := b.enqueue(batch{n: 3})
	if err := b.Store.Wake(t.Context()); err != nil {
		t.Fatal(err)
	}
	if b.owned(r) != 0 || b.provider.total() != 0 {
		t.Fatal("a portfolio was taken from an owner who lives")
	}
	b.exec("UPDATE process SET lease_until = clock_timestamp() WHERE id = $1", frozen.ID)
	expired := time.Now()
	b.until("the new work is sent", func() bool {
		calls := b.provider.perMessage()
		return calls[fresh[0]]+calls[fresh[1]]+calls[fresh[2]] == 3
	})
	b.until("the inherited call is unknown", func() bool { return b.bits(under[0], 1).Has(messaging.Unknown) })
	if passed := time.Since(expired); passed < config.PostTimeout {
		t.Errorf("a call of the frozen owner counted as unknown after %v", passed)
	}
	if calls := b.provider.perMessage(); calls[under[0]] != 0 {
		t.Error("what the frozen owner may have called was called again")
	}
}

// A dispatcher that has lost its lease, or is ending, is not ready.
func TestReadyOnlyWithALease(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	r := b.start(quick())
	if !r.dispatcher.Ready() {
		t.Error("not ready with a fresh lease")
	}
	b.exec("UPDATE process SET lease_until = clock_timestamp() - interval '1 s' WHERE id = $1", r.Process.ID)
	<-r.done
	if r.dispatcher.Ready() || r.err == nil {
		t.Errorf("ready without a lease; Run gave %v", r.err)
	}
	second := b.start(quick())
	if err := second.stop(); err != nil || second.dispatcher.Ready() {
		t.Errorf("ready after its end (%v)", err)
	}
}

// A wake-up beats the probe.
func TestWakeFindsWorkWithoutTheProbe(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.enqueue(batch{n: 1})
	config := quick()
	config.Probe = time.Hour
	b.start(config)
	b.until("the first is sent", b.idle)
	b.until("it listens", func() bool {
		return b.count("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'") == 1
	})
	b.enqueue(batch{n: 1})
	if err := b.Store.Wake(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.until("the second is sent", b.idle)
}

// A long wait of one sender or portfolio holds back no other, and bulk holds back no code.
func TestWaitsHoldBackNoOther(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.exec("UPDATE sender SET messages_second = 10")
	b.enqueue(batch{n: 200, category: messaging.Marketing})
	other := b.addSender(b.portfolio, 1000)
	stuck := b.addSender(b.portfolio, 80)
	b.exec("UPDATE sender SET state = 'STOPPED' WHERE id = $1", stuck)
	for range 10 {
		b.enqueue(batch{n: 100, sender: stuck, portfolio: b.portfolio})
	}
	b.start(quick())
	b.until("bulk is on its way", func() bool { return b.provider.total() > 3 })
	codes, _ := b.enqueue(batch{n: 3, category: messaging.Authentication})
	free, _ := b.enqueue(batch{n: 100, sender: other, portfolio: b.portfolio})
	b.until("codes and the other sender go first", func() bool {
		calls := b.provider.perMessage()
		for _, m := range append(codes, free...) {
			if calls[m] == 0 {
				return false
			}
		}
		return true
	})
	if n := b.count("SELECT COALESCE(sum(cardinality(message_ids) - settled), 0) FROM chunk WHERE category = 'MARKETING'"); n < 100 {
		t.Errorf("only %d bulk messages are left: codes had to wait for them", n)
	}
}

func TestNothingRunsOnAfterRun(t *testing.T) {
	b := newBench(t)
	b.enqueue(batch{n: 5})
	ignore := goleak.IgnoreCurrent()
	r := b.start(quick())
	b.until("all is sent", b.idle)
	if err := r.stop(); err != nil {
		t.Fatal(err)
	}
	goleak.VerifyNone(t, ignore, goleak.IgnoreAnyFunction("github.com/jackc/pgx/v5/pgxpool.(*Pool).backgroundHealthCheck"),
		goleak.IgnoreAnyFunction("github.com/jackc/pgx/v5/pgxpool.NewWithConfig.func4"),
		goleak.IgnoreAnyFunction("github.com/jackc/pgx/v5/pgconn/internal/bgreader.(*BGReader).bgRead")) // of a connection that stays open
}

// A campaign that came first and is large does not hide one that came later.
func TestCampaignsShareASender(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.exec("UPDATE sender SET messages_second = 40")
	template := b.addTemplate(messaging.Marketing)
	large, small := b.addCampaign(template), b.addCampaign(template)
	for range 30 {
		b.enqueue(batch{n: 100, category: messaging.Marketing, template: template, campaign: large, runAt: now().Add(-time.Hour)})
	}
	b.start(quick())
	b.until("the large one is on its way", func() bool { return b.provider.total() > 3 })
	late, _ := b.enqueue(batch{n: 10, category: messaging.Marketing, template: template, campaign: small})
	b.until("the small one is through", func() bool {
		calls := b.provider.perMessage()
		for _, m := range late {
			if calls[m] == 0 {
				return false
			}
		}
		return true
	})
	if n := b.provider.total(); n > 1500 {
		t.Errorf("the small campaign had to wait for %d messages of the large one", n)
	}
}
