package sandbox

import (
	"encoding/json"
	"net/http"
	"strings"
)

// personOf reads the phone of a control path: digits with calling code, "+" or not.
func personOf(r *http.Request) (string, error) {
	digits, refusal := dialled("+"+strings.TrimPrefix(r.PathValue("phone"), "+"), "")
	if refusal != nil {
		return "", inputError("the phone is digits with a calling code")
	}
	return waID(digits), nil
}

func (s *Sandbox) controlPerson(r *http.Request) (any, error) {
	person, err := personOf(r)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	ids := map[string]string{}
	for id, p := range s.portfolios {
		ids[id] = s.codes.userID(p.key, person)
	}
	return map[string]any{"wa_id": person, "user_ids": ids, "traits": s.person(person)}, nil
}

// controlSetPerson changes parts of who a person is.
func (s *Sandbox) controlSetPerson(r *http.Request) (any, error) {
	person, err := personOf(r)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	changed := s.person(person)
	decoder := json.NewDecoder(r.Body)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&changed); err != nil {
		return nil, inputError("the body is not a person")
	}
	s.people[person] = changed
	return changed, nil
}

func (s *Sandbox) controlForgetPerson(r *http.Request) (any, error) {
	person, err := personOf(r)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.people, person)
	return done()
}

// act is the body of what a person is made to do.
type personAct struct {
	NumberID string          `json:"phone_number_id"` // default: who wrote last, or the only number
	Text     string          `json:"text"`
	Payload  string          `json:"payload"`
	Emoji    string          `json:"emoji"`
	Message  string          `json:"message_id"`
	Kind     string          `json:"type"`
	Content  json.RawMessage `json:"content"`
}

// controlAct makes a person do something now.
func (s *Sandbox) controlAct(r *http.Request) (any, error) {
	person, err := personOf(r)
	if err != nil {
		return nil, err
	}
	act, err := input[personAct](r)
	if err != nil {
		return nil, err
	}
	n, last := s.partner(person, act.NumberID)
	if n == nil {
		return nil, inputError("phone_number_id of a known number is required")
	}
	var id string
	switch r.PathValue("act") {
	case "say":
		if act.Text == "" {
			return nil, inputError("text is required")
		}
		id = s.says(n, person, act.Text)
	case "tap":
		id, err = s.tapNow(last, act)
	case "react":
		target := act.Message
		if target == "" && last != nil {
			target = last.id
		}
		if target == "" {
			return nil, inputError("the person has no message to react to")
		}
		id = s.reacts(n, person, target, act.Emoji)
	case "send":
		id, err = s.sendNow(n, person, act)
	case "stop_marketing":
		s.setMarketing(n, person, "stop")
	case "resume_marketing":
		s.setMarketing(n, person, "resume")
	default:
		return nil, errNotFound
	}
	if err != nil {
		return nil, err
	}
	return map[string]any{"success": true, "id": id, "window_open_until": s.openWindow(n, person)}, nil
}

// partner finds the number a person deals with, and its last message to them.
func (s *Sandbox) partner(person, numberID string) (*number, *message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var newest *message
	for id, n := range s.numbers {
		chat := s.chats[chatKey{n.id, person}]
		if chat == nil || chat.last == nil || numberID != "" && id != numberID {
			continue
		}
		if newest == nil || chat.last.at.After(newest.at) {
			newest = chat.last
		}
	}
	if newest != nil {
		return newest.number, newest
	}
	if numberID == "" && len(s.numbers) == 1 {
		for _, only := range s.numbers {
			return only, nil
		}
	}
	return s.numbers[numberID], nil
}

// tapNow presses the button with the payload (or the label) on the last
// message; without one, the first.
func (s *Sandbox) tapNow(last *message, act personAct) (string, error) {
	if last == nil || tappable(last.taps) < 0 {
		return "", inputError("the last message to the person has nothing to tap on")
	}
	pressed := last.taps[tappable(last.taps)]
	if wanted := orDefault(act.Payload, act.Text); wanted != "" {
		known := false
		for _, candidate := range last.taps {
			if candidate.kind != "url" && (candidate.payload == wanted || candidate.text == wanted) {
				pressed, known = candidate, true
				break
			}
		}
		if !known {
			return "", inputError("the last message has no such button")
		}
	}
	return s.tapsOn(last, pressed), nil
}

// sendNow sends any inbound type: content is the object beside the head, such
// as {"location":{…}}. Media without an id get a small picture.
func (s *Sandbox) sendNow(n *number, person string, act personAct) (string, error) {
	var content map[string]any
	if act.Kind == "" || json.Unmarshal(act.Content, &content) != nil {
		return "", inputError("type and content (an object) are required")
	}
	switch act.Kind {
	case "image", "video", "audio", "document", "sticker":
		media, _ := content[act.Kind].(map[string]any)
		if media == nil {
			media = map[string]any{}
			content[act.Kind] = media
		}
		if media["id"] == nil {
			s.mu.Lock()
			id, refusal := s.keep(n.waba, "", "image/png", []byte(samplePixel), inboundLife)
			if refusal == nil {
				media["id"], media["mime_type"] = id, "image/png"
				media["sha256"], media["url"] = s.media.assets[id].sha256, s.link(id)
			}
			s.mu.Unlock()
			if refusal != nil {
				return "", inputError(refusal.details)
			}
		}
	}
	return s.inboundMessage(n, person, act.Kind, encode(content), nil), nil
}
