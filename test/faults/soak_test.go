//go:build soak

package faults

import (
	"testing"
	"time"
)

// Ten faults of each kind while 20,000 messages go out over four minutes and more.
func TestNothingIsLostInALongRun(t *testing.T) {
	r := NewRound(t, Plan{Seed: seedOf(t), Messages: 20_000, Rounds: 10, Between: 2 * time.Second})
	r.Run(EveryFault()...)
	r.settle()
}
