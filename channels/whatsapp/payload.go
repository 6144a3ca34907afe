package whatsapp

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"posthaste/channels"
	"posthaste/messaging"
)

// The request body of POST /{phone-number-id}/messages.
type payload struct {
	Product       string           `json:"messaging_product"`
	RecipientType string           `json:"recipient_type"`
	To            string           `json:"to,omitempty"`
	Recipient     string           `json:"recipient,omitempty"` // business-scoped user id
	Context       *contextPayload  `json:"context,omitempty"`
	Callback      string           `json:"biz_opaque_callback_data,omitempty"`
	Type          string           `json:"type"`
	Text          *textPayload     `json:"text,omitempty"`
	Template      *templatePayload `json:"template,omitempty"`
	Image         *mediaPayload    `json:"image,omitempty"`
	Video         *mediaPayload    `json:"video,omitempty"`
	Audio         *mediaPayload    `json:"audio,omitempty"`
	Document      *mediaPayload    `json:"document,omitempty"`
	Sticker       *mediaPayload    `json:"sticker,omitempty"`
}

type contextPayload struct {
	MessageID string `json:"message_id"`
}

type textPayload struct {
	PreviewURL bool   `json:"preview_url"`
	Body       string `json:"body"`
}

type mediaPayload struct {
	ID       string `json:"id"`
	Caption  string `json:"caption,omitempty"`
	Filename string `json:"filename,omitempty"`
}

type templatePayload struct {
	Name       string             `json:"name"`
	Language   languagePayload    `json:"language"`
	Components []componentPayload `json:"components,omitempty"`
}

type languagePayload struct {
	Code string `json:"code"`
}

type componentPayload struct {
	Type       string             `json:"type"`
	SubType    string             `json:"sub_type,omitempty"`
	Index      string             `json:"index,omitempty"`
	Parameters []parameterPayload `json:"parameters"`
}

type parameterPayload struct {
	Type     string        `json:"type"`
	Name     string        `json:"parameter_name,omitempty"`
	Text     string        `json:"text,omitempty"`
	Payload  string        `json:"payload,omitempty"`
	Coupon   string        `json:"coupon_code,omitempty"`
	Image    *mediaPayload `json:"image,omitempty"`
	Video    *mediaPayload `json:"video,omitempty"`
	Document *mediaPayload `json:"document,omitempty"`
}

// What makes an Outgoing impossible to send. None of them tells a value.
var (
	errNoRecipient = errors.New("the message names neither a phone number nor a user id")
	errNotOnePart  = errors.New("the message needs exactly one of text, template and media")
	errMediaKind   = errors.New("the kind of media is not one that the platform knows")
	errButton      = errors.New("a button needs exactly one of suffix, payload and code")
)

const maxCorrelation = 512

// body builds the request body. Its errors mean that our input is wrong.
func body(out channels.Outgoing) ([]byte, error) {
	p := payload{Product: "whatsapp", RecipientType: "individual", Callback: out.Correlation}
	switch {
	case out.To.Phone != "":
		p.To = out.To.Phone
	case out.To.UserID != "":
		p.Recipient = out.To.UserID
	default:
		return nil, errNoRecipient
	}
	if len(out.Correlation) > maxCorrelation {
		return nil, errors.New("the correlation is longer than 512 bytes")
	}
	if out.Content.ReplyTo != "" {
		p.Context = &contextPayload{out.Content.ReplyTo}
	}
	if err := p.fill(out.Content); err != nil {
		return nil, err
	}
	return json.Marshal(p)
}

func (p *payload) fill(c messaging.Content) error {
	switch {
	case c.Text != nil && c.Template == nil && c.Media == nil:
		p.Type, p.Text = "text", &textPayload{PreviewURL: c.Text.PreviewURL, Body: c.Text.Body}
	case c.Template != nil && c.Text == nil && c.Media == nil:
		t, err := template(c.Template)
		if err != nil {
			return err
		}
		p.Type, p.Template = "template", t
	case c.Media != nil && c.Text == nil && c.Template == nil:
		return p.fillMedia(c.Media)
	default:
		return errNotOnePart
	}
	return nil
}

func (p *payload) fillMedia(m *messaging.Media) error {
	file := &mediaPayload{ID: m.ID, Caption: m.Caption}
	switch m.Kind {
	case messaging.Image:
		p.Image = file
	case messaging.Video:
		p.Video = file
	case messaging.Document:
		file.Filename = m.Filename
		p.Document = file
	case messaging.Audio: // has no caption
		p.Audio = &mediaPayload{ID: m.ID}
	case messaging.Sticker: // has no caption
		p.Sticker = &mediaPayload{ID: m.ID}
	default:
		return errMediaKind
	}
	p.Type = string(m.Kind)
	return nil
}

func template(c *messaging.TemplateContent) (*templatePayload, error) {
	t := &templatePayload{Name: c.Name, Language: languagePayload{c.Language}}
	t.Components = make([]componentPayload, 0, 2+len(c.Buttons))
	for _, part := range []struct {
		kind   string
		values []messaging.Parameter
	}{{"header", c.Header}, {"body", c.Body}} {
		if len(part.values) == 0 {
			continue
		}
		parameters, err := parameters(part.values)
		if err != nil {
			return nil, err
		}
		t.Components = append(t.Components, componentPayload{Type: part.kind, Parameters: parameters})
	}
	for _, b := range c.Buttons {
		button, err := button(b)
		if err != nil {
			return nil, err
		}
		t.Components = append(t.Components, button)
	}
	return t, nil
}

func parameters(values []messaging.Parameter) ([]parameterPayload, error) {
	list := make([]parameterPayload, len(values))
	for i, v := range values {
		if v.Media == nil {
			list[i] = parameterPayload{Type: "text", Name: v.Name, Text: v.Text}
			continue
		}
		p, file := parameterPayload{Type: string(v.Media.Kind)}, &mediaPayload{ID: v.Media.ID}
		switch v.Media.Kind {
		case messaging.Image:
			p.Image = file
		case messaging.Video:
			p.Video = file
		case messaging.Document:
			file.Filename = v.Media.Filename
			p.Document = file
		default:
			return nil, errMediaKind
		}
		list[i] = p
	}
	return list, nil
}

func button(b messaging.ButtonValue) (componentPayload, error) {
	c := componentPayload{Type: "button", Index: strconv.Itoa(b.Index)}
	var p parameterPayload
	switch {
	case b.Suffix != "" && b.Payload == "" && b.Code == "":
		c.SubType, p = "url", parameterPayload{Type: "text", Text: escapeSuffix(b.Suffix)}
	case b.Payload != "" && b.Suffix == "" && b.Code == "":
		c.SubType, p = "quick_reply", parameterPayload{Type: "payload", Payload: b.Payload}
	case b.Code != "" && b.Suffix == "" && b.Payload == "":
		c.SubType, p = "copy_code", parameterPayload{Type: "coupon_code", Coupon: b.Code}
	default:
		return c, errButton
	}
	c.Parameters = []parameterPayload{p}
	return c, nil
}

// escapeSuffix percent-encodes what the platform refuses in the end of a URL (colon, pipe, space, anything not ASCII …)
// and leaves the characters that give a URL its parts, so "orders/7?lang=hi" arrives as it is meant. What is encoded
// already stays: the function applied twice is the function applied once.
func escapeSuffix(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if urlSafe(c) || c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]) {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(hex[c>>4])
		b.WriteByte(hex[c&15])
	}
	return b.String()
}

func urlSafe(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~/?#&=+!$'()*,;@", c) >= 0
}

func isHex(c byte) bool { return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f' }
