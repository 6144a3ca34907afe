package dispatcher_test

import (
	"context"
	"regexp"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"

	"posthaste/messaging"
	"posthaste/store"
)

// A step plans only what reads weekly partitions: a plan of that for any week would look at all of them. All else keeps
// its plan, since planning it takes longer than running it.
func TestAStepPlansOnlyWhatReadsWeeks(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.onOneConnection()
	messages, _ := b.enqueue(batch{n: 3})
	o, chunk := b.own()
	b.step(o, claimAll(chunk, func(*messaging.Gate) messaging.Decision { return intendAll(chunk) }))
	chunk.Intent, chunk.Attempt = 3, 2 // an attempt before makes the gate read states, too
	outcomes := make([]messaging.CallOutcome, len(messages))
	for i, m := range messages {
		outcomes[i] = messaging.CallOutcome{Chunk: chunk, Index: i, Resolved: i == 0, Evidence: messaging.Evidence{
			Message: m, Week: chunk.Week, Attempt: 1, Bits: messaging.Attempted | messaging.Sent, At: now(), SentAt: now(),
		}}
	}
	again := claimAll(chunk, func(*messaging.Gate) messaging.Decision { return messaging.Decision{} })
	again.Claims[0].Chunk = &messaging.Chunk{ID: chunk.ID, Sender: chunk.Sender, Channel: chunk.Channel, Category: chunk.Category,
		Attempt: 2, StateWeek: chunk.StateWeek, Messages: chunk.Messages, Subjects: chunk.Subjects}
	again.Outcomes = outcomes
	b.step(o, again)

	plans := b.plans()
	for _, name := range []string{"MessageFacts", "BitsOf", "RecordStates", "GateStandings", "SetMarks", "WriteIntents", "DropDoneChunks"} {
		if !slices.ContainsFunc(plans, func(p plan) bool { return p.name == name }) {
			t.Errorf("%s was not run, so nothing is known of it", name)
		}
	}
	if bad := misplanned(plans); len(bad) > 0 {
		t.Errorf("planned in the wrong way: %v", bad)
	}
	// A breach of each kind is seen.
	b.planned("force_generic_plan", "-- name: AllWeeks :one\nSELECT count(*) FROM message m WHERE m.tenant_id = $1 AND m.week = 1")
	b.planned("force_custom_plan", "-- name: EachTime :one\nSELECT count(*) FROM chunk WHERE tenant_id = $1")
	if bad := misplanned(b.plans()); !slices.Equal(bad, []string{"AllWeeks", "EachTime"}) {
		t.Errorf("of two breaches %v were seen", bad)
	}
}

type plan struct {
	name, statement string
	kept, made      int // executions with a plan that is kept, and with one of its own
}

// misplanned names the statements whose plans are kept although they read weekly partitions, or are made each time
// although they do not.
func misplanned(plans []plan) (names []string) {
	weekly := regexp.MustCompile(`(FROM|JOIN) (message|message_state|inbound)\b`)
	for _, p := range plans {
		if weekly.MatchString(p.statement) && p.kept > 0 || !weekly.MatchString(p.statement) && p.made > 0 {
			names = append(names, p.name)
		}
	}
	slices.Sort(names)
	return names
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

// plans are the statements that the one connection has run.
func (b *bench) plans() (plans []plan) {
	b.t.Helper()
	err := b.one.InTenant(b.t.Context(), b.tenant.ID, func(tx *store.Tx) error {
		rows, err := tx.Query(b.t.Context(), `SELECT COALESCE(substring(statement FROM 'name: (\w+)'), ''), statement, generic_plans, custom_plans
			FROM pg_prepared_statements WHERE statement LIKE '-- name:%'`, pgx.QueryExecModeExec)
		if err != nil {
			return err
		}
		plans, err = pgx.CollectRows(rows, func(r pgx.CollectableRow) (p plan, err error) {
			return p, r.Scan(&p.name, &p.statement, &p.kept, &p.made)
		})
		return err
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return plans
}

// planned runs a statement in a mode.
func (b *bench) planned(mode, sql string) {
	b.t.Helper()
	err := b.one.InTenant(context.Background(), b.tenant.ID, func(tx *store.Tx) error {
		if _, err := tx.Exec(b.t.Context(), "SET LOCAL plan_cache_mode = "+mode); err != nil {
			return err
		}
		var n int
		return tx.QueryRow(b.t.Context(), sql, int64(b.tenant.ID)).Scan(&n)
	})
	if err != nil {
		b.t.Fatal(err)
	}
}
