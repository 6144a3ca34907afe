package resolvers

import (
	"context"

	"posthaste/graph"
	"posthaste/messaging"
	"posthaste/privacy"
)

// keepingNode shows how data is kept and how far the last stricter setting has come.
func (r *Resolver) keepingNode(ctx context.Context, tenant messaging.ID) (*graph.Keeping, error) {
	t, err := r.AccessReads.Tenant(ctx, tenant)
	if err != nil {
		return nil, err
	}
	jobs, err := r.JobReads.Jobs(ctx, tenant, messaging.JobTighten, 1)
	if err != nil {
		return nil, err
	}
	node := &graph.Keeping{
		AddressMode: graph.StorageMode(t.AddressMode), ContentMode: graph.StorageMode(t.ContentMode),
		MessageDays: t.MessageDays, SummaryDays: t.SummaryDays, MessageTerms: messaging.MessageTerms(), SummaryTerms: messaging.SummaryTerms(),
	}
	for _, j := range jobs {
		node.Tightening = jobNode(j)
	}
	return node, nil
}

func keepingInput(in graph.SetKeepingInput) messaging.Keeping {
	return messaging.Keeping{
		AddressMode: privacy.Mode(in.AddressMode), ContentMode: privacy.Mode(in.ContentMode),
		MessageDays: in.MessageDays, SummaryDays: in.SummaryDays,
	}
}
