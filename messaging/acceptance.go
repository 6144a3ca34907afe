package messaging

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"posthaste/privacy"
)

// acceptance turns one call's recipients into messages and refusals, all of them together at each stage.
type acceptance struct {
	sends    *Sends
	keys     *privacy.TenantKeys
	facts    SendFacts
	actor    Actor
	request  SendRequest
	planned  time.Time
	category Category

	results   []SendResult
	addresses []Address
	payloads  []PayloadRecipient
	people    []Person
	refused   []RefusedRow
}

func newAcceptance(s *Sends, keys *privacy.TenantKeys, facts SendFacts, actor Actor, request SendRequest, planned time.Time) *acceptance {
	n := len(request.Recipients)
	category := Service
	if facts.Template != nil {
		category = facts.Template.Category
	}
	return &acceptance{
		sends: s, keys: keys, facts: facts, actor: actor, request: request, planned: planned, category: category,
		results: make([]SendResult, n), addresses: make([]Address, n), payloads: make([]PayloadRecipient, n),
	}
}

func (a *acceptance) expiresOn() time.Time {
	return DayIn(a.planned, a.facts.Zone).AddDate(0, 0, a.facts.MessageDays)
}

// parse reads addresses and values; what cannot be read is refused by its field.
func (a *acceptance) parse() {
	var form *TemplateForm
	if a.facts.Template != nil {
		form = a.facts.Template.Form()
	}
	for i, r := range a.request.Recipients {
		address, err := ParseAddress(r.To, a.facts.Country)
		if err == nil && address.Kind() == KindEmail {
			err = Refuse(CodeInvalid, "", "a WhatsApp message goes to a phone number or a user id")
		}
		if err != nil {
			a.refuse(i, RefusedInvalid, recipientError(i, "to", err))
			continue
		}
		a.addresses[i] = address
		if phone, ok := address.Phone(); ok {
			a.payloads[i].Phone = phone.E164()
		} else if user, ok := address.UserID(); ok {
			a.payloads[i].UserID = user.Value()
		}
		if form != nil {
			if err := form.Values(&a.payloads[i], r.Variables, r.URLSuffix); err != nil {
				a.refuse(i, RefusedInvalid, recipientError(i, "variables", err))
			}
		}
	}
}

// recipientError names the recipient in the field; the sentence stays.
func recipientError(i int, field string, err error) *Error {
	e, ok := err.(*Error)
	if !ok {
		return Refuse(CodeInternal, "", "this recipient could not be read").Because(err)
	}
	if e.Field != "" {
		field += "." + e.Field
	}
	return Refuse(e.Code, fmt.Sprintf("recipients.%d.%s", i, field), "%s", e.Message)
}

func (a *acceptance) refuse(i, number int, err *Error) {
	a.results[i].Refusal = err
	a.refused = append(a.refused, RefusedRow{ID: a.sends.ids.Next(), Number: number})
}

// judge asks for every person's consent in one query and refuses those who may not be written to.
func (a *acceptance) judge(ctx context.Context, tx SendTx, now time.Time) error {
	if err := a.findPeople(ctx, tx); err != nil {
		return err
	}
	for i, person := range a.people {
		if a.results[i].Refusal != nil {
			continue
		}
		if number := MaySend(a.category, person.Standing, now); number != 0 {
			a.refuse(i, number, refusalSentence(number, fmt.Sprintf("recipients.%d.to", i)))
		}
	}
	if err := a.introduce(ctx, tx, now); err != nil || a.request.Campaign == 0 {
		return err
	}
	return a.dropRepeats(ctx, tx, now)
}

// introduce gives a subject to those we may write to though we have never heard of them: an authentication code goes to
// whoever asked for it.
//
// Where no hashes are kept, a person known in passing is introduced again: they must be found, to be able to say no, until
// what is planned now is over.
func (a *acceptance) introduce(ctx context.Context, tx SendTx, now time.Time) error {
	var keys []AddressKey
	var places []int
	for i, person := range a.people {
		if a.results[i].Refusal == nil && (person.Subject == 0 || !a.facts.AddressMode.KeepsHash()) {
			keys, places = append(keys, KeyOf(a.keys, a.addresses[i])), append(places, i)
		}
	}
	if len(keys) == 0 {
		return nil
	}
	subjects, err := tx.Introduce(ctx, keys, a.sends.ids.Take(len(keys)), now, a.planned)
	for j, subject := range subjects {
		a.people[places[j]].Subject = subject
	}
	return err
}

func (a *acceptance) findPeople(ctx context.Context, tx SendTx) error {
	keys := make([]AddressKey, len(a.addresses))
	for i, address := range a.addresses {
		if a.results[i].Refusal == nil {
			keys[i] = KeyOf(a.keys, address)
		}
	}
	people, err := tx.People(ctx, a.request.Sender, a.facts.Channel, a.category, keys)
	a.people = people
	return err
}

