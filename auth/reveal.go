package auth

import (
	"context"
	"time"

	"posthaste/messaging"
)

// revealRule bounds how much one person reads in plain: thirty without waiting, then ever slower until an hour has passed
// without any.
func revealRule() LockoutRule {
	return LockoutRule{Free: 30, First: 2 * time.Minute, Longest: time.Hour, Forget: time.Hour}
}

// TakeReveal counts a reveal of the actor's before anything is shown; LIMITED when there were too many.
func (a *Access) TakeReveal(ctx context.Context, actor messaging.Actor) error {
	if err := requireSession(actor); err != nil {
		return err
	}
	return a.Store.TakeTry(ctx, a.counter("reveal", idBytes(actor.User)), revealRule(), a.Now())
}
