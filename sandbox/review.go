package sandbox

import (
	"regexp"
	"strings"
	"time"
)

// templateEvent is the value of a message_template_status_update.
type templateEvent struct {
	Event     string         `json:"event"`
	ID        templateNumber `json:"message_template_id"`
	Name      string         `json:"message_template_name"`
	Language  string         `json:"message_template_language"`
	Category  string         `json:"message_template_category,omitempty"`
	Reason    string         `json:"reason,omitempty"`
	Rejection *rejection     `json:"rejection_info,omitempty"`
	Other     *otherInfo     `json:"other_info,omitempty"`
}

// templateNumber is an id that webhooks write as a JSON number.
type templateNumber string

func (n templateNumber) MarshalJSON() ([]byte, error) { return []byte(n), nil }

type rejection struct {
	Reason         string `json:"reason"`
	Recommendation string `json:"recommendation"`
}

type otherInfo struct {
	Title       string `json:"title"`
	Description string `json:"description"`
}

type qualityEvent struct {
	Previous string         `json:"previous_quality_score"`
	New      string         `json:"new_quality_score"`
	ID       templateNumber `json:"message_template_id"`
	Name     string         `json:"message_template_name"`
	Language string         `json:"message_template_language"`
}

type categoryEvent struct {
	ID       templateNumber `json:"message_template_id"`
	Name     string         `json:"message_template_name"`
	Language string         `json:"message_template_language"`
	Previous string         `json:"previous_category,omitempty"`
	New      string         `json:"new_category"`
	Correct  string         `json:"correct_category,omitempty"`
	At       int64          `json:"category_update_timestamp,omitempty"`
}

const (
	statusField   = "message_template_status_update"
	qualityField  = "message_template_quality_update"
	categoryField = "template_category_update"
)

// templateEvent tells the listeners. mu must be held.
func (s *Sandbox) templateEvent(t *template, event templateEvent) {
	event.ID, event.Name, event.Language = templateNumber(t.id), t.name, t.language
	s.notify(t.waba, statusField, event)
}

// submit puts a template under review. mu must be held.
func (s *Sandbox) submit(t *template) {
	t.status, t.reason = "PENDING", "NONE"
	t.version++
	version := t.version
	if strings.Contains(t.name, "pending") {
		return // never judged, for those who want to see that
	}
	s.timers.at(s.now().Add(s.review.Delay), func(time.Time) {
		s.mu.Lock()
		defer s.mu.Unlock()
		if t.version == version {
			s.judge(t)
		}
	})
}

var promotional = regexp.MustCompile(`(?i)\d ?% ?off|\b(discount|sale|special offer|offers?|coupon|promo(tion)?|buy now|shop now|deal|free gift)\b`)

// judge gives the verdict on a template. mu must be held.
func (s *Sandbox) judge(t *template) {
	switch reason, detail := s.fault(t); {
	case reason != "":
		t.status, t.reason = "REJECTED", reason
		event := templateEvent{Event: "REJECTED", Category: t.category, Reason: reason}
		if reason == "INVALID_FORMAT" {
			event.Rejection = &detail
		}
		s.templateEvent(t, event)
	default:
		if t.category == utility && promotional.MatchString(t.layout.body.text) {
			t.category = marketing // silently: no word of the old category
		}
		t.status = "APPROVED"
		s.templateEvent(t, templateEvent{Event: "APPROVED", Category: t.category, Reason: "NONE"})
	}
}

