package server

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"posthaste/graph"
	"posthaste/messaging"
)

const (
	maxDepth      = 8
	maxRootFields = 12 // aliases included: a dashboard asks for several ranges at once
	maxDirectives = 20
)

// shapeLimit refuses documents that are too deep or too wide, before any resolver runs. An act that tries a secret must
// be alone in its document, else aliases would try a thousand codes in one request.
type shapeLimit struct{}

func (shapeLimit) ExtensionName() string                   { return "ShapeLimit" }
func (shapeLimit) Validate(graphql.ExecutableSchema) error { return nil }

func (shapeLimit) MutateOperationContext(_ context.Context, op *graphql.OperationContext) *gqlerror.Error {
	m := measure{doc: op.Doc}
	m.walk(op.Operation.SelectionSet, 1)
	switch {
	case m.depth > maxDepth:
		return shapeError("the query is nested more than %d levels", maxDepth)
	case m.roots > maxRootFields:
		return shapeError("a request has at most %d root fields", maxRootFields)
	case m.directives > maxDirectives:
		return shapeError("a request has at most %d directives", maxDirectives)
	case m.secret && m.roots > 1:
		return shapeError("this act must be alone in its request%s", "")
	}
	return nil
}

func shapeError(format string, arg any) *gqlerror.Error {
	err := gqlerror.Errorf(format, arg)
	err.Extensions = map[string]any{"code": messaging.CodeLimited}
	return err
}

type measure struct {
	doc               *ast.QueryDocument
	depth, roots      int
	directives, steps int
	secret            bool
}

// walk measures a selection. The steps are counted because fragments can multiply a short document.
func (m *measure) walk(set ast.SelectionSet, depth int) {
	if len(set) == 0 {
		return // a leaf nests nothing
	}
	m.depth = max(m.depth, depth)
	for _, selection := range set {
		if m.steps++; m.depth > maxDepth || m.steps > maxTokens {
			m.depth = max(m.depth, maxDepth+1)
			return
		}
		switch s := selection.(type) {
		case *ast.Field:
			m.directives += len(s.Directives)
			if depth == 1 {
				m.roots++
				m.secret = m.secret || triesSecret(s)
			}
			m.walk(s.SelectionSet, depth+1)
		case *ast.InlineFragment:
			m.directives += len(s.Directives)
			m.walk(s.SelectionSet, depth)
		case *ast.FragmentSpread:
			m.directives += len(s.Directives)
			if fragment := m.doc.Fragments.ForName(s.Name); fragment != nil {
				m.walk(fragment.SelectionSet, depth)
			}
		}
	}
}

// triesSecret tells whether a root field takes a @secret, itself or in its input.
func triesSecret(f *ast.Field) bool {
	if f.Definition == nil {
		return false
	}
	for _, argument := range f.Definition.Arguments {
		if argument.Directives.ForName("secret") != nil {
			return true
		}
		if input := graph.InputOf(argument.Type.Name()); input != nil {
			for _, field := range input.Fields {
				if field.Directives.ForName("secret") != nil {
					return true
				}
			}
		}
	}
	return false
}
