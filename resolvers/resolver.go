// Package resolvers answers GraphQL fields: a body reads the actor, converts, makes one call and converts back.
package resolvers

import (
	"time"

	"posthaste/analytics"
	"posthaste/auth"
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
}
