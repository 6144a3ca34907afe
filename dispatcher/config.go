package dispatcher

import (
	"time"

	"posthaste/messaging"
)

// Config holds the times and bounds of a dispatcher. Zero fields take their default.
type Config struct {
	Lease       time.Duration // 10 s: how long the process may go without renewing its lease
	Heartbeat   time.Duration // 3 s
	Probe       time.Duration // 250 ms: how often due work, also of portfolios without a living owner, is looked for without a wake-up
	Rebalance   time.Duration // 2 s: how often what is beyond the fair share is let go
	GateSlice   time.Duration // 100 ms: how much sending one gate clears
	OutcomeWait time.Duration // 100 ms: the longest an outcome waits to be recorded; as long as a slice, so that it goes with the next
	OutcomeMost int           // 1,000: or so many of them
	PostTimeout time.Duration // 25 s: longer than the channel's own time-out of one call
	Grace       time.Duration // 30 s: how long Run goes on after its context ended, to finish calls and record them
	MaxInFlight int           // 400: calls of one sender at a time
	PerLane     int           // 4: chunks read ahead of each priority of a sender
	Recheck     time.Duration // 15 s: how often what a state holds back (a pause, a stop) is looked at again
	DoubtTick   time.Duration // 5 s: how often the waits for evidence grow
	// DoubtWait is how long evidence of an unknown attempt is waited for, DoubtWaitCode of an authentication message.
	DoubtWait     time.Duration // 15 min
	DoubtWaitCode time.Duration // 1 min
	// Attempts is the most attempts of a message: 5, of an authentication message 3.
	Attempts, AttemptsCode int
	// Backoff is the wait before the second attempt, 5 s, of an authentication message 1 s. It grows fourfold.
	Backoff, BackoffCode time.Duration
}

func (c Config) withDefaults() Config {
	def(&c.Lease, 10*time.Second)
	def(&c.Heartbeat, 3*time.Second)
	def(&c.Probe, 250*time.Millisecond)
	def(&c.Rebalance, 2*time.Second)
	def(&c.GateSlice, 100*time.Millisecond)
	def(&c.OutcomeWait, 100*time.Millisecond)
	def(&c.OutcomeMost, 1000)
	def(&c.PostTimeout, 25*time.Second)
	def(&c.Grace, 30*time.Second)
	def(&c.MaxInFlight, 400)
	def(&c.PerLane, 4)
	def(&c.Recheck, 15*time.Second)
	def(&c.DoubtTick, 5*time.Second)
	def(&c.DoubtWait, 15*time.Minute)
	def(&c.DoubtWaitCode, time.Minute)
	def(&c.Attempts, 5)
	def(&c.AttemptsCode, 3)
	def(&c.Backoff, 5*time.Second)
	def(&c.BackoffCode, time.Second)
	return c
}

func def[T int | time.Duration](field *T, value T) {
	if *field == 0 {
		*field = value
	}
}

// attempts is the most attempts of a message of the category.
func (c Config) attempts(category messaging.Category) int {
	if category == messaging.Authentication {
		return c.AttemptsCode
	}
	return c.Attempts
}

// backoff is the wait after the given attempt: fourfold each time.
func (c Config) backoff(category messaging.Category, attempt int) time.Duration {
	base := c.Backoff
	if category == messaging.Authentication {
		base = c.BackoffCode
	}
	for range min(attempt, 8) - 1 {
		base *= 4
	}
	return base
}
