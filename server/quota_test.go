package server_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"posthaste/auth"
	"posthaste/messaging"
)

// A used-up quota is told by status, headers and extensions on every route that takes a key; a person has none.
func TestAUsedUpQuotaIsTold(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	who := h.member(t, h.tenant.ID, auth.Owner, office)
	h.Clock.Advance(auth.QuotaMinute(h.Clock.Now()).Add(time.Minute + 18*time.Second).Sub(h.Clock.Now()))
	_, key := h.key(t, who.actor, auth.NewKey{Quota: 2, Scopes: []messaging.Permission{messaging.PermConsentWrite}})
	ask := func(bearer, method, path, body string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, "https://ph.example"+path, strings.NewReader(body)).WithContext(t.Context())
		r.RemoteAddr = office + ":4711"
		r.Header.Set("Authorization", "Bearer "+bearer)
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		h.handler.ServeHTTP(w, r)
		return w
	}
	const question = `{"query":"{ sendsMail }"}`
	for _, left := range []string{`"key";r=1;t=42`, `"key";r=0;t=42`} {
		if w := ask(key, "POST", "/graphql", question); w.Code != http.StatusOK || w.Header().Get("RateLimit") != left || w.Header().Get("RateLimit-Policy") != `"key";q=2;w=60` {
			t.Errorf("%d %q %q, want %s", w.Code, w.Header().Get("RateLimit"), w.Header().Get("RateLimit-Policy"), left)
		}
	}
	for _, route := range [][3]string{{"POST", "/graphql", question}, {"PUT", "/uploads/x", "a,b"}, {"GET", "/evidence/x", ""}} {
		w := ask(key, route[0], route[1], route[2])
		if w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") != "42" || w.Header().Get("RateLimit") != `"key";r=0;t=42` ||
			!strings.Contains(w.Body.String(), `"code":"LIMITED"`) || !strings.Contains(w.Body.String(), `"retryAfter":42`) {
			t.Errorf("%s %s: %d %v %s", route[0], route[1], w.Code, w.Header(), w.Body)
		}
	}
	counted := strings.NewReader(`# HELP posthaste_http_limited_total Requests refused because there were too many, by what was counted: of an address without a credential, of an API key, of open streams.
# TYPE posthaste_http_limited_total counter
posthaste_http_limited_total{of="key"} 3
posthaste_http_limited_total{of="streams"} 0
`)
	if err := testutil.GatherAndCompare(h.options.Registry, counted, "posthaste_http_limited_total"); err != nil {
		t.Error(err)
	}
	person := ask(who.access, "POST", "/graphql", question)
	if person.Code != http.StatusOK || person.Header().Get("RateLimit") != "" {
		t.Errorf("a person: %d %q", person.Code, person.Header().Get("RateLimit"))
	}
	h.Clock.Advance(42 * time.Second)
	if w := ask(key, "POST", "/graphql", question); w.Code != http.StatusOK || w.Header().Get("RateLimit") != `"key";r=1;t=60` {
		t.Errorf("in the next minute: %d %q", w.Code, w.Header().Get("RateLimit"))
	}
	if _, err := h.access.Enter(t.Context(), key, auth.Visit{Address: netip.MustParseAddr(cafe)}); messaging.CodeOf(err) != messaging.CodeAddressNotListed {
		t.Errorf("from elsewhere: %v", err)
	}
	if w := ask(key, "POST", "/graphql", question); w.Code != http.StatusOK {
		t.Errorf("a refusal at the door took from the quota: %d", w.Code)
	}
}
