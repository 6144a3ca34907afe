package sandbox

import (
	"io"
	"net/http"
	"strconv"
	"time"
)

const maxBody = 1 << 20

// sendAnswer is what an accepted send is answered with.
type sendAnswer struct {
	Product  string           `json:"messaging_product"`
	Contacts []answerContact  `json:"contacts"`
	Messages []answerAccepted `json:"messages"`
}

type answerContact struct {
	Input  string `json:"input"`
	WaID   string `json:"wa_id,omitempty"`
	UserID string `json:"user_id,omitempty"`
}

type answerAccepted struct {
	ID     string `json:"id"`
	Status string `json:"message_status,omitempty"` // of template sends
}

// postMessages answers POST /{number}/messages, faults included.
func (s *Sandbox) postMessages(w http.ResponseWriter, r *http.Request) {
	numberID := r.PathValue("node")
	span := s.spans.start(s.now(), numberID)
	stop := s.spans.watch(r, span, s.now)
	defer func() { s.spans.end(span, s.now()); stop() }()
	s.count(func(stats *Stats) { stats.Received++ })

	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		s.answerMessages(w, span, nil, refuse(codeParameter, "The body is too long or was cut off."))
		return
	}
	if fault, hit := s.faults.strikes(numberID, Error, HTTPError, RateLimit, Slow, Hang, Reset); hit {
		s.spans.change(func() { span.Fault = fault.Mode })
		if !s.failBefore(w, r, span, fault) {
			return
		}
	}
	answer, refusal := s.execute(r, numberID, body)
	if accepted, ok := answer.(sendAnswer); ok {
		s.spans.change(func() { span.ID = accepted.Messages[0].ID })
		if fault, hit := s.faults.strikes(numberID, DropReply, SlowReply, HangReply); hit {
			s.spans.change(func() { span.Fault = fault.Mode })
			s.failAfter(w, r, fault)
		}
	}
	s.answerMessages(w, span, answer, refusal)
}

// answerMessages hands the answer to the connection before the span ends.
func (s *Sandbox) answerMessages(w http.ResponseWriter, span *CallSpan, answer any, refusal *apiError) {
	code := http.StatusOK
	if refusal != nil {
		code = statusOf(refusal.code)
		s.count(func(stats *Stats) { stats.Refused[strconv.Itoa(refusal.code)]++ })
		answer = refusal.body(s.trace())
	}
	s.spans.change(func() { span.Result = code })
	writeJSON(w, code, answer)
	_ = http.NewResponseController(w).Flush() // the caller may have gone
}

// failBefore plays a fault that strikes before execution; true means go on.
func (s *Sandbox) failBefore(w http.ResponseWriter, r *http.Request, span *CallSpan, fault Fault) bool {
	if fault.Mode == Slow {
		if pause(r, time.Duration(fault.Delay)) {
			return true
		}
	}
	s.count(func(stats *Stats) { stats.Faulted++ })
	switch fault.Mode {
	case Error, RateLimit:
		code := fault.Code
		if fault.Mode == RateLimit {
			code = codeThroughput
		}
		s.spans.change(func() { span.Result = statusOf(code) })
		writeJSON(w, statusOf(code), refuse(code, "A fault of the sandbox.").body(s.trace()))
	case HTTPError:
		s.spans.change(func() { span.Result = fault.Status })
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(fault.Status)
		_, _ = io.WriteString(w, "<html><body><h1>"+http.StatusText(fault.Status)+"</h1></body></html>") // the caller may have gone
	case Hang:
		<-r.Context().Done()
		hangUp(w, false)
	case Reset, Slow: // a slow call whose caller hung up is not executed
		hangUp(w, fault.Mode == Reset)
	}
	return false
}

// failAfter plays a fault that strikes an executed call.
func (s *Sandbox) failAfter(w http.ResponseWriter, r *http.Request, fault Fault) {
	switch fault.Mode {
	case SlowReply:
		if pause(r, time.Duration(fault.Delay)) {
			return
		}
	case HangReply:
		<-r.Context().Done()
	}
	s.count(func(stats *Stats) { stats.RepliesLost++ })
	hangUp(w, false)
}

// pause waits in real time; false when the caller hung up.
func pause(r *http.Request, wait time.Duration) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		return false
	}
}

// execute does what the call asks and returns the answer, or a refusal.
func (s *Sandbox) execute(r *http.Request, numberID string, body []byte) (any, *apiError) {
	caller, refusal := s.authenticate(r)
	if refusal != nil {
		return nil, refusal
	}
	request, read, refusal := decodeMessage(body)
	if refusal != nil {
		return nil, refusal
	}
	if read != nil {
		return s.acceptRead(caller, numberID)
	}
	m, refusal := s.admit(caller, numberID, request, r.PathValue("edge") == "marketing_messages")
	if refusal != nil {
		return nil, refusal
	}
	if _, err := s.calls.append(func(seq uint64) Call { return m.call(seq, mix(seq^s.sentSalt)) }); err != nil {
		s.log.Error("call log cannot be written", "error", err)
		return nil, refuse(codeUnknown, "The sandbox cannot write its call log.")
	}
	s.count(func(stats *Stats) { stats.Accepted++ })
	s.plan(m)
	return m.answer(), nil
}

func (s *Sandbox) acceptRead(caller *token, numberID string) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, refusal := s.sender(caller, numberID); refusal != nil {
		return nil, refusal
	}
	s.stats.MarkedRead++
	return map[string]bool{"success": true}, nil
}

// message is one accepted send.
type message struct {
	id       string
	input    string // recipient as the caller wrote it
	number   *number
	person   string // wa_id
	userID   string // business-scoped id of the person
	byUserID bool   // sent to the user id, not to the phone
	kind     string
	template *templateRef // nil for free-form
	category string       // upper case; SERVICE for free-form
	callback string
	at       time.Time
	price    pricing
	taps     []tap
	voice    bool
	traits   traits
	held     bool
	drops    bool // held, and dropped in the end
}

// templateRef is what a message keeps of its template, which may be edited.
type templateRef struct{ id, name, language string }

// call is the message's line in the call log; the sequence number makes its id.
func (m *message) call(seq, unique uint64) Call {
	address := m.person
	if m.byUserID {
		address = m.userID
	}
	m.id = messageID(address, false, unique)
	call := Call{Seq: seq, Time: m.at, ID: m.id, NumberID: m.number.id, To: address, Kind: m.kind, Callback: m.callback}
	if m.template != nil {
		call.Template, call.Language = m.template.name, m.template.language
	}
	return call
}

func (m *message) answer() sendAnswer {
	to := answerContact{Input: m.input, WaID: m.person}
	if m.byUserID {
		to = answerContact{Input: m.input, UserID: m.userID}
	}
	accepted := answerAccepted{ID: m.id}
	if m.template != nil {
		accepted.Status = "accepted"
		if m.held {
			accepted.Status = "held_for_quality_assessment"
		}
	}
	return sendAnswer{Product: "whatsapp", Contacts: []answerContact{to}, Messages: []answerAccepted{accepted}}
}
