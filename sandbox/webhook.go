package sandbox

import (
	"bytes"
	"encoding/json"
	"strconv"
	"time"
)

// The shapes below are those of the platform's webhooks, field by field.

type status struct {
	ID        string        `json:"id"`
	Status    string        `json:"status"`
	Timestamp string        `json:"timestamp"`
	Recipient string        `json:"recipient_id,omitempty"`
	UserID    string        `json:"recipient_user_id,omitempty"`
	Callback  string        `json:"biz_opaque_callback_data,omitempty"`
	Pricing   *pricing      `json:"pricing,omitempty"`
	Errors    []statusError `json:"errors,omitempty"`
}

type pricing struct {
	Billable bool   `json:"billable"`
	Model    string `json:"pricing_model"`
	Type     string `json:"type"`
	Category string `json:"category"`
}

type statusError struct {
	Code    int         `json:"code"`
	Title   string      `json:"title"`
	Message string      `json:"message,omitempty"`
	Data    errorDetail `json:"error_data"`
	Href    string      `json:"href,omitempty"`
}

type contact struct {
	Profile *profileName `json:"profile,omitempty"`
	WaID    string       `json:"wa_id,omitempty"`
	UserID  string       `json:"user_id,omitempty"`
}

type profileName struct {
	Name     string `json:"name"`
	Username string `json:"username,omitempty"`
}

type inboundHead struct {
	From      string          `json:"from,omitempty"`
	UserID    string          `json:"from_user_id,omitempty"`
	ID        string          `json:"id"`
	Timestamp string          `json:"timestamp"`
	Kind      string          `json:"type"`
	Context   *inboundContext `json:"context,omitempty"`
}

type inboundContext struct {
	From string `json:"from"`
	ID   string `json:"id"`
}

func timestamp(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }

// update is one thing a webhook tells. Updates for the same account are put
// into one entry, and those of one number into one change.
type update struct {
	waba    string
	field   string
	list    string // "statuses" or "messages"; "" where body is the whole value
	number  [2]string
	contact json.RawMessage
	body    json.RawMessage
}

const updateOverhead = 256 // of entry, change and metadata, at most

func (u update) size() int { return len(u.body) + len(u.contact) + updateOverhead }

func (u update) sameChange(o update) bool {
	return u.list != "" && u.waba == o.waba && u.field == o.field && u.list == o.list && u.number == o.number
}

// payload renders a batch. Runs of updates that belong together share a change;
// the order is kept.
func payload(updates []update) []byte {
	var out bytes.Buffer
	out.WriteString(`{"object":"whatsapp_business_account","entry":[`)
	for i := 0; i < len(updates); {
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteString(`{"id":`)
		out.Write(encode(updates[i].waba))
		out.WriteString(`,"changes":[`)
		waba := updates[i].waba
		for first := true; i < len(updates) && updates[i].waba == waba; first = false {
			if !first {
				out.WriteByte(',')
			}
			end := i + 1
			for end < len(updates) && updates[end].sameChange(updates[i]) {
				end++
			}
			writeChange(&out, updates[i:end])
			i = end
		}
		out.WriteString(`]}`)
	}
	out.WriteString(`]}`)
	return out.Bytes()
}

func writeChange(out *bytes.Buffer, updates []update) {
	head := updates[0]
	out.WriteString(`{"field":`)
	out.Write(encode(head.field))
	out.WriteString(`,"value":`)
	if head.list == "" {
		out.Write(head.body)
		out.WriteByte('}')
		return
	}
	out.WriteString(`{"messaging_product":"whatsapp","metadata":{"display_phone_number":`)
	out.Write(encode(head.number[0]))
	out.WriteString(`,"phone_number_id":`)
	out.Write(encode(head.number[1]))
	out.WriteByte('}')
	writeContacts(out, updates)
	out.WriteString(`,"` + head.list + `":[`)
	for i, u := range updates {
		if i > 0 {
			out.WriteByte(',')
		}
		out.Write(u.body)
	}
	out.WriteString(`]}}`)
}

func writeContacts(out *bytes.Buffer, updates []update) {
	seen := map[string]bool{}
	for _, u := range updates {
		if u.contact == nil || seen[string(u.contact)] {
			continue
		}
		if len(seen) == 0 {
			out.WriteString(`,"contacts":[`)
		} else {
			out.WriteByte(',')
		}
		seen[string(u.contact)] = true
		out.Write(u.contact)
	}
	if len(seen) > 0 {
		out.WriteByte(']')
	}
}

// appendObject joins two JSON objects into one; tail may be empty.
func appendObject(head, tail []byte) []byte {
	if len(tail) <= 2 {
		return head
	}
	joined := append([]byte{}, head[:len(head)-1]...)
	joined = append(joined, ',')
	return append(joined, tail[1:]...)
}
