package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"posthaste/jobs"
)

//go:embed migrations/*.sql
var migrations embed.FS

// WeekOf is the number of the week (Mondays since 2024-01-01) that holds the day; the name of a partition.
func WeekOf(day time.Time) int { return int(day.Sub(firstMonday()).Hours() / 24 / 7) }

func firstMonday() time.Time { return time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC) }

// longestTerm is the top of the ladder of terms, and weeksAhead what exists beyond it.
const (
	longestTerm = 730 * 24 * time.Hour
	weeksAhead  = 8
)

// Migrate brings the schema to this version, sets the roles' passwords and makes the weekly partitions that messages of
// today can need. It is safe to repeat and to run from several processes at once.
func Migrate(ctx context.Context, o Options, now time.Time) error {
	db, err := openOwner(o)
	if err != nil {
		return err
	}
	defer db.Close()
	provider, err := provider(db)
	if err != nil {
		return err
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate Postgres: %w", err)
	}
	if err := migrateJobs(ctx, o); err != nil {
		return err
	}
	if err := setPasswords(ctx, db, o); err != nil {
		return err
	}
	return makeWeeks(ctx, db, now, o.LongestTerm)
}

// ErrSchema says that the database is older or newer than this program.
var ErrSchema = errors.New("the database's schema is not this program's")

// CheckSchema refuses a schema that this program was not built for.
func CheckSchema(ctx context.Context, o Options) error {
	db, err := openOwner(o)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.PingContext(ctx); err != nil {
		return failure(err)
	}
	provider, err := provider(db)
	if err != nil {
		return err
	}
	current, target, err := provider.GetVersions(ctx)
	switch {
	case err != nil:
		return fmt.Errorf("read the schema's version: %w", err)
	case current < target:
		return fmt.Errorf("%w: it is older; run: posthaste migrate", ErrSchema)
	case current > target:
		return fmt.Errorf("%w: it is newer; run the newer program", ErrSchema)
	}
	return checkJobs(ctx, db)
}

func openOwner(o Options) (*sql.DB, error) {
	config, err := pgx.ParseConfig(o.URL)
	if err != nil {
		return nil, errors.New("the Postgres URL cannot be read")
	}
	config.RuntimeParams["timezone"] = "UTC"
	return stdlib.OpenDB(*config), nil
}

func provider(db *sql.DB) (*goose.Provider, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectPostgres, db, files, goose.WithSessionLocker(locker))
}

func setPasswords(ctx context.Context, db *sql.DB, o Options) error {
	for role, password := range map[string]string{appRole: o.AppPassword, acrossRole: o.AcrossPassword, jobsRole: o.JobsPassword} {
		// ALTER ROLE takes no parameter; the password is ours (base64url), and still quoted. A lock, since two
		// installations may share the server in tests.
		statement := fmt.Sprintf("ALTER ROLE %s PASSWORD '%s'", role, strings.ReplaceAll(password, "'", "''"))
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return fmt.Errorf("set a role's password: %w", err)
		}
		_, err = tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock(hashtext('posthaste.roles'))")
		if err == nil {
			_, err = tx.ExecContext(ctx, statement)
		}
		if err != nil {
			_ = tx.Rollback()
			return fmt.Errorf("set the password of %s: %w", role, err)
		}
		if err := tx.Commit(); err != nil {
			return fmt.Errorf("set the password of %s: %w", role, err)
		}
	}
	return nil
}

func makeWeeks(ctx context.Context, db *sql.DB, now time.Time, longest time.Duration) error {
	if longest == 0 {
		longest = longestTerm
	}
	first, last := WeekOf(now), WeekOf(now.Add(longest))+weeksAhead
	// A batch of weeks a call: one transaction over all of them would hold a lock per partition.
	const batch = 8
	for ; first <= last; first += batch {
		if _, err := db.ExecContext(ctx, "CALL make_weeks($1, $2)", first, min(first+batch-1, last)); err != nil {
			return fmt.Errorf("make weekly partitions: %w", err)
		}
	}
	return nil
}

// Fingerprint names the schema that this program makes: equal migrations, equal fingerprint.
func Fingerprint() (string, error) {
	digest := sha256.New()
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return "", err
	}
	for _, name := range names {
		text, err := migrations.ReadFile(name)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(digest, "%s %d\n%s", name, len(text), text)
	}
	if err := jobs.Fingerprint(digest); err != nil {
		return "", err
	}
	return hex.EncodeToString(digest.Sum(nil)[:6]), nil
}
