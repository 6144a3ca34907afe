package resolvers

import (
	"context"
	"time"

	"posthaste/graph"
	"posthaste/messaging"
)

func campaignNode(c messaging.Campaign) *graph.Campaign {
	node := &graph.Campaign{
		ID: c.ID, Name: c.Name, State: graph.CampaignState(c.State), StateReason: optional(c.StateReason), RunAt: optional(c.RunAt),
		CreatedAt: c.CreatedAt, StartedAt: optional(c.StartedAt), FinishedAt: optional(c.FinishedAt), Accepted: c.Accepted,
		Refused: c.Refused, SenderID: c.Sender, TemplateID: c.Template,
	}
	if c.Settled {
		node.Results = &c.Results
	}
	return node
}

func campaignPayload(c messaging.Campaign, err error) (*graph.CampaignPayload, error) {
	refused, err := inputErrors(err)
	if err != nil {
		return nil, err
	}
	payload := &graph.CampaignPayload{UserErrors: refused}
	if len(refused) == 0 {
		payload.Campaign = campaignNode(c)
	}
	return payload, nil
}

func (r *Resolver) campaignConnection(actor messaging.Actor, list []messaging.Campaign, first int) *graph.CampaignConnection {
	after := messaging.ID(0)
	if len(list) > first {
		list = list[:first]
		after = list[first-1].ID
	}
	connection := &graph.CampaignConnection{Edges: make([]*graph.CampaignEdge, len(list)), PageInfo: r.Cursors.pageInfo("campaigns", actor.Tenant, after)}
	siblings := &graph.Siblings{}
	for i, c := range list {
		node := campaignNode(c)
		node.Page = siblings
		siblings.Campaigns = append(siblings.Campaigns, node)
		connection.Edges[i] = &graph.CampaignEdge{Cursor: r.Cursors.Seal("campaigns", actor.Tenant, c.ID), Node: node}
	}
	return connection
}

func campaignStates(states []graph.CampaignState) []messaging.CampaignState {
	list := make([]messaging.CampaignState, len(states))
	for i, s := range states {
		list[i] = messaging.CampaignState(s)
	}
	return list
}

func (r *Resolver) progressNode(c *graph.Campaign, p messaging.CampaignProgress) *graph.CampaignProgress {
	node := &graph.CampaignProgress{
		Accepted: int64(c.Accepted), Refused: int64(c.Refused), Queued: p.Queued, Sent: p.Sent, Delivered: p.Delivered, Read: p.Read,
		Failed: p.Failed, Unknown: p.Unknown, Suppressed: p.Suppressed, Pace: p.Pace,
	}
	if c.State == graph.CampaignStateRunning {
		node.DoneAt = optional(p.DoneAt(r.Now()))
	}
	return node
}

func refusalNodes(list []messaging.Refusals) []*graph.Refusals {
	nodes := make([]*graph.Refusals, len(list))
	for i, n := range list {
		nodes[i] = &graph.Refusals{Code: n.Code, Count: n.Count, Lines: n.Lines}
	}
	return nodes
}

func audienceColumns(columns []*graph.ColumnInput) []messaging.AudienceColumn {
	list := make([]messaging.AudienceColumn, len(columns))
	for i, c := range columns {
		list[i] = messaging.AudienceColumn{Target: c.Target, Column: c.Column}
	}
	return list
}

// maxMisses is how many looks in a row may fail before a stream ends, so that its reader tries anew elsewhere.
const maxMisses = 5

// watchCampaign sends the campaign whenever its state or its counts have changed. It ends with ctx, and when the actor
// may no longer look.
func (r *Resolver) watchCampaign(ctx context.Context, actor messaging.Actor, id messaging.ID, out chan<- *graph.Campaign) {
	defer close(out)
	defer r.caught()
	tick := time.NewTicker(max(r.Tick, minTick))
	defer tick.Stop()
	var last *watched
	for misses := 0; misses < maxMisses; {
		if last != nil { // the first look comes at once
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			if err := r.Rechecker.Recheck(ctx, actor); err != nil {
				return
			}
		}
		now, err := r.look(ctx, actor, id)
		if err != nil {
			misses++
			last = &watched{}
			continue
		}
		misses = 0
		if last != nil && *last == now {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case out <- campaignNode(now.campaign):
		}
		last = &now
	}
}

// minTick keeps a stream from asking in a loop without a pause.
const minTick = 10 * time.Millisecond

// watched is what a watcher sees of a campaign.
type watched struct {
	campaign messaging.Campaign
	progress messaging.CampaignProgress
}

func (r *Resolver) look(ctx context.Context, actor messaging.Actor, id messaging.ID) (watched, error) {
	c, err := r.CampaignReads.Campaign(ctx, actor.Tenant, id)
	if err != nil {
		return watched{}, err
	}
	p, err := r.CampaignCounts.Progress(ctx, actor.Tenant, id, c.FinishedAt)
	return watched{c, p}, err
}

// moment is a time that may be missing, zero then.
func moment(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}
