package dispatcher

import (
	"context"
	"time"

	"posthaste/messaging"
)

// Ports are what the dispatcher needs of the store and of the channel's signature. store.Attempts and store.Store satisfy
// all but Correlate.
type Ports struct {
	Ledger messaging.Ledger
	Owners Owners
	Lease  Lease
	Waker  Waker
	Keys   messaging.TenantKeys
	// Correlate signs the text that comes back in delivery reports. week is the message's expiry week, bucket the
	// 15-minute slot of the send, attempt counts from 1.
	Correlate func(message messaging.ID, attempt, week int, bucket uint32) string
}

// Owners moves portfolios between dispatchers and finds their work.
type Owners interface {
	Shares(ctx context.Context, process int64, now time.Time) (messaging.Shares, error)
	Take(ctx context.Context, process int64, portfolios []messaging.ID, postTimeout time.Duration) ([]messaging.Owner, error)
	Release(ctx context.Context, process int64, portfolios []messaging.ID) error
	Due(ctx context.Context, q messaging.DueQuery) ([]*messaging.Chunk, error)
}

// Lease renews the process's row. An error may pass; a lease that is lost stays an error.
type Lease interface {
	Beat(ctx context.Context, process int64, lease time.Duration) (time.Time, error)
	Leave(ctx context.Context, process int64) error
}

// Waker calls heard on each wake-up until ctx ends or the connection breaks.
type Waker interface {
	Listen(ctx context.Context, heard func()) error
}
