package resolvers

import (
	"context"
	"time"

	"posthaste/messaging"
	"posthaste/privacy"
)

// ConsentWork records consent and proves it; messaging.Consents. The zero moment is now.
type ConsentWork interface {
	Record(ctx context.Context, actor messaging.Actor, granted bool, rows []messaging.ConsentInput) ([]messaging.ConsentResult, error)
	Proof(ctx context.Context, actor messaging.Actor, address string, at time.Time) (messaging.ConsentProof, error)
	Issue(ctx context.Context, actor messaging.Actor, address string, at time.Time) ([]byte, error)
}

// ConsentImports opens uploads of consent; messaging.ConsentImports.
type ConsentImports interface {
	Begin(ctx context.Context, actor messaging.Actor, in messaging.ConsentImport) (messaging.Job, privacy.Secret, error)
}

// JobReads shows jobs; store.Store.
type JobReads interface {
	Job(ctx context.Context, tenant, id messaging.ID) (messaging.Job, error)
	Jobs(ctx context.Context, tenant messaging.ID, kind messaging.JobKind, count int) ([]messaging.Job, error)
	JobFailures(ctx context.Context, tenant messaging.ID, jobs []messaging.ID) (map[messaging.ID][]messaging.JobFailure, error)
}
