// Package resolvers answers GraphQL fields: a body reads the actor, converts, makes one call and converts back.
package resolvers

import (
	"log/slog"
	"time"

	"posthaste/analytics"
	"posthaste/auth"
	"posthaste/messaging"
)

// Resolver holds what the fields are answered by.
type Resolver struct {
	Cursors      Cursors
	PublicURL    string // without a slash at the end
	Access       *auth.Access
	AccessReads  AccessReads
	ApprovalWork *auth.Approvals
	TenantMaker  *auth.Tenants // named apart from the query tenants
	Stats        *analytics.Questions
	StatsReads   StatsReads
	Plays        []Play // the providers' error codes

	Sends          Sends
	MessageReads   Messages
	RevealWork     RevealWork
	Relations      Relations
	Explainer      Explainer
	CampaignWork   Campaigns
	CampaignReads  CampaignReads
	CampaignCounts Progress
	Audiences      Audiences
	AudienceJobs   AudienceJobs
	Rechecker      Rechecker
	SenderWork     SenderWork
	SenderReads    SenderReads
	TemplateWork   TemplateWork
	TemplateReads  TemplateReads
	ConsentWork    ConsentWork
	ConsentImports ConsentImports
	JobReads       JobReads
	Now            func() time.Time
	Tick           time.Duration // between two looks of a stream: a second
	Log            *slog.Logger  // of streams that broke; nil keeps silent
}

// caught ends one stream where a panic would end the process: what gqlgen calls is guarded by it, what it reads from is not.
// It is to be deferred after the stream's close.
func (r *Resolver) caught() {
	if cause := recover(); cause != nil {
		_ = messaging.Recovered(r.Log, "a stream", cause)
	}
}
