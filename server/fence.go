package server

import (
	"context"

	"github.com/99designs/gqlgen/graphql"

	"posthaste/auth"
	"posthaste/messaging"
)

// fence is the second one around every field with @can: the first is the edge, the third the tenant in every statement.
// It asks for the permission, and of a sensitive mutation for a fresh factor.
type fence struct {
	door      Doorkeeper
	sandboxed bool
}

func (f fence) can(ctx context.Context, _ any, next graphql.Resolver, do messaging.Permission) (any, error) {
	if do == messaging.PermAnyone {
		return next(ctx)
	}
	actor, err := messaging.ActorFrom(ctx)
	if err != nil {
		return nil, err
	}
	if !actor.Can(do) {
		return nil, messaging.Refuse(messaging.CodeForbidden, "", "your role does not allow this")
	}
	if field := graphql.GetFieldContext(ctx); field.Object == "Mutation" {
		if actor.TestKey && !f.sandboxed {
			return nil, messaging.Refuse(messaging.CodeForbidden, "", "a test key changes nothing where WhatsApp is no sandbox")
		}
		if action := auth.ActionOf(field.Field.Name, field.Args); action != "" {
			if err := f.door.RequireFresh(ctx, actor, action); err != nil {
				return nil, err
			}
		}
	}
	return next(ctx)
}
