package server_test

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"posthaste/auth"
	"posthaste/messaging"
	"posthaste/resolvers"
	"posthaste/server"
)

// listener is a door that lets nobody in and remembers what it was shown.
type listener struct {
	porter
	shown []string
	visit auth.Visit
}

func (l *listener) Enter(_ context.Context, bearer string, v auth.Visit) (messaging.Actor, error) {
	l.shown, l.visit = append(l.shown, bearer), v
	return messaging.Actor{}, messaging.Refuse(messaging.CodeUnauthenticated, "", "sign in again")
}

// FuzzCredentialHeaders: whatever stands in Authorization and Cookie, the door is shown one bearer as it was sent or is not
// asked; the cookie is one of that very name; nothing is answered but 401, or 200 to who brings nothing, and nothing of it
// is repeated.
func FuzzCredentialHeaders(f *testing.F) {
	const name = "__Host-posthaste-refresh"
	for _, authorization := range []string{"", "Bearer sesame", "bearer  two spaces", "Basic c2VzYW1l", "Bearer", "Bearer " + strings.Repeat("a", 5000), "Bearer\tx", "sesame"} {
		f.Add(authorization, name+"=phr_abc", false)
		f.Add(authorization, "x=1; "+name+`="quoted"; `+name+"=second", true)
	}
	f.Add("Bearer x", "posthaste-refresh=phr_abc; __host-posthaste-refresh=low", false)
	door := &listener{}
	public, err := url.Parse("https://ph.example")
	if err != nil {
		f.Fatal(err)
	}
	s, err := server.New(server.Options{
		Resolvers: &resolvers.Resolver{}, Door: door, Assets: fstest.MapFS{"index.html": {Data: []byte("<!doctype html>")}},
		CSP: "default-src 'self'", PublicURL: public, Registry: prometheus.NewRegistry(), Log: slog.New(slog.DiscardHandler), Now: time.Now,
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, authorization, cookie string, twice bool) {
		*door = listener{}
		r := httptest.NewRequest("GET", "https://ph.example/sign-in", nil)
		r.Header["Authorization"] = []string{authorization}
		if twice {
			r.Header["Authorization"] = append(r.Header["Authorization"], authorization)
		}
		r.Header["Cookie"] = []string{cookie}
		w := httptest.NewRecorder()
		s.Handler().ServeHTTP(w, r)
		if w.Code != 401 {
			t.Fatalf("%q is answered %d", authorization, w.Code)
		}
		scheme, bearer, _ := strings.Cut(authorization, " ")
		asks := !twice && strings.EqualFold(scheme, "Bearer") && bearer != "" && len(bearer) <= 4096
		if asks != (len(door.shown) == 1) || asks && door.shown[0] != bearer {
			t.Fatalf("%q, twice %t: the door was shown %q", authorization, twice, door.shown)
		}
		if kept := door.visit.Refresh; kept != "" && !strings.Contains(cookie, name+"="+kept) && !strings.Contains(cookie, name+`="`+kept+`"`) {
			t.Fatalf("of %q the cookie is %q", cookie, kept)
		}
		if len(bearer) > 8 && strings.Contains(w.Body.String(), bearer) || len(w.Header()["Set-Cookie"]) > 0 {
			t.Fatalf("%q comes back: %v %s", authorization, w.Header(), w.Body)
		}
	})
}
