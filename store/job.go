package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"posthaste/messaging"
	"posthaste/store/sqlcgen"
)

// CreateJob implements messaging.JobStore.
func (s *Store) CreateJob(ctx context.Context, by messaging.Author, action messaging.AuditAction, j messaging.Job, ticketHash [32]byte, until time.Time) error {
	return s.InTenant(ctx, by.Actor.Tenant, func(tx *Tx) error {
		if j.Detail == nil {
			j.Detail = []byte("{}")
		}
		err := tx.Queries.CreateJob(ctx, tx.Tx, sqlcgen.CreateJobParams{
			TenantID: int64(tx.Tenant), ID: int64(j.ID), Kind: string(j.Kind), Target: nullID(j.Target), Total: nullCount(j.Total),
			Detail: j.Detail, TicketHash: ticketHash[:], TicketUntil: &until, CreatedBy: nullID(j.CreatedBy), CreatedAt: j.CreatedAt,
		})
		if err != nil || action == "" {
			return err
		}
		return tx.note(ctx, by, action, j.ID, map[string]string{"kind": string(j.Kind), "detail": string(j.Detail)})
	})
}

// RedeemTicket implements messaging.JobStore.
func (s *Store) RedeemTicket(ctx context.Context, actor messaging.Actor, ticketHash [32]byte, now time.Time) (messaging.Job, error) {
	var j messaging.Job
	err := s.InTenant(ctx, actor.Tenant, func(tx *Tx) error {
		row, err := tx.Queries.RedeemTicket(ctx, tx.Tx, sqlcgen.RedeemTicketParams{
			TenantID: int64(tx.Tenant), TicketHash: ticketHash[:], Now: &now, CreatedBy: nullID(actor.User),
		})
		if errors.Is(err, pgx.ErrNoRows) {
			return messaging.Refuse(messaging.CodeNotFound, "", "this upload address was used, is over, or never was one; ask for a new one")
		}
		j = jobOf(row)
		return err
	})
	return j, err
}

// ReportJob implements messaging.JobStore.
func (s *Store) ReportJob(ctx context.Context, tenant, id messaging.ID, done, failed int, failures []messaging.JobFailure, now time.Time) error {
	kept := sqlcgen.KeepJobFailuresParams{TenantID: int64(tenant), JobID: int64(id)}
	for _, f := range failures {
		kept.Lines, kept.Fields, kept.Codes = append(kept.Lines, integer(f.Line)), append(kept.Fields, f.Field), append(kept.Codes, string(f.Code))
	}
	return s.InTenant(ctx, tenant, func(tx *Tx) error {
		running, err := tx.Queries.ReportJob(ctx, tx.Tx, sqlcgen.ReportJobParams{
			TenantID: int64(tenant), ID: int64(id), Done: int64(done), Failed: int64(failed), Now: &now,
		})
		if err != nil {
			return err
		}
		if running == 0 {
			return messaging.Refuse(messaging.CodeConflict, "", "the work was ended; what was read before is kept")
		}
		if len(failures) == 0 {
			return nil
		}
		return tx.Queries.KeepJobFailures(ctx, tx.Tx, kept)
	})
}

// FinishJob implements messaging.JobStore.
func (s *Store) FinishJob(ctx context.Context, tenant, id messaging.ID, state messaging.JobState, sentence string, now time.Time) error {
	return s.InTenant(ctx, tenant, func(tx *Tx) error {
		return tx.Queries.FinishJob(ctx, tx.Tx, sqlcgen.FinishJobParams{
			TenantID: int64(tenant), ID: int64(id), State: string(state), Error: sentence, Now: &now,
		})
	})
}

// Job reads one job.
func (s *Store) Job(ctx context.Context, tenant, id messaging.ID) (messaging.Job, error) {
	var j messaging.Job
	err := s.ReadTenant(ctx, tenant, func(tx *Tx) error {
		row, err := tx.Queries.Job(ctx, tx.Tx, sqlcgen.JobParams{TenantID: int64(tenant), ID: int64(id)})
		j = jobOf(row)
		return err
	})
	return j, err
}

// Jobs lists a tenant's jobs of a kind (empty: of all), newest first.
func (s *Store) Jobs(ctx context.Context, tenant messaging.ID, kind messaging.JobKind, count int) ([]messaging.Job, error) {
	var list []messaging.Job
	err := s.ReadTenant(ctx, tenant, func(tx *Tx) error {
		rows, err := tx.Queries.Jobs(ctx, tx.Tx, sqlcgen.JobsParams{TenantID: int64(tenant), Kind: string(kind), Count: integer(count)})
		for _, r := range rows {
			list = append(list, jobOf(r))
		}
		return err
	})
	return list, err
}

// JobsOfTargets gives the newest job of a kind for each target that has one.
func (s *Store) JobsOfTargets(ctx context.Context, tenant messaging.ID, kind messaging.JobKind, targets []messaging.ID) (map[messaging.ID]messaging.Job, error) {
	jobs := map[messaging.ID]messaging.Job{}
	err := s.ReadTenant(ctx, tenant, func(tx *Tx) error {
		rows, err := tx.Queries.JobsOfTargets(ctx, tx.Tx, sqlcgen.JobsOfTargetsParams{TenantID: int64(tenant), Kind: string(kind), Targets: int64s(targets)})
		for _, r := range rows {
			jobs[messaging.ID(numberOf(r.Target))] = jobOf(r)
		}
		return err
	})
	return jobs, err
}

// JobFailures gives the first 100 failures of each job.
func (s *Store) JobFailures(ctx context.Context, tenant messaging.ID, jobs []messaging.ID) (map[messaging.ID][]messaging.JobFailure, error) {
	failures := map[messaging.ID][]messaging.JobFailure{}
	err := s.ReadTenant(ctx, tenant, func(tx *Tx) error {
		rows, err := tx.Queries.JobFailures(ctx, tx.Tx, sqlcgen.JobFailuresParams{TenantID: int64(tenant), Jobs: int64s(jobs)})
		for _, r := range rows {
			id := messaging.ID(r.JobID)
			failures[id] = append(failures[id], messaging.JobFailure{Line: int(r.Line), Field: r.Field, Code: messaging.Code(r.Code)})
		}
		return err
	})
	return failures, err
}

// FailStalledJobs ends jobs whose process died and tickets that nobody used, of all tenants. It is run every minute.
func (s *Store) FailStalledJobs(ctx context.Context, now, silentSince time.Time) (int64, error) {
	var n int64
	err := s.AcrossTenants(ctx, "jobs", func(tx pgx.Tx, q *sqlcgen.Queries) (err error) {
		n, err = q.FailStalledJobs(ctx, tx, sqlcgen.FailStalledJobsParams{Now: &now, SilentSince: &silentSince})
		return err
	})
	return n, err
}

func jobOf(r sqlcgen.Job) messaging.Job {
	return messaging.Job{
		ID: messaging.ID(r.ID), Kind: messaging.JobKind(r.Kind), Target: messaging.ID(numberOf(r.Target)),
		State: messaging.JobState(r.State), Done: r.Done, Total: numberOf(r.Total), Failed: r.Failed, Error: r.Error,
		Detail: r.Detail, CreatedBy: messaging.ID(numberOf(r.CreatedBy)), CreatedAt: r.CreatedAt,
		StartedAt: momentOf(r.StartedAt), FinishedAt: momentOf(r.FinishedAt),
	}
}

func nullCount(n int64) *int64 {
	if n == 0 {
		return nil
	}
	return &n
}

func momentOf(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}
