package dispatcher_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"posthaste/messaging"
	"posthaste/store"
)

// The gate's statements keep their plans, since planning takes longer than running them. Such a plan goes by keys also if
// it was made when the tables were small. What reads weekly partitions is planned each time: a plan for any week would
// look at all of them. So is what reads chunks: few tables grow and shrink as fast.
func TestTheGateKeepsItsPlansAndTheyGoByKeys(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.onOneConnection()
	messages, _ := b.enqueue(batch{n: 3})
	b.exec("ANALYZE")
	o, chunk := b.own()
	b.step(o, claimAll(chunk, func(*messaging.Gate) messaging.Decision { return intendAll(chunk) }))
	chunk.Intent = 3
	second := *chunk
	second.Intent, second.Attempt = 0, 2 // an attempt before makes the gate read states, too
	step := claimAll(&second, func(*messaging.Gate) messaging.Decision { return messaging.Decision{} })
	for i, m := range messages {
		step.Outcomes = append(step.Outcomes, messaging.CallOutcome{Chunk: chunk, Index: i, Evidence: messaging.Evidence{
			Message: m, Week: chunk.Week, Attempt: 1, Bits: messaging.Attempted | messaging.Sent, At: now(), SentAt: now(),
		}})
	}
	b.step(o, step)

	kept := []string{"FenceConsent", "GateSenders", "GateStandings", "StepTenant"}
	each := []string{"BitsOf", "DropDoneChunks", "LockChunks", "MessageFacts", "RecordStates", "SetMarks", "WriteIntents"}
	if got := b.planned(kept...); !slices.Equal(got, kept) {
		t.Errorf("plans are kept of %v alone", got)
	}
	if got := b.planned(each...); len(got) > 0 {
		t.Errorf("plans are kept of %v", got)
	}
	for name, keys := range map[string]int{"GateSenders": 2, "GateStandings": 3, "StepTenant": 2} {
		if plan := b.keptPlan(name); readsAll(plan) || strings.Count(plan, "Index Cond") != keys {
			t.Errorf("%s looks for its rows in:\n%s", name, plan)
		}
	}
	// A plan that is made like any other, when the table is small, reads all of it, and that is seen.
	b.prepare("force_generic_plan", "-- name: Any :one\nSELECT count(*) FROM consent_state WHERE tenant_id = $1")
	if plan := b.keptPlan("Any"); !readsAll(plan) {
		t.Errorf("a plan that reads all of a table passes:\n%s", plan)
	}
	b.prepare("force_custom_plan", "-- name: Each :one\nSELECT count(*) FROM consent_state WHERE tenant_id = $1")
	if got := b.planned("Any", "Each"); !slices.Equal(got, []string{"Any"}) {
		t.Errorf("of a kept and a new plan, kept are %v", got)
	}
}

// readsAll tells whether a plan reads more than what its keys name.
func readsAll(plan string) bool {
	return regexp.MustCompile(`Seq Scan|Hash|Merge|Bitmap|Materialize|Join Filter`).MatchString(plan)
}

// onOneConnection has the ledger use one connection, so that what it has prepared can be looked at.
func (b *bench) onOneConnection() {
	b.t.Helper()
	options := b.Options
	options.AppConns = 1
	one, err := store.Open(b.t.Context(), options)
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(one.Close)
	b.one, b.attempts = one, store.NewAttempts(one, b.Keys, b.IDs)
}

func (b *bench) step(o messaging.Owner, s messaging.Step) {
	b.t.Helper()
	if done, err := b.attempts.Step(b.t.Context(), o, s); err != nil || done.Stale {
		b.t.Fatalf("a step: stale %v, %v", done.Stale, err)
	}
}

// planned names those of the statements that the one connection has run with a kept plan and never with another. All of
// them must have run.
func (b *bench) planned(names ...string) (kept []string) {
	b.t.Helper()
	b.inOne(func(tx *store.Tx) error {
		for _, name := range names {
			var generic, custom int
			err := tx.QueryRow(b.t.Context(), `SELECT COALESCE(sum(generic_plans), 0), COALESCE(sum(custom_plans), 0) FROM pg_prepared_statements
				WHERE statement LIKE '-- name: ' || $1 || ' :%'`, name).Scan(&generic, &custom)
			if err != nil {
				return err
			}
			if generic+custom == 0 {
				b.t.Errorf("%s was not run, so nothing is known of it", name)
			}
			if generic > 0 && custom == 0 {
				kept = append(kept, name)
			}
		}
		return nil
	})
	return kept
}

// keptPlan is the plan that the one connection keeps of a statement.
func (b *bench) keptPlan(name string) (plan string) {
	b.t.Helper()
	b.inOne(func(tx *store.Tx) error {
		var prepared string
		var parameters int
		err := tx.QueryRow(b.t.Context(), `SELECT name, cardinality(parameter_types) FROM pg_prepared_statements
			WHERE statement LIKE '-- name: ' || $1 || ' :%'`, name).Scan(&prepared, &parameters)
		if err != nil {
			return err
		}
		nulls := strings.TrimSuffix(strings.Repeat("NULL, ", parameters), ", ")
		results, err := tx.Conn().PgConn().Exec(b.t.Context(),
			"SET LOCAL plan_cache_mode = force_generic_plan; EXPLAIN (COSTS OFF) EXECUTE "+prepared+"("+nulls+")").ReadAll()
		if err != nil {
			return err
		}
		for _, row := range results[1].Rows {
			plan += string(row[0]) + "\n"
		}
		return nil
	})
	return plan
}

// prepare runs a statement about the tenant in a mode of planning.
func (b *bench) prepare(mode, sql string) {
	b.t.Helper()
	b.inOne(func(tx *store.Tx) error {
		if _, err := tx.Exec(b.t.Context(), "SET LOCAL plan_cache_mode = "+mode); err != nil {
			return err
		}
		var n int
		return tx.QueryRow(b.t.Context(), sql, int64(b.tenant.ID)).Scan(&n)
	})
}

func (b *bench) inOne(fn func(*store.Tx) error) {
	b.t.Helper()
	if err := b.one.InTenant(b.t.Context(), b.tenant.ID, fn); err != nil {
		b.t.Fatal(err)
	}
}
