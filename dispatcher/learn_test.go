package dispatcher_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"posthaste/analytics"
	"posthaste/channels"
	"posthaste/dispatcher"
	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store/storetest"
)

func (b *bench) learner() *dispatcher.Learner {
	return dispatcher.NewLearner(b.attempts, now, rand.New(rand.NewPCG(3, 4)), quick())
}

func (b *bench) learn(reports []dispatcher.Report, inbound ...messaging.Inbound) messaging.Learned {
	b.t.Helper()
	learned, err := b.learner().Learn(context.Background(), b.tenant.ID, reports, inbound, nil)
	if err != nil {
		b.t.Fatalf("learn: %v", err)
	}
	return learned
}

func thisWeek() int { return messaging.WeekOf(now().AddDate(0, 0, storetest.MessageDays)) }

func (b *bench) report(m messaging.ID, bits messaging.State, at time.Time) dispatcher.Report {
	e := messaging.Evidence{Message: m, Week: thisWeek(), Attempt: 1, Bits: bits, Bucket: analytics.BucketOf(at), At: at}
	for _, field := range []struct {
		bit  messaging.State
		when *time.Time
	}{{messaging.Sent, &e.SentAt}, {messaging.Delivered, &e.DeliveredAt}, {messaging.Read, &e.ReadAt}, {messaging.Failed, &e.FailedAt}} {
		if bits.Has(field.bit) {
			*field.when = at
		}
	}
	return dispatcher.Report{Sender: b.sender, Evidence: e, Newest: at}
}

// Any order, any repetition, any division into webhooks, also before the answer to the call is recorded: the same state
// in the end, and each event once.
func TestReportsInAnyOrderGiveTheSameStateAndEachEventOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	base := now().Truncate(time.Second)
	kinds := []messaging.State{messaging.Sent, messaging.Delivered, messaging.Read, messaging.Failed}
	const want = messaging.Attempted | messaging.Sent | messaging.Delivered | messaging.Read | messaging.Failed
	rapid.Check(t, func(r *rapid.T) {
		b.exec("TRUNCATE outbox")
		messages, _ := b.enqueue(batch{n: 2, runAt: now().Add(time.Hour)})
		var all []dispatcher.Report
		for _, m := range messages {
			for i, bits := range kinds {
				report := b.report(m, bits, base.Add(time.Duration(i)*time.Second))
				for range rapid.IntRange(1, 3).Draw(r, "times") {
					all = append(all, report)
				}
			}
		}
		all = rapid.Permutation(all).Draw(r, "order")
		for len(all) > 0 {
			n := rapid.IntRange(1, len(all)).Draw(r, "part")
			b.learn(slices.Clone(all[:n]))
			all = all[n:]
		}
		for _, m := range messages {
			if got := b.bits(m, 1); got != want {
				r.Fatalf("bits are %b, want %b", got, want)
			}
			ok := b.count(`SELECT count(*) FROM message_state WHERE id = $1 AND sent_at = $2 AND delivered_at = $3 AND read_at = $4 AND failed_at = $5`,
				m, base, base.Add(time.Second), base.Add(2*time.Second), base.Add(3*time.Second))
			if ok != 1 {
				r.Fatal("the times depend on the order")
			}
		}
		events := tally(b.events())
		if len(events) != 2*5 {
			r.Fatalf("%d events, want Attempted, Sent, Delivered, Read and Failed of two messages: %v", len(events), events)
		}
		for key, n := range events {
			if n != 1 {
				r.Fatalf("event %s was written %d times", key, n)
			}
		}
	})
}

func TestReportsOfStrangersHaveNoEffect(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	other := b.Tenant(t)
	messages, _ := b.enqueue(batch{n: 1, runAt: now().Add(time.Hour)})
	forged := []dispatcher.Report{b.report(messages[0], messaging.Read, now()), b.report(b.IDs.Next(), messaging.Read, now())}
	learned, err := b.learner().Learn(context.Background(), other.ID, forged, nil, nil)
	if err != nil || learned.Strangers != 2 || learned.Events != 0 {
		t.Fatalf("%+v, %v: want two strangers and nothing learned", learned, err)
	}
	if n := b.count("SELECT count(*) FROM message_state") + b.count("SELECT count(*) FROM outbox"); n != 0 {
		t.Errorf("%d rows were written", n)
	}
}

func TestReportedFailuresFollowTheSameTable(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.provider.answer = func(n int, out channels.Outgoing) channels.Outcome {
		if n < 3 {
			return channels.Outcome{Verdict: channels.Unknown}
		}
		return accept(n, out)
	}
	messages, subjects := b.enqueue(batch{n: 3})
	b.start(quick())
	b.until("all are unknown", func() bool { return b.count("SELECT count(*) FROM unsettled") == 3 })
	failed := func(m messaging.ID, f channels.Failure) dispatcher.Report {
		r := b.report(m, messaging.Failed, now())
		r.Failure = f
		return r
	}
	learned := b.learn([]dispatcher.Report{
		failed(messages[0], channels.Failure{Code: 131016, Action: channels.Retry, Scope: channels.OfMessage}),
		failed(messages[1], channels.Failure{Code: 131026, Action: channels.Final, Scope: channels.OfMessage}),
		failed(messages[2], channels.Failure{Code: 131050, Action: channels.OptOut, Scope: channels.OfPair}),
	})
	if !learned.Retries {
		t.Error("a retry is due and was not told")
	}
	b.until("the first was tried again", func() bool { return b.idle() && b.provider.total() == 4 })
	for i, want := range []messaging.State{messaging.Retried, messaging.Failed, messaging.Failed} {
		if got := b.bits(messages[i], 1); got != messaging.Attempted|messaging.Unknown|want {
			t.Errorf("message %d: bits %b", i, got)
		}
	}
	if got := b.bits(messages[0], 2); !got.Has(messaging.Sent) {
		t.Errorf("the second attempt has bits %b", got)
	}
	if b.bits(messages[0], 1).Has(messaging.PossibleDuplicate) {
		t.Error("a retry after a definite failure is no possible duplicate")
	}
	if n := b.count("SELECT count(*) FROM consent_state WHERE subject = $1 AND purpose = 'MARKETING' AND NOT granted", subjects[2]); n != 1 {
		t.Error("the opt-out that the provider told of is not recorded")
	}
	if n := b.count("SELECT count(*) FROM unsettled") + b.count("SELECT count(*) FROM payload"); n != 0 {
		t.Errorf("%d doubts or payloads are left", n)
	}
}

