package faults

import (
	"fmt"
	"strings"

	"posthaste/test/harness"
)

// Numbers are what a round comes to.
type Numbers struct {
	Accepted, Called, Duplicates, PossibleDuplicates, Unknown, Doubtful int
	Claims, StaleClaims                                                 int64
}

// Account compares, by id, what the callers were told, what the sandbox was called for, what Postgres says of each
// message and what ClickHouse counts. It gives everything that does not add up.
func (r *Round) Account() (n Numbers, problems []string) {
	r.t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	problems = append(problems, r.refused...)
	complain := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }

	calls := map[string]int{}
	for _, call := range r.sandbox.Calls(r.t, 0) {
		calls[call.Message(r.t)]++
	}
	n.Accepted, n.Called, n.Doubtful = len(r.accepted), len(calls), r.doubtful
	lost, silent, unheard := 0, 0, 0
	states := r.states()
	for id := range r.accepted {
		s, known := states[id]
		switch {
		case !known:
			lost++
		case calls[id] == 0 && !s.has(unknown) && !s.has(failed) && !s.has(suppressed):
			silent++ // it is said to be sent, and nobody was called
		case calls[id] > 0 && !s.has(read):
			unheard++ // everybody reads, and every report comes again until it is taken
		}
		if s.has(unknown) && !s.has(sent) {
			n.Unknown++
		}
	}
	for id, times := range calls {
		n.Duplicates += times - 1
		if !r.accepted[id] {
			complain("message %s was sent, and no caller was told of it", id)
		}
	}
	for id := range states {
		if !r.accepted[id] {
			complain("message %s exists, and no caller was told of it", id)
		}
	}
	n.PossibleDuplicates = int(harness.Row[int64](r.t, r.box, `SELECT count(*) FROM message_state WHERE bits & 8192 <> 0`))
	n.Claims = harness.Row[int64](r.t, r.box, `SELECT count(*) FROM claim_noted`)
	n.StaleClaims = harness.Row[int64](r.t, r.box, `SELECT count(*) FROM claim_noted WHERE claimed <> owned`)
	for what, count := range map[string]int{
		"accepted messages are not in the database":                         lost,
		"messages are lost: said to be sent, the provider was never called": silent,
		"messages were sent and read, and their reports are lost":           unheard,
		"claims were made by a process that no longer owned":                int(n.StaleClaims),
	} {
		if count > 0 {
			complain("%d %s", count, what)
		}
	}
	if n.Claims == 0 {
		complain("no claim was noted: the watch over them is broken")
	}
	if n.Duplicates > n.PossibleDuplicates {
		complain("%d people got a message twice, and only %d are told as possible", n.Duplicates, n.PossibleDuplicates)
	}
	if n.PossibleDuplicates+n.Unknown > n.Doubtful {
		complain("%d possible duplicates and %d unknown, and only %d calls were under way at the faults", n.PossibleDuplicates, n.Unknown, n.Doubtful)
	}
	if inbound := harness.Row[int64](r.t, r.box, `SELECT count(*) FROM inbound`); int(inbound) != r.posted {
		complain("%d webhooks were answered 200, and %d are on disk", r.posted, inbound)
	}
	return n, append(problems, r.figures()...)
}

// Bits of message_state, as the schema keeps them.
const (
	attempted  = 1 << 0
	sent       = 1 << 1
	delivered  = 1 << 2
	read       = 1 << 3
	failed     = 1 << 4
	unknown    = 1 << 5
	suppressed = 1 << 6
	retried    = 1 << 12
	possible   = 1 << 13
	unsettled  = 1 << 14
)

type state int64

func (s state) has(bit int64) bool { return int64(s)&bit != 0 }

// states gives what is known of each message over all its attempts; the doubt of an attempt that was retried is over.
func (r *Round) states() map[string]state {
	lines := harness.Rows[string](r.t, r.box, `SELECT m.id || ' ' || coalesce(bit_or(CASE WHEN s.bits & 4096 <> 0 THEN s.bits & ~32 ELSE s.bits END), 0)
		FROM message m LEFT JOIN message_state s ON s.tenant_id = m.tenant_id AND s.id = m.id AND s.week = m.state_week GROUP BY m.id`)
	states := make(map[string]state, len(lines))
	for _, line := range lines {
		id, bits, _ := strings.Cut(line, " ")
		var s int64
		if _, err := fmt.Sscan(bits, &s); err != nil {
			r.t.Fatal(err)
		}
		states[id] = state(s)
	}
	return states
}

// figures compares each summary with a recount of the events, and those with Postgres.
func (r *Round) figures() (problems []string) {
	var truth []uint64
	for _, bit := range []int{attempted, sent, delivered, read, retried, possible} {
		truth = append(truth, uint64(harness.Row[int64](r.t, r.box, fmt.Sprintf(`SELECT count(*) FROM message_state WHERE bits & %d <> 0`, bit))))
	}
	targeted := uint64(harness.Row[int64](r.t, r.box, `SELECT count(*) FROM message`))
	truth = append([]uint64{targeted}, truth...)
	counted := r.box.Counts(r.t, `SELECT countIf(status = 'TARGETED'), countIf(status = 'ATTEMPTED'), countIf(status = 'SENT'), countIf(status = 'DELIVERED'),
		countIf(status = 'READ'), countIf(status = 'RETRIED'), countIf(status = 'POSSIBLE_DUPLICATE') FROM events FINAL`)
	if fmt.Sprint(counted) != fmt.Sprint(truth) {
		problems = append(problems, fmt.Sprintf("events say %v, Postgres %v (targeted attempted sent delivered read retried possible)", counted, truth))
	}
	if twice := r.box.Counts(r.t, `SELECT toUInt64((SELECT count() FROM events) - (SELECT count() FROM events FINAL))`)[0]; twice != 0 {
		problems = append(problems, fmt.Sprintf("%d events came twice", twice))
	}
	for _, table := range []string{"kpi_15m", "kpi_day", "kpi_day_template_button", "kpi_day_campaign", "kpi_day_country"} {
		summed := r.box.Counts(r.t, `SELECT sum(targeted), sum(attempted), sum(sent), sum(delivered), sum(read), sum(retried), sum(possible_duplicates) FROM `+table)
		if fmt.Sprint(summed) != fmt.Sprint(counted) {
			problems = append(problems, fmt.Sprintf("%s says %v, a recount of the events %v", table, summed, counted))
		}
	}
	if dead := harness.Row[int64](r.t, r.box, `SELECT count(*) FROM export_dead`); dead != 0 {
		problems = append(problems, fmt.Sprintf("%d blocks of events were given up", dead))
	}
	return problems
}
