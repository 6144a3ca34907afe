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

// templateList names the list in its cursors.
const templateList = "templates"

func templateDraft(in graph.TemplateInput) messaging.TemplateDraft {
	d := messaging.TemplateDraft{
		WabaID: in.WabaID, Name: in.Name, Language: in.Language, Category: in.Category, Format: messaging.ParameterFormat(in.ParameterFormat),
		TemplateText: messaging.TemplateText{
			Header: value(in.Header.Value()), HeaderExample: value(in.HeaderExample.Value()), Body: in.Body, BodyExamples: in.BodyExamples,
			Footer: value(in.Footer.Value()),
		},
	}
	for _, b := range in.Buttons {
		d.Buttons = append(d.Buttons, messaging.TemplateButton{
			Kind: messaging.ButtonKind(b.Kind), Text: b.Text, URL: value(b.URL.Value()), URLExample: value(b.URLExample.Value()),
		})
	}
	return d
}

func templateFilter(in *graph.TemplateFilter) messaging.TemplateFilter {
	if in == nil {
		return messaging.TemplateFilter{}
	}
	f := messaging.TemplateFilter{Categories: in.Categories.Value(), Name: value(in.Name.Value())}
	for _, s := range in.States.Value() {
		f.States = append(f.States, messaging.TemplateState(s))
	}
	return f
}

// templatePayload answers a mutation: broken rules of the platform and refusals of ours are told in one way.
func templatePayload(t messaging.Template, broken []*messaging.Error, err error) (*graph.TemplatePayload, error) {
	if len(broken) > 0 {
		return &graph.TemplatePayload{UserErrors: userErrors(broken)}, nil
	}
	refused, err := inputErrors(err)
	if err != nil || len(refused) > 0 {
		return &graph.TemplatePayload{UserErrors: refused}, err
	}
	return &graph.TemplatePayload{Template: templateNode(t), UserErrors: refused}, nil
}

func userErrors(list []*messaging.Error) []*graph.UserError { return nodes(list, userError) }

// templateConnection makes a page of at most first templates out of a list that holds one more when there is a next page.
func (r *Resolver) templateConnection(tenant messaging.ID, list []messaging.Template, first int) *graph.TemplateConnection {
	next := messaging.ID(0)
	if len(list) > first {
		list = list[:first]
		next = list[first-1].ID
	}
	page := &graph.TemplateConnection{Edges: []*graph.TemplateEdge{}, PageInfo: r.Cursors.pageInfo(templateList, tenant, next)}
	for _, t := range list {
		page.Edges = append(page.Edges, &graph.TemplateEdge{Cursor: r.Cursors.Seal(templateList, tenant, t.ID), Node: templateNode(t)})
	}
	return page
}
