package messaging

import (
	"errors"
	"fmt"
	"time"
)

// Code says to a caller, in one word, why a call was refused. The list is short and fixed; the GraphQL enum ErrorCode
// is its twin. Whatever is not an *Error is INTERNAL: logged once, shown to no one.
type Code string

const (
	CodeUnauthenticated  Code = "UNAUTHENTICATED"        // no valid credential
	CodeSecondFactor     Code = "SECOND_FACTOR_REQUIRED" // password was right, a second factor is due
	CodeStepUp           Code = "STEP_UP_REQUIRED"       // the act needs a fresher factor
	CodePendingApproval  Code = "PENDING_APPROVAL"       // a second person must approve it first
	CodeForbidden        Code = "FORBIDDEN"              // the role or scope does not allow it
	CodeAddressNotListed Code = "IP_NOT_ALLOWED"         // the client's address is outside the allow-list
	CodeInvalid          Code = "INVALID"                // an input is malformed; Field names it
	CodeNotFound         Code = "NOT_FOUND"              // also for another tenant's row
	CodeConflict         Code = "CONFLICT"               // the state has moved, or a key was reused with other input
	CodeLimited          Code = "LIMITED"                // a rate, a quota or a size; Wait may be set
	CodeConsentMissing   Code = "CONSENT_MISSING"        // the person has not opted in, or has opted out
	CodeNotApproved      Code = "TEMPLATE_NOT_APPROVED"  // the template may not be sent now
	CodeWindowClosed     Code = "WINDOW_CLOSED"          // free text needs an open service window
	CodeSuspended        Code = "SUSPENDED"              // the tenant or the sender is stopped
	CodeUpstream         Code = "UPSTREAM"               // the provider refused or is away
	CodeUnavailable      Code = "UNAVAILABLE"            // one of our stores is away; try again
	CodeInternal         Code = "INTERNAL"
)

// Error is the only error whose text reaches a client. Message must be a plain sentence without any address, text,
// secret or other tenant's datum.
type Error struct {
	Code    Code
	Field   string // the input's path ("recipients.3.to"), empty where no field is to blame
	Message string
	Wait    time.Duration // of LIMITED: how long until the next try has a chance; 0 where that is not told
	cause   error
}

func (e *Error) Error() string { return string(e.Code) + ": " + e.Message }

// Unwrap gives the cause, which is for the log alone.
func (e *Error) Unwrap() error { return e.cause }

// Refuse makes an Error. The arguments must be safe to show to the caller.
func Refuse(code Code, field, format string, args ...any) *Error {
	return &Error{Code: code, Field: field, Message: fmt.Sprintf(format, args...)}
}

// After says how long to wait.
func (e *Error) After(wait time.Duration) *Error {
	e.Wait = wait
	return e
}

// Because attaches the cause that the log may show.
func (e *Error) Because(cause error) *Error {
	e.cause = cause
	return e
}

// CodeOf finds the code of an error; anything foreign is CodeInternal. A nil error has the empty code.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return CodeInternal
}
