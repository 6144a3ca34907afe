package messaging

import "slices"

// Permission is one thing that an actor may do. The GraphQL enum Permission is its twin; @can names one on each root
// field.
type Permission string

const (
	PermAnyone         Permission = "ANYONE"          // no credential yet: sign-in and invites
	PermSignedIn       Permission = "SIGNED_IN"       // any actor
	PermAnalyticsRead  Permission = "ANALYTICS_READ"  // summaries and KPIs
	PermMessageRead    Permission = "MESSAGE_READ"    // message lists and timelines, addresses masked
	PermMessageSend    Permission = "MESSAGE_SEND"    // send single messages and bulk
	PermCampaignManage Permission = "CAMPAIGN_MANAGE" // make, start, pause, stop campaigns
	PermConsentRead    Permission = "CONSENT_READ"    // look up consent of one address
	PermConsentWrite   Permission = "CONSENT_WRITE"   // record and withdraw consent
	PermTemplateRead   Permission = "TEMPLATE_READ"   // list and preview templates
	PermTemplateManage Permission = "TEMPLATE_MANAGE" // make, edit, submit templates
	PermSenderRead     Permission = "SENDER_READ"     // numbers and limits
	PermSenderManage   Permission = "SENDER_MANAGE"   // portfolios, WABAs, senders, provider tokens
	PermSecurityRead   Permission = "SECURITY_READ"   // allow-list, users, keys, audit
	PermSecurityManage Permission = "SECURITY_MANAGE" // change them
	PermKeyManage      Permission = "KEY_MANAGE"      // API keys
	PermTenantRead     Permission = "TENANT_READ"     // the tenant's own settings
	PermTenantManage   Permission = "TENANT_MANAGE"   // change them
	PermTenantsOperate Permission = "TENANTS_OPERATE" // operators: make, suspend, delete tenants
	PermApprove        Permission = "APPROVE"         // be the second person
	PermAddressReveal  Permission = "ADDRESS_REVEAL"  // see a plain address, audited
	PermContentReveal  Permission = "CONTENT_REVEAL"  // see a message's text, audited
)

// PermissionSet is what an actor holds. It is small; a slice is the fastest set.
type PermissionSet []Permission

// Has tells whether p is held. PermAnyone and PermSignedIn are held by every actor.
func (s PermissionSet) Has(p Permission) bool {
	return p == PermAnyone || p == PermSignedIn || slices.Contains(s, p)
}
