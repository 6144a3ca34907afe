package whatsapp

import (
	"context"
	"encoding/json"
	"fmt"

	"posthaste/messaging"
)

// Reviewer has templates reviewed by the platform: messaging.TemplateReviewer over a Client.
type Reviewer struct{ Client *Client }

var _ messaging.TemplateReviewer = Reviewer{}

// CreateTemplate implements messaging.TemplateReviewer.
func (r Reviewer) CreateTemplate(ctx context.Context, a messaging.ReviewAccount, s messaging.Submission) (messaging.Review, error) {
	t, err := submitted(s)
	if err != nil {
		return messaging.Review{}, err
	}
	answer, err := r.Client.CreateTemplate(ctx, a.Token.Reveal(), a.MetaID, t)
	return reviewOf(answer), err
}

// EditTemplate implements messaging.TemplateReviewer. Name and language of a template cannot be edited, nor the category
// of an approved one, so only the components go.
func (r Reviewer) EditTemplate(ctx context.Context, a messaging.ReviewAccount, metaID string, s messaging.Submission) error {
	t, err := submitted(s)
	if err != nil {
		return err
	}
	return r.Client.EditTemplate(ctx, a.Token.Reveal(), metaID, Template{Components: t.Components})
}

// reviewPage is how many templates are read at once when one is looked for; a name has few languages.
const reviewPage = 100

// FindTemplate implements messaging.TemplateReviewer.
func (r Reviewer) FindTemplate(ctx context.Context, a messaging.ReviewAccount, name, language string) (messaging.Review, bool, error) {
	after := ""
	for {
		page, err := r.Client.ListTemplates(ctx, a.Token.Reveal(), a.MetaID, name, "", after, reviewPage)
		if err != nil {
			return messaging.Review{}, false, err
		}
		for _, t := range page.Templates {
			if t.Name == name && t.Language == language { // the platform's filter also finds longer names
				return reviewOf(t), true, nil
			}
		}
		if page.After == "" {
			return messaging.Review{}, false, nil
		}
		after = page.After
	}
}

// DeleteTemplate implements messaging.TemplateReviewer.
func (r Reviewer) DeleteTemplate(ctx context.Context, a messaging.ReviewAccount, name, metaID string) error {
	return r.Client.DeleteTemplate(ctx, a.Token.Reveal(), a.MetaID, name, metaID)
}

func submitted(s messaging.Submission) (Template, error) {
	t := Template{Name: s.Name, Language: s.Language, Category: string(s.Category), ParameterFormat: string(s.Format)}
	if err := json.Unmarshal(s.Components, &t.Components); err != nil {
		return t, fmt.Errorf("read a template's components: %w", err)
	}
	return t, nil
}

func reviewOf(t Template) messaging.Review {
	r := messaging.Review{MetaID: t.ID, Status: t.Status, Reason: t.RejectedReason, Category: messaging.Category(t.Category)}
	if t.Quality != nil {
		r.Quality = messaging.ParseQuality(t.Quality.Score)
	}
	return r
}
