package store_test

import (
	"context"
	"crypto/rand"
	"sync"
	"sync/atomic"
	"testing"

	"posthaste/auth"
	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store"
	"posthaste/store/storetest"
)

func tenantsOf(b *storetest.Bench) (*auth.Tenants, *auth.Access) {
	digester := func(p privacy.Purpose) auth.Digester { return auth.NewDigester(b.Ring.Keys(p)) }
	access := store.NewAccess(b.Store, b.Keys, b.IDs)
	people := &auth.Access{
		Store: access, Emails: digester(privacy.ForUserEmails), Invites: digester(privacy.ForInvites), IDs: b.IDs, Now: b.Clock.Now, Random: rand.Reader,
	}
	return &auth.Tenants{Store: access, Access: people, Ring: b.Ring, IDs: b.IDs, Now: b.Clock.Now, Random: rand.Reader}, people
}

func newTenant() auth.NewTenant {
	return auth.NewTenant{Name: "Acme Tea Ltd", Brand: "Acme", Zone: "Asia/Kolkata", Country: "IN", Currency: "INR", OwnerEmail: "asha@acme.example"}
}

func TestATenantIsBornWithKeysAndAnInvite(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	b := storetest.New(t)
	tenants, people := tenantsOf(b)
	made, code, err := tenants.Create(ctx, messaging.Actor{Tenant: messaging.PlatformTenant, User: 7}, newTenant())
	if err != nil {
		t.Fatal(err)
	}
	invite, err := people.FindInvite(ctx, code)
	if err != nil || invite == nil || invite.Tenant != made.ID || invite.Role != auth.Owner || invite.Email != "asha@acme.example" {
		t.Errorf("the owner's invite: %+v, %v", invite, err)
	}
	if _, err := b.Keys.Of(ctx, made.ID); err != nil {
		t.Errorf("the tenant's keys: %v", err)
	}
	if who := storetest.Owner[int64](t, b, "SELECT user_id FROM audit_event WHERE action = 'tenant.created'"); who != 7 {
		t.Errorf("audited as made by %d", who)
	}
	hosts := newTenant()
	hosts.OwnerEmail = "bela@bistro.example"
	second, _, err := tenants.Create(ctx, messaging.Actor{}, hosts)
	if err != nil {
		t.Fatal(err)
	}
	acts, err := b.Store.AuditEvents(ctx, second.ID, 0, messaging.AuditTenantCreated, 10)
	if err != nil || len(acts) != 1 || acts[0].User != 0 || acts[0].Detail["actor"] != "host" {
		t.Errorf("made from the host, and audited as %+v, %v", acts, err)
	}
	read, err := b.Store.Tenant(ctx, made.ID)
	if err != nil || read != made || read.State != messaging.TenantActive || read.AddressMode != privacy.Hashed || read.MessageDays != 180 {
		t.Errorf("read %+v, made %+v, %v", read, made, err)
	}
	list, err := b.Store.Tenants(ctx)
	if err != nil || len(list) != 2 || list[0].ID != made.ID || list[1].ID != second.ID {
		t.Errorf("listed %v, %v", list, err)
	}
}

