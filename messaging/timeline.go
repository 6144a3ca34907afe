package messaging

import (
	"slices"
	"time"
)

// MessageStep is one thing that happened to a message.
type MessageStep struct {
	At      time.Time
	Attempt int
	Step    string // ACCEPTED, then the names of states
	Code    int    // of FAILED, UNKNOWN, SUPPRESSED and RETRIED; 0 where none was told
	Note    string // a plain sentence; empty where the code says more
}

// Timeline tells a message's life in order. What has no time of its own (a suppression, a lost answer) stands at the
// time of the newest thing before it in the same attempt.
func (m Message) Timeline() []MessageStep {
	steps := []MessageStep{{At: m.AcceptedAt, Step: "ACCEPTED", Note: acceptedNote(m)}}
	for _, a := range m.Attempts {
		at := a.started(steps[len(steps)-1].At)
		for _, s := range stateSteps() {
			if !a.State.Has(s.bit) {
				continue
			}
			if told := s.at(a); !told.IsZero() {
				at = told
			}
			step := MessageStep{At: at, Attempt: a.Number, Step: s.name, Note: s.note}
			if s.coded {
				step.Code = a.Code
			}
			steps = append(steps, step)
		}
	}
	slices.SortStableFunc(steps, func(x, y MessageStep) int { return x.At.Compare(y.At) })
	return steps
}

func acceptedNote(m Message) string {
	if m.PlannedAt.Sub(m.AcceptedAt) > time.Minute {
		return "Accepted and planned for later."
	}
	return "Accepted; it is sent within the limits of the sender."
}

// started is when the attempt began, as far as it is known: to the slot of 15 minutes, and not before what came before.
func (a Attempt) started(before time.Time) time.Time {
	slot := time.Unix(int64(a.Bucket)*15*60, 0).UTC()
	for _, told := range []time.Time{a.SentAt, a.DeliveredAt, a.ReadAt, a.FailedAt} {
		if !told.IsZero() {
			return told
		}
	}
	return later(before, slot)
}

type stateStep struct {
	bit   State
	name  string
	note  string
	coded bool
	at    func(Attempt) time.Time
}

// stateSteps lists the bits in the order in which they happen.
func stateSteps() []stateStep {
	never := func(Attempt) time.Time { return time.Time{} }
	return []stateStep{
		{Suppressed, "SUPPRESSED", "", true, never},
		{Cancelled, "CANCELLED", "Not sent: the campaign was stopped.", false, never},
		{Attempted, "ATTEMPTED", "Handed to the provider.", false, never},
		{Held, "HELD", "The provider holds it back for a quality check.", false, never},
		{Unknown, "UNKNOWN", "The provider's answer was lost; its report is awaited.", true, never},
		{Sent, "SENT", "The provider has it.", false, func(a Attempt) time.Time { return a.SentAt }},
		{Delivered, "DELIVERED", "It is on the person's device.", false, func(a Attempt) time.Time { return a.DeliveredAt }},
		{Read, "READ", "The person saw it.", false, func(a Attempt) time.Time { return a.ReadAt }},
		{Failed, "FAILED", "", true, func(a Attempt) time.Time { return a.FailedAt }},
		{Unsettled, "UNSETTLED", "No report came in time; it may or may not have arrived.", false, never},
		{Retried, "RETRIED", "Another attempt follows.", true, never},
		{PossibleDuplicate, "POSSIBLE_DUPLICATE", "It is tried again though the provider may have sent it already.", false, never},
		{Replied, "REPLIED", "The person answered.", false, never},
		{Clicked, "CLICKED", "The person tapped a button.", false, never},
		{OptedOut, "OPTED_OUT", "The person opted out in answer to it.", false, never},
	}
}

// ExplainRefusal says in plain words why we did not send, and what to do; empty for a number that is not ours.
func ExplainRefusal(number int) string {
	switch number {
	case RefusedNoConsent:
		return "The person has not opted in to this kind of message. Record their consent first."
	case RefusedOptedOut:
		return "The person has opted out. Only they can change that."
	case RefusedTemplate:
		return "The template may not be sent: it is not approved, paused or deleted. See Templates."
	case RefusedWindow:
		return "Free text needs an open service window: the person must have written within 24 hours. Send a template."
	case RefusedDeadline:
		return "It could not be sent in time and would no longer help. Check the sender's limits and the length of the queue."
	case RefusedSuspended:
		return "The tenant is suspended; nothing is sent."
	case RefusedSenderStopped:
		return "The sender is stopped. See Numbers for the reason."
	case RefusedInvalid:
		return "The address or the values could not be used."
	case RefusedDuplicate:
		return "The person is in the audience twice; the first row counts."
	}
	return ""
}
