package sandbox

import (
	"math/rand/v2"
	"slices"
	"time"
)

// beat is one status of a message: what it says, and when it is sent off,
// which in disorder is not the same.
type beat struct {
	name     string
	at       time.Time // the timestamp it carries
	emit     time.Time
	failure  int
	priced   bool
	reaction bool // the person may do something after this one
}

// plan decides the message's fate and sets the timers for it.
func (s *Sandbox) plan(m *message) {
	s.mu.Lock()
	b := s.behaviour
	s.chat(m.number, m.person).last = m // has its id by now
	stopped := m.category == marketing && m.number.waba.portfolio.stopped[m.person]
	s.mu.Unlock()
	templateName := ""
	if m.template != nil {
		templateName = m.template.name
	}
	random := s.random("message", m.person, m.callback, templateName, m.kind)
	m.held = m.template != nil && (m.traits.Held || random.Float64() < b.HeldRate)
	m.drops = m.held && (m.traits.HeldDrops || random.Float64() < b.HeldDrops)

	_, undelivered := s.faults.strikes(m.number.id, NoDelivered)
	beats := s.beats(m, b, random, stopped, undelivered)
	if m.traits.Disorder || random.Float64() < b.Disorder {
		for i, j := 0, len(beats)-1; i < j; i, j = i+1, j-1 {
			beats[i].emit, beats[j].emit = beats[j].emit, beats[i].emit
		}
	}
	for _, step := range beats {
		s.schedule(m, step)
		if m.traits.Doubles || random.Float64() < b.Duplicates {
			step.emit = step.emit.Add(time.Duration(1+random.IntN(2000)) * time.Millisecond)
			step.reaction = false
			s.schedule(m, step)
		}
	}
}

// failure is the code the message will fail with, or 0.
func (m *message) failure(b Behaviour, random *rand.Rand, stopped bool) int {
	unlucky := random.Float64() < b.Ecosystem
	switch code := m.traits.Fail; {
	case m.drops:
		return codeTemplatePaused
	case code != 0 && (m.category == marketing || !marketingOnly(code)):
		return code
	case stopped:
		return codeMarketingStopped
	case m.category == marketing && isUnitedStates(m.person):
		return codeEcosystem // marketing to the United States is paused
	case m.category == marketing && unlucky:
		return codeEcosystem
	}
	return 0
}

func (s *Sandbox) beats(m *message, b Behaviour, random *rand.Rand, stopped, undelivered bool) []beat {
	at := m.at.Add(b.Sent.draw(random))
	if m.held {
		at = at.Add(b.HeldFor.draw(random))
	}
	if code := m.failure(b, random, stopped); code != 0 {
		return []beat{{name: "failed", at: at, emit: at, failure: code}}
	}
	beats := []beat{{name: "sent", at: at, emit: at, priced: true}}
	if m.kind == "reaction" || m.traits.Offline || undelivered {
		return beats
	}
	at = at.Add(b.Delivered.draw(random))
	if m.traits.Late {
		at = at.Add(10 * time.Minute)
	}
	readAt := at.Add(b.Read.draw(random))
	skips := m.traits.Reads && (m.traits.SkipsDeliv || random.Float64() < b.SkipDelivered)
	if !skips {
		beats = append(beats, beat{name: "delivered", at: at, emit: at, priced: true})
	}
	if m.traits.Reads {
		beats = append(beats, beat{name: "read", at: readAt, emit: readAt, priced: skips, reaction: true})
		if m.voice {
			playedAt := readAt.Add(b.React.draw(random))
			beats = append(beats, beat{name: "played", at: playedAt, emit: playedAt})
		}
	}
	return beats
}

func (s *Sandbox) schedule(m *message, step beat) {
	if s.timers.len() >= s.opts.Webhooks.MaxPending {
		s.count(func(stats *Stats) { stats.Unscheduled++ })
		return
	}
	s.timers.at(step.emit, func(time.Time) {
		if step.failure == codeTemplatePaused && m.drops {
			s.pauseTemplate(m.template.id, "RATE_LIMITING_PAUSE")
		}
		s.emitStatus(m, step)
		if step.reaction {
			s.act(m, step.at)
		}
	})
}

