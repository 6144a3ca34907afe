package server

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/99designs/gqlgen/graphql/handler/transport"
	"github.com/vektah/gqlparser/v2/ast"

	"posthaste/graph"
	"posthaste/messaging"
)

const (
	maxGraphQLBody = 1 << 20 // a send of 1,000 recipients with their variables
	maxTokens      = 20_000  // of such a call when it is written without variables
	maxComplexity  = 20_000
	queryCache     = 1000     // parsed documents
	maxCachedQuery = 16 << 10 // bytes of one; longer ones are parsed each time, so that strangers cannot fill the memory
)

// graphQL serves POST and event streams, nothing else: no GET (queries would reach logs and caches), no multipart form
// (a cross-site form could send one), no web socket.
func graphQL(root graph.ResolverRoot, fence fence, m *metrics) http.Handler {
	config := graph.Config{Resolvers: root, Directives: graph.DirectiveRoot{Can: fence.can}}
	weigh(&config.Complexity)
	server := handler.New(graph.NewExecutableSchema(config))
	server.AddTransport(transport.SSE{KeepAlivePingInterval: 12 * time.Second})
	server.AddTransport(transport.POST{})
	server.SetQueryCache(shortQueries{lru.New[*ast.QueryDocument](queryCache)})
	server.SetParserTokenLimit(maxTokens)
	server.SetDisableSuggestion(true)
	server.SetErrorPresenter(present)
	server.SetRecoverFunc(recovered)
	server.Use(&extension.ComplexityLimit{Func: budget})
	server.Use(shapeLimit{})
	server.Use(introspection{})
	server.Use(newStreams(m.limited.WithLabelValues("streams")))
	server.Use(lastWord{fence.door})
	return checkBody(server)
}

// shortQueries keeps the documents that are short.
type shortQueries struct {
	graphql.Cache[*ast.QueryDocument]
}

// Add implements graphql.Cache. The key is the document's text.
func (c shortQueries) Add(ctx context.Context, query string, document *ast.QueryDocument) {
	if len(query) <= maxCachedQuery {
		c.Cache.Add(ctx, query, document)
	}
}

// budget is what an operation may cost.
func budget(context.Context, *graphql.OperationContext) int { return maxComplexity }

// checkBody makes sure that the body is JSON before gqlgen sees it. Its transports would repeat a broken body, with a
// password in it, in the error and in the standard logger.
func checkBody(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			refuseBody(w, r, bodyStatus(err), fmt.Sprintf("a request has at most %d bytes", maxGraphQLBody), tooLarge(err))
			return
		}
		var params struct {
			Query         *string         `json:"query"`
			OperationName *string         `json:"operationName"`
			Variables     json.RawMessage `json:"variables"`
			Extensions    json.RawMessage `json:"extensions"`
		}
		if json.Unmarshal(body, &params) != nil || params.Query == nil || !isObject(params.Variables) || !isObject(params.Extensions) {
			refuseBody(w, r, http.StatusBadRequest, "the body is not a GraphQL request in JSON", true)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		negotiate(r)
		next.ServeHTTP(w, r)
	})
}

// negotiate keeps event streams for those who ask for one first. Clients name it behind JSON for ordinary operations too,
// and an answer that has begun as a stream can set no cookie.
func negotiate(r *http.Request) {
	accepted := strings.Split(strings.Join(r.Header.Values("Accept"), ","), ",")
	if strings.HasPrefix(strings.TrimSpace(accepted[0]), eventStream) {
		return
	}
	accepted = slices.DeleteFunc(accepted, func(kind string) bool { return strings.HasPrefix(strings.TrimSpace(kind), eventStream) })
	r.Header.Set("Accept", strings.Join(accepted, ","))
}

const eventStream = "text/event-stream"

func isObject(raw json.RawMessage) bool {
	trimmed := bytes.TrimSpace(raw)
	return len(trimmed) == 0 || trimmed[0] == '{' || bytes.Equal(trimmed, []byte("null"))
}

func refuseBody(w http.ResponseWriter, r *http.Request, status int, text string, told bool) {
	if !told {
		text = "the body could not be read"
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"errors": []any{map[string]any{
		"message": text, "extensions": map[string]any{"code": messaging.CodeInvalid, "requestId": requestOf(r.Context()).id},
	}}})
}

// introspection is for signed-in actors only.
type introspection struct{}

func (introspection) ExtensionName() string                   { return "Introspection" }
func (introspection) Validate(graphql.ExecutableSchema) error { return nil }
func (introspection) InterceptOperation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	_, err := messaging.ActorFrom(ctx)
	graphql.GetOperationContext(ctx).DisableIntrospection = err != nil
	return next(ctx)
}
