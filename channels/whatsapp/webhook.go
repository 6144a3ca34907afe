package whatsapp

import (
	"encoding/json"
	"errors"
	"strconv"
	"time"
)

const (
	// MaxWebhook is the largest body that the platform sends, in bytes.
	MaxWebhook = 3 << 20
	// maxDepth and maxParts bound what a body may make us build: a batch of 1,000 updates nests about 12 deep and has
	// some 20,000 parts.
	maxDepth = 64
	maxParts = 150_000

	webhookObject = "whatsapp_business_account"
)

var (
	// ErrTooLarge is given for a body beyond the bounds; nothing of it was read.
	ErrTooLarge = errors.New("whatsapp: the webhook is larger than any the platform sends")
	// ErrMalformed is given for a body that is no JSON of a webhook; nothing of it was read.
	ErrMalformed = errors.New("whatsapp: the webhook is not of the platform's form")

	errUnknownKind = errors.New("of a kind that is not read")
)

// ParseWebhook reads a body whose signature was verified. One malformed part never loses the others: it is given back in
// Unparsed. An error means that nothing could be read; the body is then to be kept as it is.
func ParseWebhook(raw []byte) (Batch, error) {
	if !bounded(raw) {
		return Batch{}, ErrTooLarge
	}
	b, err := readWebhook(raw)
	if err == nil {
		return b, nil
	}
	return salvage(raw)
}

// readWebhook reads a body in which everything is known and well formed: all but a few bodies, in one pass.
func readWebhook(raw []byte) (Batch, error) {
	var w webhookWire
	if err := json.Unmarshal(raw, &w); err != nil {
		return Batch{}, err
	}
	if w.Object != webhookObject {
		return Batch{}, errUnknownKind
	}
	var b Batch
	for i := range w.Entry {
		e := &w.Entry[i]
		if len(e.Changes) == 0 {
			return Batch{}, errUnknownKind
		}
		for j := range e.Changes {
			c := &e.Changes[j]
			at, _ := seconds(e.Time)
			origin := Origin{Account: e.ID, Sender: c.Value.Metadata.PhoneNumberID, At: at}
			if err := b.add(origin, c.Field, &c.Value); err != nil {
				return Batch{}, err
			}
		}
	}
	return b, nil
}

// add reads one change. Meta's own pages show a template's quality under the field of its status, so quality goes by
// shape.
func (b *Batch) add(o Origin, field string, v *valueWire) error {
	if v.NewQuality != "" {
		field = "message_template_quality_update"
	}
	switch field {
	case "messages":
		return b.addMessages(o, v)
	case "user_preferences":
		return b.addPreferences(o, v)
	case "message_template_status_update", "message_template_quality_update", "message_template_components_update", "template_category_update":
		return b.addTemplate(o, field, v)
	case "phone_number_quality_update", "phone_number_name_update", "security":
		return b.addNumber(o, field, v)
	case "business_capability_update":
		return b.addCapability(o, v)
	case "account_update", "account_alerts", "account_review_update":
		return b.addAccount(o, field, v)
	}
	return errUnknownKind
}

func (b *Batch) addMessages(o Origin, v *valueWire) error {
	if len(v.Statuses)+len(v.Messages)+len(v.Errors) == 0 {
		return errUnknownKind
	}
	people := peopleOf(v.Contacts)
	if b.Statuses == nil {
		b.Statuses = make([]Status, 0, len(v.Statuses))
	}
	for i := range v.Statuses {
		s, err := v.Statuses[i].status(o, people)
		if err != nil {
			return err
		}
		b.Statuses = append(b.Statuses, s)
	}
	for i := range v.Messages {
		m, err := v.Messages[i].message(o, people)
		if err != nil {
			return err
		}
		b.Messages = append(b.Messages, m)
	}
	for _, e := range v.Errors {
		f, err := e.failure()
		if err != nil {
			return err
		}
		b.Failures = append(b.Failures, ReportedFailure{o, f})
	}
	return nil
}

// people finds a contact by its phone ("wa_id") or user id.
type people struct {
	few   []contactWire
	index map[string]*contactWire // only of many
}

// fewContacts are found faster by looking at each than by an index.
const fewContacts = 8

func peopleOf(contacts []contactWire) people {
	p := people{few: contacts}
	if len(contacts) <= fewContacts {
		return p
	}
	p.few, p.index = nil, make(map[string]*contactWire, 2*len(contacts))
	for i := range contacts {
		c := &contacts[i]
		p.index[c.WaID], p.index[c.UserID] = c, c
	}
	return p
}

// find gives the contact that has the phone or the user id, nil if none or if the id is empty.
func (p people) find(id string) *contactWire {
	if id == "" {
		return nil
	}
	for i := range p.few {
		if c := &p.few[i]; c.WaID == id || c.UserID == id {
			return c
		}
	}
	return p.index[id]
}

// party puts together what a message says of a person and what its contact block adds.
func (p people) party(phone, userID, parentUserID string) Party {
	who := Party{Phone: plus(phone), UserID: userID, ParentUserID: parentUserID}
	c := p.find(userID)
	if c == nil {
		c = p.find(phone)
	}
	if c == nil {
		return who
	}
	who.Username, who.Name = c.Profile.Username, c.Profile.Name
	if who.Phone == "" {
		who.Phone = plus(c.WaID)
	}
	if who.UserID == "" {
		who.UserID = c.UserID
	}
	if who.ParentUserID == "" {
		who.ParentUserID = c.ParentUserID
	}
	return who
}

// plus makes the platform's digits E.164. Anything but digits (a group's id) is no phone.
func plus(waID string) string {
	if len(waID) > 0 && waID[0] == '+' {
		waID = waID[1:]
	}
	if len(waID) > 20 || !isDigits(waID) {
		return ""
	}
	return "+" + waID
}

// seconds reads a time in seconds since 1970, written as number or text; 13 digits are milliseconds.
func seconds(n json.Number) (time.Time, bool) {
	s, err := strconv.ParseInt(string(n), 10, 64)
	switch {
	case err != nil || s <= 0 || s >= 1e14:
		return time.Time{}, false
	case s >= 1e11:
		return time.UnixMilli(s).UTC(), true
	}
	return time.Unix(s, 0).UTC(), true
}

// bounded looks at the outside of the JSON alone: its length, how deep it nests and of how many parts it is made. A
// comma inside a text counts for nothing, or one person's text could hold up the reports of others.
func bounded(raw []byte) bool {
	if len(raw) > MaxWebhook {
		return false
	}
	depth, parts, inText := 0, 0, false
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		if inText {
			switch c {
			case '\\':
				i++
			case '"':
				inText = false
			}
			continue
		}
		switch c {
		case '"':
			inText = true
		case '{', '[':
			depth++
			parts++
			if depth > maxDepth {
				return false
			}
		case '}', ']':
			depth--
		case ',':
			parts++
		}
	}
	return parts <= maxParts
}