func (b *bench) alias(phone string) messaging.Alias {
	b.t.Helper()
	keys, err := b.Keys.Of(context.Background(), b.tenant.ID)
	if err != nil {
		b.t.Fatal(err)
	}
	address, err := messaging.ParseAddress(phone, "")
	if err != nil {
		b.t.Fatal(err)
	}
	return messaging.Alias{Kind: address.Kind(), Key: keys.SubjectHash(messaging.HashKind(address.Kind()), address.Key())}
}

func (b *bench) knows(a messaging.Alias, subject messaging.ID) {
	b.exec("INSERT INTO identity (tenant_id, kind, key, subject) VALUES ($1, 1, $2, $3)", b.tenant.ID, a.Key[:], subject)
}

func TestInboundOpensTheWindowOnceAndFindsWhatItAnswers(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	messages, subjects := b.enqueue(batch{n: 2})
	b.start(quick())
	b.until("both are sent", b.idle)
	from := [2]messaging.Alias{b.alias("+919811100001"), b.alias("+919811100002")}
	b.knows(from[0], subjects[0])
	b.knows(from[1], subjects[1])
	correlation := b.provider.calls[slices.IndexFunc(b.provider.calls, func(c recorded) bool {
		return c.correlation[:18] == messages[0].String()[:18]
	})].correlation
	tap := messaging.Inbound{
		ProviderID: privacy.NewSecret("wamid.IN1"), Sender: b.sender, Channel: messaging.WhatsApp, From: []messaging.Alias{from[0]}, At: now(),
		Kind: "button", ReplyTo: privacy.NewSecret("wamid." + correlation), Answers: true, Tapped: true, Button: "Yes please",
		Address: []byte("+919811100001"), Content: []byte("Yes please"),
	}
	stop := messaging.Inbound{
		ProviderID: privacy.NewSecret("wamid.IN2"), Sender: b.sender, Channel: messaging.WhatsApp, From: []messaging.Alias{from[1]}, At: now(),
		Kind: "text", Keyword: messaging.KeywordStop, Answers: true,
	}
	if learned := b.learn(nil, tap, stop, tap); learned.Repeated != 1 {
		t.Errorf("%+v: want one repeated", learned)
	}
	if learned := b.learn(nil, stop, tap); learned.Repeated != 2 || learned.Events != 0 {
		t.Errorf("%+v: a repeat must change nothing", learned)
	}
	const arrived = messaging.Attempted | messaging.Sent | messaging.Delivered | messaging.Replied
	if got := b.bits(messages[0], 1); got != arrived|messaging.Clicked {
		t.Errorf("the tapped message has bits %b", got)
	}
	if got := b.bits(messages[1], 1); got != arrived|messaging.OptedOut {
		t.Errorf("the message answered with STOP has bits %b", got)
	}
	clicked := 0
	for _, e := range b.events() {
		if e.Status == analytics.Clicked && e.Button == "Yes please" {
			clicked++
		}
	}
	if clicked != 1 {
		t.Errorf("%d taps with their label, want 1", clicked)
	}
	if n := b.count("SELECT count(*) FROM suppression WHERE subject = $1", subjects[1]); n != 1 {
		t.Error("STOP has not suppressed the person")
	}
	if n := b.count("SELECT count(*) FROM inbound WHERE address_sealed IS NULL AND content_sealed IS NULL AND message_id IS NOT NULL"); n != 2 {
		t.Errorf("%d inbound rows without address and text, want 2", n)
	}
	if n := b.count("SELECT inbound FROM sender_heard WHERE sender_id = $1", b.sender); n != 5 {
		t.Errorf("%d inbound counted for the sender's throughput, want 5", n)
	}
	// The window is open for one, and STOP beats it for the other.
	free, _ := b.enqueue(batch{subjects: subjects, category: messaging.Service})
	b.until("the answers are decided", b.idle)
	if !b.bits(free[0], 1).Has(messaging.Sent) || b.bits(free[1], 1) != messaging.Suppressed {
		t.Errorf("bits are %b and %b", b.bits(free[0], 1), b.bits(free[1], 1))
	}
}

func TestInboundOfAStrangerMakesAPerson(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	phone, user := b.alias("+919811100009"), b.alias("IN.90817263544120077")
	for i, from := range [][]messaging.Alias{{phone}, {user, phone}, {user}} {
		b.learn(nil, messaging.Inbound{
			ProviderID: privacy.NewSecret("wamid.S" + string(rune('0'+i))), Sender: b.sender, Channel: messaging.WhatsApp, From: from, At: now(), Kind: "text", Answers: true,
		})
	}
	if people, names := b.count("SELECT count(DISTINCT subject) FROM identity"), b.count("SELECT count(*) FROM identity"); people != 1 || names != 2 {
		t.Errorf("%d people under %d addresses, want one under two", people, names)
	}
	if n := b.count("SELECT count(*) FROM service_window"); n != 1 {
		t.Errorf("%d service windows, want 1", n)
	}
}
