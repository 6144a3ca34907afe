package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"posthaste/messaging"
	"posthaste/store/sqlcgen"
)

// acrossTx is a transaction of the second role with its statements.
type acrossTx struct {
	pgx.Tx
	*sqlcgen.Queries
}

func (a *Attempts) across(ctx context.Context, purpose string, fn func(acrossTx) error) error {
	return a.store.AcrossTenants(ctx, purpose, func(tx pgx.Tx, q *sqlcgen.Queries) error { return fn(acrossTx{tx, q}) })
}

// Shares tells how the portfolios lie with the live dispatchers, and which wait for one.
func (a *Attempts) Shares(ctx context.Context, process int64, now time.Time) (s messaging.Shares, err error) {
	err = a.across(ctx, "shares", func(tx acrossTx) error {
		live, err := tx.LiveDispatchers(ctx, tx.Tx)
		if err != nil {
			return err
		}
		owned, err := tx.OwnedPortfolios(ctx, tx.Tx)
		if err != nil {
			return err
		}
		waiting, err := tx.WaitingPortfolios(ctx, tx.Tx, now)
		if err != nil {
			return err
		}
		s.Live = int(live)
		for _, o := range owned {
			if o.ProcessID == process {
				s.Mine = append(s.Mine, messaging.ID(o.PortfolioID))
			} else {
				s.Others++
			}
		}
		for _, w := range waiting {
			s.Waiting = append(s.Waiting, messaging.ID(w.PortfolioID))
		}
		return nil
	})
	return s, err
}

// Take makes the process the owner of those of the portfolios that nobody alive holds. postTimeout is how long a call of
// an owner before may outlast its lease.
func (a *Attempts) Take(ctx context.Context, process int64, portfolios []messaging.ID, postTimeout time.Duration) (owners []messaging.Owner, err error) {
	err = a.across(ctx, "take", func(tx acrossTx) error {
		rows, err := tx.TakePortfolios(ctx, tx.Tx, sqlcgen.TakePortfoliosParams{
			ProcessID: process, Portfolios: int64s(portfolios), PostTimeout: interval(postTimeout),
		})
		for _, r := range rows {
			owners = append(owners, messaging.Owner{
				Tenant: messaging.ID(r.TenantID), Portfolio: messaging.ID(r.PortfolioID), Process: process, Epoch: r.Epoch,
				ClearIn: durationOf(r.ClearIn),
			})
		}
		return err
	})
	return owners, err
}

// Release gives portfolios back at once. Only for an owner with no call under way and every outcome recorded.
func (a *Attempts) Release(ctx context.Context, process int64, portfolios []messaging.ID) error {
	return a.across(ctx, "release", func(tx acrossTx) error {
		return tx.ReleasePortfolios(ctx, tx.Tx, sqlcgen.ReleasePortfoliosParams{ProcessID: process, Portfolios: int64s(portfolios)})
	})
}

// wakeChannel is what Wake notifies and Listen hears.
const wakeChannel = "posthaste_wake"

// Wake tells the dispatchers that there is work, once it is committed: a notification inside the transaction would put
// every commit of the installation in a row. Callers coalesce; a lost one costs a probe's interval.
func (s *Store) Wake(ctx context.Context) error {
	return s.AcrossTenants(ctx, "wake", func(tx pgx.Tx, q *sqlcgen.Queries) error { return q.Wake(ctx, tx) })
}

// Listen calls heard on each wake-up until ctx ends or the connection breaks; the caller listens anew. It holds a
// connection of its own.
func (s *Store) Listen(ctx context.Context, heard func()) error {
	conn, err := pgx.ConnectConfig(ctx, s.across.Config().ConnConfig)
	if err != nil {
		return fmt.Errorf("listen for work: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, "LISTEN "+wakeChannel); err != nil {
		return fmt.Errorf("listen for work: %w", err)
	}
	for {
		if _, err := conn.WaitForNotification(ctx); err != nil {
			return err
		}
		heard()
	}
}
