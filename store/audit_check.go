package store

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"posthaste/auth"
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
	// Deleted: the tenant is no more, as the platform's ledger tells, and no checkpoint says otherwise of where it ended.
	Deleted bool
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
		check, err := s.checkDeleted(ctx, keys, tenant, pins[tenant])
		if err != nil {
			return fmt.Errorf("check the deletion of tenant %s: %w", tenant, err)
		}
		report(check)
	}
	return nil
}

// checkDeleted holds the checkpoints of a tenant that is gone against where its ledger ended, as the platform's ledger
// tells. That one is verified for it: whoever removed a tenant by hand could have written a deletion there.
func (s *Store) checkDeleted(ctx context.Context, keys *Keys, tenant messaging.ID, pins []ledger.Head) (LedgerCheck, error) {
	check := LedgerCheck{Tenant: tenant, Pinned: len(pins)}
	end, found, err := s.deletedEnd(ctx, tenant)
	if err != nil {
		return check, err
	}
	if !found {
		check.Err = fmt.Errorf("%w: checkpoints name the tenant, and it is gone", ledger.ErrTampered)
		return check, nil
	}
	platform, err := s.checkLedger(ctx, keys, messaging.PlatformTenant, nil)
	if err != nil {
		return check, err
	}
	if platform.Err != nil {
		check.Err = fmt.Errorf("%w: the platform's ledger tells of its deletion and is not whole", ledger.ErrTampered)
		return check, nil
	}
	check.Head, check.Deleted = end, true
	for _, pin := range pins {
		if pin.Seq > end.Seq || pin.Seq == end.Seq && pin.Link != end.Link {
			check.Err = fmt.Errorf("%w: a checkpoint is not of the ledger that was deleted", ledger.ErrTampered)
		}
	}
	return check, nil
}

// deletedEnd is where the ledger of a deleted tenant ended.
func (s *Store) deletedEnd(ctx context.Context, tenant messaging.ID) (end ledger.Head, found bool, err error) {
	err = s.ReadTenant(ctx, messaging.PlatformTenant, func(tx *Tx) error {
		target := int64(tenant)
		rows, err := tx.Queries.DeletionsOf(ctx, tx.Tx, sqlcgen.DeletionsOfParams{TenantID: int64(tx.Tenant), Tenant: &target})
		if err != nil || len(rows) != 1 {
			return err
		}
		var detail auth.LedgerEnd
		if err := json.Unmarshal(rows[0], &detail); err != nil {
			return fmt.Errorf("read where the ledger ended: %w", err)
		}
		link, err := hex.DecodeString(detail.Link)
		if err != nil {
			return fmt.Errorf("read where the ledger ended: %w", err)
		}
		end, err = headOf(detail.Seq, link)
		found = err == nil
		return err
	})
	return end, found, err
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
