// Package resolvers answers GraphQL fields: a body reads the actor, converts, makes one call and converts back.
package resolvers

import (
	"posthaste/analytics"
	"posthaste/auth"
)

// Resolver holds what the fields are answered by.
type Resolver struct {
	Cursors     Cursors
	PublicURL   string // without a slash at the end
	Access      *auth.Access
	AccessReads AccessReads
	Stats       *analytics.Questions
	StatsReads  StatsReads
	Plays       []Play // the providers' error codes
}
