package messaging

import (
	"strconv"
	"sync"
	"time"
)

// ID names a row of ours. It is a snowflake: 41 bits of milliseconds since Epoch, 10 bits of process node, 12 bits of
// sequence. It is positive, grows with time and is never used twice, so it serves as key, order and time range in both
// stores. Outside it is a decimal string (JSON numbers end at 53 bits).
type ID int64

// Epoch is where the milliseconds of an ID begin.
var Epoch = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)

const (
	nodeBits     = 10
	sequenceBits = 12
	// MaxNode is the highest node number a process may hold.
	MaxNode = 1<<nodeBits - 1
)

func (id ID) String() string { return strconv.FormatInt(int64(id), 10) }

// Time is the moment in which the id was made, to the millisecond.
func (id ID) Time() time.Time {
	return Epoch.Add(time.Duration(int64(id)>>(nodeBits+sequenceBits)) * time.Millisecond)
}

// FirstID is the smallest id that can be made at t: a bound for ranges over time.
func FirstID(t time.Time) ID {
	return ID(t.Sub(Epoch).Milliseconds() << (nodeBits + sequenceBits))
}

// Uint64 is the id as fixed-size texts and the column store hold it, without a sign. IDFromUint64 reads it.
func (id ID) Uint64() uint64 { return uint64(id) } // #nosec G115 -- the same 64 bits, and positive ones

// IDFromUint64 reads what Uint64 gave. What was never an id may come out negative, as it does from a damaged text: no row
// has it.
func IDFromUint64(n uint64) ID { return ID(n) } // #nosec G115 -- the same 64 bits

// ParseID reads the outside form. It refuses anything but a positive decimal number.
func ParseID(s string) (ID, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n <= 0 || strconv.FormatInt(n, 10) != s {
		return 0, Refuse(CodeInvalid, "id", "not an id")
	}
	return ID(n), nil
}

// IDs makes ids for one process. Two live processes must hold different nodes; store.Join hands them out.
type IDs struct {
	now   func() time.Time
	node  int64
	first int64 // ticks below it are not ours

	mu   sync.Mutex
	last int64 // the tick of the newest id: milliseconds<<sequenceBits | sequence; 0 before there is one
}

// NewIDs makes a source of ids for the node.
func NewIDs(node int, now func() time.Time) *IDs {
	return &IDs{now: now, node: int64(node) & MaxNode}
}

// From has the ids begin in the millisecond of t, should the clock be behind it. It is called before the first id is made.
func (s *IDs) From(t time.Time) *IDs {
	s.first = tickOf(t)
	return s
}

// Spent is the end of the millisecond of the newest id: from there on nothing of the node is used. Zero when no id was made.
func (s *IDs) Spent() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last == 0 {
		return time.Time{}
	}
	return Epoch.Add(time.Duration(s.last>>sequenceBits+1) * time.Millisecond)
}

func tickOf(t time.Time) int64 { return t.Sub(Epoch).Milliseconds() << sequenceBits }

// Next gives a new id. When the clock steps back or a millisecond is exhausted it goes on counting from the last id,
// so ids stay unique and growing.
func (s *IDs) Next() ID { return s.Take(1)[0] }

// Take gives n new ids in order.
func (s *IDs) Take(n int) []ID {
	s.mu.Lock()
	defer s.mu.Unlock()
	if tick := max(tickOf(s.now()), s.first); n > 0 && tick > s.last {
		s.last = tick - 1
	}
	ids := make([]ID, n)
	for i := range ids {
		s.last++
		millis, sequence := s.last>>sequenceBits, s.last&(1<<sequenceBits-1)
		ids[i] = ID(millis<<(nodeBits+sequenceBits) | s.node<<sequenceBits | sequence)
	}
	return ids
}
