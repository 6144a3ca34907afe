package store

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"posthaste/store/sqlcgen"
)

// pipeline sends statements together and then reads their answers in order: one round trip for all of them. The first
// that fails ends the transaction, and its error is send's.
type pipeline struct {
	batch   pgx.Batch
	queries []func(sqlcgen.DBTX) error
	keeping bool // plans of what comes next are kept
}

// add puts a query in. It is called twice: at once, with a database that takes the statement down and answers
// errTakenDown, which query must return; and by send, with one that has the answer. So it makes one statement, from what
// is known now.
func (p *pipeline) add(query func(sqlcgen.DBTX) error) {
	p.keep(false)
	p.queue(query)
}

// addKept is add for a statement whose plan Postgres makes once for a connection and then keeps, where planning takes
// longer than running. It reaches its rows by whole keys: not by weeks, and not in a table that is empty now and full in a
// minute, for which a plan that goes by keys need not be the cheapest when it is made.
func (p *pipeline) addKept(query func(sqlcgen.DBTX) error) {
	p.keep(true)
	p.queue(query)
}

// keep turns the keeping of plans on or off for what is queued next.
func (p *pipeline) keep(on bool) {
	if p.keeping == on {
		return
	}
	p.keeping = on
	settings := planEach
	if on {
		settings = planOnce
	}
	p.queue(func(db sqlcgen.DBTX) error {
		_, err := db.Exec(context.Background(), settings)
		return err
	})
}

// planEach and planOnce set, for the rest of a transaction, how statements are planned. Connections begin with custom
// plans: a plan for any week looks at all weekly partitions, 172 ms of it; one for the weeks at hand at one of them. A plan
// that is kept goes by indexes, row by row, however small the tables were when it was made: they grow under it.
const (
	customPlans = "force_custom_plan"
	planEach    = `SELECT set_config('plan_cache_mode', '` + customPlans + `', true), set_config('enable_seqscan', 'on', true),
		set_config('enable_hashjoin', 'on', true), set_config('enable_mergejoin', 'on', true),
		set_config('enable_bitmapscan', 'on', true), set_config('enable_material', 'on', true)`
	planOnce = `SELECT set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_seqscan', 'off', true),
		set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),
		set_config('enable_bitmapscan', 'off', true), set_config('enable_material', 'off', true)`
)

func (p *pipeline) queue(query func(sqlcgen.DBTX) error) {
	_ = query((*takesDown)(p))
	p.queries = append(p.queries, query)
}

// send runs what was added.
func (p *pipeline) send(ctx context.Context, tx pgx.Tx) (err error) {
	p.keep(false)
	if len(p.queries) != p.batch.Len() {
		return errors.New("store: a query of a pipeline makes one statement")
	}
	if len(p.queries) == 0 {
		return nil
	}
	results := tx.SendBatch(ctx, &p.batch)
	defer func() {
		if closed := results.Close(); err == nil {
			err = closed
		}
	}()
	for _, query := range p.queries {
		if err := query(answers{results}); err != nil {
			return err
		}
	}
	return nil
}

var errTakenDown = errors.New("store: the statement was taken down")

type takesDown pipeline

func (p *takesDown) Exec(_ context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	p.batch.Queue(sql, args...)
	return pgconn.CommandTag{}, errTakenDown
}

func (p *takesDown) Query(_ context.Context, sql string, args ...any) (pgx.Rows, error) {
	p.batch.Queue(sql, args...)
	return nil, errTakenDown
}

func (p *takesDown) QueryRow(_ context.Context, sql string, args ...any) pgx.Row {
	p.batch.Queue(sql, args...)
	return noRow{}
}

type noRow struct{}

func (noRow) Scan(...any) error { return errTakenDown }

// answers gives the answers of a batch, whatever is asked.
type answers struct{ results pgx.BatchResults }

func (a answers) Exec(context.Context, string, ...any) (pgconn.CommandTag, error) {
	return a.results.Exec()
}
func (a answers) Query(context.Context, string, ...any) (pgx.Rows, error) { return a.results.Query() }
func (a answers) QueryRow(context.Context, string, ...any) pgx.Row        { return a.results.QueryRow() }
