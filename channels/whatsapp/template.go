package whatsapp

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"posthaste/messaging"
)

// Template is an approved form of message as the platform keeps it. Name and language name it; ID is the platform's.
type Template struct {
	ID               string        `json:"id,omitempty"`
	Name             string        `json:"name,omitempty"`
	Language         string        `json:"language,omitempty"`
	Category         string        `json:"category,omitempty"` // read it back: the platform may approve another than asked for
	ParameterFormat  string        `json:"parameter_format,omitempty"`
	Components       []Component   `json:"components,omitempty"`
	TTLSeconds       int           `json:"message_send_ttl_seconds,omitempty"` // -1 = 30 days, 0 = the category's default
	Status           string        `json:"status,omitempty"`
	RejectedReason   string        `json:"rejected_reason,omitempty"`
	Quality          *QualityScore `json:"quality_score,omitempty"`
	PreviousCategory string        `json:"previous_category,omitempty"`
}

// QualityScore is GREEN, YELLOW, RED or UNKNOWN.
type QualityScore struct {
	Score string `json:"score"`
}

// Component is a part of a template: HEADER, BODY, FOOTER, BUTTONS, CAROUSEL, LIMITED_TIME_OFFER. Samples of variables
// are in Example, which the platform demands.
type Component struct {
	Type    string           `json:"type"`
	Format  string           `json:"format,omitempty"` // of a header: TEXT, IMAGE, VIDEO, DOCUMENT, LOCATION
	Text    string           `json:"text,omitempty"`
	Example *Example         `json:"example,omitempty"`
	Buttons []TemplateButton `json:"buttons,omitempty"`
	Cards   []Card           `json:"cards,omitempty"`

	Offer                 *LimitedTimeOffer `json:"limited_time_offer,omitempty"`
	SecurityNote          bool              `json:"add_security_recommendation,omitempty"` // of an authentication body
	CodeExpirationMinutes int               `json:"code_expiration_minutes,omitempty"`     // of an authentication footer
}

// Example holds one sample for each variable, by position or by name; a media header's is a resumable upload's handle.
type Example struct {
	HeaderText   []string       `json:"header_text,omitempty"`
	HeaderHandle []string       `json:"header_handle,omitempty"`
	BodyText     [][]string     `json:"body_text,omitempty"`
	HeaderNamed  []NamedExample `json:"header_text_named_params,omitempty"`
	BodyNamed    []NamedExample `json:"body_text_named_params,omitempty"`
}

// NamedExample is a sample of a named variable.
type NamedExample struct {
	Name    string `json:"param_name"`
	Example string `json:"example"`
}

// TemplateButton is a button of a template: QUICK_REPLY, URL, PHONE_NUMBER, COPY_CODE, OTP, FLOW …
type TemplateButton struct {
	Type        string   `json:"type"`
	Text        string   `json:"text,omitempty"`
	URL         string   `json:"url,omitempty"`
	PhoneNumber string   `json:"phone_number,omitempty"`
	Example     []string `json:"example,omitempty"`
	OTPType     string   `json:"otp_type,omitempty"`
	FlowID      string   `json:"flow_id,omitempty"`
}

// Card is one card of a carousel.
type Card struct {
	Components []Component `json:"components"`
}

// LimitedTimeOffer is the head of an offer that ends.
type LimitedTimeOffer struct {
	Text          string `json:"text"`
	HasExpiration bool   `json:"has_expiration"`
}

const templateFields = "id,name,language,category,previous_category,parameter_format,components,status,rejected_reason,quality_score,message_send_ttl_seconds"

// TemplatePage is a part of the account's templates. After is empty on the last page.
type TemplatePage struct {
	Templates []Template
	After     string
}

// ListTemplates gives a page of at most limit templates after the cursor; an empty name or status takes all.
func (c *Client) ListTemplates(ctx context.Context, token, account, name, status, after string, limit int) (TemplatePage, error) {
	query := url.Values{"fields": {templateFields}, "limit": {strconv.Itoa(limit)}}
	for key, value := range map[string]string{"name": name, "status": status, "after": after} {
		if value != "" {
			query.Set(key, value)
		}
	}
	var answer struct {
		Data   []Template `json:"data"`
		Paging paging     `json:"paging"`
	}
	if err := c.call(ctx, http.MethodGet, token, query, nil, &answer, account, "message_templates"); err != nil {
		return TemplatePage{}, err
	}
	return TemplatePage{answer.Data, answer.Paging.after()}, nil
}

// paging is the platform's. The cursor is also told on the last page; a next page is there only if its link is.
type paging struct {
	Cursors struct {
		After string `json:"after"`
	} `json:"cursors"`
	Next string `json:"next"`
}

func (p paging) after() string {
	if p.Next == "" {
		return ""
	}
	return p.Cursors.After
}

// GetTemplate reads one template by the platform's id.
func (c *Client) GetTemplate(ctx context.Context, token, id string) (Template, error) {
	var t Template
	err := c.call(ctx, http.MethodGet, token, url.Values{"fields": {templateFields}}, nil, &t, id)
	return t, err
}

// CreateTemplate submits a template for review and gives it back with id, status and category as the platform has them.
// At most 100 an hour and account.
func (c *Client) CreateTemplate(ctx context.Context, token, account string, t Template) (Template, error) {
	t.ID, t.Status, t.RejectedReason, t.Quality, t.PreviousCategory = "", "", "", nil, ""
	var answer struct {
		ID       string `json:"id"`
		Status   string `json:"status"`
		Category string `json:"category"`
	}
	if err := c.call(ctx, http.MethodPost, token, nil, t, &answer, account, "message_templates"); err != nil {
		return Template{}, err
	}
	if answer.ID == "" {
		return Template{}, messaging.Refuse(messaging.CodeUpstream, "", "WhatsApp did not name the new template.")
	}
	t.ID, t.Status = answer.ID, answer.Status
	if answer.Category != "" {
		t.Category = answer.Category
	}
	return t, nil
}

// EditTemplate replaces the components, and where set the category and time to live. Only approved, rejected and paused
// templates can be edited; an approved one once a day and ten times a month, and not its category.
func (c *Client) EditTemplate(ctx context.Context, token, id string, t Template) error {
	change := Template{Category: t.Category, Components: t.Components, TTLSeconds: t.TTLSeconds, ParameterFormat: t.ParameterFormat}
	var d done
	if err := c.call(ctx, http.MethodPost, token, nil, change, &d, id); err != nil {
		return err
	}
	return d.err()
}

// DeleteTemplate removes one language of a template. Without id it removes every language of the name; the name of an
// approved template stays reserved for 30 days.
func (c *Client) DeleteTemplate(ctx context.Context, token, account, name, id string) error {
	if strings.TrimSpace(name) == "" {
		return messaging.Refuse(messaging.CodeInvalid, "name", "Name the template to delete.")
	}
	query := url.Values{"name": {name}}
	if id != "" {
		query.Set("hsm_id", id)
	}
	var d done
	if err := c.call(ctx, http.MethodDelete, token, query, nil, &d, account, "message_templates"); err != nil {
		return err
	}
	return d.err()
}

// UnpauseTemplate ends a pause that the platform's pacing has made.
func (c *Client) UnpauseTemplate(ctx context.Context, token, id string) error {
	var d done
	if err := c.call(ctx, http.MethodPost, token, nil, nil, &d, id, "unpause"); err != nil {
		return err
	}
	return d.err()
}
