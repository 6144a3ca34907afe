package history

import (
	"math"
	"time"

	"posthaste/analytics"
	"posthaste/messaging"
)

// Failures of the story.
const (
	codeGeneric       = 131000
	codeUndeliverable = 131026
	codeMarketingCap  = 131049
)

// message lets one message live.
func (s *story) message(at time.Time, role int, campaign *Campaign) {
	s.clock = at
	r := s.roles[role]
	person := s.random.IntN(len(s.people))
	home := s.countries[s.people[person]]
	sender := s.Senders[0]
	if campaign != nil {
		sender = campaign.Sender
	} else if len(s.Senders) > 1 && s.random.IntN(4) == 0 {
		sender = s.Senders[1]
	}
	local := at.In(s.Zone)
	day := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, time.UTC)
	m := Message{ID: s.ids.Next(), Sender: sender, Channel: messaging.WhatsApp, Category: r.Category, Template: s.Templates[r.Name],
		Person: person, Country: home.code, PlannedAt: at, ReportDay: day}
	if campaign != nil {
		m.Campaign = campaign.ID
	}
	t := teller{story: s, role: r, home: home, message: &m, event: analytics.Event{
		Tenant: s.Tenant, Message: m.ID, Channel: m.Channel, Category: m.Category, Sender: sender, Template: m.Template, Campaign: m.Campaign,
		Country: m.Country, Bucket: analytics.BucketOf(at), ReportDay: day, Recipient: s.Recipient(person),
		Expires: day.AddDate(0, 0, s.MessageDays), KPIExpires: day.AddDate(0, 0, s.SummaryDays),
	}}
	t.tell(at)
	if campaign != nil {
		campaign.Results.Add(m.Attempts[len(m.Attempts)-1].State, 1)
	}
	s.sum.Messages++
	if s.day < s.RowDays {
		s.rows = append(s.rows, m)
	}
}

// teller tells one message's facts, in the order in which they happened, and never one that lies beyond the end.
type teller struct {
	*story
	role    TemplateRole
	home    country
	message *Message
	event   analytics.Event
}

func (t *teller) say(status analytics.Status, at time.Time, change func(*analytics.Event)) bool {
	if at.After(t.Now) {
		return false
	}
	e := t.event
	e.Status, e.At = status, at.Truncate(time.Millisecond)
	if change != nil {
		change(&e)
	}
	t.events = append(t.events, e)
	t.sum.Events++
	return true
}

func (t *teller) tell(at time.Time) {
	t.say(analytics.Targeted, at, nil)
	marketing := t.role.Category == messaging.Marketing
	a := Attempt{Number: 1, Bucket: t.event.Bucket}
	defer func() { t.message.Attempts = append(t.message.Attempts, a) }()
	t.event.Attempt = 1
	if code := t.refusal(marketing); code != 0 {
		a.State, a.Code = messaging.Suppressed, code
		t.say(analytics.Suppressed, at, func(e *analytics.Event) { e.Code = int32(code) }) // #nosec G115 -- a code of our own list
		return
	}
	bad := t.day == badDay
	t.say(analytics.Attempted, at, nil)
	a.State = messaging.Attempted
	if luck := t.random.Float64(); luck < 0.003 || bad && luck < 0.1 { // one more try, a little later
		a.State |= messaging.Retried
		a.Code = codeGeneric
		t.say(analytics.Retried, at.Add(time.Second), func(e *analytics.Event) { e.Code = codeGeneric })
		t.message.Attempts = append(t.message.Attempts, a)
		at = at.Add(5 * time.Second)
		t.event.Attempt, t.event.Bucket = 2, analytics.BucketOf(at)
		a = Attempt{Number: 2, Bucket: t.event.Bucket, State: messaging.Attempted}
		if !t.say(analytics.Attempted, at, nil) {
			return
		}
	}
	if t.random.Float64() < 0.00008 {
		a.State |= messaging.Unknown | messaging.Unsettled
		t.say(analytics.Unknown, at.Add(20*time.Second), nil)
		t.say(analytics.Unsettled, at.Add(16*time.Minute), nil)
		return
	}
	t.outcome(&a, at, bad, marketing)
}

