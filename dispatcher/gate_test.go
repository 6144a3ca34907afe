package dispatcher_test

import (
	"context"
	"testing"
	"time"

	"posthaste/channels"
	"posthaste/messaging"
	"posthaste/store"
)

// own makes the bench's portfolio belong to a process that is no dispatcher, and reads its only chunk.
func (b *bench) own() (messaging.Owner, *messaging.Chunk) {
	b.t.Helper()
	ctx := context.Background()
	p, err := b.Store.Join(ctx, store.DispatchProcess, "test", time.Hour)
	if err != nil {
		b.t.Fatal(err)
	}
	owners, err := b.attempts.Take(ctx, p.ID, []messaging.ID{b.portfolio}, time.Second)
	if err != nil || len(owners) != 1 {
		b.t.Fatalf("took %v: %v", owners, err)
	}
	due, err := b.attempts.Due(ctx, messaging.DueQuery{Now: now(), Portfolios: []messaging.ID{b.portfolio}, Per: 10})
	if err != nil || len(due) != 1 {
		b.t.Fatalf("%d chunks are due: %v", len(due), err)
	}
	return owners[0], due[0]
}

func claimAll(c *messaging.Chunk, decide func(*messaging.Gate) messaging.Decision) messaging.Step {
	return messaging.Step{Now: now(), Claims: []messaging.Claim{{Chunk: c, To: c.Len()}}, Decide: decide}
}

func intendAll(c *messaging.Chunk) messaging.Decision {
	return messaging.Decision{Intents: []messaging.Intent{{Chunk: c, To: c.Len()}}}
}

// A paused process that wakes up after another has taken over claims nothing, but what it knows is recorded.
func TestAStaleOwnerClaimsNothingAndItsEvidenceLands(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	messages, _ := b.enqueue(batch{n: 3})
	ctx := context.Background()
	stale, chunk := b.own()
	if _, err := b.attempts.Step(ctx, stale, messaging.Step{Now: now(), Claims: []messaging.Claim{{Chunk: chunk, To: 2}},
		Decide: func(*messaging.Gate) messaging.Decision {
			return messaging.Decision{Intents: []messaging.Intent{{Chunk: chunk, To: 2}}}
		}}); err != nil {
		t.Fatal(err)
	}
	chunk.Intent = 2
	b.exec("UPDATE process SET lease_until = now() - interval '1 second' WHERE id = $1", stale.Process)
	b.exec("UPDATE portfolio_owner SET epoch = epoch + 1, process_id = 999")
	outcome := messaging.CallOutcome{Chunk: chunk, Index: 0, Evidence: messaging.Evidence{
		Message: messages[0], Week: chunk.Week, Attempt: 1, Bits: messaging.Sent, At: now(), SentAt: now(),
	}}
	done, err := b.attempts.Step(ctx, stale, messaging.Step{
		Now: now(), Outcomes: []messaging.CallOutcome{outcome}, Claims: []messaging.Claim{{Chunk: chunk, To: 3}},
		Decide: func(*messaging.Gate) messaging.Decision {
			t.Error("a stale owner was asked to decide")
			return messaging.Decision{}
		},
	})
	if err != nil || !done.Stale {
		t.Fatalf("%+v, %v: want stale", done, err)
	}
	if !b.bits(messages[0], 1).Has(messaging.Sent) {
		t.Error("a true outcome of the stale owner was dropped")
	}
	if intent := b.count("SELECT intent FROM chunk"); intent != 2 {
		t.Errorf("the intent went on to %d", intent)
	}
}

