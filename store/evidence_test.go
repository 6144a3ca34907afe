package store_test

import (
	"crypto/rand"
	"fmt"
	"testing"
	"time"

	"posthaste/auth"
	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store"
	"posthaste/store/storetest"
)

// TestPeopleAreShownAsTheyWere: role, state and last sign-in of a past moment, whatever has happened since.
func TestPeopleAreShownAsTheyWere(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	tenant := b.Tenant(t)
	rows := store.NewAccess(b.Store, b.Keys, b.IDs)
	access := &auth.Access{
		Store: rows, Passwords: auth.NewPasswords(b.Ring.Keys(privacy.ForPasswords), 100<<20, rand.Reader), Policy: auth.NewPasswordPolicy(),
		Emails: auth.NewDigester(b.Ring.Keys(privacy.ForUserEmails)), IDs: b.IDs, Now: b.Clock.Now, Random: rand.Reader,
	}
	seed := func(email string, role auth.Role) auth.User {
		u, err := access.SeedUser(t.Context(), tenant.ID, auth.Seed{Email: email, Name: "Asha Rao", Role: role, Password: "correct horse battery"})
		if err != nil {
			t.Fatal(err)
		}
		return u
	}
	act := func(events ...messaging.AuditEvent) {
		err := rows.Act(t.Context(), tenant.ID, func(tx auth.AccessTx) error { return tx.Audit(t.Context(), b.Clock.Now(), events...) })
		if err != nil {
			t.Fatal(err)
		}
	}
	asha, ben := seed("asha@acme.example", auth.Owner), seed("ben@acme.example", auth.Agent)
	signedIn := b.Clock.Advance(time.Hour).Truncate(time.Microsecond)
	act(messaging.AuditEvent{Action: messaging.AuditSignedIn, User: asha.ID}, messaging.AuditEvent{Action: messaging.AuditUserDisabled, User: asha.ID, Target: ben.ID})
	moment := b.Clock.Advance(time.Hour)
	// Since then: another sign-in, another role, another state, another person.
	b.Clock.Advance(time.Hour)
	act(messaging.AuditEvent{Action: messaging.AuditSignedIn, User: asha.ID},
		messaging.AuditEvent{Action: messaging.AuditUserEnabled, User: asha.ID, Target: ben.ID},
		messaging.AuditEvent{Action: messaging.AuditRoleChanged, User: asha.ID, Target: ben.ID, Detail: map[string]string{"before": "AGENT", "after": "ANALYST"}})
	act(messaging.AuditEvent{Action: messaging.AuditRoleChanged, User: asha.ID, Target: ben.ID, Detail: map[string]string{"before": "ANALYST", "after": "APPROVER"}})
	storetest.Owner[int](t, b, "UPDATE app_user SET role = 'APPROVER' WHERE id = $1 RETURNING 1", int64(ben.ID))
	seed("cleo@acme.example", auth.Analyst)

	keys, err := b.Keys.Of(t.Context(), tenant.ID)
	if err != nil {
		t.Fatal(err)
	}
	then, err := b.Store.Evidence(tenant.ID, keys, moment).Users(t.Context())
	if err != nil || len(then) != 2 {
		t.Fatalf("people of then: %+v, %v", then, err)
	}
	if u := then[0]; u.Email != "asha@acme.example" || u.Role != auth.Owner || u.Disabled || !u.LastSignIn.Equal(signedIn) {
		t.Errorf("the owner was %+v", u)
	}
	if u := then[1]; u.Role != auth.Agent || !u.Disabled || !u.LastSignIn.IsZero() {
		t.Errorf("the agent was %+v", u)
	}
	now, err := b.Store.Evidence(tenant.ID, keys, b.Clock.Advance(time.Second)).Users(t.Context())
	if err != nil || len(now) != 3 || now[1].Role != "APPROVER" || now[1].Disabled {
		t.Errorf("people of now: %+v, %v", now, err)
	}
	stored, err := b.Store.Evidence(tenant.ID, keys, moment).Keys(t.Context())
	if err != nil || len(stored) != 1 || stored[0].Purpose != "TENANT" || stored[0].SealedBy != b.Ring.Key(privacy.ForWrapping).ID() {
		t.Errorf("stored keys: %+v, %v", stored, err)
	}
	other := b.Tenant(t)
	if foreign, err := b.Store.Evidence(other.ID, keys, b.Clock.Now()).Users(t.Context()); err != nil || len(foreign) != 0 {
		t.Errorf("another tenant has %+v, %v", foreign, err)
	}
}

