package channels

import (
	"fmt"
	"io"
	"log/slog"
)

// What holds an address, a text or a token prints no more than its name, whatever the verb: a struct that is logged in
// a hurry must not tell on a person.

func (Account) Format(f fmt.State, _ rune)   { _, _ = io.WriteString(f, "[account]") }
func (Recipient) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[recipient]") }
func (Outgoing) Format(f fmt.State, _ rune)  { _, _ = io.WriteString(f, "[outgoing]") }

// Format shows the verdict and the failure, which are safe.
func (o Outcome) Format(f fmt.State, _ rune) {
	_, _ = fmt.Fprintf(f, "[outcome %s %+v]", o.Verdict, o.Failure)
}

func (Account) LogValue() slog.Value   { return slog.StringValue("[account]") }
func (Recipient) LogValue() slog.Value { return slog.StringValue("[recipient]") }
func (Outgoing) LogValue() slog.Value  { return slog.StringValue("[outgoing]") }

// LogValue shows the verdict and the provider's code.
func (o Outcome) LogValue() slog.Value {
	return slog.GroupValue(slog.String("verdict", o.Verdict.String()), slog.Int("code", o.Failure.Code),
		slog.String("action", string(o.Failure.Action)))
}

func (v Verdict) String() string {
	switch v {
	case Accepted:
		return "ACCEPTED"
	case Refused:
		return "REFUSED"
	case NotSent:
		return "NOT_SENT"
	case Unknown:
		return "UNKNOWN"
	}
	return "NONE"
}
