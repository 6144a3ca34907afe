package whatsapp

import (
	"bytes"
	"encoding/json"
	"errors"
)

// maxContacts is how much of a change's contact block goes along with each of its parts when a body is taken apart.
const maxContacts = 16 << 10

// salvage takes a body apart into bodies of one part each and reads them one by one. What cannot be read is kept as
// such a body of its own.
func salvage(raw []byte) (Batch, error) {
	var w struct {
		Object string            `json:"object"`
		Entry  []json.RawMessage `json:"entry"`
	}
	if json.Unmarshal(raw, &w) != nil {
		return Batch{}, ErrMalformed
	}
	if w.Object != webhookObject {
		return Batch{Unknown: []Fragment{{Reason: "the webhook is not of a WhatsApp account", Raw: bytes.Clone(raw)}}}, nil
	}
	var b Batch
	for _, entry := range w.Entry {
		b.salvageEntry(entry)
	}
	return b, nil
}

func (b *Batch) salvageEntry(raw json.RawMessage) {
	var e struct {
		ID      string            `json:"id"`
		Time    json.RawMessage   `json:"time"`
		Changes []json.RawMessage `json:"changes"`
	}
	err := json.Unmarshal(raw, &e)
	if err != nil || len(e.Changes) == 0 {
		b.keep(Origin{Account: e.ID}, "", err, wrap(raw))
		return
	}
	for _, change := range e.Changes {
		entry := func(change []byte) []byte {
			return wrap(object("id", quote(e.ID), "time", e.Time, "changes", array(change)))
		}
		b.salvageChange(Origin{Account: e.ID}, change, entry)
	}
}

func (b *Batch) salvageChange(o Origin, raw json.RawMessage, entry func(change []byte) []byte) {
	var c struct {
		Field string          `json:"field"`
		Value json.RawMessage `json:"value"`
	}
	if err := json.Unmarshal(raw, &c); err != nil {
		b.keep(o, "", err, entry(raw))
		return
	}
	var v struct {
		Product     json.RawMessage `json:"messaging_product"`
		Metadata    json.RawMessage `json:"metadata"`
		Contacts    json.RawMessage `json:"contacts"`
		Statuses    json.RawMessage `json:"statuses"`
		Messages    json.RawMessage `json:"messages"`
		Errors      json.RawMessage `json:"errors"`
		Preferences json.RawMessage `json:"user_preferences"`
	}
	listed := c.Field == "messages" || c.Field == "user_preferences"
	if !listed || json.Unmarshal(c.Value, &v) != nil {
		b.salvagePart(o, c.Field, entry(raw))
		return
	}
	if len(v.Contacts) > maxContacts {
		v.Contacts = nil
	}
	lists := []struct {
		name string
		raw  json.RawMessage
	}{{"statuses", v.Statuses}, {"messages", v.Messages}, {"errors", v.Errors}}
	if c.Field == "user_preferences" {
		lists = lists[:1]
		lists[0].name, lists[0].raw = "user_preferences", v.Preferences
	}
	parts := 0
	for _, list := range lists {
		for _, part := range elements(list.raw) {
			value := object("messaging_product", v.Product, "metadata", v.Metadata, "contacts", v.Contacts, list.name, part)
			b.salvagePart(o, c.Field, entry(object("field", quote(c.Field), "value", value)))
			parts++
		}
	}
	if parts == 0 {
		b.salvagePart(o, c.Field, entry(raw))
	}
}

// salvagePart reads a body of one part.
func (b *Batch) salvagePart(o Origin, field string, body []byte) {
	one, err := readWebhook(body)
	if err != nil {
		b.keep(o, field, err, body)
		return
	}
	b.Append(one)
}

// keep puts a part aside. The reason names no value: an error of the decoder may.
func (b *Batch) keep(o Origin, field string, err error, body []byte) {
	switch reason := malformed(""); {
	case err == nil || errors.Is(err, errUnknownKind):
		b.Unknown = append(b.Unknown, Fragment{o, field, errUnknownKind.Error(), body})
	case errors.As(err, &reason):
		b.Unparsed = append(b.Unparsed, Fragment{o, field, reason.Error(), body})
	default:
		b.Unparsed = append(b.Unparsed, Fragment{o, field, "a field has another type than the platform describes", body})
	}
}

// malformed is what a part lacks; it is safe to show.
type malformed string

func (m malformed) Error() string { return string(m) }

// elements gives each element of a list as a list of one. Something else than a list stays as it is, to be kept.
func elements(raw json.RawMessage) []json.RawMessage {
	if len(raw) == 0 || string(raw) == "null" {
		return nil
	}
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		return []json.RawMessage{raw}
	}
	for i, part := range list {
		list[i] = array(part)
	}
	return list
}

func wrap(entry []byte) []byte {
	return object("object", quote(webhookObject), "entry", array(entry))
}

func array(element []byte) []byte {
	return append(append([]byte{'['}, element...), ']')
}

// object writes name and value by turns, both JSON but the names; an empty value is left out.
func object(pairs ...any) []byte {
	b := []byte{'{'}
	for i := 0; i < len(pairs); i += 2 {
		value := bytesOf(pairs[i+1])
		if len(value) == 0 {
			continue
		}
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = append(b, quote(pairs[i].(string))...)
		b = append(append(b, ':'), value...)
	}
	return append(b, '}')
}

func bytesOf(v any) []byte {
	switch v := v.(type) {
	case []byte:
		return v
	case json.RawMessage:
		return v
	}
	return nil
}

func quote(s string) []byte {
	b, _ := json.Marshal(s) // of a string it cannot fail
	return b
}
