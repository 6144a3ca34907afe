//go:build soak

package faults

import (
	"testing"
	"time"
)

// Ten faults of each kind while 20,000 messages go out: some ten minutes. They come slowly enough that no part dies eight
// times within ten seconds of its start, which the supervisor takes for a part that cannot live.
func TestNothingIsLostInALongRun(t *testing.T) {
	r := NewRound(t, Plan{Seed: seedOf(t), Messages: 20_000, Rate: 40, Rounds: 10, Between: 4 * time.Second})
	r.Run(EveryFault()...)
	r.settle()
}
