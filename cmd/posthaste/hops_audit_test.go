package main

import (
	"log/slog"
	"net/url"
	"testing"

	"posthaste/messaging"
	"posthaste/store"
	"posthaste/store/storetest"
)

// A hop that may go in clear is written down at each start, where operators and auditors look.
func TestInsecureHopsAreAudited(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	for _, named := range []string{"", "smtp, clickhouse smtp"} {
		c, err := load(t, "--insecure-hop", named)
		if err != nil {
			t.Fatal(err)
		}
		i := &installation{config: c, log: slog.New(slog.DiscardHandler), ring: b.Ring, store: b.Store, keys: b.Keys, ids: b.IDs}
		if _, err := i.tenants(i.access(&url.URL{Scheme: "https", Host: "ph.example"})).EnsurePlatform(t.Context(), "ops@example.com"); err != nil {
			t.Fatal(err)
		}
		if err := i.auditInsecureHops(t.Context(), store.DispatchProcess, b.Clock.Now()); err != nil {
			t.Fatal(err)
		}
	}
	got := storetest.Owner[string](t, b, `SELECT string_agg(detail->>'hop' || ' ' || (detail->>'process') || ' ' || (detail->>'actor'), ', ' ORDER BY id)
		FROM audit_event WHERE action = $1 AND tenant_id = $2`, string(messaging.AuditInsecureHop), int64(messaging.PlatformTenant))
	if want := "smtp dispatch host, clickhouse dispatch host"; got != want {
		t.Errorf("audited %q, want %q", got, want)
	}
}
