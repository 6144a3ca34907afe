package auth_test

import (
	"context"
	"crypto/rand"
	"testing"
	"time"

	"posthaste/auth"
	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store/storetest"
)

// meanwhile is a store in which something happens once, right after a proof was taken.
type meanwhile struct {
	auth.AccessStore
	happens func()
}

func (m *meanwhile) ClearTries(ctx context.Context, counters ...[32]byte) error {
	err := m.AccessStore.ClearTries(ctx, counters...)
	if happens := m.happens; happens != nil {
		m.happens = nil
		happens()
	}
	return err
}

// What ends a person's sessions ends the one that is being opened, too.
func TestWhatHappensDuringASignInEndsIt(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(d *desk, boss messaging.Actor, p *person) error{
		"disabled": func(d *desk, boss messaging.Actor, p *person) error {
			return d.access.SetUserDisabled(context.Background(), boss, p.user.ID, true)
		},
		"factors reset": func(d *desk, boss messaging.Actor, p *person) error {
			return d.access.ResetFactors(context.Background(), boss, p.user.ID)
		},
		"password changed": func(d *desk, _ messaging.Actor, p *person) error {
			return d.rows.Act(context.Background(), d.tenant.ID, func(tx auth.AccessTx) error {
				return tx.ChangePassword(context.Background(), p.user.ID, "another", d.Clock.Now())
			})
		},
		"nothing": func(*desk, messaging.Actor, *person) error { return nil },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, asha := staffed(t)
			boss, ben := asha.actor(t, office), d.person(t, "ben@acme.example", auth.Analyst)
			pending, raced := ben.pending(t, office), *d.access
			raced.Store = &meanwhile{d.rows, func() {
				d.Clock.Advance(time.Second)
				if err := change(d, boss, ben); err != nil {
					t.Error(err)
				}
			}}
			_, err := raced.ConfirmSecondFactor(t.Context(), pending, ben.code(), ben.visit(office))
			want, sessions := messaging.CodeUnauthenticated, 0
			if name == "nothing" {
				want, sessions = "", 1
			}
			wantCode(t, err, want, "the second step")
			if got := storetest.Owner[int](t, d.Bench, "SELECT count(*) FROM session WHERE user_id = $1 AND ended_at IS NULL", int64(ben.user.ID)); got != sessions {
				t.Errorf("%d sessions are open, want %d", got, sessions)
			}
		})
	}
}

// A sign-in that stores its password anew, under a new cost, must not bring back one that was replaced meanwhile.
func TestARenewedHashNeverBringsAPasswordBack(t *testing.T) {
	t.Parallel()
	d, asha := staffed(t)
	dear := *d.access
	dear.Passwords = auth.NewPasswords([]privacy.Key{d.Ring.Key(privacy.ForInvites), d.Ring.Key(privacy.ForPasswords)}, 100<<20, rand.Reader)
	stored := func() string {
		return storetest.Owner[string](t, d.Bench, "SELECT password_hash FROM app_user WHERE id = $1", int64(asha.user.ID))
	}
	before := stored()
	if _, err := dear.SignIn(t.Context(), owner, password, asha.visit(office)); err != nil {
		t.Fatal(err)
	}
	renewed := stored()
	if renewed == before {
		t.Fatal("the hash was not renewed, so this proves nothing")
	}
	dear.Passwords = auth.NewPasswords([]privacy.Key{d.Ring.Key(privacy.ForPasswords), d.Ring.Key(privacy.ForInvites)}, 100<<20, rand.Reader)
	dear.Store = &meanwhile{d.rows, func() {
		err := d.rows.Act(context.Background(), d.tenant.ID, func(tx auth.AccessTx) error {
			return tx.ChangePassword(context.Background(), asha.user.ID, "another", d.Clock.Now())
		})
		if err != nil {
			t.Error(err)
		}
	}}
	_, _ = dear.SignIn(t.Context(), owner, password, asha.visit(office))
	if got := stored(); got != "another" {
		t.Errorf("the replaced password is back: %.20q", got)
	}
}
