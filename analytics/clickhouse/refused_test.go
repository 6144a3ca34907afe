package clickhouse

import (
	"context"
	"errors"
	"io"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2"

	"posthaste/analytics"
	"posthaste/messaging"
)

func TestJudge(t *testing.T) {
	t.Parallel()
	if _, refused := errors.AsType[*analytics.Refused](judge("insert", &clickhouse.Exception{Code: 469})); !refused {
		t.Error("a violated constraint does not blame the rows")
	}
	away := judge("insert", io.ErrUnexpectedEOF)
	if _, refused := errors.AsType[*analytics.Refused](away); refused || messaging.CodeOf(away) != messaging.CodeUnavailable || !errors.Is(away, io.ErrUnexpectedEOF) {
		t.Errorf("a broken connection is judged %v", away)
	}
	full := judge("insert", &clickhouse.Exception{Code: 243}) // no space left
	if _, refused := errors.AsType[*analytics.Refused](full); refused || messaging.CodeOf(full) != messaging.CodeInternal {
		t.Errorf("a full disk is judged %v", full)
	}
	if left := judge("ask", context.Canceled); messaging.CodeOf(left) != messaging.CodeInternal || !errors.Is(left, context.Canceled) {
		t.Errorf("a caller who left is judged %v", left)
	}
}
