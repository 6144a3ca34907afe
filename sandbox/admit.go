package sandbox

import (
	"slices"
	"strings"
	"time"
)

// sender finds the number that a call sends from. mu must be held.
func (s *Sandbox) sender(caller *token, id string) (*number, *apiError) {
	n := s.numbers[id]
	if n == nil || !caller.reaches(n.waba) {
		return nil, refuse(codeObjectMissing, "The phone number id does not exist or the token cannot reach it.")
	}
	now := s.now()
	switch {
	case n.status != "CONNECTED":
		return nil, refuse(codeNotRegistered, "The phone number is not registered.")
	case now.Before(n.maintenance):
		return nil, refuse(codeMaintenance, "The throughput of the number is being upgraded.")
	}
	return n, nil
}

// admit decides whether a well-formed send is accepted, and books it against
// the limits if it is. It looks at the request first, at the people next and
// at the limits last, so that a refused call costs nothing.
func (s *Sandbox) admit(caller *token, numberID string, request *outbound, lite bool) (*message, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, refusal := s.sender(caller, numberID)
	if refusal != nil {
		return nil, refusal
	}
	m := &message{number: n, kind: request.kind, callback: request.callback, at: s.now(), category: "SERVICE",
		taps: request.taps, voice: request.voice}
	for _, step := range []func() *apiError{
		func() *apiError { return s.resolve(m, request) },
		func() *apiError { return s.matchTemplate(m, request, lite) },
		func() *apiError { return s.matchMedia(n, request) },
		func() *apiError { return s.permit(m) },
		func() *apiError { return s.book(m) },
	} {
		if refusal := step(); refusal != nil {
			return nil, refusal
		}
	}
	s.setPrice(m, lite)
	return m, nil
}

// resolve finds the person the message is for.
func (s *Sandbox) resolve(m *message, request *outbound) *apiError {
	key := m.number.waba.portfolio.key
	if request.userID != "" {
		person, known := s.codes.person(key, request.userID)
		if !known {
			return refuse(codeUndeliverable, "The user id is not known in this portfolio.")
		}
		m.input, m.userID, m.person, m.byUserID = request.userID, request.userID, person, true
	} else {
		digits, refusal := dialled(request.to, m.number.callingCode)
		if refusal != nil {
			return refusal
		}
		m.input, m.person = request.to, waID(digits)
		m.userID = s.codes.userID(key, m.person)
		if !s.permitted(m.number, digits) {
			return refuse(codeNotAllowed, "The recipient is not in the list of the test number.")
		}
		if digits == m.number.display {
			return refuse(codeSelf, "The recipient is the sender.")
		}
	}
	m.traits = s.person(m.person)
	return nil
}

func (s *Sandbox) permitted(n *number, digits string) bool {
	return len(n.allowed) == 0 || slices.Contains(n.allowed, digits)
}

func (s *Sandbox) matchTemplate(m *message, request *outbound, lite bool) *apiError {
	if request.template == nil {
		if lite {
			return refuse(codeParameter, "Only template messages can be sent here.")
		}
		return nil
	}
	t := m.number.waba.find(request.template.name, request.template.language)
	if t == nil {
		return refuse(codeTemplateMissing, "The template does not exist in this language.")
	}
	switch t.status {
	case "APPROVED":
	case "PAUSED":
		return refuse(codeTemplatePaused, "Template is paused due to low quality.")
	case "DISABLED":
		return refuse(codeTemplateDisabled, "Template was paused too often and is disabled.")
	default:
		return refuse(codeTemplateMissing, "The template is not approved.")
	}
	if lite && t.category != marketing {
		return refuse(codeNotMarketing, "Only marketing templates can be sent here.")
	}
	if t.category == authentication && m.byUserID {
		return refuse(codeUserIDUnsupported, "Authentication templates need a phone number.")
	}
	m.template, m.category = &templateRef{t.id, t.name, t.language}, t.category
	m.taps = t.taps(request.template)
	return t.check(request.template)
}