// The right to queue the next attempt exists once, whoever has it and however often it is used.
func TestARetryIsQueuedOnceWhoeverTellsOfIt(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	messages, _ := b.enqueue(batch{n: 2})
	ctx := context.Background()
	o, chunk := b.own()
	if _, err := b.attempts.Step(ctx, o, claimAll(chunk, func(*messaging.Gate) messaging.Decision { return intendAll(chunk) })); err != nil {
		t.Fatal(err)
	}
	chunk.Intent = 2
	outcome := func(i int, bits messaging.State, follow messaging.Follow, resolved bool) messaging.CallOutcome {
		return messaging.CallOutcome{Chunk: chunk, Index: i, Follow: follow, RunAt: now().Add(time.Hour), Resolved: resolved, Evidence: messaging.Evidence{
			Message: messages[i], Week: chunk.Week, Attempt: 1, Bits: bits, At: now(),
		}}
	}
	step := func(outcomes ...messaging.CallOutcome) {
		t.Helper()
		if _, err := b.attempts.Step(ctx, o, messaging.Step{Now: now(), Outcomes: outcomes}); err != nil {
			t.Fatal(err)
		}
	}
	unknown, retried := messaging.Attempted|messaging.Unknown, messaging.Attempted|messaging.Retried
	// A successor declares both lost; then the old owner tells the truth, twice.
	step(outcome(0, unknown, messaging.FollowWait, true), outcome(1, unknown, messaging.FollowWait, true))
	if n := b.count("SELECT count(*) FROM unsettled"); n != 2 {
		t.Fatalf("%d unsettled, want 2", n)
	}
	for range 2 {
		step(outcome(0, retried, messaging.FollowNext, false), outcome(1, messaging.Sent, messaging.FollowNothing, false))
		step(outcome(0, unknown, messaging.FollowWait, true)) // the successor again, late
	}
	if n := b.count("SELECT count(*) FROM chunk WHERE attempt = 2 AND message_ids = ARRAY[$1::bigint]", messages[0]); n != 1 {
		t.Errorf("%d second attempts are queued, want 1", n)
	}
	if n := b.count("SELECT count(*) FROM unsettled"); n != 0 {
		t.Errorf("%d unsettled are left", n)
	}
	for key, n := range tally(b.events()) {
		if n != 1 {
			t.Errorf("event %s was written %d times", key, n)
		}
	}
}

// Either the gate sees the opt-out, or the opt-out is committed after the intent. There is nothing between.
func TestAnOptOutIsCommittedBeforeTheGateLooksOrAfterTheIntent(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, subjects := b.enqueue(batch{n: 1})
	ctx := context.Background()
	o, chunk := b.own()
	optOut := func(entered chan<- struct{}, commit <-chan struct{}) error {
		return b.Store.InTenant(ctx, b.tenant.ID, func(tx *store.Tx) error {
			_, err := tx.Exec(ctx, "UPDATE consent_state SET granted = false WHERE tenant_id = $1 AND subject = $2", b.tenant.ID, subjects[0])
			close(entered)
			<-commit
			return err
		})
	}
	// The gate looks while an opt-out is under way: it waits for it and sees it.
	entered, commit, optedOut := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() { optedOut <- optOut(entered, commit) }()
	<-entered
	stepped := make(chan messaging.Standing, 1)
	go func() {
		_, err := b.attempts.Step(ctx, o, claimAll(chunk, func(g *messaging.Gate) messaging.Decision {
			stepped <- g.Standings[chunk.ID][0].Standing
			return messaging.Decision{}
		}))
		if err != nil {
			t.Error(err)
		}
	}()
	b.until("the gate waits", func() bool {
		return b.count("SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE l.locktype = 'advisory' AND NOT l.granted AND a.datname = current_database()") == 1
	})
	close(commit)
	if err := <-optedOut; err != nil {
		t.Fatal(err)
	}
	if s := <-stepped; s.Granted {
		t.Error("the gate did not see an opt-out that was committed before it")
	}
	// An opt-out comes while the gate decides: it is committed only after the intent.
	b.exec("UPDATE consent_state SET granted = true")
	entered, commit = make(chan struct{}), make(chan struct{})
	close(commit)
	_, err := b.attempts.Step(ctx, o, claimAll(chunk, func(g *messaging.Gate) messaging.Decision {
		go func() { optedOut <- optOut(entered, commit) }()
		b.until("the opt-out waits", func() bool {
			return b.count("SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE l.locktype = 'advisory' AND NOT l.granted AND a.datname = current_database()") == 1
		})
		if n := b.count("SELECT count(*) FROM consent_state WHERE granted"); n != 1 {
			t.Error("the opt-out was committed between the gate's look and the intent")
		}
		return intendAll(chunk)
	}))
	if err != nil {
		t.Fatal(err)
	}
	if err := <-optedOut; err != nil {
		t.Fatal(err)
	}
}

