package auth_test

import (
	"testing"
	"time"

	"posthaste/auth"
	"posthaste/messaging"
	"posthaste/store/storetest"
)

func TestRefreshRotates(t *testing.T) {
	t.Parallel()
	d, p := staffed(t)
	access, ctx := p.signIn(t, office), t.Context()
	first := p.cookie
	d.Clock.Advance(time.Minute)
	progress, err := d.access.RefreshSession(ctx, p.visit(office))
	if err != nil || progress.Access == "" || progress.Access == access || p.cookie == first {
		t.Fatalf("refreshed: %+v, %v", progress, err)
	}
	second := p.cookie
	p.cookie = first // the answer was lost
	d.Clock.Advance(5 * time.Second)
	if _, err := d.access.RefreshSession(ctx, p.visit(office)); err != nil || p.cookie != second {
		t.Errorf("a lost answer asked for again: %v, the same token %t", err, p.cookie == second)
	}
	succeeded, failures := atOnce(8, func(int) error {
		_, err := d.access.RefreshSession(ctx, p.visit(office))
		return err
	})
	if succeeded != 8 {
		t.Errorf("%d of 8 tabs were refreshed at once: %v", succeeded, failures)
	}
	if n := storetest.Owner[int](t, d.Bench, "SELECT refresh_n FROM session"); n != 2 {
		t.Errorf("the session is at turn %d, want 2", n)
	}
}

func TestAStolenRefreshTokenEndsTheSession(t *testing.T) {
	t.Parallel()
	for name, steal := range map[string]func(*desk, *person){
		"used late":            func(d *desk, _ *person) { d.Clock.Advance(11 * time.Second) },
		"from another browser": func(_ *desk, p *person) { p.agent = "Browser/2" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, p := staffed(t)
			access := p.signIn(t, office)
			old := p.cookie
			if _, err := d.access.RefreshSession(t.Context(), p.visit(office)); err != nil {
				t.Fatal(err)
			}
			good := p.cookie
			p.cookie = old
			steal(d, p)
			_, err := d.access.RefreshSession(t.Context(), p.visit(office))
			wantCode(t, err, messaging.CodeUnauthenticated, "the old token")
			if p.cookie != "" {
				t.Error("the cookie stays")
			}
			_, err = d.access.Enter(t.Context(), access, p.visit(office))
			wantCode(t, err, messaging.CodeUnauthenticated, "the access token")
			p.cookie, p.agent = good, "Browser/1"
			_, err = d.access.RefreshSession(t.Context(), p.visit(office))
			wantCode(t, err, messaging.CodeUnauthenticated, "the good token")
			if n := storetest.Owner[int](t, d.Bench, "SELECT count(*) FROM audit_event WHERE action = 'session.refresh_reused'"); n != 1 {
				t.Errorf("%d thefts are audited", n)
			}
		})
	}
}

// TestWhatEndsAccess takes one thing away after sign-in; the next request and the next refresh must see it.
func TestWhatEndsAccess(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		take func(*desk, *person) // the person is at the office
		want messaging.Code
	}{
		"moved to another address": {func(_ *desk, p *person) { p.desk.list(t, p.desk.tenant.ID, "198.51.100.0/24") }, messaging.CodeAddressNotListed},
		"user disabled": {func(d *desk, p *person) {
			storetest.Owner[int](t, d.Bench, "UPDATE app_user SET state = 'DISABLED' WHERE id = $1 RETURNING 1", int64(p.user.ID))
		}, messaging.CodeUnauthenticated},
		"tenant suspended": {func(d *desk, _ *person) {
			storetest.Owner[int](t, d.Bench, "UPDATE tenant SET state = 'SUSPENDED' RETURNING 1")
		}, messaging.CodeUnauthenticated},
		"session ended": {func(d *desk, _ *person) {
			storetest.Owner[int](t, d.Bench, "UPDATE session SET ended_at = now() RETURNING 1")
		}, messaging.CodeUnauthenticated},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, p := staffed(t)
			access := p.signIn(t, office)
			actor, err := d.access.Enter(t.Context(), access, p.visit(office))
			if err != nil {
				t.Fatal(err)
			}
			test.take(d, p)
			_, err = d.access.Enter(t.Context(), access, p.visit(office))
			wantCode(t, err, test.want, "the next request")
			_, err = d.access.RefreshSession(t.Context(), p.visit(office))
			wantCode(t, err, test.want, "the next refresh")
			wantCode(t, d.access.Recheck(t.Context(), actor), test.want, "an open stream")
		})
	}
}

