// Package graph is the GraphQL contract: one schema file per noun, the generated executor and the scalars.
package graph

import (
	"encoding/json"
	"io"
	"strconv"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"posthaste/messaging"
)

// ErrorCode is messaging.Code in the schema's enum.
type ErrorCode = messaging.Code

// MarshalErrorCode writes the code.
func MarshalErrorCode(c ErrorCode) graphql.Marshaler { return graphql.MarshalString(string(c)) }

// UnmarshalErrorCode reads a code. It is never an input.
func UnmarshalErrorCode(v any) (ErrorCode, error) {
	s, err := graphql.UnmarshalString(v)
	return ErrorCode(s), err
}

// MarshalID writes an id as a decimal string.
func MarshalID(id messaging.ID) graphql.Marshaler { return graphql.MarshalString(id.String()) }

// UnmarshalID reads a decimal string.
func UnmarshalID(v any) (messaging.ID, error) {
	s, ok := v.(string)
	if !ok {
		return 0, messaging.Refuse(messaging.CodeInvalid, "", "an id is a string")
	}
	return messaging.ParseID(s)
}

// MarshalTime writes RFC 3339 in UTC to the millisecond.
func MarshalTime(t time.Time) graphql.Marshaler {
	return graphql.WriterFunc(func(w io.Writer) {
		_, _ = io.WriteString(w, t.UTC().Format(`"2006-01-02T15:04:05.000Z"`))
	})
}

// UnmarshalTime reads RFC 3339 or epoch milliseconds.
func UnmarshalTime(v any) (time.Time, error) {
	switch v := v.(type) {
	case string:
		if t, err := time.Parse(time.RFC3339Nano, v); err == nil {
			return t, nil
		}
	case json.Number:
		if ms, err := v.Int64(); err == nil {
			return time.UnixMilli(ms).UTC(), nil
		}
	case int64:
		return time.UnixMilli(v).UTC(), nil
	case int:
		return time.UnixMilli(int64(v)).UTC(), nil
	}
	return time.Time{}, messaging.Refuse(messaging.CodeInvalid, "", "a time is RFC 3339 or epoch milliseconds")
}

// MarshalDate writes YYYY-MM-DD.
func MarshalDate(t time.Time) graphql.Marshaler {
	return graphql.MarshalString(t.Format(time.DateOnly))
}

// UnmarshalDate reads YYYY-MM-DD.
func UnmarshalDate(v any) (time.Time, error) {
	if s, ok := v.(string); ok {
		if t, err := time.Parse(time.DateOnly, s); err == nil {
			return t, nil
		}
	}
	return time.Time{}, messaging.Refuse(messaging.CodeInvalid, "", "a date is YYYY-MM-DD")
}

// MarshalInt writes a whole number.
func MarshalInt(n int) graphql.Marshaler { return graphql.MarshalInt(n) }

// UnmarshalInt reads a whole number of 32 bits, as GraphQL defines Int: what is beyond is refused, before anything keeps it
// in a column where it would be another number.
func UnmarshalInt(v any) (int, error) {
	n, err := graphql.UnmarshalInt32(v)
	if err != nil {
		return 0, messaging.Refuse(messaging.CodeInvalid, "", "a number is whole and has 32 bits")
	}
	return int(n), nil
}

// MarshalLong writes a JSON number.
func MarshalLong(n int64) graphql.Marshaler {
	return graphql.WriterFunc(func(w io.Writer) { _, _ = io.WriteString(w, strconv.FormatInt(n, 10)) })
}

// UnmarshalLong reads a whole number.
func UnmarshalLong(v any) (int64, error) { return graphql.UnmarshalInt64(v) }

// MarshalTimeZone writes the IANA name.
func MarshalTimeZone(zone string) graphql.Marshaler { return graphql.MarshalString(zone) }

// UnmarshalTimeZone reads an IANA name that this program knows.
func UnmarshalTimeZone(v any) (string, error) {
	s, ok := v.(string)
	if ok && s != "" && s != "Local" {
		if _, err := time.LoadLocation(s); err == nil {
			return s, nil
		}
	}
	return "", messaging.Refuse("UNKNOWN_TIME_ZONE", "", "not an IANA time zone")
}

// MarshalMessageID writes "<id>-<week>".
func MarshalMessageID(ref messaging.MessageRef) graphql.Marshaler {
	return graphql.MarshalString(ref.String())
}

// UnmarshalMessageID reads what MarshalMessageID wrote.
func UnmarshalMessageID(v any) (messaging.MessageRef, error) {
	s, ok := v.(string)
	if !ok {
		return messaging.MessageRef{}, messaging.Refuse(messaging.CodeInvalid, "", "a message's id is a string")
	}
	return messaging.ParseMessageRef(s)
}
