package faults

import (
	"os"
	"strconv"
	"testing"
	"time"
)

// One fault of each kind under load. The seed decides order and moments; POSTHASTE_TEST_SEED repeats a run.
func TestNothingIsLostUnderFaults(t *testing.T) {
	t.Parallel()
	r := NewRound(t, Plan{Seed: seedOf(t), Messages: 2000, Rounds: 1, Between: 1500 * time.Millisecond})
	r.Run(EveryFault()...)
	r.settle()
}

func (r *Round) settle() {
	r.t.Helper()
	n, problems := r.Account()
	r.t.Logf("seed %d: %+v", r.plan.Seed, n)
	for _, problem := range problems {
		r.t.Error(problem)
	}
}

func seedOf(t *testing.T) uint64 {
	t.Helper()
	text := os.Getenv("POSTHASTE_TEST_SEED")
	if text == "" {
		return 0
	}
	seed, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatalf("POSTHASTE_TEST_SEED: %v", err)
	}
	return seed
}
