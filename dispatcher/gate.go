package dispatcher

import (
	"time"

	"posthaste/analytics"
	"posthaste/messaging"
	"posthaste/privacy"
)

// gate judges the recipients of one slice. It changes the limits in memory as it goes: should the transaction fail they
// count too much for a while, never too little.
type gate struct {
	p   *portfolio
	now time.Time

	calls   []*call
	decided messaging.Decision
	parked  []*work // wait for a later time in the store
	gone    []*work
	blocks  []func()
}

// decide is the rule. It runs inside the transaction that writes the intent.
func (g *gate) decide(facts *messaging.Gate, claims []messaging.Claim) messaging.Decision {
	g.p.window.Set(facts.Limit, facts.Reserve)
	for id, s := range facts.Senders {
		g.p.sender(id).observe(s, g.now)
	}
	for _, c := range claims {
		w := g.p.work[c.Chunk.ID]
		if facts.Gone[c.Chunk.ID] {
			g.gone = append(g.gone, w)
			continue
		}
		g.chunk(facts, w, c.To)
	}
	return g.decided
}

// chunk judges the claim of one chunk.
func (g *gate) chunk(facts *messaging.Gate, w *work, to int) {
	c := w.chunk
	if g.now.After(c.Deadline) || w.gone {
		g.refuseAll(w, to, g.lateCode(facts, c), messaging.Suppressed)
		return
	}
	switch state := facts.Campaigns[c.Campaign]; {
	case c.Campaign == 0 || state == "RUNNING" || state == "DONE":
	case state == "STOPPED":
		g.refuseAll(w, to, 0, messaging.Cancelled)
		return
	default:
		g.park(w, g.now.Add(g.p.d.config.Recheck))
		return
	}
	switch hold := templateHold(facts.Templates[c.Template]); {
	case c.Template == 0:
	case hold == never:
		g.refuseAll(w, to, messaging.RefusedTemplate, messaging.Suppressed)
		return
	case hold == later:
		g.park(w, g.now.Add(4*g.p.d.config.Recheck))
		return
	}
	if until := g.p.templates[c.Template]; c.Template != 0 && until.After(g.now) {
		g.park(w, until)
		return
	}
	if facts.TenantState == messaging.TenantDeleting {
		g.refuseAll(w, to, messaging.RefusedSuspended, messaging.Suppressed)
		return
	}
	s := g.p.sender(c.Sender)
	if facts.TenantState != messaging.TenantActive || !facts.Senders[c.Sender].Active {
		until := g.now.Add(g.p.d.config.Recheck)
		g.blocks = append(g.blocks, func() { g.p.blockSender(s, until) })
		return
	}
	g.recipients(facts, w, s, to)
}

// lateCode says why a message whose time is over was not sent in time.
func (g *gate) lateCode(facts *messaging.Gate, c *messaging.Chunk) int {
	switch {
	case facts.TenantState != messaging.TenantActive:
		return messaging.RefusedSuspended
	case !facts.Senders[c.Sender].Active:
		return messaging.RefusedSenderStopped
	case c.Template != 0 && templateHold(facts.Templates[c.Template]) != pass:
		return messaging.RefusedTemplate
	}
	return messaging.RefusedDeadline
}

type hold int

const (
	pass hold = iota
	later
	never
)

// templateHold says what a template's state means for its messages. One that Meta looks at anew may come back.
func templateHold(state string) hold {
	switch state {
	case "APPROVED", "FLAGGED":
		return pass
	case "PENDING", "PAUSED", "IN_APPEAL", "LIMIT_EXCEEDED", "SUBMITTING":
		return later
	}
	return never
}

