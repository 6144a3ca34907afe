package resolvers

import (
	"context"
	"slices"
	"strconv"

	"posthaste/graph"
	"posthaste/messaging"
)

// sendRequest reads the input of sendMessages.
func sendRequest(in graph.SendMessagesInput) (messaging.SendRequest, error) {
	request := messaging.SendRequest{
		IdempotencyKey: in.IdempotencyKey, Sender: in.SenderID, Template: value(in.TemplateID.Value()), Text: value(in.Text.Value()),
		SendAt: value(in.SendAt.Value()), Recipients: make([]messaging.SendRecipient, len(in.Recipients)),
	}
	for i, to := range in.Recipients {
		variables := make(map[string]string, len(to.Variables))
		for _, v := range to.Variables {
			variables[v.Name] = v.Value
		}
		if len(variables) != len(to.Variables) {
			return request, messaging.Refuse(messaging.CodeInvalid, "recipients."+strconv.Itoa(i)+".variables", "a variable is given twice")
		}
		request.Recipients[i] = messaging.SendRecipient{To: to.To, Variables: variables, URLSuffix: to.URLSuffix}
	}
	return request, nil
}

func sendPayload(answer messaging.SendAnswer, err error) (*graph.SendMessagesPayload, error) {
	refused, err := inputErrors(err)
	if err != nil {
		return nil, err
	}
	payload := &graph.SendMessagesPayload{Results: make([]*graph.SendResult, len(answer.Results)), Accepted: answer.Accepted(), Repeated: answer.Repeated, UserErrors: refused}
	results, refs := make([]graph.SendResult, len(answer.Results)), make([]messaging.MessageRef, len(answer.Results))
	selection := &graph.Selection{}
	for i, r := range answer.Results {
		results[i].Index, results[i].Asked = i, selection
		if r.Refusal != nil {
			results[i].Error = userError(r.Refusal)
		} else {
			refs[i] = r.Ref()
			results[i].MessageID = &refs[i]
		}
		payload.Results[i] = &results[i]
	}
	return payload, nil
}

func messageFilter(where *graph.MessageFilter) (filter messaging.MessageFilter, to string) {
	if where == nil {
		return filter, ""
	}
	filter = messaging.MessageFilter{
		Campaign: value(where.CampaignID.Value()), Template: value(where.TemplateID.Value()), Sender: value(where.SenderID.Value()),
		From: value(where.From.Value()), Until: value(where.Until.Value()),
	}
	for _, s := range where.Statuses.Value() {
		filter.Statuses = append(filter.Statuses, messaging.Status(s))
	}
	return filter, value(where.To.Value())
}

// messageNodes maps messages of the actor's tenant; their addresses are masked.
func (r *Resolver) messageNodes(ctx context.Context, actor messaging.Actor, messages []messaging.Message) ([]*graph.Message, error) {
	masked, err := r.MessageReads.Masked(ctx, actor, messages)
	if err != nil {
		return nil, err
	}
	nodes := make([]*graph.Message, len(messages))
	for i, m := range messages {
		nodes[i] = r.messageNode(m, masked[i])
	}
	return nodes, nil
}

func (r *Resolver) messageNode(m messaging.Message, masked string) *graph.Message {
	newest := m.Newest()
	node := &graph.Message{
		ID: m.Ref, Channel: m.Channel, Category: m.Category, Status: graph.MessageStatus(newest.State.Status()), Country: m.Country,
		To: optional(masked), AcceptedAt: m.AcceptedAt, PlannedAt: m.PlannedAt, SentAt: optional(newest.SentAt),
		DeliveredAt: optional(newest.DeliveredAt), ReadAt: optional(newest.ReadAt), Attempts: newest.Number, ExpiresOn: m.ExpiresOn,
		CampaignID: m.Campaign, SenderID: m.Sender, TemplateID: m.Template, Facts: m,
	}
	if newest.State&(messaging.Failed|messaging.Suppressed|messaging.Unknown) != 0 {
		node.ErrorCode, node.Reason = optional(newest.Code), optional(r.explain(newest.Code))
	}
	return node
}

// explain says what a code means: ours are below 1,000, where no provider has any that matters here.
func (r *Resolver) explain(code int) string {
	if ours := messaging.ExplainRefusal(code); ours != "" || code == 0 || r.Explainer == nil {
		return ours
	}
	return r.Explainer.Explain(code)
}

// timelineOf tells a message's life. A list's messages know their newest attempt only; then all are read.
func (r *Resolver) timelineOf(ctx context.Context, actor messaging.Actor, m messaging.Message) ([]*graph.MessageStep, error) {
	if m.Newest().Number > len(m.Attempts) {
		whole, err := r.MessageReads.Get(ctx, actor, m.Ref)
		if err != nil {
			return nil, err
		}
		m = whole
	}
	return r.timeline(m), nil
}