func (s *Sandbox) matchMedia(n *number, request *outbound) *apiError {
	for _, use := range request.media {
		if use.id == "" {
			continue // links are not fetched: the sandbox calls nobody
		}
		asset := s.media.find(use.id, s.now())
		if asset == nil || asset.waba != n.waba {
			return refusef(codeParameter, "Param %s['id'] is not a valid media id.", use.kind)
		}
		if !asset.suits(use.kind) {
			return refusef(codeMediaUpload, "The media is of type %s and cannot be sent as %s.", asset.mime, use.kind)
		}
	}
	return nil
}

// permit applies what the person and the service window allow.
func (s *Sandbox) permit(m *message) *apiError {
	if code := m.traits.Refuse; code != 0 && (m.category == marketing || !marketingOnly(code)) {
		return refuse(code, titleOf(code))
	}
	if m.template == nil && !s.windowOpen(m) {
		return refuse(codeWindowClosed, "More than 24 hours have passed since the recipient last wrote to this number.")
	}
	return nil
}

func (s *Sandbox) windowOpen(m *message) bool {
	chat := s.chats[chatKey{m.number.id, m.person}]
	return chat != nil && chat.windowOpen(m.at)
}

// book applies the limits. The portfolio's is asked before the others are
// charged, but charged last.
func (s *Sandbox) book(m *message) *apiError {
	p := m.number.waba.portfolio
	counts := m.template != nil && tierLimits[p.tier] != 0 && !s.windowOpen(m)
	if counts && !p.reach.fits(m.at, m.person, tierLimits[p.tier]) {
		p.breaches++
		if !s.opts.CountLimitOnly {
			return refuse(codeSpamLimit, "The messaging limit of the business portfolio is used up.")
		}
	}
	if !m.number.rate.allow(m.at) {
		return refuse(codeThroughput, "The throughput of the phone number is used up.")
	}
	chat := s.chat(m.number, m.person)
	if !chat.pair.allow(m.at) {
		return refuse(codePairRate, "Too many messages to this recipient.")
	}
	if counts {
		p.reach.add(m.at, m.person)
	}
	if !m.byUserID {
		chat.lastByPhone = m.at
	}
	s.forgetIdle(m.at)
	return nil
}

// maxChats bounds the pairs of number and person that are remembered.
const maxChats = 2_000_000

func (s *Sandbox) forgetIdle(now time.Time) {
	if len(s.chats) <= maxChats {
		return
	}
	// Idle chats go first; if all are alive, those without debt or window do,
	// and cost no more than a phone number shown a little too late.
	for _, dead := range []func(*chat) bool{
		func(c *chat) bool { return c.idle(now) },
		func(c *chat) bool { return !c.windowOpen(now) && !now.Before(c.pair.debtUntil) },
	} {
		for key, c := range s.chats {
			if dead(c) {
				delete(s.chats, key)
			}
		}
		if len(s.chats) < maxChats/2 {
			return
		}
	}
}

// setPrice decides what the pricing object of the statuses will say.
func (s *Sandbox) setPrice(m *message, lite bool) {
	m.price = pricing{Billable: true, Model: "PMP", Type: "regular", Category: strings.ToLower(m.category)}
	if lite {
		m.price.Category = "marketing_lite"
	}
	free := m.template == nil || m.category == utility && s.windowOpen(m)
	if from := s.opts.ServiceChargedFrom; free && !from.IsZero() && !m.at.Before(from) {
		free = m.template == nil && m.number.takeFree(m.at)
	}
	if free {
		m.price.Billable, m.price.Type = false, "free_customer_service"
	}
}

// takeFree uses one of the month's free service messages.
func (n *number) takeFree(now time.Time) bool {
	if month := now.UTC().Month(); month != n.freeMonth {
		n.freeMonth, n.freeUsed = month, 0
	}
	if n.freeUsed >= serviceFreeCap {
		return false
	}
	n.freeUsed++
	return true
}