func TestTenantRefusals(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	b := storetest.New(t)
	tenants, _ := tenantsOf(b)
	for name, test := range map[string]struct {
		change func(*auth.NewTenant)
		field  string
	}{
		"no name":             {func(in *auth.NewTenant) { in.Name = " " }, "name"},
		"brand with a break":  {func(in *auth.NewTenant) { in.Brand = "a\nb" }, "brand"},
		"unknown zone":        {func(in *auth.NewTenant) { in.Zone = "Mars/Base" }, "zone"},
		"zone of the machine": {func(in *auth.NewTenant) { in.Zone = "Local" }, "zone"},
		"zone that is a path": {func(in *auth.NewTenant) { in.Zone = "../etc/passwd" }, "zone"},
		"no zone":             {func(in *auth.NewTenant) { in.Zone = "" }, "zone"},
		"unknown country":     {func(in *auth.NewTenant) { in.Country = "XY" }, "country"},
		"country in small":    {func(in *auth.NewTenant) { in.Country = "in" }, "country"},
		"three letters":       {func(in *auth.NewTenant) { in.Country = "IND" }, "country"},
		"a region":            {func(in *auth.NewTenant) { in.Country = "EU" }, "country"},
		"unknown currency":    {func(in *auth.NewTenant) { in.Currency = "ZZZ" }, "currency"},
		"no currency":         {func(in *auth.NewTenant) { in.Currency = "XXX" }, "currency"},
		"currency in small":   {func(in *auth.NewTenant) { in.Currency = "inr" }, "currency"},
		"no e-mail":           {func(in *auth.NewTenant) { in.OwnerEmail = "asha" }, "ownerEmail"},
	} {
		in := newTenant()
		test.change(&in)
		_, _, err := tenants.Create(ctx, messaging.Actor{}, in)
		if e, _ := err.(*messaging.Error); e == nil || e.Field != test.field || e.Code != messaging.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := storetest.Owner[int](t, b, "SELECT count(*) FROM tenant"); n != 0 {
		t.Errorf("%d tenants were made", n)
	}
}

func TestThePlatformIsMadeOnce(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	b := storetest.New(t)
	tenants, _ := tenantsOf(b)
	var group sync.WaitGroup
	var invited atomic.Int32
	for range 5 {
		group.Go(func() {
			code, err := tenants.EnsurePlatform(ctx, "ops@example.com")
			if err != nil {
				t.Error(err)
			}
			if code != "" {
				invited.Add(1)
			}
		})
	}
	group.Wait()
	if n := storetest.Owner[int](t, b, "SELECT count(*) FROM tenant WHERE id = 1"); n != 1 || invited.Load() != 1 {
		t.Errorf("%d platforms, %d invites", n, invited.Load())
	}
	if _, err := b.Keys.Of(ctx, messaging.PlatformTenant); err != nil {
		t.Errorf("the platform's keys: %v", err)
	}
	if list, err := b.Store.Tenants(ctx); err != nil || len(list) != 0 {
		t.Errorf("operators see their own tenant among the tenants: %v, %v", list, err)
	}
	if _, err := tenants.SetSuspended(ctx, messaging.Actor{}, messaging.PlatformTenant, true); messaging.CodeOf(err) != messaging.CodeConflict {
		t.Errorf("the platform was suspended: %v", err)
	}
}

func TestTenantsAreSuspendedAndResumed(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	b := storetest.New(t)
	tenants, _ := tenantsOf(b)
	tenant, other := b.Tenant(t), b.Tenant(t)
	set := func(suspended bool) (messaging.Tenant, messaging.Code) {
		got, err := tenants.SetSuspended(ctx, messaging.Actor{User: 7}, tenant.ID, suspended)
		return got, messaging.CodeOf(err)
	}
	if got, code := set(true); code != "" || got.Active() || got.SuspendedAt == nil {
		t.Errorf("suspended: %+v, %s", got, code)
	}
	if _, code := set(true); code != messaging.CodeConflict {
		t.Errorf("suspended twice: %s", code)
	}
	if got, code := set(false); code != "" || !got.Active() || got.SuspendedAt != nil {
		t.Errorf("resumed: %+v, %s", got, code)
	}
	if read, err := b.Store.Tenant(ctx, other.ID); err != nil || !read.Active() {
		t.Errorf("the other tenant: %+v, %v", read, err)
	}
	if n := storetest.Owner[int](t, b, "SELECT count(*) FROM audit_event WHERE action IN ('tenant.suspended', 'tenant.resumed') "); n != 2 {
		t.Errorf("%d changes are audited", n)
	}
	if n := storetest.Owner[int](t, b, "SELECT count(*) FROM audit_event WHERE user_id IS NOT NULL OR key_id IS NOT NULL OR detail ? 'actor'"); n != 0 {
		t.Errorf("the tenant is told who of the operators it was: %d times", n)
	}
	if _, err := tenants.SetSuspended(ctx, messaging.Actor{}, other.ID, true); err != nil {
		t.Fatal(err)
	}
	acts, err := b.Store.AuditEvents(ctx, other.ID, 0, messaging.AuditTenantSuspended, 10)
	if err != nil || len(acts) != 1 || acts[0].User != 0 || acts[0].Detail["actor"] != "host" || acts[0].Target != other.ID {
		t.Errorf("a suspension from the host is audited as %+v, %v", acts, err)
	}
	if _, err := tenants.SetSuspended(ctx, messaging.Actor{}, 99, true); messaging.CodeOf(err) != messaging.CodeNotFound {
		t.Errorf("a tenant that is not: %v", err)
	}
}