func TestAnAddressThatMovesIsNoted(t *testing.T) {
	t.Parallel()
	d, p := staffed(t)
	access := p.signIn(t, office)
	_, err := d.access.Enter(t.Context(), access, p.visit(home))
	wantCode(t, err, messaging.CodeAddressNotListed, "from home")
	eventually(t, "the note of the blocked attempt", func() bool {
		attempts, err := d.rows.BlockedAttempts(t.Context(), d.tenant.ID, 10)
		return err == nil && len(attempts) == 1 && attempts[0].Address == home && attempts[0].User == p.user.ID && attempts[0].Credential == "SESSION"
	})
	if _, err := d.access.Enter(t.Context(), access, p.visit(office)); err != nil {
		t.Errorf("back at the office: %v", err)
	}
}

func TestSessionsEndByThemselves(t *testing.T) {
	t.Parallel()
	t.Run("unused", func(t *testing.T) {
		t.Parallel()
		d, p := staffed(t)
		p.signIn(t, office)
		d.Clock.Advance(30*time.Minute - time.Second)
		if _, err := d.access.RefreshSession(t.Context(), p.visit(office)); err != nil {
			t.Fatalf("just before: %v", err)
		}
		d.Clock.Advance(30 * time.Minute)
		_, err := d.access.RefreshSession(t.Context(), p.visit(office))
		wantCode(t, err, messaging.CodeUnauthenticated, "after 30 minutes")
	})
	t.Run("old", func(t *testing.T) {
		t.Parallel()
		d, p := staffed(t)
		p.signIn(t, office)
		for range 12*6 - 1 {
			d.Clock.Advance(10 * time.Minute)
			if _, err := d.access.RefreshSession(t.Context(), p.visit(office)); err != nil {
				t.Fatalf("in use: %v", err)
			}
		}
		d.Clock.Advance(10 * time.Minute)
		_, err := d.access.RefreshSession(t.Context(), p.visit(office))
		wantCode(t, err, messaging.CodeUnauthenticated, "after 12 hours of use")
	})
	t.Run("too many", func(t *testing.T) {
		t.Parallel()
		d, p := staffed(t)
		first := p.signIn(t, office)
		var last string
		for range 5 {
			last = p.signIn(t, office)
		}
		_, err := d.access.Enter(t.Context(), first, p.visit(office))
		wantCode(t, err, messaging.CodeUnauthenticated, "the first of six")
		actor, err := d.access.Enter(t.Context(), last, p.visit(office))
		if err != nil {
			t.Fatal(err)
		}
		if sessions, err := d.access.OwnSessions(t.Context(), actor); err != nil || len(sessions) != 5 || sessions[0].ID != actor.Session {
			t.Errorf("%d sessions, %v", len(sessions), err)
		}
		if ended, err := d.access.EndOtherSessions(t.Context(), actor); err != nil || ended != 4 {
			t.Errorf("%d others ended, %v", ended, err)
		}
		if _, err := d.access.Enter(t.Context(), last, p.visit(office)); err != nil {
			t.Errorf("the one that stays: %v", err)
		}
	})
}

// TestOtherTenantsAreNotThere tries ids of one tenant as a person of another.
func TestOtherTenantsAreNotThere(t *testing.T) {
	t.Parallel()
	d, p := staffed(t)
	other := d.Tenant(t)
	d.list(t, other.ID, "203.0.113.0/24")
	stranger := d.personOf(t, other.ID, "eve@other.example", auth.Owner)
	actor, theirs := p.actor(t, office), stranger.actor(t, office)
	key, _, err := d.access.CreateKey(t.Context(), theirs, auth.NewKey{Name: "K", Quota: 600, Scopes: []messaging.Permission{messaging.PermMessageRead}, Days: 1})
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.access.EndSession(t.Context(), actor, theirs.Session)
	wantCode(t, err, messaging.CodeNotFound, "their session")
	wantCode(t, d.access.SetUserDisabled(t.Context(), actor, stranger.user.ID, true), messaging.CodeNotFound, "their user")
	_, err = d.access.RevokeKey(t.Context(), actor, key.ID)
	wantCode(t, err, messaging.CodeNotFound, "their key")
	_, _, err = d.rows.Session(t.Context(), d.tenant.ID, theirs.Session)
	wantCode(t, err, messaging.CodeNotFound, "their session by our tenant")
	if users, err := d.rows.Users(t.Context(), d.tenant.ID, []messaging.ID{stranger.user.ID}); err != nil || len(users) != 0 {
		t.Errorf("their user is shown: %d, %v", len(users), err)
	}
	if err := d.access.Recheck(t.Context(), theirs); err != nil {
		t.Errorf("nothing of theirs was touched, yet: %v", err)
	}
	_, err = d.access.SeedUser(t.Context(), d.tenant.ID, auth.Seed{Email: "EVE@other.example", Name: "Eve", Role: auth.Agent, Password: password})
	wantCode(t, err, messaging.CodeConflict, "an e-mail of the other tenant")
}

