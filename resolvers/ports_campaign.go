package resolvers

import (
	"context"
	"time"

	"posthaste/messaging"
	"posthaste/privacy"
)

// Campaigns makes and steers campaigns; messaging.Campaigns. They are started through auth.Approvals.
type Campaigns interface {
	Create(ctx context.Context, actor messaging.Actor, name string, template, sender messaging.ID) (messaging.Campaign, error)
	Pause(ctx context.Context, actor messaging.Actor, id messaging.ID) (messaging.Campaign, error)
	Resume(ctx context.Context, actor messaging.Actor, id messaging.ID) (messaging.Campaign, error)
	Stop(ctx context.Context, actor messaging.Actor, id messaging.ID) (messaging.Campaign, error)
}

// CampaignReads reads campaigns; store.Sending.
type CampaignReads interface {
	Campaign(ctx context.Context, tenant, id messaging.ID) (messaging.Campaign, error)
	Campaigns(ctx context.Context, tenant, before messaging.ID, states []messaging.CampaignState, count int) ([]messaging.Campaign, error)
	CampaignsByID(ctx context.Context, tenant messaging.ID, ids []messaging.ID) ([]messaging.Campaign, error)
	Refusals(ctx context.Context, tenant, id messaging.ID) ([]messaging.Refusals, error)
}

// Progress counts a campaign's messages; messaging.ProgressBoard.
type Progress interface {
	Progress(ctx context.Context, tenant, campaign messaging.ID, finished time.Time) (messaging.CampaignProgress, error)
}

// Audiences opens uploads; messaging.Audiences.
type Audiences interface {
	Open(ctx context.Context, actor messaging.Actor, campaign messaging.ID, columns []messaging.AudienceColumn, rows int) (messaging.Job, privacy.Secret, error)
}

// AudienceJobs finds the jobs of campaigns; store.Store.
type AudienceJobs interface {
	JobsOfTargets(ctx context.Context, tenant messaging.ID, kind messaging.JobKind, targets []messaging.ID) (map[messaging.ID]messaging.Job, error)
}

// Rechecker judges the actor of an open stream anew; an error ends the stream. auth.Access.
type Rechecker interface {
	Recheck(ctx context.Context, actor messaging.Actor) error
}