// fault returns why a template is rejected, or "".
func (s *Sandbox) fault(t *template) (string, rejection) {
	format := rejection{"Variable at the end of the body", "Add text after the last variable"}
	if _, after, found := strings.Cut(t.name, "reject"); found {
		for _, reason := range []string{"ABUSIVE_CONTENT", "INCORRECT_CATEGORY", "PROMOTIONAL", "SCAM", "TAG_CONTENT_MISMATCH"} {
			if strings.HasPrefix(after, "_"+strings.ToLower(reason)) {
				return reason, rejection{}
			}
		}
		return "INVALID_FORMAT", format
	}
	if strings.Contains(strings.ToLower(t.layout.body.text), "sandbox-reject") {
		return "ABUSIVE_CONTENT", rejection{}
	}
	for _, other := range t.waba.templates {
		if other != t && other.language == t.language && other.status == "APPROVED" && t.category != authentication &&
			other.layout.body.text == t.layout.body.text && other.layout.footer == t.layout.footer {
			return "INVALID_FORMAT", rejection{"Same body and footer as another template", "Use the other template"}
		}
	}
	return "", rejection{}
}

// pauseSteps is the ladder of a template that gets RED: the third time is final.
var pauseSteps = []struct {
	title, text string
	span        time.Duration
}{{"FIRST_PAUSE", "paused for 3 hours", 3 * time.Hour}, {"SECOND_PAUSE", "paused for 6 hours", 6 * time.Hour}}

// pauseTemplate takes the next step of the ladder, or pauses for pacing
// (RATE_LIMITING_PAUSE), which only an unpause call ends.
func (s *Sandbox) pauseTemplate(id, title string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.templates[id]
	if t == nil || t.status != "APPROVED" {
		return t != nil
	}
	t.version++
	switch {
	case title != "":
		t.status = "PAUSED"
		s.templateEvent(t, templateEvent{Event: "PAUSED", Reason: "NONE", Other: &otherInfo{title, "paused until it is unpaused"}})
	case t.pauses >= len(pauseSteps):
		t.status = "DISABLED"
		s.templateEvent(t, templateEvent{Event: "DISABLED", Reason: "NONE", Other: &otherInfo{"DISABLED", "disabled for good"}})
	default:
		step := pauseSteps[t.pauses]
		t.pauses++
		t.status = "PAUSED"
		s.templateEvent(t, templateEvent{Event: "PAUSED", Reason: "NONE", Other: &otherInfo{step.title, step.text}})
		version := t.version
		s.timers.at(s.now().Add(step.span), func(time.Time) {
			s.mu.Lock()
			defer s.mu.Unlock()
			if t.version == version {
				s.approveAgain(t)
			}
		})
	}
	return true
}

// approveAgain ends a pause. mu must be held.
func (s *Sandbox) approveAgain(t *template) {
	t.status = "APPROVED"
	t.version++
	s.templateEvent(t, templateEvent{Event: "APPROVED", Reason: "NONE", Other: &otherInfo{"UNPAUSE", "the pause has ended"}})
}

// setQuality changes a template's score and tells about it. RED starts the
// ladder. underStatus uses the field that the platform's own example shows.
func (s *Sandbox) setQuality(id, score string, underStatus bool) bool {
	s.mu.Lock()
	t := s.templates[id]
	if t == nil {
		s.mu.Unlock()
		return false
	}
	field := qualityField
	if underStatus {
		field = statusField
	}
	s.notify(t.waba, field, qualityEvent{t.quality, score, templateNumber(t.id), t.name, t.language})
	t.quality = score
	s.mu.Unlock()
	if score == "RED" {
		return s.pauseTemplate(id, "")
	}
	return true
}

// recategorise announces a category change for 24 hours later and makes it then.
func (s *Sandbox) recategorise(id, category string, notice time.Duration) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.templates[id]
	if t == nil {
		return false
	}
	at := s.now().Add(notice)
	event := categoryEvent{ID: templateNumber(t.id), Name: t.name, Language: t.language}
	if notice > 0 {
		warning := event
		warning.New, warning.Correct, warning.At = t.category, category, at.Unix()
		s.notify(t.waba, categoryField, warning)
	}
	s.timers.at(at, func(time.Time) {
		s.mu.Lock()
		defer s.mu.Unlock()
		done := event
		done.Previous, done.New = t.category, category
		t.category = category
		s.notify(t.waba, categoryField, done)
	})
	return true
}
