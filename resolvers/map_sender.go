package resolvers

import (
	"posthaste/graph"
	"posthaste/messaging"
)

func (r *Resolver) senderNode(s messaging.Sender) *graph.Sender {
	return &graph.Sender{
		ID: s.ID, Channel: s.Channel, Display: s.Display, VerifiedName: s.VerifiedName, ProviderID: s.ProviderID,
		State: graph.SenderState(s.State), StopReason: optional(s.StopReason), Quality: graph.Quality(s.Quality),
		MessagesPerSecond: s.MessagesSecond, PortfolioID: s.PortfolioID, WebhookURL: messaging.WebhookURL(r.PublicURL, s.AppID),
	}
}
