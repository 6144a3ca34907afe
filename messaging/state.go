package messaging

// State is what is known of one attempt: a set of bits, each set once and never cleared, in whatever order the evidence
// comes. Each newly set bit is one event. Evidence implies its predecessors: Read implies Delivered implies Sent implies
// Attempted.
type State int32

const (
	Attempted         State = 1 << iota // the provider was called
	Sent                                // the provider has it
	Delivered                           // it is on the person's device
	Read                                // the person saw it; receipts can be off, so its absence says nothing
	Failed                              // a definite failure; Code says which
	Unknown                             // the answer to the call was lost
	Suppressed                          // not called: opted out, template paused, deadline passed; Code says why
	Cancelled                           // not called: the campaign was stopped
	Replied                             // the person answered within 72 h
	Clicked                             // the person tapped a quick reply
	OptedOut                            // the person's answer was a STOP
	Held                                // accepted, but held by the provider for a quality check
	Retried                             // a later attempt takes this one's place
	PossibleDuplicate                   // retried though the provider may have had it
	Unsettled                           // ended Unknown: the wait for evidence is over
)

// Implied completes a state with what its bits imply.
func (s State) Implied() State {
	if s&(Read|Replied|Clicked|OptedOut) != 0 {
		s |= Delivered
	}
	if s&(Read|Delivered|Held) != 0 {
		s |= Sent
	}
	if s&(Sent|Failed|Unknown) != 0 {
		s |= Attempted
	}
	return s
}

// Has tells whether all bits of t are set.
func (s State) Has(t State) bool { return s&t == t }

// Status is where a message stands, as people see it.
type Status string

const (
	StatusQueued     Status = "QUEUED"
	StatusSending    Status = "SENDING"
	StatusSent       Status = "SENT"
	StatusDelivered  Status = "DELIVERED"
	StatusRead       Status = "READ"
	StatusFailed     Status = "FAILED"
	StatusUnknown    Status = "UNKNOWN"
	StatusSuppressed Status = "SUPPRESSED"
	StatusCancelled  Status = "CANCELLED"
)

// Status is the word for the newest attempt's state. Evidence of arrival beats a failure that was reported beside it.
func (s State) Status() Status {
	switch {
	case s.Has(Read):
		return StatusRead
	case s.Has(Delivered):
		return StatusDelivered
	case s.Has(Failed):
		return StatusFailed
	case s.Has(Sent):
		return StatusSent
	case s.Has(Retried):
		return StatusQueued
	case s.Has(Unknown):
		return StatusUnknown
	case s.Has(Suppressed):
		return StatusSuppressed
	case s.Has(Cancelled):
		return StatusCancelled
	case s.Has(Attempted):
		return StatusSending
	}
	return StatusQueued
}

// Refusal numbers: why a message was not sent, in the place of a provider's error code. They are below 1,000, where no
// provider has codes.
const (
	RefusedNoConsent     = 1
	RefusedOptedOut      = 2
	RefusedTemplate      = 3 // not approved, paused, deleted
	RefusedWindow        = 4 // free text without an open service window
	RefusedDeadline      = 5
	RefusedSuspended     = 6 // tenant
	RefusedSenderStopped = 7
	RefusedInvalid       = 8 // address or variables
	RefusedDuplicate     = 9 // the same person twice in one audience
)