// TestFactorsAreShownAsTheyWere: what the tables held at each moment is what the trail tells of it afterwards.
func TestFactorsAreShownAsTheyWere(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	tenant := b.Tenant(t)
	rows := store.NewAccess(b.Store, b.Keys, b.IDs)
	access := &auth.Access{
		Store: rows, Passwords: auth.NewPasswords(b.Ring.Keys(privacy.ForPasswords), 100<<20, rand.Reader), Policy: auth.NewPasswordPolicy(),
		Emails: auth.NewDigester(b.Ring.Keys(privacy.ForUserEmails)), Recovery: auth.NewDigester(b.Ring.Keys(privacy.ForRecoveryCodes)),
		Counters: b.Ring.Key(privacy.ForRateLimits), IDs: b.IDs, Now: b.Clock.Now, Random: rand.Reader,
	}
	seed := func(email string, codes ...string) auth.User {
		s := auth.Seed{Email: email, Name: "Asha Rao", Role: auth.Owner, Password: "correct horse battery", Codes: codes}
		if len(codes) > 0 {
			secret, err := auth.NewTOTPSecret(rand.Reader)
			if err != nil {
				t.Fatal(err)
			}
			s.TOTP = secret
		}
		u, err := access.SeedUser(t.Context(), tenant.ID, s)
		if err != nil {
			t.Fatal(err)
		}
		return u
	}
	codes, err := auth.NewRecoveryCodes(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	asha, ben := seed("asha@acme.example", codes[:3]...), seed("ben@acme.example")
	tell := func(action messaging.AuditAction, user, target messaging.ID) {
		t.Helper()
		if err := rows.Act(t.Context(), tenant.ID, func(tx auth.AccessTx) error {
			return tx.Audit(t.Context(), b.Clock.Now(), messaging.AuditEvent{Action: action, User: user, Target: target})
		}); err != nil {
			t.Fatal(err)
		}
	}
	passkey := func(user messaging.ID) messaging.ID {
		id := b.IDs.Next()
		storetest.Owner[int](t, b, `INSERT INTO passkey (tenant_id, id, user_id, name, credential, record, created_at)
			VALUES ($1, $2, $3, 'key', $4, '{}', now()) RETURNING 1`, int64(tenant.ID), int64(id), int64(user), []byte(id.String()))
		tell(messaging.AuditPasskeyAdded, user, id)
		return id
	}
	held := func() (list []string) {
		const now = `SELECT EXISTS (SELECT FROM totp_factor WHERE user_id = $1 AND state = 'ACTIVE') || ' ' || (SELECT count(*) FROM passkey WHERE user_id = $1)
			|| ' ' || (SELECT count(*) FROM recovery_code WHERE user_id = $1)`
		for _, u := range []auth.User{asha, ben} {
			list = append(list, storetest.Owner[string](t, b, now, int64(u.ID)))
		}
		return list
	}
	owner := messaging.Actor{Tenant: tenant.ID, User: asha.ID, Session: 1}
	var first messaging.ID
	type moment struct {
		at   time.Time
		held []string
	}
	var moments []moment
	for _, step := range []func(){
		func() {},
		func() { first = passkey(asha.ID) },
		func() { passkey(asha.ID); passkey(ben.ID) },
		func() {
			storetest.Owner[int](t, b, "DELETE FROM recovery_code WHERE code_hash = (SELECT min(code_hash) FROM recovery_code WHERE user_id = $1) RETURNING 1", int64(asha.ID))
			tell(messaging.AuditRecoveryUsed, asha.ID, asha.ID)
		},
		func() {
			storetest.Owner[int](t, b, "DELETE FROM passkey WHERE id = $1 RETURNING 1", int64(first))
			tell(messaging.AuditPasskeyRemoved, asha.ID, first)
		},
		func() {
			if _, err := access.RenewRecoveryCodes(t.Context(), owner); err != nil {
				t.Fatal(err)
			}
		},
		func() {
			if err := access.HostResetFactors(t.Context(), tenant.ID, asha.ID); err != nil {
				t.Fatal(err)
			}
		},
		func() { passkey(asha.ID) },
	} {
		step()
		moments = append(moments, moment{b.Clock.Advance(time.Hour), held()})
		b.Clock.Advance(time.Hour)
	}
	keys, err := b.Keys.Of(t.Context(), tenant.ID)
	if err != nil {
		t.Fatal(err)
	}
	for n, m := range moments {
		people, err := b.Store.Evidence(tenant.ID, keys, m.at).Users(t.Context())
		if err != nil || len(people) != 2 {
			t.Fatalf("after step %d: %d people, %v", n, len(people), err)
		}
		for i, u := range people {
			told := fmt.Sprint(u.Factors.TOTP, u.Factors.Passkeys, u.Factors.RecoveryCodes)
			if told != m.held[i] {
				t.Errorf("after step %d the trail tells %q of person %d, the tables held %q", n, told, i, m.held[i])
			}
		}
	}
	if last := moments[len(moments)-1].held; moments[5].held[0] != "true 1 10" || last[0] != "false 1 0" || last[1] != "false 1 0" {
		t.Errorf("the steps did not do what they should: %v", moments)
	}
}

// TestThePeriodsActs: each act of the period once and in order, over many pages, and none of before or after.
func TestThePeriodsActs(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	tenant := b.Tenant(t)
	rows := store.NewAccess(b.Store, b.Keys, b.IDs)
	act := func(n int, action messaging.AuditAction) {
		events := make([]messaging.AuditEvent, n)
		for i := range events {
			events[i] = messaging.AuditEvent{Action: action, User: 42}
		}
		err := rows.Act(t.Context(), tenant.ID, func(tx auth.AccessTx) error { return tx.Audit(t.Context(), b.Clock.Now(), events...) })
		if err != nil {
			t.Fatal(err)
		}
	}
	act(3, messaging.AuditSignedIn)
	since := b.Clock.Advance(time.Hour)
	for range 5 {
		act(500, messaging.AuditSignedIn)
		act(1, messaging.AuditPolicyChanged)
		b.Clock.Advance(time.Second)
	}
	before := b.Clock.Advance(time.Hour)
	act(4, messaging.AuditSignedIn)
	keys, err := b.Keys.Of(t.Context(), tenant.ID)
	if err != nil {
		t.Fatal(err)
	}
	e := b.Store.Evidence(tenant.ID, keys, before)
	for action, want := range map[messaging.AuditAction]int{"": 2505, messaging.AuditPolicyChanged: 5, messaging.AuditKeyCreated: 0} {
		n := 0
		var last messaging.AuditRecord
		for r, err := range e.Audit(t.Context(), since, action) {
			if err != nil {
				t.Fatal(err)
			}
			if r.Seq < last.Seq || r.Seq == last.Seq && r.ID <= last.ID || r.At.Before(since) || !r.At.Before(before) {
				t.Fatalf("%+v follows %+v", r, last)
			}
			last = r
			n++
		}
		if n != want {
			t.Errorf("%q: %d acts, want %d", action, n, want)
		}
	}
}
