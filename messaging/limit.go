package messaging

import (
	"math"
	"time"
)

// Rate is a sender's throughput: a leaky bucket kept as the theoretical arrival time of its next message (the generic
// cell rate algorithm, ITU-T I.371). The platform counts in and out together, so what comes in is taken off what may go
// out. It is not safe for concurrent use: a portfolio's loop owns it.
type Rate struct {
	limit   float64 // messages a second that the platform allows, in and out
	inbound float64 // messages a second that come in
	factor  float64 // 1, less after the platform has complained
	next    time.Time
	paused  time.Time
	raised  time.Time
}

const (
	// rateShare is how much of the platform's limit is used: its clock and ours differ, and a burst must not tip it over.
	rateShare = 0.9
	// rateBurst is by how much earlier than evenly spaced a message may start.
	rateBurst = 10 * time.Millisecond
	rateCut   = 0.7  // multiplied in on a complaint
	rateRaise = 0.01 // added each second without one
	rateFloor = 0.02
)

// NewRate makes a rate of limit messages a second.
func NewRate(limit int, now time.Time) *Rate {
	return &Rate{limit: float64(max(limit, 1)), factor: 1, next: now, raised: now}
}

// Set tells the platform's limit and what comes in, both in messages a second.
func (r *Rate) Set(limit int, inbound float64) {
	r.limit, r.inbound = float64(max(limit, 1)), max(inbound, 0)
}

// PerSecond is how many messages a second may start now.
func (r *Rate) PerSecond() float64 {
	floor := max(r.limit*rateFloor, 0.1)
	return max(min(r.limit*rateShare*r.factor, r.limit*rateShare-r.inbound), floor)
}

// Slow answers a complaint of the platform about throughput: fewer for a while, growing again by a hundredth a second.
func (r *Rate) Slow(now time.Time) {
	r.factor = max(r.factor*rateCut, rateFloor)
	r.raised = now
}

// Pause lets nothing start before the moment.
func (r *Rate) Pause(until time.Time) {
	if until.After(r.paused) {
		r.paused = until
	}
}

// Room is how many messages may start from now until now plus within.
func (r *Rate) Room(now time.Time, within time.Duration) int {
	first := r.start(now)
	last := now.Add(within)
	if first.After(last) {
		return 0
	}
	return 1 + int(last.Sub(first).Seconds()*r.PerSecond())
}

// Take gives the moment at which the next message may start, and takes it.
func (r *Rate) Take(now time.Time) time.Time {
	r.recover(now)
	at := r.start(now)
	interval := time.Duration(math.Ceil(float64(time.Second) / r.PerSecond()))
	if r.next.Before(at) {
		r.next = at
	}
	r.next = r.next.Add(interval)
	return at
}

// start is the earliest moment from now on that the bucket allows.
func (r *Rate) start(now time.Time) time.Time {
	at := now
	if early := r.next.Add(-rateBurst); early.After(at) {
		at = early
	}
	if r.paused.After(at) {
		at = r.paused
	}
	return at
}

func (r *Rate) recover(now time.Time) {
	if r.factor >= 1 {
		r.raised = now
		return
	}
	if passed := now.Sub(r.raised).Seconds(); passed > 0 {
		r.factor, r.raised = min(1, r.factor+rateRaise*passed), now
	}
}

// Pairs is the platform's limit on what one sender sends to one person: a message every six seconds. Up to 45 may go
// within six seconds; all but the first are borrowed from the future, and nothing goes until every one has had its six
// seconds. It forgets a pair once the debt is paid. Not safe for concurrent use.
type Pairs struct {
	debts map[pair]pairDebt
	swept time.Time
}

type pair struct{ sender, subject ID }

// pairDebt is what a pair has borrowed. Times are ours; the platform counts from when a message arrives.
type pairDebt struct {
	begun time.Time // the first message of the burst
	until time.Time // when the debt is paid
	burst int
}

const (
	pairInterval = 6 * time.Second
	pairBurst    = 45
	// pairTravel is how much later than we count it a message may arrive: the rest of a slice, a commit and the network.
	pairTravel = time.Second
)

// NewPairs makes an empty limit.
func NewPairs() *Pairs { return &Pairs{debts: map[pair]pairDebt{}} }

// Wait is how long the pair must wait before its next message; 0 when it may go now. Whatever is sent when Wait is 0, and
// arrives at most pairTravel later, is within the limit.
func (p *Pairs) Wait(sender, subject ID, now time.Time) time.Duration {
	d, known := p.debts[pair{sender, subject}]
	if !known || d.burst < pairBurst && now.Before(d.begun.Add(pairInterval-pairTravel)) {
		return 0
	}
	return max(d.until.Add(pairTravel).Sub(now), 0)
}

// Take counts a message to the pair.
func (p *Pairs) Take(sender, subject ID, now time.Time) {
	p.sweep(now)
	k := pair{sender, subject}
	d, known := p.debts[k]
	if !known || !now.Before(d.until.Add(pairTravel)) {
		d = pairDebt{begun: now, until: now}
	}
	d.burst++
	d.until = d.until.Add(pairInterval)
	p.debts[k] = d
}

// Len is how many pairs are remembered.
func (p *Pairs) Len() int { return len(p.debts) }

// sweep forgets paid debts, once an interval: what is left is bounded by the messages of the last 45 intervals.
func (p *Pairs) sweep(now time.Time) {
	if now.Sub(p.swept) < pairInterval {
		return
	}
	p.swept = now
	for k, d := range p.debts {
		if !now.Before(d.until.Add(pairTravel)) {
			delete(p.debts, k)
		}
	}
}
