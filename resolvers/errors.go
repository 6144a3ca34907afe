package resolvers

import (
	"errors"

	"posthaste/graph"
	"posthaste/messaging"
)

// inputErrors gives a mutation's refusals of its input as userErrors. What is no matter of the input (a missing right, a
// stale factor, a failure of ours) stays an error of the operation.
func inputErrors(err error) ([]*graph.UserError, error) {
	if err == nil {
		return []*graph.UserError{}, nil
	}
	refusal, ok := errors.AsType[*messaging.Error](err)
	if !ok {
		return nil, err
	}
	switch refusal.Code {
	case messaging.CodeStepUp, messaging.CodeForbidden, messaging.CodeAddressNotListed, messaging.CodeSecondFactor,
		messaging.CodeUnavailable, messaging.CodeInternal:
		return nil, err
	}
	return []*graph.UserError{userError(refusal)}, nil
}

func userError(refusal *messaging.Error) *graph.UserError {
	return &graph.UserError{Field: optional(refusal.Field), Code: refusal.Code, Message: refusal.Message}
}

// optional is nil for the zero value: absent is not empty.
func optional[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

// value is the zero value for nil.
func value[T any](v *T) T {
	var zero T
	if v == nil {
		return zero
	}
	return *v
}
