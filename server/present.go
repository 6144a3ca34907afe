package server

import (
	"context"
	"errors"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"posthaste/messaging"
)

// present turns an error into what the caller may see: a domain error as it is, gqlgen's own complaints about a document
// for signed-in callers and without the values in it, and for the rest a constant sentence. The unknown is logged once, with the request's id.
func present(ctx context.Context, err error) *gqlerror.Error {
	info := requestOf(ctx)
	out := &gqlerror.Error{Path: graphql.GetPath(ctx)}
	extensions := map[string]any{"requestId": info.id}
	if domain, ok := errors.AsType[*messaging.Error](err); ok {
		out.Message = domain.Message
		extensions["code"] = domain.Code
		if domain.Field != "" {
			extensions["field"] = domain.Field
		}
		if domain.Wait > 0 {
			extensions["retryAfter"] = seconds(domain.Wait)
		}
		if domain.Code == messaging.CodeUnavailable {
			info.log.Warn("a store is away", "error", errors.Unwrap(domain))
		}
	} else if complaint, ok := errors.AsType[*gqlerror.Error](err); ok && isComplaint(complaint) {
		out.Message, out.Locations = withoutValues(complaint), complaint.Locations
		extensions["code"] = messaging.CodeInvalid
		if code, ok := complaint.Extensions["code"].(messaging.Code); ok {
			extensions["code"] = code
		}
		if complaint.Extensions["code"] == "COMPLEXITY_LIMIT_EXCEEDED" {
			out.Message = "the query asks for too much at once; ask for fewer rows or fields"
			extensions["code"] = messaging.CodeLimited
		} else if _, err := messaging.ActorFrom(ctx); err != nil && extensions["code"] == messaging.CodeInvalid {
			// Differences between complaints would let a stranger rebuild the schema.
			out.Message, out.Locations = "the query is not valid", nil
		}
	} else {
		out.Message = "something went wrong on our side"
		extensions["code"] = messaging.CodeInternal
		if !errors.Is(err, context.Canceled) {
			info.log.Error("an operation failed", "error", err, "path", out.Path.String())
		}
	}
	out.Extensions = extensions
	return out
}

// isComplaint tells gqlgen's words about the document from an error of ours that it has wrapped.
func isComplaint(e *gqlerror.Error) bool {
	if e.Err != nil {
		return false
	}
	code := e.Extensions["code"]
	return code != nil || e.Rule != ""
}

func recovered(ctx context.Context, cause any) error {
	return messaging.Recovered(requestOf(ctx).log, "a resolver", cause)
}
