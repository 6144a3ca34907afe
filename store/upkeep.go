package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"posthaste/auth"
	"posthaste/messaging"
	"posthaste/store/sqlcgen"
)

// How long what is over stays to be looked at. Sessions tell from which networks a person has come in before.
const (
	keepBlocked  = 90 * 24 * time.Hour
	keepSessions = 90 * 24 * time.Hour
	keepInvites  = 30 * 24 * time.Hour
	keepResets   = 24 * time.Hour
	keepMinutes  = time.Hour
)

// ForgetAccess forgets what nobody needs any more of tries, refused attempts, sessions, invites and links, a batch a
// transaction. Each part by itself: one that fails does not keep the others.
func (s *Store) ForgetAccess(ctx context.Context, now time.Time) error {
	var failed []error
	for _, part := range []struct {
		name   string
		forget func(pgx.Tx, *sqlcgen.Queries) (int64, error)
	}{
		{"tries", func(tx pgx.Tx, q *sqlcgen.Queries) (int64, error) {
			return q.ForgetTries(ctx, tx, sqlcgen.ForgetTriesParams{Now: &now, Most: forgetBatch})
		}},
		{"blocked attempts", func(tx pgx.Tx, q *sqlcgen.Queries) (int64, error) {
			return q.ForgetBlocked(ctx, tx, sqlcgen.ForgetBlockedParams{Before: now.Add(-keepBlocked), Most: forgetBatch})
		}},
		{"sessions", func(tx pgx.Tx, q *sqlcgen.Queries) (int64, error) {
			return q.ForgetSessions(ctx, tx, sqlcgen.ForgetSessionsParams{Before: now.Add(-keepSessions), Most: forgetBatch})
		}},
		{"visits", func(tx pgx.Tx, q *sqlcgen.Queries) (int64, error) {
			return q.ForgetVisits(ctx, tx, sqlcgen.ForgetVisitsParams{Before: now.Add(-auth.RecentVisits), Most: forgetBatch})
		}},
		{"key minutes", func(tx pgx.Tx, q *sqlcgen.Queries) (int64, error) {
			return q.ForgetKeyMinutes(ctx, tx, sqlcgen.ForgetKeyMinutesParams{Before: now.Add(-keepMinutes), Most: forgetBatch})
		}},
		{"invites", func(tx pgx.Tx, q *sqlcgen.Queries) (int64, error) {
			return q.ForgetInvites(ctx, tx, sqlcgen.ForgetInvitesParams{Before: now.Add(-keepInvites), Most: forgetBatch})
		}},
		{"password resets", func(tx pgx.Tx, q *sqlcgen.Queries) (int64, error) {
			return q.ForgetPasswordResets(ctx, tx, sqlcgen.ForgetPasswordResetsParams{Before: now.Add(-keepResets), Most: forgetBatch})
		}},
	} {
		for n := int64(forgetBatch); n == forgetBatch; {
			err := s.AcrossTenants(ctx, "forget", func(tx pgx.Tx, q *sqlcgen.Queries) (err error) {
				n, err = part.forget(tx, q)
				return err
			})
			if err != nil {
				failed = append(failed, fmt.Errorf("forget %s: %w", part.name, err))
				break
			}
		}
	}
	return errors.Join(failed...)
}

// TenantsWithApprovalsOver are those where something waited too long for a second person and still stands as waiting.
func (s *Store) TenantsWithApprovalsOver(ctx context.Context, now time.Time) ([]messaging.ID, error) {
	var tenants []messaging.ID
	err := s.AcrossTenants(ctx, "approvals", func(tx pgx.Tx, q *sqlcgen.Queries) error {
		rows, err := q.TenantsWithApprovalsOver(ctx, tx, now)
		for _, id := range rows {
			tenants = append(tenants, messaging.ID(id))
		}
		return err
	})
	return tenants, err
}

// TenantsWithTrialsOver are those whose changed allow-list was not confirmed in time and still stands as on trial.
func (s *Store) TenantsWithTrialsOver(ctx context.Context, now time.Time) ([]messaging.ID, error) {
	var tenants []messaging.ID
	err := s.AcrossTenants(ctx, "trials", func(tx pgx.Tx, q *sqlcgen.Queries) error {
		rows, err := q.TenantsWithTrialsOver(ctx, tx, &now)
		for _, id := range rows {
			tenants = append(tenants, messaging.ID(id))
		}
		return err
	})
	return tenants, err
}
