package server

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
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
		}
		http.SetCookie(w, cookie)
	}}
	if cookie, err := r.Cookie(refreshCookie); err == nil {
		v.Refresh = cookie.Value
	}
	return v
}

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