func (s *Sandbox) emitStatus(m *message, step beat) {
	s.mu.Lock()
	defer s.mu.Unlock()
	shown := s.phoneShown(m.number, m.person, m.traits)
	told := status{ID: m.id, Status: step.name, Timestamp: timestamp(step.at), Callback: m.callback}
	if shown || !m.byUserID {
		told.Recipient = m.person
	}
	if step.failure == 0 || m.byUserID {
		told.UserID = m.userID
	}
	if step.priced {
		told.Pricing = &m.price
	}
	if code := step.failure; code != 0 {
		told.Errors = []statusError{{Code: code, Title: titleOf(code), Message: titleOf(code),
			Data: errorDetail{Details: titleOf(code)}, Href: "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/"}}
	}
	u := update{list: "statuses", body: encode(told)}
	if s.behaviour.AddContact && step.failure == 0 {
		u.contact = encode(s.contactOf(m.number, m.person, m.traits, shown))
	}
	s.stats.StatusesDone[step.name]++
	s.notifyNumber(m.number, u)
}

// act lets the person who has just read a message do something about it.
func (s *Sandbox) act(m *message, readAt time.Time) {
	s.mu.Lock()
	b := s.behaviour
	s.mu.Unlock()
	random := s.random("act", m.person, m.callback, m.kind)
	at := readAt.Add(b.React.draw(random))
	var do func()
	switch dice := random.Float64; {
	case m.category == marketing && (m.traits.Stops || dice() < b.Stops):
		do = func() { s.says(m.number, m.person, "STOP") }
	case m.category == marketing && (m.traits.StopsMarketing || dice() < b.StopsMarketing):
		do = func() { s.setMarketing(m.number, m.person, "stop") }
	case tappable(m.taps) >= 0 && (m.traits.Taps || dice() < b.Taps):
		do = func() { s.tapsOn(m, m.taps[tappable(m.taps)]) }
	case m.traits.Replies || dice() < b.Replies:
		text := replyTexts[random.IntN(len(replyTexts))]
		do = func() { s.says(m.number, m.person, text) }
	default:
		return
	}
	s.timers.at(at, func(time.Time) { do() })
}

// tappable is the first button whose press the business hears of, or -1.
func tappable(taps []tap) int {
	return slices.IndexFunc(taps, func(t tap) bool { return t.kind != "url" })
}

// phoneShown tells whether webhooks of this number carry the person's phone.
// mu must be held.
func (s *Sandbox) phoneShown(n *number, person string, who traits) bool {
	if who.Username == "" {
		return true
	}
	chat := s.chats[chatKey{n.id, person}]
	return chat != nil && !chat.lastByPhone.IsZero() && s.now().Sub(chat.lastByPhone) < phoneMemory
}

func (s *Sandbox) contactOf(n *number, person string, who traits, shown bool) contact {
	about := contact{Profile: &profileName{who.Name, who.Username}, UserID: s.codes.userID(n.waba.portfolio.key, person)}
	if shown {
		about.WaID = person
	}
	return about
}

// notifyNumber sends an update to whoever listens to the number: its own
// callback beats the account's, which beats the app's. mu must be held.
func (s *Sandbox) notifyNumber(n *number, u update) {
	u.waba, u.field, u.number = n.waba.id, "messages", [2]string{n.display, n.id}
	s.delivery.enqueue(s.now(), u, n.waba.callbacks(n.override))
}

// notify sends a change of the account itself. mu must be held.
func (s *Sandbox) notify(w *waba, field string, value any) {
	s.delivery.enqueue(s.now(), update{waba: w.id, field: field, body: encode(value)}, w.callbacks(""))
}

func (w *waba) callbacks(override string) []callback {
	var all []callback
	for id, subscribed := range w.subscribed {
		if url := orDefault(override, orDefault(subscribed.override, subscribed.app.CallbackURL)); url != "" {
			all = append(all, callback{id, url})
		}
	}
	return all
}
