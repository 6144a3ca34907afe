package store

import (
	"encoding/base64"

	"posthaste/privacy"
)

// RolePasswords open the three roles.
type RolePasswords struct{ App, Across, Jobs string }

// Under has the passwords of the roles come from the root keys: whoever holds the keys opens the database, and no password
// is stored.
func (o Options) Under(ring *privacy.Keyring) Options {
	var all []RolePasswords
	for _, key := range ring.Keys(privacy.ForDatabaseRoles) { // that of the primary root key first
		all = append(all, rolePasswords(key))
	}
	o.AppPassword, o.AcrossPassword, o.JobsPassword, o.Older = all[0].App, all[0].Across, all[0].Jobs, all[1:]
	return o
}

func rolePasswords(key privacy.Key) RolePasswords {
	password := func(role string) string {
		mac := key.MAC([]byte(role))
		return base64.RawURLEncoding.EncodeToString(mac[:])
	}
	return RolePasswords{App: password("app"), Across: password("across"), Jobs: password("jobs")}
}

func (o Options) passwords() []RolePasswords {
	return append([]RolePasswords{{o.AppPassword, o.AcrossPassword, o.JobsPassword}}, o.Older...)
}

// of is the role's one.
func (p RolePasswords) of(role string) string {
	return map[string]string{appRole: p.App, acrossRole: p.Across, jobsRole: p.Jobs}[role]
}
