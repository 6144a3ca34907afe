package dispatcher_test

import (
	"testing"
	"time"

	"go.uber.org/goleak"

	"posthaste/channels"
	"posthaste/messaging"
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
		goleak.IgnoreAnyFunction("github.com/jackc/pgx/v5/pgxpool.NewWithConfig.func4"))
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
