package dispatcher_test

import (
	"testing"
	"time"

	"posthaste/analytics"
	"posthaste/messaging"
)

func TestEveryMessageIsCalledOnceAndRecorded(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	var messages []messaging.ID
	for range 3 {
		m, _ := b.enqueue(batch{n: 40})
		messages = append(messages, m...)
	}
	b.start(quick())
	b.until("all is sent", b.idle)
	calls, events := b.provider.perMessage(), tally(b.events())
	for _, m := range messages {
		if calls[m] != 1 {
			t.Fatalf("message %d was called %d times", m, calls[m])
		}
		if got := b.bits(m, 1); got != messaging.Attempted|messaging.Sent {
			t.Fatalf("bits are %b", got)
		}
	}
	if n := len(events); n != 2*len(messages) {
		t.Errorf("%d distinct events, want Attempted and Sent of %d messages", n, len(messages))
	}
	for key, n := range events {
		if n != 1 {
			t.Errorf("event %s was written %d times", key, n)
		}
	}
	if n := b.count("SELECT count(*) FROM payload"); n != 0 {
		t.Errorf("%d payloads are left although no attempt can follow", n)
	}
	if n := b.count("SELECT count(*) FROM message_state WHERE provider_hash IS NULL OR provider_sealed IS NULL"); n != 0 {
		t.Errorf("%d states lack the provider's id", n)
	}
}

func TestRefusedRecipientsAreNotCalled(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	subjects := b.people(4, messaging.Utility)
	b.exec("UPDATE consent_state SET granted = false WHERE subject = $1", subjects[1])
	b.exec("DELETE FROM consent_state WHERE subject = $1", subjects[2])
	b.exec("INSERT INTO suppression VALUES ($1, $2, 'WHATSAPP', 'KEYWORD', 1, now())", b.tenant.ID, subjects[3])
	messages, _ := b.enqueue(batch{subjects: subjects})
	late, _ := b.enqueue(batch{n: 1, deadline: now().Add(-time.Minute)})
	free, _ := b.enqueue(batch{n: 1, category: messaging.Service})
	b.start(quick())
	b.until("all is decided", b.idle)
	calls := b.provider.perMessage()
	if len(calls) != 1 || calls[messages[0]] != 1 {
		t.Fatalf("calls: %v, want only the first message's", calls)
	}
	for m, code := range map[messaging.ID]int{
		messages[1]: messaging.RefusedOptedOut, messages[2]: messaging.RefusedNoConsent, messages[3]: messaging.RefusedOptedOut,
		late[0]: messaging.RefusedDeadline, free[0]: messaging.RefusedWindow,
	} {
		if got := b.count("SELECT code FROM message_state WHERE id = $1 AND bits = $2", m, int(messaging.Suppressed)); got != code {
			t.Errorf("message %d: code %d, want %d", m, got, code)
		}
	}
	suppressed := 0
	for _, e := range b.events() {
		if e.Status == analytics.Suppressed {
			suppressed++
		}
	}
	if suppressed != 5 {
		t.Errorf("%d events of suppression, want 5", suppressed)
	}
}
