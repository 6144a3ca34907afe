package resolvers

import (
	"context"

	"posthaste/messaging"
)

// Sends accepts messages; messaging.Sends.
type Sends interface {
	Accept(ctx context.Context, actor messaging.Actor, request messaging.SendRequest) (messaging.SendAnswer, error)
}

// Messages shows messages; messaging.Messages.
type Messages interface {
	Get(ctx context.Context, actor messaging.Actor, ref messaging.MessageRef) (messaging.Message, error)
	List(ctx context.Context, actor messaging.Actor, filter messaging.MessageFilter, to string, after messaging.ID, first int) (messaging.MessagePage, error)
	Masked(ctx context.Context, actor messaging.Actor, messages []messaging.Message) ([]string, error)
}

// Relations reads what messages and campaigns name, each list in one query; store.Store and store.Sending.
type Relations interface {
	SendersByID(ctx context.Context, tenant messaging.ID, ids []messaging.ID) ([]messaging.Sender, error)
	TemplatesByID(ctx context.Context, tenant messaging.ID, ids []messaging.ID) ([]messaging.Template, error)
}

// Explainer says in a plain sentence what a provider's error code means and what to do; empty for one it does not know.
type Explainer interface {
	Explain(code int) string
}

// RevealWork shows one message in plain; messaging.Reveals.
type RevealWork interface {
	Message(ctx context.Context, actor messaging.Actor, ref messaging.MessageRef, reason string) (messaging.Revealed, error)
}
