package store

import (
	"math"
	"testing"
)

// A number that does not fit is never kept as another one.
func TestNumbersFitTheirColumns(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]struct {
		small int16
		whole int32
	}{
		0: {0, 0}, -1: {-1, -1}, 200: {200, 200},
		32767: {32767, 32767}, 32768: {32767, 32768}, -32768: {-32768, -32768}, -32769: {-32768, -32769},
		65536: {32767, 65536}, 1<<31 - 1: {32767, 2147483647}, 1 << 31: {32767, 2147483647}, 1 << 32: {32767, 2147483647},
		1<<32 + 250: {32767, 2147483647}, -1 << 31: {-32768, -2147483648}, -1<<31 - 1: {-32768, -2147483648},
		math.MaxInt64: {32767, 2147483647}, math.MinInt64: {-32768, -2147483648},
	} {
		if got := smallint(n); got != want.small {
			t.Errorf("smallint(%d) = %d", n, got)
		}
		if got := smallint(int(n)); got != want.small {
			t.Errorf("smallint(int %d) = %d", n, got)
		}
		if got := integer(n); got != want.whole {
			t.Errorf("integer(%d) = %d", n, got)
		}
	}
	if got := integer(uint32(math.MaxUint32)); got != math.MaxInt32 {
		t.Errorf("the largest uint32 is kept as %d", got)
	}
	for n, want := range map[int32]uint32{0: 0, 7: 7, math.MaxInt32: math.MaxInt32, -1: 0, math.MinInt32: 0} {
		if got := natural(n); got != want {
			t.Errorf("natural(%d) = %d", n, got)
		}
	}
}
