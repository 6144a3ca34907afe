package resolvers

import (
	"posthaste/graph"
	"posthaste/messaging"
)

func templateNode(t messaging.Template) *graph.Template {
	node := &graph.Template{
		ID: t.ID, WabaID: t.WabaID, Name: t.Name, Language: t.Language, Category: t.Category, AskedCategory: t.AskedCategory,
		ParameterFormat: graph.ParameterFormat(t.Format), State: graph.TemplateState(t.State), StateReason: optional(t.StateReason),
		StateAt: t.StateAt, Quality: graph.Quality(t.Quality), Header: optional(t.Header), HeaderExample: optional(t.HeaderExample),
		Body: t.Body, BodyExamples: append([]string{}, t.BodyExamples...), Footer: optional(t.Footer), Buttons: []*graph.TemplateButton{},
		Variables: t.Variables(), Sendable: t.Sendable(), CreatedAt: t.CreatedAt,
	}
	for _, b := range t.Buttons {
		node.Buttons = append(node.Buttons, &graph.TemplateButton{
			Kind: graph.ButtonKind(b.Kind), Text: b.Text, URL: optional(b.URL), URLExample: optional(b.URLExample),
		})
	}
	return node
}
