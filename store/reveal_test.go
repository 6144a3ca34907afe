package store_test

import (
	"context"
	"strings"
	"testing"

	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store/storetest"
)

// counted lets a number of reveals pass.
type counted struct{ left int }

func (c *counted) TakeReveal(context.Context, messaging.Actor) error {
	if c.left--; c.left < 0 {
		return messaging.Refuse(messaging.CodeLimited, "", "too many")
	}
	return nil
}

func (b *sendBench) reveals(limit messaging.RevealLimit) *messaging.Reveals {
	return &messaging.Reveals{Store: b.door, Tenants: b.Store, Keys: b.Keys, Limit: limit, IDs: b.IDs, Now: b.Clock.Now}
}

// sentTo accepts one message to the phone and gives its reference.
func (b *sendBench) sentTo(to string) messaging.MessageRef {
	b.t.Helper()
	b.consent(messaging.PurposeMarketing, to)
	c := b.campaign()
	if _, err := b.upload(context.Background(), c.ID, strings.NewReader(audienceFile(to))); err != nil {
		b.t.Fatal(err)
	}
	id := storetest.Owner[int64](b.t, b.Bench, "SELECT id FROM message WHERE campaign_id = $1", int64(c.ID))
	week := storetest.Owner[int](b.t, b.Bench, "SELECT week FROM message WHERE id = $1", id)
	return messaging.MessageRef{ID: messaging.ID(id), Week: week}
}

func TestRevealShowsWhatTheRoleMaySeeAndTheModeKept(t *testing.T) {
	t.Parallel()
	for _, mode := range []privacy.Mode{privacy.Plain, privacy.Hashed, privacy.None} {
		t.Run(string(mode), func(t *testing.T) {
			t.Parallel()
			b := newSendBench(t, func(tenant *messaging.Tenant) { tenant.AddressMode, tenant.ContentMode = mode, mode })
			ref := b.sentTo(phone(1))
			both := b.actor
			both.Permissions = messaging.PermissionSet{messaging.PermAddressReveal, messaging.PermContentReveal}
			textOnly := b.actor
			textOnly.Permissions = messaging.PermissionSet{messaging.PermContentReveal}
			limit := &counted{left: 2}
			all, err := b.reveals(limit).Message(t.Context(), both, ref, "a complaint of today")
			if err != nil {
				t.Fatal(err)
			}
			part, err := b.reveals(limit).Message(t.Context(), textOnly, ref, "a complaint of today")
			if err != nil {
				t.Fatal(err)
			}
			kept := mode == privacy.Plain
			if kept != (all.Address == phone(1)) || kept != (all.AddressWithheld == "") || kept != (all.Text != "") || kept != (all.TextWithheld == "") {
				t.Errorf("all of it: %+v", all)
			}
			if !kept && (all.AddressWithheld != messaging.NotKept || all.TextWithheld != messaging.NotKept) {
				t.Errorf("why not: %+v", all)
			}
			if part.Address != "" || part.AddressWithheld != messaging.NotPermitted || part.Text != all.Text {
				t.Errorf("the text alone: %+v", part)
			}
			if n := b.count("SELECT count(*) FROM audit_event WHERE action = 'message.revealed' AND target = $1 AND detail->>'reason' = 'a complaint of today'", int64(ref.ID)); n != 2 {
				t.Errorf("%d reveals are in the ledger", n)
			}
			_, err = b.reveals(limit).Message(t.Context(), both, ref, "once more")
			wantRefused(t, err, messaging.CodeLimited)
		})
	}
}

