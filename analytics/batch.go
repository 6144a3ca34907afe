package analytics

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"time"
)

// Batch is what goes to the event store in one insert: blocks of the outbox, frozen under a number before they are sent,
// so that every repeat sends the same rows.
type Batch struct {
	No       int64
	Blocks   [][]byte
	Events   int
	Hash     []byte        // HashBlocks of Blocks
	Refusals int           // how often the store has refused it, each time with Code
	Code     int           // the store's error code of those refusals
	Age      time.Duration // since it was frozen
	Fresh    bool          // frozen just now: it has never been sent
}

// Token names the batch to the store, which writes a token once. incarnation is renewed when Postgres goes back in
// time (a restore, a promotion): numbers come again then, with other rows.
func (b Batch) Token(incarnation int64) string {
	return fmt.Sprintf("%d.%d.%x", incarnation, b.No, b.Hash)
}

// HashBlocks is a digest of blocks in their order, 16 bytes.
func HashBlocks(blocks [][]byte) []byte {
	h := sha256.New()
	for _, block := range blocks {
		_, _ = h.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(block))))
		_, _ = h.Write(block)
	}
	return h.Sum(nil)[:16]
}

// DistinctFacts counts the rows that are left of blocks in the store: it merges a fact (message, channel, attempt, status)
// that is there twice.
func DistinctFacts(blocks [][]byte) (int, error) {
	var c Columns
	for _, block := range blocks {
		if err := c.Append(block); err != nil {
			return 0, err
		}
	}
	type fact struct {
		tenant, message uint64
		attempt         uint8
		channel, status int8
	}
	seen := make(map[fact]struct{}, c.Len())
	for i := range c.Len() {
		seen[fact{c.Tenant[i], c.Message[i], c.Attempt[i], c.Channel[i], c.Status[i]}] = struct{}{}
	}
	return len(seen), nil
}

// Halve cuts a block of at least two events in two.
func Halve(block []byte) (first, second []byte, err error) {
	events, err := DecodeBlock(block)
	if err != nil {
		return nil, nil, err
	}
	if first, err = EncodeBlock(events[:len(events)/2]); err != nil {
		return nil, nil, err
	}
	second, err = EncodeBlock(events[len(events)/2:])
	return first, second, err
}
