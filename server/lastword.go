package server

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"posthaste/messaging"
)

// lastWord tells the reader of a stream that has ended why, where that is the reader's own access: a resolver can only
// end its channel.
type lastWord struct{ door Doorkeeper }

func (lastWord) ExtensionName() string                   { return "LastWord" }
func (lastWord) Validate(graphql.ExecutableSchema) error { return nil }

func (l lastWord) InterceptOperation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	responses := next(ctx)
	if graphql.GetOperationContext(ctx).Operation.Operation != ast.Subscription {
		return responses
	}
	over := false
	return func(ctx context.Context) *graphql.Response {
		if over {
			return nil
		}
		response := responses(ctx)
		if response != nil {
			return response
		}
		over = true
		actor, err := messaging.ActorFrom(ctx)
		if err != nil || ctx.Err() != nil {
			return nil
		}
		if err := l.door.Recheck(ctx, actor); err != nil {
			return &graphql.Response{Errors: gqlerror.List{present(ctx, err)}}
		}
		return nil
	}
}
