package auth

import (
	"cmp"
	"slices"
	"time"

	"posthaste/messaging"
)

// SessionLimits end a session that is unused or old. They are the tenant's, within the bounds of SecurityPolicy.
type SessionLimits struct {
	Idle     time.Duration // since it was last used
	Absolute time.Duration // since sign-in
	Count    int           // of one user at once
}

// DefaultSessionLimits are a new tenant's: 30 minutes, 12 hours, 5 sessions.
func DefaultSessionLimits() SessionLimits {
	return SessionLimits{Idle: 30 * time.Minute, Absolute: 12 * time.Hour, Count: 5}
}

// SessionState is whether a session still serves.
type SessionState string

const (
	SessionLive    SessionState = "LIVE"
	SessionIdle    SessionState = "IDLE"    // unused for too long
	SessionExpired SessionState = "EXPIRED" // too old
	SessionEnded   SessionState = "ENDED"   // signed out, or ended by someone, or from before the user's epoch
)

// Session is what the rules need to know of a session's row and its user's.
type Session struct {
	ID        messaging.ID
	Created   time.Time // sign-in, with all factors
	LastUsed  time.Time
	Ended     bool
	Epoch     int // the user's epoch at sign-in
	UserEpoch int // the user's epoch now; raised by a change of password, factor or role, and by restore
}

// State judges the session at a moment. Times in the future, from a clock that differs, do not lengthen its life.
func (s Session) State(l SessionLimits, now time.Time) SessionState {
	switch {
	case s.Ended || s.Epoch != s.UserEpoch:
		return SessionEnded
	case !now.Before(s.Created.Add(l.Absolute)):
		return SessionExpired
	case !now.Before(s.LastUsed.Add(l.Idle)):
		return SessionIdle
	default:
		return SessionLive
	}
}

// Surplus are the sessions to end so that one more may begin: dead ones do not count, the longest unused go first.
func Surplus(sessions []Session, l SessionLimits, now time.Time) []messaging.ID {
	live := slices.DeleteFunc(slices.Clone(sessions), func(s Session) bool { return s.State(l, now) != SessionLive })
	slices.SortFunc(live, func(a, b Session) int {
		return cmp.Or(a.LastUsed.Compare(b.LastUsed), cmp.Compare(a.ID, b.ID))
	})
	var ids []messaging.ID
	for i := range max(0, len(live)-l.Count+1) {
		ids = append(ids, live[i].ID)
	}
	return ids
}
