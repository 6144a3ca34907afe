package messaging

import (
	"math/bits"
	"time"
)

// MaxChunk is the most recipients of one chunk.
const MaxChunk = 200

// Priorities order the work of a sender.
const (
	PriorityAuthentication = 0
	PriorityUtility        = 1 // and service
	PriorityMarketing      = 2
)

// PriorityOf is the priority of a category.
func PriorityOf(c Category) int {
	switch c {
	case Authentication:
		return PriorityAuthentication
	case Marketing:
		return PriorityMarketing
	}
	return PriorityUtility
}

// Chunk is work to send: up to MaxChunk recipients of one sender, in order. Recipients from Intent on have certainly not
// been called; of those below, Marks tells whose outcome is recorded.
type Chunk struct {
	Tenant, ID, Portfolio, Sender ID
	Campaign, Template            ID // 0: none
	Channel                       Channel
	Category                      Category
	Priority                      int
	RunAt, Deadline               time.Time
	Attempt                       int
	Payload                       ID
	Positions                     []int16 // of its recipients in the payload
	Messages, Subjects            []ID
	Week, StateWeek               int
	Epoch                         int64 // of the owner that has claimed last; 0: none has
	Intent                        int
	Marks                         Marks
}

// Len is the number of recipients.
func (c *Chunk) Len() int { return len(c.Messages) }

// Open lists the recipients that may have been called and have no outcome.
func (c *Chunk) Open() []int {
	var open []int
	for i := range c.Intent {
		if !c.Marks.Has(i) {
			open = append(open, i)
		}
	}
	return open
}

// Done tells whether every recipient has an outcome.
func (c *Chunk) Done() bool { return c.Marks.Count() == c.Len() }

// Marks is a set of positions in a chunk. Position 0 is the highest bit of the first byte, as in Postgres.
type Marks [MaxChunk / 8]byte

// Has tells whether i is in the set.
func (m *Marks) Has(i int) bool { return m[i/8]&(0x80>>(i%8)) != 0 }

// Set puts i in.
func (m *Marks) Set(i int) { m[i/8] |= 0x80 >> (i % 8) }

// Count is the size of the set.
func (m *Marks) Count() (n int) {
	for _, b := range m {
		n += bits.OnesCount8(b)
	}
	return n
}