func TestRevealRefuses(t *testing.T) {
	t.Parallel()
	b := newSendBench(t, func(tenant *messaging.Tenant) { tenant.AddressMode, tenant.ContentMode = privacy.Plain, privacy.Plain })
	ref := b.sentTo(phone(1))
	actor := b.actor
	actor.Permissions = messaging.PermissionSet{messaging.PermAddressReveal, messaging.PermContentReveal}
	key, nobody, stranger := actor, b.actor, actor
	key.Key, stranger.Tenant = 7, b.Tenant(t).ID
	late := ref
	late.ID++
	for name, test := range map[string]struct {
		by     messaging.Actor
		ref    messaging.MessageRef
		reason string
		want   messaging.Code
	}{
		"a key":          {key, ref, "a complaint", messaging.CodeForbidden},
		"no right":       {nobody, ref, "a complaint", messaging.CodeForbidden},
		"another tenant": {stranger, ref, "a complaint", messaging.CodeNotFound},
		"no message":     {actor, late, "a complaint", messaging.CodeNotFound},
		"no reason":      {actor, ref, " - ", messaging.CodeInvalid},
	} {
		r, err := b.reveals(&counted{left: 100}).Message(t.Context(), test.by, test.ref, test.reason)
		if messaging.CodeOf(err) != test.want || r != (messaging.Revealed{}) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := b.count("SELECT count(*) FROM audit_event WHERE action = 'message.revealed'"); n != 0 {
		t.Errorf("%d refused reveals are in the ledger", n)
	}
}

func wantRefused(t *testing.T, err error, want messaging.Code) {
	t.Helper()
	if got := messaging.CodeOf(err); got != want {
		t.Errorf("%q (%v), want %q", got, err, want)
	}
}

func TestProviderSecretsAreReplaced(t *testing.T) {
	t.Parallel()
	b := newSendBench(t)
	senders := &messaging.Senders{Store: b.Store, Keys: b.Keys, IDs: b.IDs, Now: b.Clock.Now}
	keys, err := b.Keys.Of(t.Context(), b.tenant.ID)
	if err != nil {
		t.Fatal(err)
	}
	opened := func(place privacy.AAD, column string) string {
		t.Helper()
		plain, err := keys.Open(nil, place, storetest.Owner[[]byte](t, b.Bench, "SELECT "+column))
		if err != nil {
			t.Fatal(err)
		}
		return string(plain)
	}
	portfolio := messaging.ID(storetest.Owner[int64](t, b.Bench, "SELECT id FROM portfolio"))
	if p, err := senders.ReplaceToken(t.Context(), b.actor, portfolio, privacy.NewSecret("EAAnew")); err != nil || p.ID != portfolio || !p.TokenSet {
		t.Fatalf("%+v, %v", p, err)
	}
	if got := opened(messaging.PortfolioTokenPlace(portfolio), "token_sealed FROM portfolio"); got != "EAAnew" {
		t.Errorf("the token is %q", got)
	}
	before := storetest.Owner[[]byte](t, b.Bench, "SELECT secret_sealed FROM provider_app")
	if err := senders.ReplaceAppSecret(t.Context(), b.actor, b.waba.ID, privacy.NewSecret("newsecret")); err != nil {
		t.Fatal(err)
	}
	app := messaging.ID(storetest.Owner[int64](t, b.Bench, "SELECT id FROM provider_app"))
	if got := opened(messaging.AppSecretPlace(app), "secret_sealed FROM provider_app"); got != "newsecret" {
		t.Errorf("the app's secret is %q", got)
	}
	if old := storetest.Owner[[]byte](t, b.Bench, "SELECT old_secret_sealed FROM provider_app"); string(old) != string(before) {
		t.Error("the secret before is not taken any more")
	}
	if n := b.count("SELECT count(*) FROM audit_event WHERE action IN ('portfolio.token_replaced', 'provider_app.secret_replaced')"); n != 2 {
		t.Errorf("%d replacements are in the ledger", n)
	}
	stranger := b.actor
	stranger.Tenant = b.Tenant(t).ID
	_, err = senders.ReplaceToken(t.Context(), stranger, portfolio, privacy.NewSecret("EAAother"))
	wantRefused(t, err, messaging.CodeNotFound)
	wantRefused(t, senders.ReplaceAppSecret(t.Context(), stranger, b.waba.ID, privacy.NewSecret("other")), messaging.CodeNotFound)
	wantRefused(t, senders.ReplaceAppSecret(t.Context(), b.actor, b.waba.ID, privacy.NewSecret("with space")), messaging.CodeInvalid)
}
