package analytics

import "fmt"

// Refused says that the store has refused these rows and would refuse them again: the rows are to blame, not the store.
type Refused struct {
	Code   int    // the store's error code, 0: the block itself cannot be read
	Reason string // a plain sentence without any row's value
}

func (r *Refused) Error() string { return fmt.Sprintf("analytics: refused (%d): %s", r.Code, r.Reason) }
