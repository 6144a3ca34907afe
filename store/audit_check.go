package store

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"posthaste/auth/ledger"
	"posthaste/messaging"
	"posthaste/store/sqlcgen"
)

// actsLedger is what a tenant's one chain, of audit and consent together, is called in checkpoints.
const actsLedger = "audit-and-consent"

// LedgerCheck is what became of the verification of one tenant's ledger.
type LedgerCheck struct {
	Tenant messaging.ID
	Name   string
	Head   ledger.Head // how far it is as it was written
	Pinned int         // checkpoints that it was compared with
	Err    error       // wraps ledger.ErrTampered where it is not whole; nil: verified
}

// Checkpoints are the recorded ends of all ledgers, to be signed and kept where the database's administrators cannot write.
func (s *Store) Checkpoints(ctx context.Context, now time.Time) ([]ledger.Checkpoint, error) {
	ends, err := s.ledgerEnds(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]ledger.Checkpoint, 0, len(ends))
	for _, end := range ends {
		if end.Seq == 0 {
			continue
		}
		head, err := headOf(end.Seq, end.Hash)
		if err != nil {
			return nil, fmt.Errorf("the ledger of tenant %d: %w", end.ID, err)
		}
		list = append(list, ledger.Checkpoint{Ledger: actsLedger, Tenant: end.ID, Head: head, At: now.UTC().Truncate(time.Second)})
	}
	return list, nil
}

func (s *Store) ledgerEnds(ctx context.Context) (ends []sqlcgen.LedgerEndsRow, err error) {
	err = s.AcrossTenants(ctx, "ledgers", func(tx pgx.Tx, q *sqlcgen.Queries) (err error) {
		ends, err = q.LedgerEnds(ctx, tx)
		return err
	})
	return ends, err
}

// CheckLedgers verifies the ledger of one tenant, or of all for 0, against the checkpoints, and reports each. A tenant that
// has checkpoints and is not there any more is reported as well. The error is that of a check that could not be made.
func (s *Store) CheckLedgers(ctx context.Context, keys *Keys, only messaging.ID, checkpoints []ledger.Checkpoint, report func(LedgerCheck)) error {
	pins := map[messaging.ID][]ledger.Head{}
	for _, c := range checkpoints {
		if tenant := messaging.ID(c.Tenant); c.Ledger == actsLedger && (only == 0 || only == tenant) {
			pins[tenant] = append(pins[tenant], c.Head)
		}
	}
	ends, err := s.ledgerEnds(ctx)
	if err != nil {
		return err
	}
	for _, end := range ends {
		tenant := messaging.ID(end.ID)
		if only != 0 && only != tenant {
			continue
		}
		check, err := s.checkLedger(ctx, keys, tenant, pins[tenant])
		if err != nil {
			return fmt.Errorf("check the ledger of tenant %s: %w", tenant, err)
		}
		check.Name = end.Name
		report(check)
		delete(pins, tenant)
	}
	for _, tenant := range slices.Sorted(maps.Keys(pins)) {
		report(LedgerCheck{Tenant: tenant, Pinned: len(pins[tenant]), Err: fmt.Errorf("%w: checkpoints name the tenant, and it is gone", ledger.ErrTampered)})
	}
	return nil
}

func (s *Store) checkLedger(ctx context.Context, keys *Keys, tenant messaging.ID, pins []ledger.Head) (LedgerCheck, error) {
	check := LedgerCheck{Tenant: tenant, Pinned: len(pins)}
	own, err := keys.Of(ctx, tenant)
	if messaging.CodeOf(err) == messaging.CodeNotFound {
		check.Err = fmt.Errorf("%w: the tenant's keys are gone", ledger.ErrTampered)
		return check, nil
	}
	if err != nil {
		return check, err
	}
	check.Head, err = s.VerifyLedger(ctx, tenant, own, pins...)
	switch {
	case errors.Is(err, ledger.ErrTampered):
		check.Err = err
	case messaging.CodeOf(err) == messaging.CodeNotFound:
		check.Err = fmt.Errorf("%w: its recorded end is gone", ledger.ErrTampered)
	case err != nil:
		return check, err
	}
	return check, nil
}
