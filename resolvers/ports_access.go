package resolvers

import (
	"context"
	"time"

	"posthaste/auth"
	"posthaste/messaging"
)

// AccessReads is what the security pages show besides what auth.Access decides.
type AccessReads interface {
	Users(ctx context.Context, tenant messaging.ID, ids []messaging.ID) ([]auth.User, error)
	OpenInvites(ctx context.Context, tenant messaging.ID) ([]auth.Invite, error)
	Keys(ctx context.Context, tenant messaging.ID, now time.Time) ([]auth.ListedKey, error)
	AllowList(ctx context.Context, tenant messaging.ID) (auth.AllowList, error)
	BlockedAttempts(ctx context.Context, tenant messaging.ID, count int) ([]auth.Blocked, error)
	AuditEvents(ctx context.Context, tenant, before messaging.ID, action messaging.AuditAction, count int) ([]messaging.AuditRecord, error)
	Tenant(ctx context.Context, tenant messaging.ID) (messaging.Tenant, error)
}
