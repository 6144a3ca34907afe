package messaging

import "encoding/json"

// Payload is what a chunk's recipients get: the shared content and, by position, each one's address and variables. It
// exists only sealed, under the key of its day, and is deleted when no further attempt is possible.
type Payload struct {
	Content    Content            `json:"c"`
	Recipients []PayloadRecipient `json:"r"`
}

// PayloadRecipient is one recipient's part.
type PayloadRecipient struct {
	Phone   string        `json:"p,omitempty"` // E.164
	UserID  string        `json:"u,omitempty"` // business-scoped user id
	Email   string        `json:"e,omitempty"`
	Header  []Parameter   `json:"h,omitempty"`
	Body    []Parameter   `json:"b,omitempty"`
	Buttons []ButtonValue `json:"n,omitempty"`
}

// Encode gives the bytes to seal.
func (p Payload) Encode() ([]byte, error) { return json.Marshal(p) }

// DecodePayload reads what Encode made.
func DecodePayload(b []byte) (Payload, error) {
	var p Payload
	err := json.Unmarshal(b, &p)
	return p, err
}

// ContentFor is the content with the values of the recipient at position i.
func (p Payload) ContentFor(i int) Content {
	content, recipient := p.Content, p.Recipients[i]
	if content.Template != nil {
		template := *content.Template
		template.Header, template.Body, template.Buttons = recipient.Header, recipient.Body, recipient.Buttons
		content.Template = &template
	}
	return content
}
