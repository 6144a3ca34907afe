package messaging

// Channel is a way to a person.
type Channel string

const (
	WhatsApp Channel = "WHATSAPP"
	SMS      Channel = "SMS"
	Email    Channel = "EMAIL"
)

// Valid tells whether c is one of the three.
func (c Channel) Valid() bool { return c == WhatsApp || c == SMS || c == Email }

// Reaches tells whether an address of the kind can be reached on the channel.
func (c Channel) Reaches(k AddressKind) bool {
	switch c {
	case WhatsApp:
		return k == KindPhone || k == KindUserID
	case SMS:
		return k == KindPhone
	case Email:
		return k == KindEmail
	}
	return false
}

// Category is why a template is sent; Meta prices and limits by it. Service is free text inside the service window.
type Category string

const (
	Marketing      Category = "MARKETING"
	Utility        Category = "UTILITY"
	Authentication Category = "AUTHENTICATION"
	Service        Category = "SERVICE"
)

// Content is what one message says: exactly one of its parts is set.
type Content struct {
	Text     *Text            `json:"text,omitempty"`
	Template *TemplateContent `json:"template,omitempty"`
	Media    *Media           `json:"media,omitempty"`
	ReplyTo  string           `json:"replyTo,omitempty"` // provider's id of the message quoted; sealed like the address
}

// Text is free text, at most 4096 characters, allowed only inside an open service window.
type Text struct {
	Body       string `json:"body"`
	PreviewURL bool   `json:"previewUrl,omitempty"`
}

// MediaKind is the sort of a media message.
type MediaKind string

const (
	Image    MediaKind = "image"
	Video    MediaKind = "video"
	Audio    MediaKind = "audio"
	Document MediaKind = "document"
	Sticker  MediaKind = "sticker"
)

// Media is a file that the provider already holds, named by the provider's id.
type Media struct {
	Kind     MediaKind `json:"kind"`
	ID       string    `json:"id"`
	Caption  string    `json:"caption,omitempty"`
	Filename string    `json:"filename,omitempty"`
}

// TemplateContent is an approved template with this recipient's values.
type TemplateContent struct {
	Name     string        `json:"name"`
	Language string        `json:"language"` // Meta's code: en, en_IN, pt_BR
	Header   []Parameter   `json:"header,omitempty"`
	Body     []Parameter   `json:"body,omitempty"`
	Buttons  []ButtonValue `json:"buttons,omitempty"`
}

// Parameter fills one variable: by Name where the template's format is NAMED, else by order.
type Parameter struct {
	Name  string `json:"name,omitempty"`
	Text  string `json:"text,omitempty"`
	Media *Media `json:"media,omitempty"` // a header's image, video or document
}

// ButtonValue fills the variable of the button at Index (0-based): exactly one of a URL's suffix, a quick reply's
// payload and the code of a copy-code button.
type ButtonValue struct {
	Index   int    `json:"index"`
	Suffix  string `json:"suffix,omitempty"`  // percent-encoded by the channel
	Payload string `json:"payload,omitempty"` // comes back when the person taps
	Code    string `json:"code,omitempty"`    // what the person copies, ≤ 15 characters
}
