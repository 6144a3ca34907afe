package resolvers

import (
	"context"
	"time"

	"posthaste/analytics"
	"posthaste/messaging"
)

// StatsReads is what the analytics pages need besides the summaries: the tenant's settings, names, and how far the
// summaries reach. store.Store is one.
type StatsReads interface {
	Tenant(ctx context.Context, tenant messaging.ID) (messaging.Tenant, error)
	Names(ctx context.Context, tenant messaging.ID, senders, templates, campaigns []messaging.ID) (analytics.Names, error)
	DataThrough(ctx context.Context, tenant messaging.ID) (time.Time, error)
	Live(ctx context.Context, tenant messaging.ID, messageDays int, now time.Time) (analytics.Live, error)
}

// Play is what one error code of a provider means, and what a person can do about it.
type Play struct {
	Code           int
	Action         string
	Happened, Next string
}