// dropRepeats keeps a person from getting one campaign twice, within the call or from an earlier one.
func (a *acceptance) dropRepeats(ctx context.Context, tx SendTx, now time.Time) error {
	var subjects []ID
	for i, person := range a.people {
		if a.results[i].Refusal == nil {
			subjects = append(subjects, person.Subject)
		}
	}
	if len(subjects) == 0 {
		return nil
	}
	seen, err := tx.InCampaign(ctx, a.request.Campaign, DayIn(now, a.facts.Zone), subjects)
	if err != nil {
		return err
	}
	for i, person := range a.people {
		if a.results[i].Refusal != nil {
			continue
		}
		if seen[person.Subject] {
			a.refuse(i, RefusedDuplicate, refusalSentence(RefusedDuplicate, fmt.Sprintf("recipients.%d.to", i)))
		}
		seen[person.Subject] = true
	}
	return nil
}

// build makes the rows to write: messages, and chunks of at most MaxChunk of them with their payloads.
func (a *acceptance) build() (AcceptedSend, error) {
	expires := a.expiresOn()
	out := AcceptedSend{
		Facts: a.facts, Sender: a.request.Sender, Category: a.category, Template: a.request.Template,
		Campaign: a.request.Campaign, Key: a.actor.Key, PlannedAt: a.planned, ExpiresOn: expires,
		KPIUntil: DayIn(a.planned, a.facts.Zone).AddDate(0, 0, a.facts.SummaryDays),
		Deadline: a.planned.Add(Patience(a.category)), Held: a.request.Held, Refused: a.refused,
	}
	out.DeleteBy = out.Deadline.Add(PayloadLife)
	week := WeekOf(expires)
	content := a.content()
	var chunk *AcceptedChunk
	for i := range a.results {
		if a.results[i].Refusal != nil {
			continue
		}
		message, err := a.message(i, content)
		if err != nil {
			return AcceptedSend{}, err
		}
		a.results[i].ID, a.results[i].Week = message.ID, week
		if chunk == nil || chunk.Last-chunk.First == MaxChunk {
			out.Chunks = append(out.Chunks, AcceptedChunk{
				ID: a.sends.ids.Next(), PayloadID: a.sends.ids.Next(), First: len(out.Messages), Last: len(out.Messages),
				Payload: Payload{Content: content},
			})
			chunk = &out.Chunks[len(out.Chunks)-1]
		}
		chunk.Last++
		chunk.Payload.Recipients = append(chunk.Payload.Recipients, a.payloads[i])
		out.Messages = append(out.Messages, message)
	}
	return out, nil
}

// content is what all recipients share.
func (a *acceptance) content() Content {
	if t := a.facts.Template; t != nil {
		return Content{Template: &TemplateContent{Name: t.Name, Language: t.Language}}
	}
	return Content{Text: &Text{Body: a.request.Text}}
}

// message makes the facts of one message. Only plain mode keeps the address and the content beyond the attempt; hashed
// mode keeps a keyed hash of the content.
func (a *acceptance) message(i int, content Content) (AcceptedMessage, error) {
	m := AcceptedMessage{ID: a.sends.ids.Next(), Subject: a.people[i].Subject, Country: a.addresses[i].Country()}
	if m.Country == "" {
		m.Country = "ZZ"
	}
	if a.facts.AddressMode == privacy.Plain {
		m.AddressSealed = a.keys.Seal(nil, MessageAddressPlace(m.ID), []byte(a.payloads[i].Phone+a.payloads[i].UserID))
	}
	if !a.facts.ContentMode.KeepsHash() {
		return m, nil
	}
	one := Payload{Content: content, Recipients: []PayloadRecipient{a.payloads[i]}}
	text, err := json.Marshal(one.ContentFor(0))
	if err != nil {
		return m, fmt.Errorf("encode a message's content: %w", err)
	}
	defer clear(text)
	if a.facts.ContentMode.KeepsValue() {
		m.ContentSealed = a.keys.Seal(nil, MessageContentPlace(m.ID), text)
	} else {
		hash := a.keys.ContentHash(text)
		m.ContentHash = hash[:]
	}
	return m, nil
}

// Patience is how long after its planned time a message may still be sent: what comes later than this helps no one.
func Patience(c Category) time.Duration {
	switch c {
	case Authentication:
		return 10 * time.Minute
	case Service:
		return 24 * time.Hour
	case Utility:
		return 72 * time.Hour
	}
	return 7 * 24 * time.Hour
}

// refusalSentence says why a person is not written to.
func refusalSentence(number int, field string) *Error {
	switch number {
	case RefusedOptedOut:
		return Refuse(CodeConsentMissing, field, "this person has opted out")
	case RefusedNoConsent:
		return Refuse(CodeConsentMissing, field, "this person has not opted in to this kind of message")
	case RefusedWindow:
		return Refuse(CodeWindowClosed, field, "free text needs an open service window: the person must have written within 24 hours")
	case RefusedDuplicate:
		return Refuse(CodeConflict, field, "this person is in the audience twice; the first row counts")
	}
	return Refuse(CodeInvalid, field, "this recipient cannot be written to")
}
