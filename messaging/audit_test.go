package messaging

import (
	"maps"
	"net/netip"
	"testing"
)

func TestWhoAnEventIsBy(t *testing.T) {
	t.Parallel()
	office := netip.MustParseAddr("192.0.2.1")
	for name, test := range map[string]struct {
		actor Actor
		user  ID
		key   ID
		host  bool
	}{
		"a person":                 {actor: Actor{Tenant: 5, User: 7, Address: office}, user: 7},
		"a program":                {actor: Actor{Tenant: 5, User: 7, Key: 9, Address: office}, user: 7, key: 9},
		"the host":                 {actor: Actor{}, host: true},
		"the host inside a tenant": {actor: Actor{Tenant: 5, Permissions: PermissionSet{PermApprove}}, host: true},
	} {
		given := map[string]string{"name": "Acme"}
		want := maps.Clone(given)
		if test.host {
			want["actor"] = "host"
		}
		event := test.actor.Audited(AuditTenantCreated, 3, given)
		if event.Action != AuditTenantCreated || event.Target != 3 || event.User != test.user || event.Key != test.key ||
			event.Address != test.actor.Address || !maps.Equal(event.Detail, want) {
			t.Errorf("%s: %+v", name, event)
		}
		if len(given) != 1 {
			t.Errorf("%s: the caller's details are %v", name, given)
		}
	}
}
