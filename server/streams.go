package server

import (
	"context"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"posthaste/messaging"
)

// maxStreams is how many streams a session, or a key, may hold open at a server: a page has one, and people have several tabs.
const maxStreams = 10

// streams bounds what is open at once. A stream costs a goroutine and a question to a database every few seconds, for as long
// as its reader likes.
type streams struct {
	refused prometheus.Counter

	mu   sync.Mutex
	open map[messaging.ID]int // by session or key
}

func newStreams(refused prometheus.Counter) *streams {
	return &streams{refused: refused, open: map[messaging.ID]int{}}
}

func (*streams) ExtensionName() string                   { return "Streams" }
func (*streams) Validate(graphql.ExecutableSchema) error { return nil }

func (s *streams) InterceptOperation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	actor, err := messaging.ActorFrom(ctx)
	if err != nil || graphql.GetOperationContext(ctx).Operation.Operation != ast.Subscription {
		return next(ctx)
	}
	holder := max(actor.Session, actor.Key) // one of the two
	if !s.take(holder) {
		s.refused.Inc()
		refusal := messaging.Refuse(messaging.CodeLimited, "", "at most %d streams may be open at once; close one first", maxStreams)
		return graphql.OneShot(&graphql.Response{Errors: gqlerror.List{present(ctx, refusal)}})
	}
	release := sync.OnceFunc(func() { s.release(holder) })
	context.AfterFunc(ctx, release) // whoever hangs up reads no end
	responses := next(ctx)
	return func(ctx context.Context) *graphql.Response {
		response := responses(ctx)
		if response == nil {
			release()
		}
		return response
	}
}

func (s *streams) take(holder messaging.ID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open[holder] >= maxStreams {
		return false
	}
	s.open[holder]++
	return true
}

func (s *streams) release(holder messaging.ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open[holder]--; s.open[holder] == 0 {
		delete(s.open, holder)
	}
}
