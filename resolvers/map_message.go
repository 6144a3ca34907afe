package resolvers

import (
	"context"
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
		request.Recipients[i] = messaging.SendRecipient{To: to.To, Variables: variables, URLSuffix: value(to.URLSuffix.Value())}
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
	for i, r := range answer.Results {
		results[i].Index = i
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
	connection := &graph.MessageConnection{Edges: make([]*graph.MessageEdge, len(nodes)), PageInfo: r.Cursors.pageInfo("messages", actor.Tenant, page.After)}
	for i, n := range nodes {
		connection.Edges[i] = &graph.MessageEdge{Cursor: r.Cursors.Seal("messages", actor.Tenant, n.ID.ID), Node: n}
	}
	return connection, nil
}

// related reads what a list of nodes names in one query and gives it by position; nil where a node names nothing.
func related[N, T, G any](ctx context.Context, nodes []N, idOf func(N) messaging.ID,
	read func(context.Context, messaging.ID, []messaging.ID) ([]T, error), keyOf func(T) messaging.ID, nodeOf func(T) *G) ([]*G, error) {
	actor, err := messaging.ActorFrom(ctx)
	if err != nil {
		return nil, err
	}
	found := map[messaging.ID]*G{0: nil}
	var ids []messaging.ID
	for _, n := range nodes {
		if id := idOf(n); id != 0 && found[id] == nil {
			if _, asked := found[id]; !asked {
				ids, found[id] = append(ids, id), nil
			}
		}
	}
	out := make([]*G, len(nodes))
	if len(ids) == 0 {
		return out, nil
	}
	list, err := read(ctx, actor.Tenant, ids)
	if err != nil {
		return nil, err
	}
	for _, t := range list {
		found[keyOf(t)] = nodeOf(t)
	}
	for i, n := range nodes {
		out[i] = found[idOf(n)]
	}
	return out, nil
}

func senderID(s messaging.Sender) messaging.ID     { return s.ID }
func templateID(t messaging.Template) messaging.ID { return t.ID }
func campaignID(c messaging.Campaign) messaging.ID { return c.ID }
