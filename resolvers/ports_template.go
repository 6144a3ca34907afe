package resolvers

import (
	"context"

	"posthaste/messaging"
)

// TemplateWork makes templates and has them reviewed; messaging.Templates. broken lists the platform's rules that a draft
// breaks.
type TemplateWork interface {
	Create(ctx context.Context, actor messaging.Actor, d messaging.TemplateDraft) (t messaging.Template, broken []*messaging.Error, err error)
	Update(ctx context.Context, actor messaging.Actor, id messaging.ID, d messaging.TemplateDraft) (t messaging.Template, broken []*messaging.Error, err error)
	Submit(ctx context.Context, actor messaging.Actor, id messaging.ID) (messaging.Template, error)
	Delete(ctx context.Context, actor messaging.Actor, id messaging.ID) (messaging.Template, error)
}

// TemplateReads reads templates; store.Store.
type TemplateReads interface {
	Template(ctx context.Context, tenant, id messaging.ID) (messaging.Template, error)
	Templates(ctx context.Context, tenant, before messaging.ID, count int, filter messaging.TemplateFilter) ([]messaging.Template, error)
}
