package graph_test

import (
	"encoding/json"
	"testing"

	"posthaste/graph"
	"posthaste/messaging"
)

// GraphQL's Int has 32 bits. A number beyond them would become another one where it is kept.
func TestIntHas32Bits(t *testing.T) {
	t.Parallel()
	for given, want := range map[any]int{
		int64(0): 0, int64(-7): -7, json.Number("250"): 250, int64(1<<31 - 1): 2147483647, json.Number("-2147483648"): -2147483648, 12: 12,
	} {
		if got, err := graph.UnmarshalInt(given); err != nil || got != want {
			t.Errorf("%v is read as %d, %v", given, got, err)
		}
	}
	for _, given := range []any{
		int64(1 << 31), int64(1 << 32), int64(1<<32 + 250), json.Number("4294967296"), json.Number("-2147483649"),
		json.Number("99999999999999999999"), json.Number("1.5"), "many", true, 2.0,
	} {
		if got, err := graph.UnmarshalInt(given); messaging.CodeOf(err) != messaging.CodeInvalid {
			t.Errorf("%v is read as %d, %v", given, got, err)
		}
	}
}
