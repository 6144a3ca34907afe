package dispatcher

import (
	"sync"
	"time"

	"posthaste/channels"
	"posthaste/privacy"
)

// call is one call of a channel that an intent has cleared.
type call struct {
	p       *portfolio
	w       *work
	sender  *sender
	slice   *slice
	index   int
	wait    time.Duration // until its turn in the sender's rate
	account string
	token   privacy.Secret
	bucket  uint32
}

// answer is what became of a call.
type answer struct {
	*call
	outcome channels.Outcome
	made    bool // the channel was asked
	at      time.Time
}

// make makes the call and reports the answer. When the loop stops, or the lease is lost, it is not made.
func (c *call) make() {
	a := c.unmade()
	if !c.p.stopping() && c.p.d.lease.holds() {
		a.at, a.made = c.p.d.clock(), true
		if a.outcome.Verdict = channels.Accepted; !swallowed(c.w.chunk.Messages[c.index]) {
			a.outcome = c.send()
		}
	}
	c.p.answers.add(a)
	c.slice.answered()
}

func (c *call) unmade() answer {
	return answer{call: c, outcome: channels.Outcome{Verdict: channels.NotSent}}
}

func (c *call) send() channels.Outcome {
	d, chunk := c.p.d, c.w.chunk
	channel := d.channels[chunk.Channel]
	position := int(chunk.Positions[c.index])
	if channel == nil || position >= len(c.w.payload.Recipients) {
		return channels.Outcome{Verdict: channels.NotSent, Failure: channels.Failure{Action: channels.Fix, Reason: "The message cannot be sent from here."}}
	}
	to := c.w.payload.Recipients[position]
	return channel.Send(c.slice.ctx, channels.Outgoing{
		Account:     channels.Account{SenderID: c.account, Token: c.token.Reveal()},
		To:          channels.Recipient{Phone: to.Phone, UserID: to.UserID, Email: to.Email},
		Content:     c.w.payload.ContentFor(position),
		Correlation: d.ports.Correlate(chunk.Messages[c.index], chunk.Attempt, chunk.Week, c.bucket),
		TTL:         max(chunk.Deadline.Sub(d.clock()), time.Second),
	})
}

// answers gathers answers without ever making a call wait.
type answers struct {
	mu   *sync.Mutex
	list *[]answer
	more chan struct{}
}

func newAnswers() answers {
	return answers{mu: new(sync.Mutex), list: new([]answer), more: make(chan struct{}, 1)}
}

func (q answers) add(a answer) {
	q.mu.Lock()
	*q.list = append(*q.list, a)
	q.mu.Unlock()
	select {
	case q.more <- struct{}{}:
	default:
	}
}

func (q answers) take() []answer {
	q.mu.Lock()
	defer q.mu.Unlock()
	list := *q.list
	*q.list = nil
	return list
}

// collect turns answers into outcomes to record.
func (p *portfolio) collect() {
	list := p.answers.take()
	if len(list) == 0 {
		return
	}
	now := p.d.clock()
	for _, a := range list {
		a.w.inFlight--
		a.sender.inFlight--
		p.inFlight--
		p.answered(a, now)
	}
}

func (p *portfolio) answered(a answer, now time.Time) {
	if !a.made {
		p.pend(uncalled(a.w.chunk, a.index, now))
		return
	}
	o := p.outcome(a, now)
	p.react(a, now)
	p.pend(o)
}
