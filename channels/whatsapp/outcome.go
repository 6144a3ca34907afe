package whatsapp

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"posthaste/channels"
	"posthaste/messaging"
)

// How a call becomes a verdict. An HTTP status alone decides nothing: proxies answer too.
//
//	no usable input, ctx over before a connection, no connection    → NotSent
//	error after a connection was handed over (reset, time-out, ctx) → Unknown
//	answer broken off or longer than 64 KiB, whatever its status    → Unknown
//	2xx naming a message                                            → Accepted; held where it says so
//	4xx or 2xx with a Graph error                                   → Refused, by the playbook
//	5xx with a Graph error of a known code                          → Refused, by the playbook; Unknown if it is Doubtful
//	5xx with a Graph error of an unknown code                       → Unknown
//	any other answer (3xx, a proxy's page, 2xx without an id)       → Unknown
//
// A Graph error is a JSON object with a numeric error.code. The Failure of an Unknown says what were to be done if the
// message turned out not to be there, and RetryAfter slows the sender down all the same.
func outcome(status int, answer []byte, wait time.Duration) channels.Outcome {
	a := readAnswer(answer)
	var out channels.Outcome
	switch {
	case status/100 == 2 && len(a.Messages) > 0 && a.Messages[0].ID != "":
		return accepted(a)
	case a.Error == nil || !a.Error.coded():
		out = unknown(channels.OfMessage, unreadable(status))
	default:
		out = refused(status, a.Error)
	}
	if wait > 0 {
		out.Failure.RetryAfter = wait
	}
	return out
}

func readAnswer(answer []byte) (a sendAnswer) {
	if u, ok := readUsual(answer); ok {
		return u.answer()
	}
	if err := json.Unmarshal(answer, &a); err != nil && !isTypeError(err) {
		return sendAnswer{} // what came before broken JSON proves nothing
	}
	return a
}

// isTypeError is true where JSON is well formed and a field has another type than ours; the rest has been read then.
func isTypeError(err error) bool {
	_, ok := errors.AsType[*json.UnmarshalTypeError](err)
	return ok
}

// sendAnswer is what POST /messages answers. Texts for people are left out: they may hold an address.
type sendAnswer struct {
	Contacts []contactAnswer `json:"contacts"`
	Messages []messageAnswer `json:"messages"`
	Error    *graphError     `json:"error"`
}

type contactAnswer struct {
	WaID   string `json:"wa_id"`
	UserID string `json:"user_id"`
}

type messageAnswer struct {
	ID     string `json:"id"`
	Status string `json:"message_status"`
}

// graphError is the error object of the Graph API. Code and Subcode may come as number or as text.
type graphError struct {
	Code      json.Number `json:"code"`
	Subcode   json.Number `json:"error_subcode"`
	Transient bool        `json:"is_transient"`
	UserText  string      `json:"error_user_msg"` // management calls only
}

func (e *graphError) coded() bool {
	_, err := e.Code.Int64()
	return err == nil
}

// play finds what to do. The subcode is asked first: template errors still come as 100 with their own number there.
func (e *graphError) play() (Play, bool) {
	if sub, err := e.Subcode.Int64(); err == nil {
		if p, known := PlayOf(int(sub)); known && sub > 1000 {
			return p, true
		}
	}
	code, _ := e.Code.Int64()
	p, known := PlayOf(int(code))
	if !known && e.Transient {
		p.Action = channels.Retry
	}
	return p, known
}

func refused(status int, e *graphError) channels.Outcome {
	play, known := e.play()
	verdict := channels.Refused
	if status/100 == 5 && (!known || play.Doubtful) || status/100 == 3 {
		verdict = channels.Unknown
	}
	return channels.Outcome{Verdict: verdict, Failure: play.failure()}
}

func accepted(a sendAnswer) channels.Outcome {
	m := a.Messages[0]
	out := channels.Outcome{
		Verdict:    channels.Accepted,
		ProviderID: m.ID,
		Held:       m.Status == "held_for_quality_assessment" || m.Status == "paused",
	}
	if len(a.Contacts) > 0 {
		c := a.Contacts[0]
		if isDigits(c.WaID) && len(c.WaID) <= 20 {
			out.Phone = "+" + c.WaID
		}
		if c.UserID != "" {
			if _, err := messaging.ParseUserID(c.UserID); err == nil {
				out.UserID = c.UserID
			}
		}
	}
	return out
}

const reasonNotReached = "WhatsApp could not be reached."

func unreadable(status int) string {
	switch {
	case status/100 == 3:
		return "WhatsApp's address answered with a redirect, which is not followed."
	case status/100 == 2:
		return "WhatsApp answered without naming the message."
	default:
		return "Something between us and WhatsApp answered in its place, or WhatsApp failed."
	}
}

func notSent(a channels.Action, s channels.Scope, reason string) channels.Outcome {
	return channels.Outcome{Verdict: channels.NotSent, Failure: channels.Failure{Action: a, Scope: s, Reason: reason}}
}

func unknown(s channels.Scope, reason string) channels.Outcome {
	return channels.Outcome{Verdict: channels.Unknown, Failure: channels.Failure{Action: channels.Retry, Scope: s, Reason: reason}}
}

// maxRetryAfter is the longest pause that an answer can impose.
const maxRetryAfter = 24 * time.Hour

// retryAfter reads the header of RFC 9110 §10.2.3: seconds or a date. 0 = not told, or nonsense.
func retryAfter(h http.Header, now time.Time) time.Duration {
	v := h.Get("Retry-After")
	if v == "" {
		return 0
	}
	if seconds, err := strconv.ParseInt(v, 10, 64); err == nil {
		return time.Duration(min(max(seconds, 0), int64(maxRetryAfter/time.Second))) * time.Second
	}
	at, err := http.ParseTime(v)
	if err != nil {
		return 0
	}
	return min(max(at.Sub(now), 0), maxRetryAfter)
}
