package clickhouse

import (
	"bytes"
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"text/template"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrate brings the tables to this version. It is safe to repeat.
func Migrate(ctx context.Context, o Options) error {
	return withProvider(o, func(p *goose.Provider) error {
		if _, err := p.Up(ctx); err != nil {
			return fmt.Errorf("migrate ClickHouse: %w", err)
		}
		return nil
	})
}

// SchemaVersions gives the version that the database has and the one that this program needs.
func SchemaVersions(ctx context.Context, o Options) (current, target int64, err error) {
	err = withProvider(o, func(p *goose.Provider) error {
		current, target, err = p.GetVersions(ctx)
		return err
	})
	return current, target, err
}

func withProvider(o Options, use func(*goose.Provider) error) error {
	options, err := o.driver()
	if err != nil {
		return err
	}
	db := clickhouse.OpenDB(options)
	defer db.Close()
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return err
	}
	var steps []*goose.Migration
	for _, file := range files {
		step, err := o.Topology.migration(file)
		if err != nil {
			return err
		}
		steps = append(steps, step)
	}
	provider, err := goose.NewProvider(goose.DialectClickHouse, db, nil, goose.WithGoMigrations(steps...), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return fmt.Errorf("read the migrations of ClickHouse: %w", err)
	}
	return use(provider)
}

// migration makes a step of a file. ClickHouse has no transactions; a step that was cut short is repeated, hence
// every statement of a file must bear that: CREATE becomes CREATE IF NOT EXISTS here.
func (t Topology) migration(file string) (*goose.Migration, error) {
	number, _, _ := strings.Cut(strings.TrimPrefix(file, "migrations/"), "_")
	version, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("the migration %s has no number", file)
	}
	statements, err := t.statements(file)
	if err != nil {
		return nil, err
	}
	up := func(ctx context.Context, db *sql.DB) error {
		for _, statement := range statements {
			if _, err := db.ExecContext(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	}
	return goose.NewGoMigration(version, &goose.GoFunc{RunDB: up}, nil), nil
}

// statements fills in the engines and cuts a file at its semicolons.
func (t Topology) statements(file string) ([]string, error) {
	text, err := migrations.ReadFile(file)
	if err != nil {
		return nil, err
	}
	parsed, err := template.New(file).Parse(string(text))
	if err != nil {
		return nil, err
	}
	var filled bytes.Buffer
	if err := parsed.Execute(&filled, t); err != nil {
		return nil, err
	}
	var lines []string
	for line := range strings.Lines(filled.String()) {
		if !strings.HasPrefix(line, "--") {
			lines = append(lines, line)
		}
	}
	var out []string
	for statement := range strings.SplitSeq(strings.Join(lines, ""), ";") {
		if statement = strings.TrimSpace(statement); statement != "" {
			statement = strings.Replace(statement, "CREATE TABLE ", "CREATE TABLE IF NOT EXISTS ", 1)
			out = append(out, strings.Replace(statement, "CREATE MATERIALIZED VIEW ", "CREATE MATERIALIZED VIEW IF NOT EXISTS ", 1))
		}
	}
	return out, nil
}