func TestTheLimitWindowHoldsAcrossOwners(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.exec("UPDATE portfolio SET daily_limit = 12, reserve = 4")
	b.enqueue(batch{n: 20, category: messaging.Marketing})
	first := b.start(quick())
	b.until("marketing has used its part", func() bool { return b.provider.total() == 8 })
	if err := first.stop(); err != nil {
		t.Fatal(err)
	}
	b.enqueue(batch{n: 6, category: messaging.Utility})
	// One inside a service window does not count.
	_, open := b.enqueue(batch{n: 1, category: messaging.Utility, runAt: now().Add(-time.Minute)})
	b.exec("INSERT INTO service_window VALUES ($1, $2, $3, now() + interval '1 hour')", b.tenant.ID, b.sender, open[0])
	second := b.start(quick())
	b.until("utility has used the reserve", func() bool { return b.provider.total() == 8+4+1 })
	b.until("the others wait for the window", func() bool {
		return b.count("SELECT COALESCE(sum(cardinality(message_ids) - settled), 0) FROM chunk WHERE category = 'UTILITY' AND run_at > now() + interval '23 hours'") == 2
	})
	if err := second.stop(); err != nil {
		t.Fatal(err)
	}
	if n := b.provider.total(); n != 13 {
		t.Errorf("%d calls, want 8 of marketing, 4 of the reserve and 1 inside a service window", n)
	}
	if n := b.count("SELECT count(DISTINCT person) FROM limit_window, unnest(subjects) AS person"); n != 12 {
		t.Errorf("the twin holds %d people, want 12", n)
	}
}

func TestStatesHoldBackOrEndWhatIsQueued(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	template := b.addTemplate(messaging.Marketing)
	running, paused, stopped := b.addCampaign(template), b.addCampaign(template), b.addCampaign(template)
	b.exec("UPDATE campaign SET state = 'PAUSED' WHERE id = $1", paused)
	b.exec("UPDATE campaign SET state = 'STOPPED' WHERE id = $1", stopped)
	send := func(campaign, template messaging.ID) messaging.ID {
		m, _ := b.enqueue(batch{n: 1, category: messaging.Marketing, campaign: campaign, template: template})
		return m[0]
	}
	goes, waits, cancelled := send(running, template), send(paused, template), send(stopped, template)
	held, disabled := b.addTemplate(messaging.Marketing), b.addTemplate(messaging.Marketing)
	b.exec("UPDATE template SET state = 'PAUSED' WHERE id = $1", held)
	b.exec("UPDATE template SET state = 'DISABLED' WHERE id = $1", disabled)
	heldBack, refused := send(0, held), send(0, disabled)
	silent := b.addSender(b.portfolio, 80)
	b.exec("UPDATE sender SET state = 'STOPPED' WHERE id = $1", silent)
	mute, _ := b.enqueue(batch{n: 1, sender: silent, portfolio: b.portfolio})
	b.start(quick())
	b.until("what can be decided is", func() bool {
		return b.bits(goes, 1).Has(messaging.Sent) && b.bits(cancelled, 1) == messaging.Cancelled && b.bits(refused, 1) == messaging.Suppressed
	})
	if n := b.provider.total(); n != 1 {
		t.Fatalf("%d calls, want 1", n)
	}
	if n := b.count("SELECT count(*) FROM message_state WHERE id = ANY($1)", numbers([]messaging.ID{waits, heldBack, mute[0]})); n != 0 {
		t.Fatal("something that waits has a state")
	}
	b.exec("UPDATE campaign SET state = 'RUNNING'")
	b.exec("UPDATE template SET state = 'APPROVED'")
	b.exec("UPDATE sender SET state = 'ACTIVE'")
	b.until("what waited goes", b.idle)
	for _, m := range []messaging.ID{waits, heldBack, mute[0]} {
		if !b.bits(m, 1).Has(messaging.Sent) {
			t.Errorf("message %d has bits %b", m, b.bits(m, 1))
		}
	}
}

