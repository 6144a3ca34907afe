package resolvers

import (
	"time"

	"posthaste/graph"
	"posthaste/messaging"
	"posthaste/privacy"
)

func (r *Resolver) senderNode(s messaging.Sender) *graph.Sender {
	return &graph.Sender{
		ID: s.ID, Channel: s.Channel, Display: s.Display, VerifiedName: s.VerifiedName, ProviderID: s.ProviderID,
		State: graph.SenderState(s.State), StopReason: optional(s.StopReason), Quality: graph.Quality(s.Quality),
		MessagesPerSecond: s.MessagesSecond, PortfolioID: s.PortfolioID, WebhookURL: messaging.WebhookURL(r.PublicURL, s.AppID),
	}
}

func portfolioNode(p messaging.Portfolio) *graph.Portfolio {
	node := &graph.Portfolio{ID: p.ID, MetaID: p.MetaID, Name: p.Name, Reserve: p.Reserve, TokenSet: p.TokenSet}
	if p.DailyLimit != messaging.Unlimited {
		node.DailyLimit = &p.DailyLimit
	}
	return node
}

func wabaNode(w messaging.Waba) *graph.Waba {
	return &graph.Waba{ID: w.ID, MetaID: w.MetaID, Name: w.Name}
}

// portfolioInput: a limit of null is none.
func portfolioInput(in graph.CreatePortfolioInput) messaging.PortfolioInput {
	limit := messaging.Unlimited
	if given := in.DailyLimit.Value(); given != nil {
		limit = *given
	}
	return messaging.PortfolioInput{
		MetaID: in.MetaID, Name: in.Name, Token: privacy.NewSecret(in.Token), DailyLimit: limit, Reserve: in.Reserve,
	}
}

func wabaInput(in graph.CreateWabaInput) messaging.WabaInput {
	return messaging.WabaInput{
		PortfolioID: in.PortfolioID, MetaID: in.MetaID, Name: in.Name, AppID: in.AppID, AppSecret: privacy.NewSecret(in.AppSecret),
	}
}

func senderInput(in graph.CreateSenderInput) messaging.SenderInput {
	return messaging.SenderInput{
		WabaID: in.WabaID, PhoneNumberID: in.PhoneNumberID, Display: in.Display, VerifiedName: in.VerifiedName,
		MessagesSecond: in.MessagesPerSecond,
	}
}

func (r *Resolver) wabaPayload(made messaging.NewWaba) *graph.WabaPayload {
	return &graph.WabaPayload{
		Waba: wabaNode(made.Waba), WebhookURL: optional(messaging.WebhookURL(r.PublicURL, made.Waba.AppID)),
		VerifyToken: optional(made.VerifyToken.Reveal()), UserErrors: []*graph.UserError{},
	}
}

func (r *Resolver) senderPayload(s messaging.Sender, err error) (*graph.SenderPayload, error) {
	refused, err := inputErrors(err)
	if err != nil || len(refused) > 0 {
		return &graph.SenderPayload{UserErrors: refused}, err
	}
	return &graph.SenderPayload{Sender: r.senderNode(s), UserErrors: refused}, nil
}

func portfolioIDs(list []*graph.Portfolio) []messaging.ID {
	ids := make([]messaging.ID, len(list))
	for i, p := range list {
		ids[i] = p.ID
	}
	return ids
}

func senderIDs(list []*graph.Sender) []messaging.ID {
	ids := make([]messaging.ID, len(list))
	for i, s := range list {
		ids[i] = s.ID
	}
	return ids
}

func countsOf(senders []*graph.Sender, counts map[messaging.ID]int64) []int64 {
	out := make([]int64, len(senders))
	for i, s := range senders {
		out[i] = counts[s.ID]
	}
	return out
}

func budgetNodes(portfolios []*graph.Portfolio, uses map[messaging.ID]messaging.PortfolioUse, now time.Time) []*graph.Budget {
	out := make([]*graph.Budget, len(portfolios))
	for i, p := range portfolios {
		limit := messaging.Unlimited
		if p.DailyLimit != nil {
			limit = *p.DailyLimit
		}
		b := messaging.BudgetOf(messaging.Portfolio{DailyLimit: limit}, uses[p.ID], now)
		out[i] = &graph.Budget{Used: b.Used, Left: b.Left, NextFreeAt: b.NextFreeAt, EmptyAt: b.EmptyAt}
	}
	return out
}

// byPortfolio parts a tenant's list among the portfolios, by position.
func byPortfolio[T, G any](portfolios []*graph.Portfolio, list []T, portfolioOf func(T) messaging.ID, nodeOf func(T) *G) [][]*G {
	parts := map[messaging.ID][]*G{}
	for _, t := range list {
		parts[portfolioOf(t)] = append(parts[portfolioOf(t)], nodeOf(t))
	}
	out := make([][]*G, len(portfolios))
	for i, p := range portfolios {
		out[i] = append([]*G{}, parts[p.ID]...)
	}
	return out
}

func portfolioPayload(p messaging.Portfolio, err error) (*graph.PortfolioPayload, error) {
	refused, err := inputErrors(err)
	if err != nil || len(refused) > 0 {
		return &graph.PortfolioPayload{UserErrors: refused}, err
	}
	return &graph.PortfolioPayload{Portfolio: portfolioNode(p), UserErrors: refused}, nil
}
