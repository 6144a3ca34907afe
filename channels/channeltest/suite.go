// Package channeltest is the suite that every channel must pass. It runs the channel against a scripted provider and
// holds the verdicts to the contract of channels.Channel: sure where it may be sure, Unknown where bytes have left and
// no usable answer came, never a second call, never an address in a reason.
package channeltest

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"posthaste/channels"
)

// Behaviour is what the scripted provider does with the calls that follow.
type Behaviour string

const (
	Accept          Behaviour = "accept"            // takes the message and names it
	Refuse          Behaviour = "refuse"            // says clearly that it does not take it
	NoConnection    Behaviour = "no connection"     // nobody listens
	Silent          Behaviour = "silent"            // reads the message and never answers; releases the call when the test ends
	ResetAfterBytes Behaviour = "reset after bytes" // reads the message, then breaks the connection
	ServerError     Behaviour = "server error"      // fails without telling whether it took the message
	Garbage         Behaviour = "garbage"           // answers something that cannot be read
	HugeAnswer      Behaviour = "huge answer"       // takes the message, says so and goes on talking without end
	Redirect        Behaviour = "redirect"          // sends the caller elsewhere (HTTP only)
)

// Provider is a scripted provider with one channel wired to it. The call timeout of the channel should be about 300 ms.
type Provider interface {
	Channel() channels.Channel
	// Outgoing is the i-th message: a valid one with an address and a text of its own.
	Outgoing(i int) channels.Outgoing
	// Behave sets what follows. It returns false where the protocol cannot do so (redirect outside HTTP).
	Behave(b Behaviour) bool
	// Taken is how many messages were read to their end since the provider was made, whatever it answered.
	Taken() int
	// Took gives a value soon after each message that was read to its end.
	Took() <-chan struct{}
	// Elsewhere is how often the target of a redirect was called.
	Elsewhere() int
}

// Run holds the channel to the contract. Each case has a new provider; newProvider registers its own clean-up.
func Run(t *testing.T, newProvider func(t *testing.T) Provider) {
	for _, c := range []struct {
		behaviour Behaviour
		verdict   channels.Verdict
		taken     int
	}{
		{Accept, channels.Accepted, 1},
		{Refuse, channels.Refused, 1},
		{NoConnection, channels.NotSent, 0},
		{Silent, channels.Unknown, 1},
		{ResetAfterBytes, channels.Unknown, 1},
		{ServerError, channels.Unknown, 1},
		{Garbage, channels.Unknown, 1},
		{HugeAnswer, channels.Unknown, 1},
		{Redirect, channels.Unknown, 1},
	} {
		t.Run(string(c.behaviour), func(t *testing.T) {
			t.Parallel()
			p := newProvider(t)
			if !p.Behave(c.behaviour) {
				if c.behaviour != Redirect {
					t.Fatalf("every protocol can %q", c.behaviour)
				}
				return
			}
			out := p.Outgoing(1)
			outcome := p.Channel().Send(t.Context(), out)
			check(t, out, outcome, c.verdict)
			if n := p.Taken(); n != c.taken {
				t.Errorf("the provider read %d messages, want %d: a channel never retries", n, c.taken)
			}
			if p.Elsewhere() != 0 {
				t.Error("a redirect was followed")
			}
		})
	}
	t.Run("context over before", func(t *testing.T) { t.Parallel(); contextOverBefore(t, newProvider(t)) })
	t.Run("context over while waiting", func(t *testing.T) { t.Parallel(); contextOverWhileWaiting(t, newProvider(t)) })
	t.Run("nothing to send", func(t *testing.T) { t.Parallel(); nothingToSend(t, newProvider(t)) })
	t.Run("recovers", func(t *testing.T) { t.Parallel(); recovers(t, newProvider(t)) })
	t.Run("concurrent", func(t *testing.T) { t.Parallel(); concurrent(t, newProvider(t)) })
}

func contextOverBefore(t *testing.T, p Provider) {
	p.Behave(Accept)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	out := p.Outgoing(1)
	check(t, out, p.Channel().Send(ctx, out), channels.NotSent)
	if p.Taken() != 0 {
		t.Error("a message left although its context was over")
	}
}

