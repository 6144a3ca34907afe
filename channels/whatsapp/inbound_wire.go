package whatsapp

import (
	"encoding/json"

	"posthaste/messaging"
)

// message reads an inbound message. A part that its type promises and that is missing makes it malformed; a type that
// we do not know is told by its name.
func (w *messageWire) message(o Origin, p people) (Message, error) {
	at, ok := seconds(w.Timestamp)
	if w.ID == "" || w.Type == "" || !ok {
		return Message{}, malformed("a message lacks its id, type or time")
	}
	if w.From == "" && w.UserID == "" {
		return Message{}, malformed("a message lacks its sender")
	}
	m := Message{Origin: o, ID: w.ID, From: p.party(w.From, w.UserID, w.ParentUserID), Time: at, Kind: w.Type}
	if w.Context != nil {
		m.ReplyTo = w.Context.ID
		m.Forwarded = w.Context.Forwarded || w.Context.FrequentlyForwarded
	}
	if r := w.Referral; r != nil {
		m.Referral = &Referral{r.SourceURL, r.SourceID, r.SourceType, r.Headline, r.Body, r.ClickID}
	}
	for _, e := range w.Errors {
		f, err := e.failure()
		if err != nil {
			return Message{}, err
		}
		m.Failures = append(m.Failures, f)
	}
	if !w.fill(&m) {
		return Message{}, malformed("a message lacks the part that its type names")
	}
	return m, nil
}

// fill reads the part that the type names and tells whether it is there.
func (w *messageWire) fill(m *Message) bool {
	switch w.Type {
	case "edit":
		if w.Edit == nil || w.Edit.Original == "" {
			return false
		}
		m.Edit = &Edit{Original: w.Edit.Original, Kind: w.Edit.Message.Type, Text: w.Edit.Message.text()}
	case "revoke":
		if w.Revoke == nil || w.Revoke.Original == "" {
			return false
		}
		m.Revoked = w.Revoke.Original
	case "system":
		if w.System == nil {
			return false
		}
		m.System = w.notice(m.From)
	case "text", "image", "video", "audio", "document", "sticker", "button", "interactive", "location", "contacts", "reaction", "order":
		return w.contentWire.fill(w.Type, m)
	}
	return true
}

// notice reads a change of address. The platform puts the old phone into "from"; which user id stands in "from_user_id"
// it does not say, so an id counts as old only where it is called previous.
func (w *messageWire) notice(from Party) *SystemNotice {
	s := w.System
	n := &SystemNotice{
		Type:     s.Type,
		Previous: Party{Phone: from.Phone, UserID: s.PreviousUserID, ParentUserID: s.PreviousParentUserID},
		Now:      Party{Phone: plus(s.WaID), UserID: s.UserID, ParentUserID: s.ParentUserID},
	}
	if n.Now.Phone == "" {
		n.Now.Phone = plus(s.NewWaID)
	}
	if n.Now.UserID == "" && s.PreviousUserID != "" && s.PreviousUserID != w.UserID {
		n.Now.UserID, n.Now.ParentUserID = w.UserID, w.ParentUserID
	}
	return n
}

func (w *contentWire) fill(kind string, m *Message) bool {
	m.Text = w.text()
	switch kind {
	case "text":
		return w.Text != nil
	case "button":
		if w.Button == nil {
			return false
		}
		m.Reply = &Reply{Type: "template_button", Payload: w.Button.Payload, Title: w.Button.Text}
	case "interactive":
		if w.Interactive == nil {
			return false
		}
		m.Reply = w.Interactive.reply()
	case "location":
		return w.fillLocation(m)
	case "contacts":
		m.Contacts = w.Contacts
		return !isNull(w.Contacts)
	case "reaction":
		if w.Reaction == nil {
			return false
		}
		m.ReplyTo, m.Emoji = w.Reaction.MessageID, w.Reaction.Emoji
	case "order":
		return w.fillOrder(m)
	default:
		file := w.media(messaging.MediaKind(kind))
		if file == nil {
			return false
		}
		m.Media = &InboundMedia{
			ID: file.ID, MIME: file.MIME, SHA256: file.SHA256, Filename: file.Filename, URL: file.URL,
			Voice: file.Voice, Animated: file.Animated,
		}
		return file.ID != ""
	}
	return true
}

// text is what the person wrote or tapped, whatever the type.
func (w *contentWire) text() string {
	switch {
	case w.Text != nil:
		return w.Text.Body
	case w.Button != nil:
		return w.Button.Text
	case w.Interactive != nil:
		return w.Interactive.reply().Title
	case w.Order != nil:
		return w.Order.Text
	}
	for _, kind := range mediaKinds {
		if file := w.media(kind); file != nil {
			return file.Caption
		}
	}
	return ""
}

func (w *contentWire) media(kind messaging.MediaKind) *mediaWire {
	switch kind {
	case messaging.Image:
		return w.Image
	case messaging.Video:
		return w.Video
	case messaging.Audio:
		return w.Audio
	case messaging.Document:
		return w.Document
	case messaging.Sticker:
		return w.Sticker
	}
	return nil
}

func (w *contentWire) fillLocation(m *Message) bool {
	if w.Location == nil {
		return false
	}
	latitude, err1 := w.Location.Latitude.Float64()
	longitude, err2 := w.Location.Longitude.Float64()
	m.Location = &Location{latitude, longitude, w.Location.Name, w.Location.Address}
	return err1 == nil && err2 == nil
}

func (w *contentWire) fillOrder(m *Message) bool {
	if w.Order == nil {
		return false
	}
	m.Order = &Order{CatalogID: w.Order.CatalogID}
	for _, i := range w.Order.Items {
		m.Order.Items = append(m.Order.Items, OrderItem{i.RetailerID, i.Quantity.String(), i.Price.String(), i.Currency})
	}
	return true
}

func (w *interactiveWire) reply() *Reply {
	r := &Reply{Type: w.Type}
	switch {
	case w.Button != nil:
		r.Payload, r.Title = w.Button.ID, w.Button.Title
	case w.List != nil:
		r.Payload, r.Title, r.Description = w.List.ID, w.List.Title, w.List.Description
	case w.Form != nil:
		r.Payload, r.Title, r.Response = w.Form.Name, w.Form.Body, formResponse(w.Form.Response)
	case !isNull(w.CallPermission):
		r.Response = w.CallPermission
	}
	return r
}

// formResponse is JSON written into a text. Where it is not, the text itself is kept.
func formResponse(s string) json.RawMessage {
	if json.Valid([]byte(s)) {
		return json.RawMessage(s)
	}
	return quote(s)
}