func (t *teller) refusal(marketing bool) int {
	luck := t.random.Float64()
	switch {
	case t.role.Name == PausedTemplate && t.day <= pausedFrom && t.day > pausedUntil:
		return messaging.RefusedTemplate
	case marketing && luck < 0.012:
		return messaging.RefusedOptedOut
	case marketing && luck < 0.017:
		return messaging.RefusedNoConsent
	case luck < 0.0012:
		return messaging.RefusedInvalid
	}
	return 0
}

// outcome is what the provider did with an attempt.
func (t *teller) outcome(a *Attempt, at time.Time, bad, marketing bool) {
	sent := at.Add(time.Duration(120+t.random.IntN(500)) * time.Millisecond)
	fail := func(code int, when time.Time, late uint32) {
		// #nosec G115 -- a code of our own list
		if t.say(analytics.Failed, when, func(e *analytics.Event) { e.Code, e.LatencyMS = int32(code), late }) {
			a.State, a.Code, a.FailedAt = a.State|messaging.Failed, code, when
		}
	}
	if bad && t.random.Float64() < 0.3 || t.random.Float64() < 0.001 {
		fail(codeGeneric, sent, 0)
		return
	}
	if !t.say(analytics.Sent, sent, func(e *analytics.Event) { e.Currency, e.PriceMicro = t.Currency, t.home.prices[t.role.Category] }) {
		return
	}
	a.State, a.SentAt = a.State|messaging.Sent, sent
	if t.random.Float64() > t.home.deliver {
		code := codeUndeliverable
		if marketing && t.random.IntN(2) == 0 {
			code = codeMarketingCap
		}
		wait := time.Duration(1+t.random.IntN(20)) * time.Second
		fail(code, sent.Add(wait), uint32(wait.Milliseconds())) // #nosec G115 -- 20 seconds at most
		return
	}
	wait := 1.4 * math.Exp(0.9*t.random.NormFloat64()) // most phones are on
	switch {
	case t.random.IntN(12) == 0:
		wait += t.random.ExpFloat64() * 3600 // this one was off
	case bad:
		wait *= 40
	}
	delivered := sent.Add(seconds(wait))
	if !t.say(analytics.Delivered, delivered, latency(delivered.Sub(sent))) {
		return
	}
	a.State, a.DeliveredAt = a.State|messaging.Delivered, delivered
	if t.random.Float64() < t.role.read {
		t.read(a, delivered)
	}
}

// read is what the person did.
func (t *teller) read(a *Attempt, delivered time.Time) {
	scale := 900.0
	if t.role.Category == messaging.Authentication {
		scale = 12
	}
	read := delivered.Add(seconds(scale * math.Exp(1.3*t.random.NormFloat64())))
	if !t.say(analytics.Read, read, latency(read.Sub(delivered))) {
		return
	}
	a.State, a.ReadAt = a.State|messaging.Read, read
	after := read.Add(time.Duration(5+t.random.IntN(90)) * time.Second)
	luck := t.random.Float64()
	switch {
	case len(t.role.Buttons) > 0 && luck < 0.09:
		label := t.role.Buttons[int(luck*1000)%len(t.role.Buttons)]
		if t.say(analytics.Clicked, after, func(e *analytics.Event) { e.Button = label }) {
			a.State |= messaging.Clicked
		}
	case luck < 0.115 && t.role.Category != messaging.Authentication:
		if t.say(analytics.Replied, after, nil) {
			a.State |= messaging.Replied
		}
	case luck < 0.121 && t.role.Category == messaging.Marketing:
		if t.say(analytics.Replied, after, nil) && t.say(analytics.OptedOut, after, nil) {
			a.State |= messaging.Replied | messaging.OptedOut
		}
	}
}

func latency(d time.Duration) func(*analytics.Event) {
	return func(e *analytics.Event) { e.LatencyMS = uint32(min(d.Milliseconds(), math.MaxUint32)) } // #nosec G115 -- from now on, and bounded
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
