package auth

import (
	"time"

	"posthaste/messaging"
)

// LockoutRule says how failures slow the next try: the first Free cost nothing, then each doubles the wait from First up
// to Longest, and after Stop there is no further try until someone resets the count.
type LockoutRule struct {
	Free    int
	First   time.Duration
	Longest time.Duration
	Stop    int           // 0: never
	Forget  time.Duration // 0: only success or a reset clears the count
}

// Budget names what failures are counted against. They are counted apart so that strangers who guess at somebody's
// password use up only the strangers' budget: the person, on a known device or from an address that signed in before, goes
// on. Counts are kept by user id and never by what was typed as the name, so other spellings share them.
type Budget string

const (
	StrangerBudget Budget = "STRANGER" // per user and factor, from no known device or address
	KnownBudget    Budget = "KNOWN"    // per user and factor, with a known-device cookie or from an address the user has signed in from
	UnknownBudget  Budget = "UNKNOWN"  // per name that no user has: as a stranger's, but not kept for ever
	HalfBudget     Budget = "HALF"     // per user: right passwords and wrong second factors since the last sign-in; nobody waits for it
	AddressBudget  Budget = "ADDRESS"  // per client address, over all users and names
)

// Rule gives the budget's rule. Strangers and known devices together have 100 tries in a row (NIST SP 800-63B).
func (b Budget) Rule() LockoutRule {
	rule := LockoutRule{Free: 5, First: 30 * time.Second, Longest: 15 * time.Minute}
	switch b {
	case HalfBudget:
		return LockoutRule{Free: 4, Forget: 24 * time.Hour} // a password, and more wrong codes than somebody mistypes
	case KnownBudget:
		rule.Stop = 20
	case AddressBudget:
		rule.Free, rule.Forget = 20, time.Hour // an office shares one; no stop, or one guest could shut it out
	case UnknownBudget:
		rule.Stop, rule.Forget = 80, 30*24*time.Hour
	default:
		rule.Stop = 80
	}
	return rule
}

// Failures is a stored count. It outlives restarts.
type Failures struct {
	Count int
	Last  time.Time // the last counted try
}

// after is how long to wait for the next try, counted from the last.
func (r LockoutRule) after(failures int) time.Duration {
	if failures < r.Free {
		return 0
	}
	wait := r.First
	for range failures - r.Free {
		if wait *= 2; wait >= r.Longest {
			return r.Longest
		}
	}
	return wait
}

// Take claims one try before the secret is looked at: it counts as failed until Clear says otherwise, so parallel guesses
// cannot pass the gate together. Store the returned count in a transaction of its own, under the row's lock, before
// checking the secret; a sign-in that fails later must not roll it back. A refused try is not counted: waiting out the
// wait is enough. The refusal is LIMITED with the same words for every reason.
//
// For an unknown user, take a try of the address alone and do the work of a check all the same.
func (r LockoutRule) Take(f Failures, now time.Time) (Failures, error) {
	if r.Forget > 0 && now.Sub(f.Last) >= r.Forget {
		f = Failures{}
	}
	if wait := r.RetryAfter(f, now); wait > 0 {
		return f, messaging.Refuse(messaging.CodeLimited, "", "too many tries; wait, or ask your administrator")
	}
	return Failures{Count: f.Count + 1, Last: now}, nil
}

// Clear is the count after a success.
func (r LockoutRule) Clear() Failures { return Failures{} }

// Stopped tells whether only a reset helps.
func (r LockoutRule) Stopped(f Failures) bool { return r.Stop > 0 && f.Count >= r.Stop }

// RetryAfter is how long until the next try: 0 for now. A stopped count has no end; it is told as the longest wait, not to
// say more than needed.
func (r LockoutRule) RetryAfter(f Failures, now time.Time) time.Duration {
	if r.Stopped(f) {
		return r.Longest
	}
	if f.Count == 0 {
		return 0
	}
	// A last try in the future, by another process's clock, must not lengthen the wait.
	return max(0, min(r.after(f.Count), f.Last.Add(r.after(f.Count)).Sub(now)))
}
