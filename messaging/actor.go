package messaging

import (
	"context"
	"net/netip"
)

// PlatformTenant is the tenant of the operators. It owns no content.
const PlatformTenant ID = 1

// Actor is who acts in a request: the only thing below the edge that knows of credentials. It is made by the edge from
// rows read in this very request, so a role taken away is gone at the next one.
type Actor struct {
	Tenant      ID
	User        ID // the person, or the creator of the key
	Session     ID // zero for a key
	Key         ID // zero for a session
	TestKey     bool
	Address     netip.Addr // the client's resolved address
	Permissions PermissionSet
}

// Can tells whether the actor holds the permission.
func (a Actor) Can(p Permission) bool { return a.Permissions.Has(p) }

type actorKey struct{}

// WithActor puts the actor into the context.
func WithActor(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// ActorFrom gives the actor of the request, or an UNAUTHENTICATED error.
func ActorFrom(ctx context.Context) (Actor, error) {
	a, ok := ctx.Value(actorKey{}).(Actor)
	if !ok {
		return Actor{}, Refuse(CodeUnauthenticated, "", "sign in first")
	}
	return a, nil
}
