package auth

import (
	"slices"

	"posthaste/messaging"
)

// Role is a named set of permissions that a user holds. The GraphQL enum Role is its twin.
type Role string

const (
	Owner         Role = "OWNER"          // all of the tenant
	SecurityAdmin Role = "SECURITY_ADMIN" // people, keys, addresses, audit; no messages
	BrandManager  Role = "BRAND_MANAGER"  // templates, campaigns, consent, senders
	Approver      Role = "APPROVER"       // sees what is to be approved, and approves it
	Analyst       Role = "ANALYST"        // figures
	Agent         Role = "AGENT"          // the inbox
	Developer     Role = "DEVELOPER"      // keys, and what the programs behind them do
	Operator      Role = "OPERATOR"       // of the installation, in the platform's tenant only
)

// Roles are all roles, in the order of the table's columns.
func Roles() []Role {
	return []Role{Owner, SecurityAdmin, BrandManager, Approver, Analyst, Agent, Developer, Operator}
}

// grant is one row of the table: who holds a permission, and whether an API key may.
type grant struct {
	permission messaging.Permission
	roles      [8]bool // in the order of Roles
	key        bool
}

// grants is the one table of who may what. A permission without a row is held by nobody; PermAnyone and PermSignedIn are
// held by every actor and need none.
func grants() []grant {
	const x, o = true, false
	return []grant{
		//                                  owner sec brand appr analyst agent dev operator  key
		{messaging.PermAnalyticsRead, [8]bool{x, o, x, x, x, o, x, o}, x},
		{messaging.PermMessageRead, [8]bool{x, o, x, x, o, x, x, o}, x},
		{messaging.PermMessageSend, [8]bool{x, o, x, o, o, x, x, o}, x},
		{messaging.PermCampaignManage, [8]bool{x, o, x, o, o, o, o, o}, x},
		{messaging.PermConsentRead, [8]bool{x, o, x, o, o, x, x, o}, x},
		{messaging.PermConsentWrite, [8]bool{x, o, x, o, o, x, x, o}, x},
		{messaging.PermTemplateRead, [8]bool{x, o, x, x, x, x, x, o}, x},
		{messaging.PermTemplateManage, [8]bool{x, o, x, o, o, o, o, o}, x},
		{messaging.PermSenderRead, [8]bool{x, x, x, x, x, x, x, o}, x},
		{messaging.PermSenderManage, [8]bool{x, o, x, o, o, o, o, o}, o},
		{messaging.PermSecurityRead, [8]bool{x, x, o, x, o, o, o, x}, o},
		{messaging.PermSecurityManage, [8]bool{x, x, o, o, o, o, o, x}, o},
		{messaging.PermKeyManage, [8]bool{x, x, o, o, o, o, x, o}, o},
		{messaging.PermTenantRead, [8]bool{x, x, x, x, x, x, x, x}, o},
		{messaging.PermTenantManage, [8]bool{x, o, o, o, o, o, o, x}, o},
		{messaging.PermTenantsOperate, [8]bool{o, o, o, o, o, o, o, x}, o},
		{messaging.PermApprove, [8]bool{x, x, o, x, o, o, o, x}, o},
		{messaging.PermAddressReveal, [8]bool{x, o, o, o, o, o, o, o}, o},
		{messaging.PermContentReveal, [8]bool{x, o, x, o, o, x, o, o}, o},
	}
}

// heldBy tells whether one of the roles holds the permission of the row.
func (g grant) heldBy(roles []Role) bool {
	for i, role := range Roles() {
		if g.roles[i] && slices.Contains(roles, role) {
			return true
		}
	}
	return false
}

// PermissionsOf is all that the roles hold together, in the order of the table.
func PermissionsOf(roles ...Role) messaging.PermissionSet {
	return permissionsWhere(func(g grant) bool { return g.heldBy(roles) })
}

// KeyScopes are the permissions an API key may hold: nothing of security, nothing that reveals, nothing that approves.
func KeyScopes() messaging.PermissionSet {
	return permissionsWhere(func(g grant) bool { return g.key })
}

func permissionsWhere(match func(grant) bool) messaging.PermissionSet {
	var set messaging.PermissionSet
	for _, g := range grants() {
		if match(g) {
			set = append(set, g.permission)
		}
	}
	return set
}

// AssignableIn tells whether the role exists in the tenant: operators belong to the platform, all others to a tenant.
func (r Role) AssignableIn(tenant messaging.ID) bool {
	return slices.Contains(Roles(), r) && (r == Operator) == (tenant == messaging.PlatformTenant)
}

// MayAssign tells whether someone with these roles may give or take the role: only owners make owners, and nobody hands
// out more than they hold, except that security administrators staff the tenant.
func MayAssign(by []Role, r Role, tenant messaging.ID) bool {
	if !r.AssignableIn(tenant) || !PermissionsOf(by...).Has(messaging.PermSecurityManage) {
		return false
	}
	return r != Owner || slices.Contains(by, Owner)
}
