package server_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"posthaste/dispatcher"
	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/server"
)

func signedWith(secret string, raw []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(raw)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// TestAReplacedSecretEnds: what is signed with the secret before is taken for a day, and then no longer.
func TestAReplacedSecretEnds(t *testing.T) {
	t.Parallel()
	h := newHearing(t, 1)
	raw := []byte(`{"object":"whatsapp_business_account","entry":[]}`)
	takes := func(secret string) error {
		return h.receiver.Receive(t.Context(), h.tenant.waba.AppID, raw, signedWith(secret, raw))
	}
	senders := &messaging.Senders{Store: h.Store, Keys: h.Keys, IDs: h.IDs, Now: h.Clock.Now}
	replace := func(secret string) {
		t.Helper()
		if err := senders.ReplaceAppSecret(t.Context(), h.Actor(h.tenant.Tenant), h.tenant.waba.ID, privacy.NewSecret(secret)); err != nil {
			t.Fatal(err)
		}
		h.Clock.Advance(time.Minute) // apps are remembered for seconds
	}
	check := func(when string, want map[string]bool) {
		t.Helper()
		for secret, good := range want {
			if err := takes(secret); (err == nil) != good {
				t.Errorf("%s: signed with the %s: %v", when, secret, err)
			}
		}
	}
	check("before", map[string]bool{webhookSecret: true, "second": false})
	replace("second")
	check("just replaced", map[string]bool{webhookSecret: true, "second": true})
	h.Clock.Advance(24*time.Hour - 2*time.Minute)
	check("almost a day later", map[string]bool{webhookSecret: true, "second": true})
	h.Clock.Advance(time.Minute)
	check("a day later", map[string]bool{webhookSecret: false, "second": true})
	replace("third")
	check("replaced again", map[string]bool{webhookSecret: false, "second": true, "third": true})
}

// panicky books nothing and breaks, as often as it is told to.
type panicky struct {
	server.Learner
	left int
}

func (p *panicky) Learn(ctx context.Context, tenant messaging.ID, reports []dispatcher.Report, inbound []messaging.Inbound, wishes []messaging.Wish) (messaging.Learned, error) {
	if p.left > 0 {
		p.left--
		panic("secret text +919810000001")
	}
	return p.Learner.Learn(ctx, tenant, reports, inbound, wishes)
}

// TestABookingThatPanicsEndsNothingElse: the provider comes again, the process goes on, and the next booking works.
func TestABookingThatPanicsEndsNothingElse(t *testing.T) {
	t.Parallel()
	h := newHearing(t, 1)
	log := &bytes.Buffer{}
	h.receiver.Log, h.receiver.Learner = slog.New(slog.NewTextHandler(log, nil)), &panicky{h.gate, 1}
	raw := []byte(fmt.Sprintf(`{"object":"whatsapp_business_account","entry":[{"id":%q,"changes":[{"field":"messages","value":{"messaging_product":"whatsapp",
		"metadata":{"display_phone_number":"911140001234","phone_number_id":%q},
		"messages":[{"from":"919810000001","id":"wamid.x","timestamp":"%d","type":"text","text":{"body":"hello"}}]}}]}]}`,
		h.tenant.waba.MetaID, h.tenant.sender.ProviderID, h.Clock.Now().Unix()))
	err := h.receiver.Receive(t.Context(), h.tenant.waba.AppID, raw, signedWith(webhookSecret, raw))
	if got := messaging.CodeOf(err); got != messaging.CodeInternal {
		t.Errorf("a booking that panicked: %q (%v)", got, err)
	}
	if n := strings.Count(log.String(), "level=ERROR"); n != 1 || strings.Contains(log.String(), "981000") {
		t.Errorf("logged %d errors:\n%s", n, log)
	}
	if err := h.receiver.Receive(t.Context(), h.tenant.waba.AppID, raw, signedWith(webhookSecret, raw)); err != nil {
		t.Errorf("when it comes again: %v", err)
	}
}

// answering takes every handshake.
type answering struct{ server.Receiver }

func (answering) Handshake(context.Context, messaging.ID, string) error { return nil }

// TestHandshakesEchoNothingButAChallenge: the provider's challenges are plain words.
func TestHandshakesEchoNothingButAChallenge(t *testing.T) {
	t.Parallel()
	s := newEdge(t, func(o *server.Options) { o.Receiver = answering{} })
	for challenge, want := range map[string]int{"918273": 200, "": 403, "<script>alert(1)</script>": 403, strings.Repeat("1", 300): 403} {
		w := httptest.NewRecorder()
		query := url.Values{"hub.mode": {"subscribe"}, "hub.challenge": {challenge}, "hub.verify_token": {"t"}}
		s.Handler().ServeHTTP(w, httptest.NewRequest("GET", "https://ph.example/webhooks/whatsapp/7?"+query.Encode(), nil))
		if w.Code != want || want == 200 && w.Body.String() != challenge || want != 200 && w.Body.Len() > 0 {
			t.Errorf("challenge %q: %d %q", challenge, w.Code, w.Body)
		}
	}
}
