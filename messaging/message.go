package messaging

import (
	"time"
)

// Message is a message as people see it: its facts and what its newest attempt says.
type Message struct {
	Ref        MessageRef
	StateWeek  int
	Channel    Channel
	Category   Category
	Sender     ID
	Template   ID
	Campaign   ID
	Subject    ID
	Country    string
	AcceptedAt time.Time
	PlannedAt  time.Time
	ExpiresOn  time.Time
	Address    []byte // sealed; nil where the storage mode keeps none
	Attempts   []Attempt
}

// Attempt is one try to deliver a message.
type Attempt struct {
	Number      int
	State       State
	Code        int
	SentAt      time.Time
	DeliveredAt time.Time
	ReadAt      time.Time
	FailedAt    time.Time
	Bucket      int // 15-minute slot of the send, since 1970
}

// Newest is the attempt that counts, the zero Attempt before the first.
func (m Message) Newest() Attempt {
	if len(m.Attempts) == 0 {
		return Attempt{}
	}
	return m.Attempts[len(m.Attempts)-1]
}

// MessageFilter narrows a list; zero fields do not.
type MessageFilter struct {
	Campaign, Template, Sender, Subject ID
	Statuses                            []Status
	From, Until                         time.Time // of acceptance, half-open
}

// MessagePage is a part of a list, newest first. After is where the next part begins, 0 at the end. A page of a list
// that is filtered by status may hold fewer messages than asked for, and still have a next one: each page looks at a
// bounded number of messages.
type MessagePage struct {
	Messages []Message
	After    ID
}
