package history

import (
	"context"
	"fmt"

	"posthaste/analytics"
)

// sender sends one batch in the background while the next is made.
type sender struct {
	ctx    context.Context
	events EventStore
	token  string
	no     int64
	done   chan error // holds the result of the batch under way
}

func newSender(ctx context.Context, events EventStore, token string) *sender {
	s := &sender{ctx: ctx, events: events, token: token, done: make(chan error, 1)}
	s.done <- nil
	return s
}

// send packs a batch and hands it over once the one before has arrived.
func (s *sender) send(events []analytics.Event) error {
	var blocks [][]byte
	for len(events) > 0 {
		n := min(blockEvents, len(events))
		block, err := analytics.EncodeBlock(events[:n])
		if err != nil {
			return err
		}
		blocks, events = append(blocks, block), events[n:]
	}
	if err := s.wait(); err != nil {
		return err
	}
	no := int64(firstBatch) + s.no
	token := fmt.Sprintf("%s.%d.%x", s.token, s.no, analytics.HashBlocks(blocks))
	s.no++
	go func() { s.done <- s.events.InsertBatch(s.ctx, no, token, blocks) }()
	return nil
}

// wait gives the result of the batch under way, again if it is asked for again.
func (s *sender) wait() error {
	err := <-s.done
	if err != nil {
		s.done <- err
	}
	return err
}
