package sandbox

import (
	"encoding/json"
	"time"
)

// inboundMessage brings a message from a person to a number: it opens the
// service window, counts against the throughput and becomes a webhook. content
// is the JSON object that stands beside the head, such as {"text":{"body":"hi"}}.
func (s *Sandbox) inboundMessage(n *number, person, kind string, content json.RawMessage, answered *message) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	who := s.person(person)
	chat := s.chat(n, person)
	chat.lastInbound = now
	if who.Username == "" {
		chat.lastByPhone = now
	}
	n.rate.charge(now)
	s.stats.Inbound++
	shown := s.phoneShown(n, person, who)
	userID := s.codes.userID(n.waba.portfolio.key, person)
	address := person
	if !shown {
		address = userID
	}
	head := inboundHead{UserID: userID, ID: messageID(address, true, mix(s.inbound.Add(1)^s.inboundSalt)),
		Timestamp: timestamp(now), Kind: kind}
	if shown {
		head.From = person
	}
	if answered != nil {
		head.Context = &inboundContext{From: n.display, ID: answered.id}
	}
	s.notifyNumber(n, update{list: "messages", contact: encode(s.contactOf(n, person, who, shown)),
		body: appendObject(encode(head), escapeASCII(content))})
	return head.ID
}

// says lets a person write a text.
func (s *Sandbox) says(n *number, person, text string) string {
	return s.inboundMessage(n, person, "text", encode(map[string]any{"text": map[string]any{"body": text}}), nil)
}

// tapsOn lets a person press something on a message.
func (s *Sandbox) tapsOn(m *message, pressed tap) string {
	if pressed.kind == "button" {
		content := map[string]any{"button": map[string]any{"payload": pressed.payload, "text": pressed.text}}
		return s.inboundMessage(m.number, m.person, "button", encode(content), m)
	}
	reply := map[string]any{"id": pressed.payload, "title": pressed.text}
	if pressed.detail != "" {
		reply["description"] = pressed.detail
	}
	content := map[string]any{"interactive": map[string]any{"type": pressed.kind, pressed.kind: reply}}
	return s.inboundMessage(m.number, m.person, "interactive", encode(content), m)
}

// reacts lets a person react to a message; an empty emoji takes it back.
func (s *Sandbox) reacts(n *number, person, messageID, emoji string) string {
	content := map[string]any{"reaction": map[string]any{"message_id": messageID, "emoji": emoji}}
	return s.inboundMessage(n, person, "reaction", encode(content), nil)
}

// preference is the value of a user_preferences webhook.
type preference struct {
	Product  string         `json:"messaging_product"`
	Metadata metadata       `json:"metadata"`
	Contacts []contact      `json:"contacts"`
	Choices  []marketingSet `json:"user_preferences"`
}

type metadata struct {
	Display string `json:"display_phone_number"`
	ID      string `json:"phone_number_id"`
}

type marketingSet struct {
	WaID      string `json:"wa_id,omitempty"`
	UserID    string `json:"user_id,omitempty"`
	Category  string `json:"category"`
	Value     string `json:"value"`
	Detail    string `json:"detail"`
	Timestamp int64  `json:"timestamp"`
}

// setMarketing lets a person stop or resume marketing from this business in
// WhatsApp's own settings. value is stop or resume.
func (s *Sandbox) setMarketing(n *number, person, value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	stopped := n.waba.portfolio.stopped
	if value == "stop" {
		stopped[person] = true
	} else {
		delete(stopped, person)
	}
	choice := marketingSet{WaID: person, Category: "marketing_messages", Value: value,
		Detail: "User requested to " + value + " marketing messages", Timestamp: s.now().Unix()}
	about := contact{WaID: person}
	if !s.phoneShown(n, person, s.person(person)) {
		userID := s.codes.userID(n.waba.portfolio.key, person)
		choice.WaID, choice.UserID, about = "", userID, contact{UserID: userID}
	}
	told := preference{Product: "whatsapp", Metadata: metadata{n.display, n.id}, Contacts: []contact{about}, Choices: []marketingSet{choice}}
	s.delivery.enqueue(s.now(), update{waba: n.waba.id, field: "user_preferences", body: encode(told)}, n.waba.callbacks(n.override))
}

// openWindow tells until when the person may be written to freely; zero if not.
func (s *Sandbox) openWindow(n *number, person string) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	chat := s.chats[chatKey{n.id, person}]
	if chat == nil || !chat.windowOpen(s.now()) {
		return time.Time{}
	}
	return chat.lastInbound.Add(serviceWindow)
}
