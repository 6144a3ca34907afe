package store

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// away tells a database that cannot be reached, or is going away, from one that refuses what it was asked.
func away(err error) bool {
	if errors.Is(err, context.Canceled) {
		return false // the caller has gone, not the database
	}
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		// Connection exceptions, too few resources, and an operator's intervention but for a cancelled statement.
		return strings.HasPrefix(pg.Code, "08") || strings.HasPrefix(pg.Code, "53") || strings.HasPrefix(pg.Code, "57P")
	}
	_, connect := errors.AsType[*pgconn.ConnectError](err)
	_, network := errors.AsType[*net.OpError](err)
	return connect || network || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || pgconn.SafeToRetry(err)
}
