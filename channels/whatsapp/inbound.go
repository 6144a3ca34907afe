package whatsapp

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"time"

	"posthaste/channels"
)

// Message is what a person has sent us. Kind says which parts are set; a kind that we do not know keeps its name and
// has no part, and still opens the service window.
type Message struct {
	Origin
	ID   string // wamid; holds the address
	From Party
	Time time.Time
	Kind string // text image video audio document sticker button interactive location contacts reaction order system edit revoke unsupported …

	Text      string // text; the caption of media; the label of a button or reply; the text of an order
	ReplyTo   string // wamid of our message that was quoted, tapped or reacted to
	Forwarded bool

	Media    *InboundMedia
	Reply    *Reply
	Location *Location
	Contacts json.RawMessage // cards, as they came
	Emoji    string          // of a reaction; empty takes the reaction back
	Order    *Order
	System   *SystemNotice
	Edit     *Edit
	Revoked  string // id of the message that the person took back
	Referral *Referral
	Failures []channels.Failure // of unsupported
}

// InboundMedia is a file that the person has sent; the platform keeps it 7 days.
type InboundMedia struct {
	ID, MIME, SHA256, Filename string
	URL                        string // valid 5 minutes, opened with the account's token
	Voice, Animated            bool
}

// Reply is a tap: on a template's quick reply (Kind "button"), on a button, a list's row or a flow ("interactive").
type Reply struct {
	Type        string          // template_button, button_reply, list_reply, nfm_reply, call_permission_reply
	Payload     string          // what we gave as payload or id
	Title       string          // what the person saw
	Description string          // of a list's row
	Response    json.RawMessage // of a flow or address form
}

// Location is a place that the person has sent.
type Location struct {
	Latitude, Longitude float64
	Name, Address       string
}

// Order is a basket from the catalog.
type Order struct {
	CatalogID string
	Items     []OrderItem
}

// OrderItem is one line; Price and Quantity are as the platform writes them.
type OrderItem struct {
	RetailerID, Quantity, Price, Currency string
}

// SystemNotice tells that a person has another address now. Message.From is whom we knew, Now whom we shall know.
type SystemNotice struct {
	Type     string // user_changed_number, user_changed_user_id …
	Previous Party
	Now      Party
}

// Edit is a correction of an earlier message, with its new text.
type Edit struct {
	Original string // id
	Kind     string
	Text     string
}

// Referral says that the person came by an advertisement or post; a click on an ad opens the free entry point.
type Referral struct {
	SourceURL, SourceID, SourceType, Headline, Body, ClickID string
}

// Format prints the kind alone.
func (m Message) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[inbound "+m.Kind+"]") }

// LogValue shows the kind alone.
func (m Message) LogValue() slog.Value { return slog.StringValue("[inbound " + m.Kind + "]") }
