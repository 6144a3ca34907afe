package graph

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strconv"
	"sync"

	"github.com/99designs/gqlgen/graphql"

	"posthaste/messaging"
)

// SendResult is one recipient's answer. It writes itself: an answer has a thousand of them, and the generated writer
// makes a context and a marshaler of each one's fields, which took a fifth of what a send costs.
type SendResult struct {
	Index     int
	MessageID *messaging.MessageRef
	Error     *UserError
	Asked     *Selection // of all results of the answer
}

// Selection is what a caller asked of each result. It is found out once for each list, which a caller may ask for twice
// under two aliases.
type Selection struct {
	mu    sync.Mutex
	lists map[string][]asked
}

// asked is a field with what is asked of it.
type asked struct {
	graphql.CollectedField
	below []graphql.CollectedField
}

// of reads the selection of the list that the context's element is in.
func (s *Selection) of(ctx context.Context) []asked {
	list := graphql.GetFieldContext(ctx).Parent.Field
	s.mu.Lock()
	defer s.mu.Unlock()
	if fields, known := s.lists[list.Alias]; known {
		return fields
	}
	operation := graphql.GetOperationContext(ctx)
	var fields []asked
	for _, f := range graphql.CollectFields(operation, list.Selections, []string{"SendResult"}) {
		fields = append(fields, asked{f, graphql.CollectFields(operation, f.Selections, []string{"UserError"})})
	}
	if s.lists == nil {
		s.lists = map[string][]asked{}
	}
	s.lists[list.Alias] = fields
	return fields
}

// MarshalGQLContext writes the fields that were asked for, under their aliases.
func (r *SendResult) MarshalGQLContext(ctx context.Context, w io.Writer) error {
	b := append(make([]byte, 0, 128), '{')
	for i, f := range r.Asked.of(ctx) {
		b = appendName(b, i, f.Alias)
		switch {
		case f.Name == "__typename":
			b = append(b, `"SendResult"`...)
		case f.Name == "index":
			b = strconv.AppendInt(b, int64(r.Index), 10)
		case f.Name == "messageId" && r.MessageID != nil:
			b = append(append(append(b, '"'), r.MessageID.String()...), '"') // digits and a dash
		case f.Name == "error" && r.Error != nil:
			b = r.Error.appendTo(b, f.below)
		default:
			b = append(b, "null"...)
		}
	}
	_, err := w.Write(append(b, '}'))
	return err
}

// UnmarshalGQLContext is asked for by the generator alone: a result is never put in.
func (r *SendResult) UnmarshalGQLContext(context.Context, any) error {
	return errors.New("a result is no input")
}

func (e *UserError) appendTo(b []byte, fields []graphql.CollectedField) []byte {
	b = append(b, '{')
	for i, f := range fields {
		b = appendName(b, i, f.Alias)
		switch {
		case f.Name == "__typename":
			b = append(b, `"UserError"`...)
		case f.Name == "field" && e.Field != nil:
			b = appendText(b, *e.Field)
		case f.Name == "code":
			b = appendText(b, string(e.Code))
		case f.Name == "message":
			b = appendText(b, e.Message)
		default:
			b = append(b, "null"...)
		}
	}
	return append(b, '}')
}

// appendName begins the i-th field of an object. A name of GraphQL needs no escape.
func appendName(b []byte, i int, name string) []byte {
	if i > 0 {
		b = append(b, ',')
	}
	return append(append(append(b, '"'), name...), '"', ':')
}

func appendText(b []byte, text string) []byte {
	var quoted bytes.Buffer
	graphql.MarshalString(text).MarshalGQL(&quoted)
	return append(b, quoted.Bytes()...)
}
