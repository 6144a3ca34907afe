package whatsapp

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"posthaste/channels"
	"posthaste/messaging"
)

// The request body of POST /{phone-number-id}/messages is written straight into one buffer: it is the hot path, and its
// form is small and fixed.

// What makes an Outgoing impossible to send. None of them tells a value.
var (
	errNoRecipient = errors.New("the message names neither a phone number nor a user id")
	errNotOnePart  = errors.New("the message needs exactly one of text, template and media")
	errMediaKind   = errors.New("the kind of media is not one that the platform knows here")
	errButton      = errors.New("a button needs exactly one of suffix, payload and code")
	errCorrelation = errors.New("the correlation is longer than 512 bytes")
)

const maxCorrelation = 512

// body writes the request body. Its errors mean that our input is wrong.
func body(out channels.Outgoing) ([]byte, error) {
	b := make([]byte, 0, 768)
	b = append(b, `{"messaging_product":"whatsapp","recipient_type":"individual"`...)
	switch {
	case out.To.Phone != "":
		b = appendField(b, ',', "to", out.To.Phone)
	case out.To.UserID != "":
		b = appendField(b, ',', "recipient", out.To.UserID)
	default:
		return nil, errNoRecipient
	}
	if out.Content.ReplyTo != "" {
		b = append(b, `,"context":`...)
		b = append(appendField(b, '{', "message_id", out.Content.ReplyTo), '}')
	}
	if len(out.Correlation) > maxCorrelation {
		return nil, errCorrelation
	}
	if out.Correlation != "" {
		b = appendField(b, ',', "biz_opaque_callback_data", out.Correlation)
	}
	b, err := appendContent(b, out.Content)
	return append(b, '}'), err
}

func appendContent(b []byte, c messaging.Content) ([]byte, error) {
	switch {
	case c.Text != nil && c.Template == nil && c.Media == nil:
		b = append(b, `,"type":"text","text":{"preview_url":`...)
		b = strconv.AppendBool(b, c.Text.PreviewURL)
		return append(appendField(b, ',', "body", c.Text.Body), '}'), nil
	case c.Template != nil && c.Text == nil && c.Media == nil:
		b = append(b, `,"type":"template","template":`...)
		return appendTemplate(b, c.Template)
	case c.Media != nil && c.Text == nil && c.Template == nil:
		switch c.Media.Kind {
		case messaging.Image, messaging.Video, messaging.Document, messaging.Audio, messaging.Sticker:
			b = appendField(b, ',', "type", string(c.Media.Kind))
			return appendMedia(append(b, ','), c.Media, true), nil
		}
		return b, errMediaKind
	}
	return b, errNotOnePart
}

// appendMedia writes "image":{"id":…}. Sounds and stickers have no caption, only documents have a name.
func appendMedia(b []byte, m *messaging.Media, captioned bool) []byte {
	b = append(appendText(b, string(m.Kind)), ':')
	b = appendField(b, '{', "id", m.ID)
	if captioned && m.Caption != "" && m.Kind != messaging.Audio && m.Kind != messaging.Sticker {
		b = appendField(b, ',', "caption", m.Caption)
	}
	if m.Filename != "" && m.Kind == messaging.Document {
		b = appendField(b, ',', "filename", m.Filename)
	}
	return append(b, '}')
}

func appendTemplate(b []byte, c *messaging.TemplateContent) ([]byte, error) {
	b = appendField(b, '{', "name", c.Name)
	b = append(b, `,"language":`...)
	b = append(appendField(b, '{', "code", c.Language), '}')
	if len(c.Header)+len(c.Body)+len(c.Buttons) == 0 {
		return append(b, '}'), nil
	}
	b = append(b, `,"components":[`...)
	var err error
	if len(c.Header) > 0 {
		b = append(b, `{"type":"header","parameters":[`...)
		if b, err = appendParameters(b, c.Header); err != nil {
			return nil, err
		}
		b = append(b, `]},`...)
	}
	if len(c.Body) > 0 {
		b = append(b, `{"type":"body","parameters":[`...)
		if b, err = appendParameters(b, c.Body); err != nil {
			return nil, err
		}
		b = append(b, `]},`...)
	}
	for i := range c.Buttons {
		if b, err = appendButton(b, &c.Buttons[i]); err != nil {
			return nil, err
		}
		b = append(b, ',')
	}
	b[len(b)-1] = ']' // instead of the last comma
	return append(b, '}'), nil
}

func appendParameters(b []byte, values []messaging.Parameter) ([]byte, error) {
	for i := range values {
		v := &values[i]
		if i > 0 {
			b = append(b, ',')
		}
		if v.Media == nil {
			b = append(b, `{"type":"text"`...)
			if v.Name != "" {
				b = appendField(b, ',', "parameter_name", v.Name)
			}
			b = append(appendField(b, ',', "text", v.Text), '}')
			continue
		}
		switch v.Media.Kind {
		case messaging.Image, messaging.Video, messaging.Document:
			b = append(appendField(b, '{', "type", string(v.Media.Kind)), ',')
			b = append(appendMedia(b, v.Media, false), '}')
		default:
			return nil, errMediaKind
		}
	}
	return b, nil
}

func appendButton(b []byte, v *messaging.ButtonValue) ([]byte, error) {
	var subType, kind, name, value string
	switch {
	case v.Suffix != "" && v.Payload == "" && v.Code == "":
		subType, kind, name, value = "url", "text", "text", escapeSuffix(v.Suffix)
	case v.Payload != "" && v.Suffix == "" && v.Code == "":
		subType, kind, name, value = "quick_reply", "payload", "payload", v.Payload
	case v.Code != "" && v.Suffix == "" && v.Payload == "":
		subType, kind, name, value = "copy_code", "coupon_code", "coupon_code", v.Code
	default:
		return nil, errButton
	}
	b = append(b, `{"type":"button"`...)
	b = appendField(b, ',', "sub_type", subType)
	b = append(b, `,"index":"`...)
	b = strconv.AppendInt(b, int64(v.Index), 10)
	b = append(b, `","parameters":[`...)
	b = appendField(b, '{', "type", kind)
	b = appendField(b, ',', name, value)
	return append(b, `}]}`...), nil
}

// appendField writes before"name":"value"; the name must be plain.
func appendField(b []byte, before byte, name, value string) []byte {
	b = append(b, before, '"')
	b = append(b, name...)
	b = append(b, `":`...)
	return appendText(b, value)
}

// appendText writes a JSON text. What needs escaping is left to encoding/json.
func appendText(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			quoted, _ := json.Marshal(s) // of a string it cannot fail
			return append(b, quoted...)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

// escapeSuffix percent-encodes what the platform refuses in the end of a URL (colon, pipe, space, anything not ASCII …)
// and leaves the characters that give a URL its parts, so "orders/7?lang=hi" arrives as it is meant. What is encoded
// already stays: the function applied twice is the function applied once.
func escapeSuffix(s string) string {
	const hex = "0123456789ABCDEF"
	b := make([]byte, 0, len(s)+16)
	for i := range len(s) {
		c := s[i]
		if urlSafe(c) || c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]) {
			b = append(b, c)
			continue
		}
		b = append(b, '%', hex[c>>4], hex[c&15])
	}
	return string(b)
}

func urlSafe(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~/?#&=+!$'()*,;@", c) >= 0
}

func isHex(c byte) bool { return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f' }
