package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"posthaste/messaging"
	"posthaste/store/sqlcgen"
)

// ProcessKind is what a process of ours does.
type ProcessKind string

const (
	ServeProcess    ProcessKind = "serve"
	DispatchProcess ProcessKind = "dispatch"
	ToolProcess     ProcessKind = "tool" // a command that ends
)

// Process is a live process's row: its lease, and the node number that makes its ids its own.
type Process struct {
	ID   int64
	Node int
	// Since is when it joined, by the database's clock. A process before it that held the same node and gave it back has made
	// no id of this moment or of a later one.
	Since time.Time
}

// IDs makes the ids of the process.
func (p Process) IDs(now func() time.Time) *messaging.IDs {
	return messaging.NewIDs(p.Node, now).From(p.Since)
}

// Join registers a process for the length of lease and gives it a node number that no other live process holds, nor any
// that may still make ids. UNAVAILABLE when all 1,023 are taken.
func (s *Store) Join(ctx context.Context, kind ProcessKind, version string, lease time.Duration) (Process, error) {
	var p Process
	err := s.AcrossTenants(ctx, "join", func(tx pgx.Tx, q *sqlcgen.Queries) error {
		// One at a time: of two that look for a free number, both would find the same.
		if err := q.LockNodes(ctx, tx); err != nil {
			return err
		}
		if err := q.FreeNodes(ctx, tx); err != nil {
			return err
		}
		row, err := q.JoinProcess(ctx, tx, sqlcgen.JoinProcessParams{Kind: string(kind), Version: version, Lease: interval(lease)})
		if errors.Is(err, pgx.ErrNoRows) {
			return messaging.Refuse(messaging.CodeUnavailable, "", "every node number is taken; stop a process or wait ten minutes")
		}
		p = Process{ID: row.ID, Node: int(row.Node), Since: row.Since}
		return err
	})
	return p, err
}

// ErrLeaseLost says that the process did not renew its lease in time. It must stop what only a holder may do and join
// anew: another process may already have taken its place.
var ErrLeaseLost = errors.New("store: the process has lost its lease")

// Beat renews the lease and tells until when it holds, by the database's clock. A lease that has run out is lost for
// good: ErrLeaseLost.
func (s *Store) Beat(ctx context.Context, process int64, lease time.Duration) (until time.Time, err error) {
	err = s.AcrossTenants(ctx, "beat", func(tx pgx.Tx, q *sqlcgen.Queries) error {
		until, err = q.BeatProcess(ctx, tx, sqlcgen.BeatProcessParams{ID: process, Lease: interval(lease)})
		if errors.Is(err, pgx.ErrNoRows) {
			return ErrLeaseLost
		}
		return err
	})
	return until, err
}

// Leave ends the lease at once, so that others need not wait for it. The node number stays taken for ten minutes, since
// what is still under way may make ids.
func (s *Store) Leave(ctx context.Context, process int64) error {
	err := s.AcrossTenants(ctx, "leave", func(tx pgx.Tx, q *sqlcgen.Queries) error {
		return q.LeaveProcess(ctx, tx, process)
	})
	if err != nil {
		return fmt.Errorf("end the lease: %w", err)
	}
	return nil
}

// GiveBack ends the lease of a process that makes no more ids, and frees its node number as soon as no id can come twice:
// when the database's clock is past spent, which is IDs.Spent of the process. That is at once, unless the clock of the
// process is ahead. No clock but the database's is trusted: whoever gets the number next begins at the moment of joining
// by that same clock, however far its own is behind. Polling a command so takes no more than one number at a time.
func (s *Store) GiveBack(ctx context.Context, process int64, spent time.Time) error {
	err := s.AcrossTenants(ctx, "leave", func(tx pgx.Tx, q *sqlcgen.Queries) error {
		return q.GiveNodeBack(ctx, tx, sqlcgen.GiveNodeBackParams{ID: process, Spent: spent})
	})
	if err != nil {
		return fmt.Errorf("give the node number back: %w", err)
	}
	return nil
}

func interval(d time.Duration) pgtype.Interval {
	return pgtype.Interval{Microseconds: d.Microseconds(), Valid: true}
}