// recipients judges one after the other until the slice is full.
func (g *gate) recipients(facts *messaging.Gate, w *work, s *sender, to int) {
	c, account := w.chunk, facts.Senders[w.chunk.Sender]
	i := c.Intent
	for ; i < to; i++ {
		f := facts.Standings[c.ID][i-c.Intent]
		subject := c.Subjects[i]
		if answeredBefore(f.Before) {
			g.refuse(messaging.CallOutcome{Chunk: c, Index: i}) // late evidence: the attempt before has arrived
			continue
		}
		if code := messaging.MaySend(c.Category, f.Standing, g.now); code != 0 {
			g.refuse(suppressed(c, i, code, messaging.Suppressed, g.now))
			continue
		}
		if s.rate.Room(g.now, g.p.d.config.GateSlice) == 0 {
			break
		}
		if wait := g.pairWait(c, subject); wait > 0 {
			g.refuse(deferred(c, i, g.now.Add(wait)))
			continue
		}
		counts := c.Channel == messaging.WhatsApp && g.p.window.Limited() && !g.now.Before(f.WindowUntil)
		if counts && !g.p.window.Admit(subject, c.Category, g.now) {
			if c.Priority == messaging.PriorityMarketing {
				g.blockMarketing(c.Category)
				break
			}
			g.refuse(deferred(c, i, g.p.window.FreeAt(c.Category, 1, g.now)))
			continue
		}
		if counts {
			g.decided.Window = append(g.decided.Window, subject)
		}
		g.call(w, s, i, account, facts.Token)
	}
	if i > c.Intent {
		g.decided.Intents = append(g.decided.Intents, messaging.Intent{Chunk: c, To: i})
	}
}

func (g *gate) call(w *work, s *sender, i int, account messaging.GateSender, token privacy.Secret) {
	c := w.chunk
	if c.Channel == messaging.WhatsApp {
		g.p.pairs.Take(c.Sender, c.Subjects[i], g.now)
	}
	at := s.rate.Take(g.now)
	g.calls = append(g.calls, &call{
		p: g.p, w: w, sender: s, index: i, wait: at.Sub(g.now), account: account.ProviderID, token: token,
		bucket: analytics.BucketOf(at),
	})
}

func (g *gate) pairWait(c *messaging.Chunk, subject messaging.ID) time.Duration {
	if c.Channel != messaging.WhatsApp {
		return 0
	}
	return g.p.pairs.Wait(c.Sender, subject, g.now)
}

// blockMarketing closes the marketing lanes of all senders, since they share the limit, until a good number of people
// have left the window. Nothing is moved, so the order stays.
func (g *gate) blockMarketing(category messaging.Category) {
	until := g.p.window.FreeAt(category, 50, g.now)
	if soonest := g.now.Add(time.Second); until.Before(soonest) {
		until = soonest
	}
	// A raised limit should not have to wait a day.
	until = earlier(until, g.now.Add(10*time.Minute))
	g.blocks = append(g.blocks, func() {
		for _, s := range g.p.senders {
			g.p.block(s, messaging.PriorityMarketing, until)
		}
	})
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// answeredBefore tells whether an earlier attempt, tried again for want of an answer, has arrived after all.
func answeredBefore(s messaging.State) bool {
	return s&(messaging.Sent|messaging.Delivered|messaging.Read) != 0 && !s.Has(messaging.Failed)
}

func (g *gate) refuse(o messaging.CallOutcome) { g.decided.Refused = append(g.decided.Refused, o) }

func (g *gate) refuseAll(w *work, to, code int, bit messaging.State) {
	for i := w.chunk.Intent; i < to; i++ {
		g.refuse(suppressed(w.chunk, i, code, bit, g.now))
	}
	g.decided.Intents = append(g.decided.Intents, messaging.Intent{Chunk: w.chunk, To: to})
}

// park lets the rest of a chunk wait in the store.
func (g *gate) park(w *work, until time.Time) {
	g.decided.Intents = append(g.decided.Intents, messaging.Intent{Chunk: w.chunk, To: w.chunk.Intent, RunAt: until})
	g.parked = append(g.parked, w)
}

// commit takes over what the transaction has written, and makes the calls.
func (g *gate) commit() {
	for _, i := range g.decided.Intents {
		i.Chunk.Intent = i.To
		if w := g.p.work[i.Chunk.ID]; w != nil && i.To == i.Chunk.Len() {
			g.p.senders[i.Chunk.Sender].unqueue(w)
		}
	}
	for _, c := range g.calls {
		c.w.inFlight++
		c.sender.inFlight++
		g.p.inFlight++
	}
	g.p.start(g.calls, time.Now())
	g.p.written(g.decided.Refused)
	for _, w := range append(g.parked, g.gone...) {
		g.p.unqueue(w)
	}
	for _, block := range g.blocks {
		block()
	}
}