// oneMessage maps a message that was asked for by its id.
func (r *Resolver) oneMessage(ctx context.Context, actor messaging.Actor, m messaging.Message, err error) (*graph.Message, error) {
	if err != nil {
		return nil, err
	}
	nodes, err := r.messageNodes(ctx, actor, []messaging.Message{m})
	if err != nil {
		return nil, err
	}
	return nodes[0], nil
}

func (r *Resolver) timeline(m messaging.Message) []*graph.MessageStep {
	var steps []*graph.MessageStep
	for _, s := range m.Timeline() {
		note := s.Note
		if told := r.explain(s.Code); told != "" {
			note = told
		}
		steps = append(steps, &graph.MessageStep{At: s.At, Attempt: s.Attempt, Step: s.Step, ErrorCode: optional(s.Code), Note: optional(note)})
	}
	return steps
}

func (r *Resolver) messageConnection(ctx context.Context, actor messaging.Actor, page messaging.MessagePage) (*graph.MessageConnection, error) {
	nodes, err := r.messageNodes(ctx, actor, page.Messages)
	if err != nil {
		return nil, err
	}
	siblings := &graph.Siblings{Messages: nodes}
	connection := &graph.MessageConnection{Edges: make([]*graph.MessageEdge, len(nodes)), PageInfo: r.Cursors.pageInfo("messages", actor.Tenant, page.After)}
	for i, n := range nodes {
		n.Page = siblings
		connection.Edges[i] = &graph.MessageEdge{Cursor: r.Cursors.Seal("messages", actor.Tenant, n.ID.ID), Node: n}
	}
	return connection, nil
}

// relation is what nodes of a kind name: how it is read, in one query for a whole page, and mapped.
type relation[N, T, G any] struct {
	name  string
	idOf  func(N) messaging.ID
	read  func(context.Context, messaging.ID, []messaging.ID) ([]T, error)
	keyOf func(T) messaging.ID
	node  func(T) *G
}

// of gives what each of the nodes names, by position; nil where a node names nothing. whole are the nodes of their page.
func (r relation[N, T, G]) of(ctx context.Context, nodes, whole []N, page *graph.Siblings) ([]*G, error) {
	if page == nil {
		page, whole = &graph.Siblings{}, nodes
	}
	known, err := page.Once(r.name, func() (any, error) { return r.readAll(ctx, whole) })
	if err != nil {
		return nil, err
	}
	found := known.(map[messaging.ID]*G)
	out := make([]*G, len(nodes))
	for i, n := range nodes {
		out[i] = found[r.idOf(n)]
	}
	return out, nil
}

func (r relation[N, T, G]) readAll(ctx context.Context, nodes []N) (map[messaging.ID]*G, error) {
	actor, err := messaging.ActorFrom(ctx)
	if err != nil {
		return nil, err
	}
	var ids []messaging.ID
	for _, n := range nodes {
		if id := r.idOf(n); id != 0 && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	found := make(map[messaging.ID]*G, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	list, err := r.read(ctx, actor.Tenant, ids)
	for _, t := range list {
		found[r.keyOf(t)] = r.node(t)
	}
	return found, err
}

// ofMessages and ofCampaigns answer a relation for the nodes that gqlgen asks for together.
func ofMessages[T, G any](ctx context.Context, nodes []*graph.Message, r relation[*graph.Message, T, G]) ([]*G, error) {
	if len(nodes) == 0 || nodes[0].Page == nil {
		return r.of(ctx, nodes, nil, nil)
	}
	return r.of(ctx, nodes, nodes[0].Page.Messages, nodes[0].Page)
}

func ofCampaigns[T, G any](ctx context.Context, nodes []*graph.Campaign, r relation[*graph.Campaign, T, G]) ([]*G, error) {
	if len(nodes) == 0 || nodes[0].Page == nil {
		return r.of(ctx, nodes, nil, nil)
	}
	return r.of(ctx, nodes, nodes[0].Page.Campaigns, nodes[0].Page)
}

func senderID(s messaging.Sender) messaging.ID     { return s.ID }
func templateID(t messaging.Template) messaging.ID { return t.ID }
func campaignID(c messaging.Campaign) messaging.ID { return c.ID }

func revealPayload(m messaging.Revealed, err error) (*graph.RevealPayload, error) {
	refused, err := inputErrors(err)
	if err != nil || len(refused) > 0 {
		return &graph.RevealPayload{UserErrors: refused}, err
	}
	return &graph.RevealPayload{
		Address: optional(m.Address), AddressWithheld: optional(graph.Withheld(m.AddressWithheld)),
		Text: optional(m.Text), TextWithheld: optional(graph.Withheld(m.TextWithheld)), UserErrors: refused,
	}, nil
}
