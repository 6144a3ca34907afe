package messaging

import (
	"time"

	"posthaste/privacy"
)

// Author is who changes configuration, when, and what the audit entries of the change need: ids, and the key of the chain
// they are linked into.
type Author struct {
	Actor  Actor
	At     time.Time
	IDs    *IDs
	Ledger privacy.Key
}

// AuthorOf names the actor as the author of a change in the tenant whose keys are given.
func AuthorOf(actor Actor, ids *IDs, now time.Time, keys *privacy.TenantKeys) Author {
	return Author{Actor: actor, At: now.UTC(), IDs: ids, Ledger: keys.Derive(privacy.ForAuditLedger)}
}

// What authors do.
const (
	AuditPortfolioCreated  AuditAction = "portfolio.created"
	AuditWabaCreated       AuditAction = "waba.created"
	AuditSenderCreated     AuditAction = "sender.created"
	AuditSenderResumed     AuditAction = "sender.resumed"
	AuditTemplateCreated   AuditAction = "template.created"
	AuditTemplateUpdated   AuditAction = "template.updated"
	AuditTemplateSubmitted AuditAction = "template.submitted"
	AuditTemplateDeleted   AuditAction = "template.deleted"
	AuditImportBegun       AuditAction = "consent.import_begun"
)
