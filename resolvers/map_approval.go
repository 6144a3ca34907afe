package resolvers

import (
	"context"
	"errors"
	"time"

	"posthaste/auth"
	"posthaste/graph"
	"posthaste/messaging"
)

// waiting tells apart an act that waits for its second person, a refusal of the input, and a failure.
func (r *Resolver) waiting(ctx context.Context, actor messaging.Actor, err error) (*graph.Approval, []*graph.UserError, error) {
	refused, failure := inputErrors(err)
	pending, ok := errors.AsType[*auth.PendingApproval](err)
	if failure != nil || !ok {
		return nil, refused, failure
	}
	node, err := r.approvalNode(ctx, actor, pending.Approval)
	return node, refused, err
}

// approvalPayload answers a decision.
func (r *Resolver) approvalPayload(ctx context.Context, actor messaging.Actor) func(auth.Approval, error) (*graph.ApprovalPayload, error) {
	return func(w auth.Approval, err error) (*graph.ApprovalPayload, error) {
		refused, err := inputErrors(err)
		if err != nil || len(refused) > 0 {
			return &graph.ApprovalPayload{UserErrors: refused}, err
		}
		node, err := r.approvalNode(ctx, actor, w)
		return &graph.ApprovalPayload{Approval: node, UserErrors: refused}, err
	}
}

func (r *Resolver) approvalNode(ctx context.Context, actor messaging.Actor, w auth.Approval) (*graph.Approval, error) {
	nodes, err := r.approvalNodes(ctx, actor, []auth.Approval{w})
	if err != nil {
		return nil, err
	}
	return nodes[0], nil
}

// approvalNodes names the people of all of them at once.
func (r *Resolver) approvalNodes(ctx context.Context, actor messaging.Actor, list []auth.Approval) ([]*graph.Approval, error) {
	var ids []messaging.ID
	for _, w := range list {
		ids = append(ids, w.Maker, w.Checker)
	}
	people, err := r.usersByID(ctx, actor, ids)
	if err != nil {
		return nil, err
	}
	now := r.Access.Now()
	return nodes(list, func(w auth.Approval) *graph.Approval {
		pending := w.At(now).State == auth.ApprovalPending
		return &graph.Approval{
			ID: w.ID, Act: graph.ApprovalAct(w.Action), State: graph.ApprovalState(w.At(now).State), Subject: optional(w.Subject),
			Changes: nodes(w.Changes, changeNode), Maker: people[w.Maker], Checker: people[w.Checker], Reason: optional(w.Reason),
			CreatedAt: w.CreatedAt, ExpiresAt: w.ExpiresAt, DecidedAt: optional(w.DecidedAt),
			MayDecide: auth.RequireSecond(w, actor, now) == nil, MayWithdraw: pending && w.Maker == actor.User,
		}
	}), nil
}

func changeNode(c auth.Change) *graph.ApprovalChange {
	return &graph.ApprovalChange{Field: c.Field, Before: c.Before, After: c.After}
}

// usersByID finds users of the actor's tenant, all at once.
func (r *Resolver) usersByID(ctx context.Context, actor messaging.Actor, ids []messaging.ID) (map[messaging.ID]*graph.User, error) {
	byID := map[messaging.ID]*graph.User{}
	if len(ids) == 0 {
		return byID, nil
	}
	users, err := r.AccessReads.Users(ctx, actor.Tenant, ids)
	for _, u := range users {
		byID[u.ID] = userNode(u)
	}
	return byID, err
}

func (r *Resolver) approvalConnection(ctx context.Context, actor messaging.Actor, list []auth.Approval, first int) (*graph.ApprovalConnection, error) {
	page := &graph.ApprovalConnection{Edges: []*graph.ApprovalEdge{}, PageInfo: &graph.PageInfo{}}
	if len(list) > first {
		list = list[:first]
		page.PageInfo = r.Cursors.pageInfo("approvals", actor.Tenant, list[first-1].ID)
	}
	found, err := r.approvalNodes(ctx, actor, list)
	for _, node := range found {
		page.Edges = append(page.Edges, &graph.ApprovalEdge{Cursor: r.Cursors.Seal("approvals", actor.Tenant, node.ID), Node: node})
	}
	return page, err
}

func policyInput(in graph.SecurityPolicyInput) auth.SecurityPolicy {
	p := auth.SecurityPolicy{
		Sessions: auth.SessionLimits{
			Idle: time.Duration(in.IdleMinutes) * time.Minute, Absolute: time.Duration(in.SessionHours) * time.Hour, Count: in.SessionCount,
		},
		ApproveAbove: value(in.ApproveCampaignsAbove.Value()), ApprovalLife: time.Duration(in.ApprovalHours) * time.Hour,
	}
	for _, act := range in.ApprovalActs {
		p.ApproveActs = append(p.ApproveActs, auth.Action(act))
	}
	return p
}

func policyNode(p auth.SecurityPolicy) *graph.SecurityPolicy {
	node := &graph.SecurityPolicy{
		IdleMinutes: int(p.Sessions.Idle.Minutes()), SessionHours: int(p.Sessions.Absolute.Hours()), SessionCount: p.Sessions.Count,
		ApproveCampaignsAbove: optional(p.ApproveAbove), ApprovalActs: make([]graph.ApprovalAct, len(p.ApproveActs)),
		ApprovalHours: int(p.ApprovalLife.Hours()),
	}
	for i, act := range p.ApproveActs {
		node.ApprovalActs[i] = graph.ApprovalAct(act)
	}
	return node
}
