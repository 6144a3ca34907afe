package whatsapp

import (
	"bytes"
	"strings"
)

// usual is what the usual answer to an accepted message tells.
type usual struct{ waID, userID, id, status string }

// readUsual reads the answer to an accepted message in the forms in which it nearly always comes, several times faster
// than encoding/json, which reads all others: false for anything else, be it only a space or an escape.
//
//	{"messaging_product":"whatsapp","contacts":[{"input":"…","wa_id":"…"}],"messages":[{"id":"…","message_status":"…"}]}
//
// Contacts and the status may be missing, and a contact may have a user_id after its wa_id or in its place.
func readUsual(answer []byte) (u usual, ok bool) {
	r := usualReader{rest: answer}
	r.want(`{"messaging_product":"whatsapp",`)
	if r.take(`"contacts":[{"input":`) {
		r.text()
		if r.take(`,"wa_id":`) {
			u.waID = r.text()
		}
		if r.take(`,"user_id":`) {
			u.userID = r.text()
		}
		r.want(`}],`)
	}
	r.want(`"messages":[{"id":`)
	u.id = r.text()
	if r.take(`,"message_status":`) {
		u.status = r.text()
	}
	r.want(`}]}`)
	return u, !r.bad && len(r.rest) == 0
}

type usualReader struct {
	rest []byte
	bad  bool
}

func (r *usualReader) take(s string) bool {
	if r.bad || len(r.rest) < len(s) || string(r.rest[:len(s)]) != s {
		return false
	}
	r.rest = r.rest[len(s):]
	return true
}

func (r *usualReader) want(s string) { r.bad = !r.take(s) || r.bad }

// text reads a string of plain ASCII without escapes.
func (r *usualReader) text() string {
	r.want(`"`)
	end := bytes.IndexByte(r.rest, '"')
	if r.bad || end < 0 {
		r.bad = true
		return ""
	}
	s := string(r.rest[:end])
	r.rest = r.rest[end+1:]
	r.bad = strings.ContainsFunc(s, func(c rune) bool { return c < ' ' || c > '~' || c == '\\' })
	return s
}

func (u usual) answer() (a sendAnswer) {
	if u.waID != "" || u.userID != "" {
		a.Contacts = append(a.Contacts, contactAnswer{WaID: u.waID, UserID: u.userID})
	}
	a.Messages = append(a.Messages, messageAnswer{ID: u.id, Status: u.status})
	return a
}