func TestDisablingPeople(t *testing.T) {
	t.Parallel()
	d, p := staffed(t)
	agent := d.person(t, "ravi@acme.example", auth.Agent)
	security := d.person(t, "sec@acme.example", auth.SecurityAdmin)
	bearer := agent.signIn(t, office)
	actor, admin := p.actor(t, office), security.actor(t, office)
	wantCode(t, d.access.SetUserDisabled(t.Context(), actor, p.user.ID, true), messaging.CodeConflict, "oneself")
	wantCode(t, d.access.SetUserDisabled(t.Context(), admin, p.user.ID, true), messaging.CodeForbidden, "an owner by another role")
	if err := d.access.SetUserDisabled(t.Context(), admin, agent.user.ID, true); err != nil {
		t.Fatal(err)
	}
	_, err := d.access.Enter(t.Context(), bearer, agent.visit(office))
	wantCode(t, err, messaging.CodeUnauthenticated, "a disabled user's session")
	_, err = d.access.SignIn(t.Context(), agent.user.Email, password, agent.visit(office))
	wantCode(t, err, messaging.CodeUnauthenticated, "a disabled user's password")
	if err := d.access.SetUserDisabled(t.Context(), actor, agent.user.ID, false); err != nil {
		t.Fatal(err)
	}
	_, err = d.access.Enter(t.Context(), bearer, agent.visit(office))
	wantCode(t, err, messaging.CodeUnauthenticated, "the old session of a user enabled again")
	agent.signIn(t, office)

	second := d.person(t, "second@acme.example", auth.Owner)
	other := second.actor(t, office)
	actor = p.actor(t, office)
	succeeded, _ := atOnce(2, func(i int) error {
		if i == 0 {
			return d.access.SetUserDisabled(t.Context(), actor, second.user.ID, true)
		}
		return d.access.SetUserDisabled(t.Context(), other, p.user.ID, true)
	})
	if left := storetest.Owner[int](t, d.Bench, "SELECT count(*) FROM app_user WHERE role = 'OWNER' AND state = 'ACTIVE'"); succeeded != 1 || left != 1 {
		t.Errorf("two owners who disable each other at once: %d did, %d are left", succeeded, left)
	}
}

func TestStepUpIsForHereAndNow(t *testing.T) {
	t.Parallel()
	d, p := staffed(t)
	actor := p.actor(t, office)
	invite := func(a messaging.Actor) error { return d.access.RequireFresh(t.Context(), a, auth.ActManageUsers) }
	if err := invite(actor); err != nil {
		t.Errorf("right after signing in: %v", err)
	}
	d.Clock.Advance(5*time.Minute + time.Second)
	wantCode(t, invite(actor), messaging.CodeStepUp, "after five minutes")
	if err := d.access.StepUp(t.Context(), actor, p.code(), p.visit(office)); err != nil {
		t.Fatal(err)
	}
	if err := invite(actor); err != nil {
		t.Errorf("after stepping up: %v", err)
	}
	moved := actor
	moved.Address = home
	wantCode(t, invite(moved), messaging.CodeStepUp, "from another address")
	key := messaging.Actor{Tenant: d.tenant.ID, User: p.user.ID, Key: 5, Address: office}
	wantCode(t, invite(key), messaging.CodeForbidden, "a key")
	wantCode(t, d.access.StepUp(t.Context(), key, p.code(), p.visit(office)), messaging.CodeForbidden, "a key that steps up")
	wantCode(t, d.access.SignOut(t.Context(), key, p.visit(office)), messaging.CodeForbidden, "a key that signs out")
	if _, err := d.access.EndOtherSessions(t.Context(), key); messaging.CodeOf(err) != messaging.CodeForbidden {
		t.Errorf("a key that ends sessions: %v", err)
	}
	if err := d.access.Recheck(t.Context(), actor); err != nil {
		t.Errorf("the person's session after all that: %v", err)
	}
}