func TestFailuresFollowTheTable(t *testing.T) {
	t.Parallel()
	refuse := func(f channels.Failure) func(int, channels.Outgoing) channels.Outcome {
		return func(int, channels.Outgoing) channels.Outcome {
			return channels.Outcome{Verdict: channels.Refused, Failure: f}
		}
	}
	once := func(f channels.Failure, verdict channels.Verdict) func(int, channels.Outgoing) channels.Outcome {
		return func(n int, out channels.Outgoing) channels.Outcome {
			if n == 0 {
				return channels.Outcome{Verdict: verdict, Failure: f}
			}
			return accept(n, out)
		}
	}
	const attempted = messaging.Attempted
	for name, c := range map[string]struct {
		answer        func(int, channels.Outgoing) channels.Outcome
		first, second messaging.State
		calls         int
		check         string // a count that must be 1
	}{
		"final":         {answer: refuse(channels.Failure{Code: 131026, Action: channels.Final}), first: attempted | messaging.Failed, calls: 1},
		"fix":           {answer: refuse(channels.Failure{Code: 132000, Action: channels.Fix}), first: attempted | messaging.Failed, calls: 1},
		"resend":        {answer: refuse(channels.Failure{Code: 131047, Action: channels.Resend}), first: attempted | messaging.Failed, calls: 1},
		"delay too far": {answer: refuse(channels.Failure{Code: 131049, Action: channels.Delay, RetryAfter: 24 * time.Hour}), first: attempted | messaging.Failed, calls: 1},
		"retry once":    {answer: once(channels.Failure{Code: 131016, Action: channels.Retry}, channels.Refused), first: attempted | messaging.Retried, second: attempted | messaging.Sent, calls: 2},
		"not sent":      {answer: once(channels.Failure{Action: channels.Retry}, channels.NotSent), first: attempted | messaging.Sent, calls: 2},
		"unwritable":    {answer: once(channels.Failure{Action: channels.Fix}, channels.NotSent), first: messaging.Suppressed, calls: 1},
		"held": {answer: func(_ int, out channels.Outgoing) channels.Outcome {
			return channels.Outcome{Verdict: channels.Accepted, ProviderID: "wamid.1", Held: true}
		}, first: attempted | messaging.Sent | messaging.Held, calls: 1},
		"opt-out": {answer: refuse(channels.Failure{Code: 131050, Action: channels.OptOut}), first: attempted | messaging.Failed, calls: 1,
			check: "SELECT count(*) FROM consent_state WHERE purpose = 'MARKETING' AND NOT granted"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.provider.answer = c.answer
			messages, _ := b.enqueue(batch{n: 1})
			b.start(quick())
			b.until("it is decided", func() bool { return b.idle() && b.bits(messages[0], 1) != 0 })
			if got := b.bits(messages[0], 1); got != c.first {
				t.Errorf("first attempt: bits %b, want %b", got, c.first)
			}
			if got := b.bits(messages[0], 2); got != c.second {
				t.Errorf("second attempt: bits %b, want %b", got, c.second)
			}
			if n := b.provider.total(); n != c.calls {
				t.Errorf("%d calls, want %d", n, c.calls)
			}
			if c.check != "" && b.count(c.check) != 1 {
				t.Errorf("not true: %s", c.check)
			}
		})
	}
}

func TestAStopHaltsTheSenderAndLosesNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.provider.answer = func(n int, out channels.Outgoing) channels.Outcome {
		if n < 3 {
			return channels.Outcome{Verdict: channels.Refused, Failure: channels.Failure{
				Code: 133010, Action: channels.Stop, Scope: channels.OfSender, Reason: "The sender is not registered."}}
		}
		return accept(n, out)
	}
	b.exec("UPDATE sender SET messages_second = 20")
	messages, _ := b.enqueue(batch{n: 12})
	b.start(quick())
	b.until("the sender is stopped", func() bool {
		return b.count("SELECT count(*) FROM sender WHERE state = 'STOPPED' AND stop_code = 133010 AND stop_reason <> ''") == 1
	})
	b.until("all goes once it may", func() bool { // calls under way may stop it again
		b.exec("UPDATE sender SET state = 'ACTIVE' WHERE state = 'STOPPED'")
		return b.idle()
	})
	for _, m := range messages {
		if !b.bits(m, 1).Has(messaging.Sent) && !b.bits(m, 2).Has(messaging.Sent) && !b.bits(m, 3).Has(messaging.Sent) {
			t.Errorf("message %d is not sent", m)
		}
	}
}
