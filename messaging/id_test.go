package messaging

import (
	"testing"
	"time"
)

func TestIDsBeginWhereTheyAreToldTo(t *testing.T) {
	t.Parallel()
	now := Epoch.Add(1000 * time.Hour)
	for name, test := range map[string]struct{ from, want time.Time }{
		"in the past":      {now.Add(-time.Hour), now},
		"in the future":    {now.Add(time.Hour), now.Add(time.Hour)},
		"in a millisecond": {now.Add(1500 * time.Microsecond), now.Add(time.Millisecond)},
	} {
		ids := NewIDs(3, func() time.Time { return now }).From(test.from)
		if !ids.Spent().IsZero() || len(ids.Take(0)) != 0 || !ids.Spent().IsZero() {
			t.Errorf("%s: spent until %v before the first", name, ids.Spent())
		}
		first := ids.Next()
		if !first.Time().Equal(test.want) || !ids.Spent().Equal(test.want.Add(time.Millisecond)) {
			t.Errorf("%s: %v, and spent until %v", name, first.Time(), ids.Spent())
		}
		// A millisecond holds 4,096: the rest of it and one more.
		last := ids.Take(4096)[4095]
		if !last.Time().Equal(test.want.Add(time.Millisecond)) || !ids.Spent().Equal(test.want.Add(2*time.Millisecond)) {
			t.Errorf("%s: the 4,097th is of %v, and spent until %v", name, last.Time(), ids.Spent())
		}
	}
}
