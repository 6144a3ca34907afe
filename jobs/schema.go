package jobs

import (
	"context"
	"database/sql"
	_ "embed"
	"fmt"
	"io"
	"log/slog"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

// schema holds River's tables and nothing else.
const schema = "river"

//go:embed grants.sql
var grants string

func migrator(pool *pgxpool.Pool) (*rivermigrate.Migrator[pgx.Tx], error) {
	return rivermigrate.New(riverpgxv5.New(pool), &rivermigrate.Config{Schema: schema, Logger: slog.New(slog.DiscardHandler)})
}

// Version is the version of River's tables that this program is built for.
func Version() (int, error) {
	m, err := migrator(nil)
	if err != nil {
		return 0, err
	}
	all := m.AllVersions()
	return all[len(all)-1].Version, nil
}

// Migrate brings River's tables to Version and sets who may do what with them. The pool signs in as the owner; the schema
// and the roles exist. It is safe to repeat, but not at the same time: the caller holds a lock.
func Migrate(ctx context.Context, pool *pgxpool.Pool) error {
	m, err := migrator(pool)
	if err != nil {
		return err
	}
	if _, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("migrate the tables of jobs: %w", err)
	}
	if _, err := pool.Exec(ctx, grants, pgx.QueryExecModeSimpleProtocol); err != nil {
		return fmt.Errorf("grant the tables of jobs: %w", err)
	}
	return nil
}

// Fingerprint writes what decides on the tables into a digest.
func Fingerprint(digest io.Writer) error {
	version, err := Version()
	if err == nil {
		_, err = fmt.Fprintf(digest, "river %d\n%s", version, grants)
	}
	return err
}

// MigratedTo reads the version of River's tables.
func MigratedTo(ctx context.Context, db *sql.DB) (int, error) {
	var version int
	err := db.QueryRowContext(ctx, "SELECT COALESCE(max(version), 0) FROM river.river_migration WHERE line = 'main'").Scan(&version)
	return version, err
}