func contextOverWhileWaiting(t *testing.T, p Provider) {
	p.Behave(Silent)
	ctx, cancel := context.WithCancel(t.Context())
	out := p.Outgoing(1)
	done := make(chan channels.Outcome, 1)
	go func() { done <- p.Channel().Send(ctx, out) }()
	select {
	case <-p.Took():
	case o := <-done:
		t.Fatalf("ended with %s before the provider had the message", o.Verdict)
	}
	cancel()
	select {
	case o := <-done:
		check(t, out, o, channels.Unknown)
	case <-time.After(5 * time.Second):
		t.Fatal("Send does not return when its context ends")
	}
}

// nothingToSend: a message without address or content is our fault; nothing leaves.
func nothingToSend(t *testing.T, p Provider) {
	p.Behave(Accept)
	for name, spoil := range map[string]func(*channels.Outgoing){
		"no recipient": func(o *channels.Outgoing) { o.To = channels.Recipient{} },
		"no content":   func(o *channels.Outgoing) { o.Content.Text, o.Content.Template, o.Content.Media = nil, nil, nil },
	} {
		out := p.Outgoing(1)
		spoil(&out)
		o := p.Channel().Send(t.Context(), out)
		check(t, out, o, channels.NotSent)
		if o.Failure.Action != channels.Fix {
			t.Errorf("%s: action %s, want FIX", name, o.Failure.Action)
		}
	}
	if p.Taken() != 0 {
		t.Error("something left")
	}
}

// recovers: a broken call leaves nothing behind that spoils the next one.
func recovers(t *testing.T, p Provider) {
	taken := 0
	for i, b := range []Behaviour{Accept, ResetAfterBytes, Accept, HugeAnswer, Accept, NoConnection, Accept, Refuse, Accept} {
		p.Behave(b)
		out := p.Outgoing(i)
		outcome := p.Channel().Send(t.Context(), out)
		if b == Accept {
			check(t, out, outcome, channels.Accepted)
		}
		if b != NoConnection {
			taken++
		}
	}
	if p.Taken() != taken {
		t.Errorf("the provider read %d messages, want %d", p.Taken(), taken)
	}
}

// concurrent: Send is called from many goroutines, each message leaves once and each has an id of its own.
func concurrent(t *testing.T, p Provider) {
	const senders, each = 16, 10
	p.Behave(Accept)
	var mu sync.Mutex
	ids := map[string]bool{}
	var all sync.WaitGroup
	for s := range senders {
		all.Go(func() {
			for i := range each {
				out := p.Outgoing(s*each + i)
				o := p.Channel().Send(t.Context(), out)
				check(t, out, o, channels.Accepted)
				mu.Lock()
				ids[o.ProviderID] = true
				mu.Unlock()
			}
		})
	}
	all.Wait()
	if p.Taken() != senders*each || len(ids) != senders*each {
		t.Errorf("%d messages were read and %d ids given, want %d", p.Taken(), len(ids), senders*each)
	}
}

// check holds an outcome to what its verdict promises.
func check(t *testing.T, out channels.Outgoing, o channels.Outcome, want channels.Verdict) {
	t.Helper()
	if o.Verdict != want {
		t.Errorf("verdict %s, want %s (%s)", o.Verdict, want, o.Failure.Reason)
	}
	if o.Verdict == channels.Accepted {
		if o.ProviderID == "" || o.Failure != (channels.Failure{}) {
			t.Errorf("accepted without an id, or with a failure %+v", o.Failure)
		}
		return
	}
	if o.ProviderID != "" {
		t.Error("an id without acceptance")
	}
	if o.Failure.Action == "" || o.Failure.Scope == "" || o.Failure.Reason == "" {
		t.Errorf("an incomplete failure: %+v", o.Failure)
	}
	shown := fmt.Sprintf("%+v", o.Failure)
	for _, secret := range secrets(out) {
		if strings.Contains(shown, secret) {
			t.Errorf("the failure tells an address, a text or a token: %s", shown)
		}
	}
	for _, value := range []any{out, &out, out.To, out.Account, o, &o} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
			printed := fmt.Sprintf(verb, value)
			for _, secret := range secrets(out) {
				if strings.Contains(printed, secret) {
					t.Errorf("%T printed with %s tells an address, a text or a token", value, verb)
				}
			}
		}
	}
}

// secrets are the parts of a message that may be told to nobody but the provider.
func secrets(out channels.Outgoing) []string {
	list := []string{out.Account.Token, strings.TrimPrefix(out.To.Phone, "+"), out.To.UserID, out.To.Email}
	if out.Content.Text != nil {
		list = append(list, out.Content.Text.Body)
	}
	kept := list[:0]
	for _, s := range list {
		if s != "" {
			kept = append(kept, s)
		}
	}
	return kept
}
