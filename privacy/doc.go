// Package privacy is how a datum is kept: sealed, as a keyed hash, or not at all. It holds the keys and the few
// operations on them, and imports nothing of ours, so everything else may stand on it.
//
// Keys form three layers. Root keys come from the operator's configuration and are never stored. Server keys are derived
// from them, one per Purpose. Tenant keys are random, stored wrapped by a root key; a tenant's day keys are random and
// stored wrapped by the tenant's data key. What is wrapped is erased by deleting the wrapping: the row with the wrapped
// key is the only way back.
//
// No value of this package prints its secret, under any verb of fmt or handler of slog.
package privacy
