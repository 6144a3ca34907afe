package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgxpool"

	"posthaste/jobs"
)

// OpenJobs opens the pool that jobs run on; it connects when it is first used. Its role reaches River's tables alone, so
// handing it out opens no third way to anything of a tenant.
func OpenJobs(ctx context.Context, o Options) (*pgxpool.Pool, error) {
	o.Tracer = nil // it counts what requests ask; a queue asks all the time
	return newPool(ctx, o, jobsRole, 0, 4)
}

// migrateJobs brings River's tables to this version; one process at a time, since River itself does not lock.
func migrateJobs(ctx context.Context, o Options) error {
	config, err := pgxpool.ParseConfig(o.URL)
	if err != nil {
		return errors.New("the Postgres URL cannot be read")
	}
	config.MaxConns = 2
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return fmt.Errorf("migrate jobs: %w", err)
	}
	defer pool.Close()
	lock, err := pool.Acquire(ctx)
	if err != nil {
		return failure(err)
	}
	defer lock.Release()
	if _, err := lock.Exec(ctx, "SELECT pg_advisory_lock($1)", jobsLock); err != nil {
		return fmt.Errorf("migrate jobs: %w", err)
	}
	defer func() { _, _ = lock.Exec(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", jobsLock) }()
	return jobs.Migrate(ctx, pool)
}

const jobsLock = 7204

func checkJobs(ctx context.Context, db *sql.DB) error {
	target, err := jobs.Version()
	if err != nil {
		return err
	}
	current, err := jobs.MigratedTo(ctx, db)
	switch {
	case err != nil:
		return fmt.Errorf("read the version of the tables of jobs: %w", err)
	case current < target:
		return fmt.Errorf("%w: it is older; run: posthaste migrate", ErrSchema)
	case current > target:
		return fmt.Errorf("%w: it is newer; run the newer program", ErrSchema)
	}
	return nil
}
