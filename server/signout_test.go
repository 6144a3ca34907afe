package server_test

import (
	"net/http"
	"testing"
	"time"
)

// What ends a session in the browser's sight clears the browser too: signing out, and a renewal of what is over. Nothing else
// does, and no answer is cached.
func TestTheEndOfASessionClearsTheBrowser(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c, secret := s.owner(t, "203.0.113.7")
	c.signIn(t, secret)
	const refresh = `mutation { refreshSession ` + signInFields + ` }`
	cookie := c.cookie
	if cookie == nil {
		t.Fatal("no cookie after the sign-in")
	}
	clears := func(when, bearer string, cookie *http.Cookie, query string, want bool) {
		t.Helper()
		b := &client{site: s, address: "203.0.113.7", bearer: bearer, cookie: cookie}
		a := b.ask(t, query, nil)
		got := a.header.Get("Clear-Site-Data")
		if want && (got != `"cache", "storage"` || b.cookie != nil) || !want && got != "" {
			t.Errorf("%s: Clear-Site-Data is %q, the cookie %v: %s", when, got, b.cookie, a.raw)
		}
		if a.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: Cache-Control is %q", when, a.header.Get("Cache-Control"))
		}
	}
	clears("an ordinary question", c.bearer, cookie, `{ viewer { address } }`, false)
	clears("a renewal without a cookie", "", nil, refresh, false)
	clears("a renewal", "", cookie, refresh, false)
	clears("a cookie that was never ours", "", &http.Cookie{Name: cookie.Name, Value: "x"}, refresh, true)
	away := &client{site: s, address: "198.51.100.9", cookie: cookie}
	if a := away.ask(t, refresh, nil); a.header.Get("Clear-Site-Data") != "" || away.cookie == nil {
		t.Errorf("a session that goes on is cleared from an address that is not listed: %s", a.raw)
	}
	s.Clock.Advance(time.Second)
	clears("signing out", c.bearer, cookie, `mutation { signOut { userErrors { code } } }`, true)
	clears("a renewal after it", "", cookie, refresh, true)
}
