package auth

import (
	"context"
	"net/netip"
	"time"

	"posthaste/messaging"
)

// Visit is what the edge knows of a request besides its credential.
type Visit struct {
	Address netip.Addr // the client's, as ClientIP resolved it
	Agent   string     // the user agent, cut to 200 bytes
	Refresh string     // the refresh cookie, or empty
	// SetRefresh sends the refresh cookie; an empty token clears it, and whatever else the browser keeps of a session.
	SetRefresh func(token string, until time.Time)
	// SetAllowance tells a program what is left of its key's quota; nil tells nobody.
	SetAllowance func(Allowance)
}

type visitKey struct{}

// WithVisit puts the visit into the context.
func WithVisit(ctx context.Context, v Visit) context.Context {
	return context.WithValue(ctx, visitKey{}, v)
}

// VisitFrom gives the visit of the request.
func VisitFrom(ctx context.Context) (Visit, error) {
	v, ok := ctx.Value(visitKey{}).(Visit)
	if !ok {
		return Visit{}, messaging.Refuse(messaging.CodeUnauthenticated, "", "this act needs a request")
	}
	return v, nil
}
