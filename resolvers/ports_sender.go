package resolvers

import (
	"context"
	"time"

	"posthaste/messaging"
	"posthaste/privacy"
)

// SenderWork sets up what messages are sent from; messaging.Senders.
type SenderWork interface {
	CreatePortfolio(ctx context.Context, actor messaging.Actor, in messaging.PortfolioInput) (messaging.Portfolio, error)
	CreateWaba(ctx context.Context, actor messaging.Actor, in messaging.WabaInput) (messaging.NewWaba, error)
	CreateSender(ctx context.Context, actor messaging.Actor, in messaging.SenderInput) (messaging.Sender, error)
	ReplaceToken(ctx context.Context, actor messaging.Actor, portfolio messaging.ID, token privacy.Secret) (messaging.Portfolio, error)
	ReplaceAppSecret(ctx context.Context, actor messaging.Actor, waba messaging.ID, secret privacy.Secret) error
	Resume(ctx context.Context, actor messaging.Actor, id messaging.ID) (messaging.Sender, error)
}

// SenderReads lists it; store.Store.
type SenderReads interface {
	Portfolios(ctx context.Context, tenant messaging.ID) ([]messaging.Portfolio, error)
	PortfolioUses(ctx context.Context, tenant messaging.ID, portfolios []messaging.ID, now time.Time) (map[messaging.ID]messaging.PortfolioUse, error)
	Wabas(ctx context.Context, tenant messaging.ID) ([]messaging.Waba, error)
	Senders(ctx context.Context, tenant messaging.ID, channel messaging.Channel) ([]messaging.Sender, error)
	QueuedOfSenders(ctx context.Context, tenant messaging.ID, ids []messaging.ID) (map[messaging.ID]int64, error)
}
