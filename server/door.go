package server

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"posthaste/auth"
	"posthaste/messaging"
)

// Doorkeeper knows every kind of credential. It checks, on every request and from rows read in it: the credential, the
// user's and tenant's state, and the address against the allow-lists of tenant and key.
type Doorkeeper interface {
	Enter(ctx context.Context, bearer string, visit auth.Visit) (messaging.Actor, error)
	// RequireFresh refuses a sensitive act unless its factor was shown just now.
	RequireFresh(ctx context.Context, actor messaging.Actor, action auth.Action) error
	// Recheck judges the actor of a stream that stays open.
	Recheck(ctx context.Context, actor messaging.Actor) error
}

// enter gives the actor, or nil for a request without a credential: it may sign in and nothing else.
func (e *edge) enter(r *http.Request) (*messaging.Actor, error) {
	header := r.Header.Values("Authorization")
	if len(header) == 0 {
		return nil, nil
	}
	scheme, bearer, _ := strings.Cut(header[0], " ")
	if len(header) > 1 || !strings.EqualFold(scheme, "Bearer") || bearer == "" || len(bearer) > 4096 {
		return nil, messaging.Refuse(messaging.CodeUnauthenticated, "", "not a bearer token")
	}
	visit, err := auth.VisitFrom(r.Context())
	if err != nil {
		return nil, err
	}
	actor, err := e.door.Enter(r.Context(), bearer, visit)
	if err != nil {
		return nil, err
	}
	return &actor, nil
}

// refreshCookie is sent to the same origin only, over a secure channel only (a loopback host counts as one), and is out
// of a script's reach.
const refreshCookie = "__Host-posthaste-refresh"

// clearSiteData goes with the end of a session: whoever sits down at the browser next finds no page to go back to and
// nothing in its storage. The colour scheme, which alone is kept there, goes with it, since a browser can spare nothing by
// name. The cookie is cleared by itself: "cookies" would take those of every site of the domain.
const clearSiteData = `"cache", "storage"`

const maxAgent = 200

func visit(w http.ResponseWriter, r *http.Request, address netip.Addr) auth.Visit {
	agent := r.UserAgent()
	if len(agent) > maxAgent {
		agent = agent[:maxAgent]
	}
	v := auth.Visit{Address: address, Agent: strings.ToValidUTF8(agent, ""), SetRefresh: func(token string, until time.Time) {
		cookie := &http.Cookie{
			Name: refreshCookie, Value: token, Path: "/", Expires: until,
			Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode,
		}
		if token == "" {
			cookie.MaxAge = -1
			w.Header().Set("Clear-Site-Data", clearSiteData)
		}
		http.SetCookie(w, cookie)
	}}
	v.SetAllowance = func(left auth.Allowance) { allowance(w.Header(), left) }
	if cookie, err := r.Cookie(refreshCookie); err == nil {
		v.Refresh = cookie.Value
	}
	return v
}

// allowance tells a program what is left of its key's quota (draft-ietf-httpapi-ratelimit-headers).
func allowance(h http.Header, left auth.Allowance) {
	h.Set("RateLimit-Policy", `"key";q=`+strconv.Itoa(left.Quota)+";w=60")
	h.Set("RateLimit", `"key";r=`+strconv.Itoa(left.Left)+";t="+strconv.Itoa(seconds(left.Reset)))
}

// seconds are whole, and never too few to wait.
func seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }

type requestKey struct{}

type requestInfo struct {
	id  string
	log *slog.Logger
}

func withRequest(ctx context.Context, id string, log *slog.Logger) context.Context {
	return context.WithValue(ctx, requestKey{}, requestInfo{id, log})
}

func requestOf(ctx context.Context) requestInfo {
	if info, ok := ctx.Value(requestKey{}).(requestInfo); ok {
		return info
	}
	return requestInfo{log: slog.New(slog.DiscardHandler)}
}
