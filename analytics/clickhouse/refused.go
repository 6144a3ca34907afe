package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/ClickHouse/clickhouse-go/v2"

	"posthaste/analytics"
	"posthaste/messaging"
)

// ofTheRows are ClickHouse's error codes that blame the rows of an insert. Everything else (no disk, no memory, too many
// parts, a missing table, a wrong password) is the store's own trouble: the rows wait and nothing is given up.
var ofTheRows = []int32{
	6, 26, 27, 32, 33, 36, 38, 41, 53, 69, 70, 72, 117, 131, 321, 407, // cannot parse, wrong type, out of range, incorrect data
	49,  // logical error: the store's own bug, met by one value
	469, // violated constraint
	691, // unknown element of an enum
}

// judge tells a refusal of the rows from a store that is away. The store's text quotes values, so only its code and name
// are kept in a refusal.
func judge(doing string, err error) error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*clickhouse.Exception](err); ok && slices.Contains(ofTheRows, e.Code) {
		return &analytics.Refused{Code: int(e.Code), Reason: fmt.Sprintf("ClickHouse refused the rows with code %d", e.Code)}
	} else if ok {
		return fmt.Errorf("clickhouse: %s: code %d", doing, e.Code)
	}
	err = fmt.Errorf("clickhouse: %s: %w", doing, err)
	if errors.Is(err, context.Canceled) {
		return err
	}
	return messaging.Refuse(messaging.CodeUnavailable, "", "the figures cannot be reached now; sends go on, and the figures follow").Because(err)
}
