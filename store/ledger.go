package store

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"posthaste/auth/ledger"
	"posthaste/privacy"
	"posthaste/store/sqlcgen"
)

// LedgerKind is which entries a link covers; each kind has a key of its own, the chain is one.
type LedgerKind string

const (
	AuditLink   LedgerKind = "AUDIT"
	ConsentLink LedgerKind = "CONSENT"
)

// LockLedger locks the end of the tenant's chain until the transaction ends, so that the next link has no gap and no
// twin. Rows that others lock as well (identities, messages) must be locked before it, never after.
func (tx *Tx) LockLedger(ctx context.Context) (ledger.Head, error) {
	row, err := tx.Queries.LockLedger(ctx, tx.Tx, int64(tx.Tenant))
	if errors.Is(err, pgx.ErrNoRows) {
		return ledger.Head{}, fmt.Errorf("tenant %s has no ledger", tx.Tenant)
	}
	if err != nil {
		return ledger.Head{}, err
	}
	return headOf(row.Seq, row.Hash)
}

// AppendLink writes the link that follows head, which LockLedger gave, over the canonical forms of the entries. The
// entries' own rows carry head.Seq+1.
func (tx *Tx) AppendLink(ctx context.Context, kind LedgerKind, key privacy.Key, head ledger.Head, at time.Time, entries [][]byte) (ledger.Head, error) {
	next := head.Append(key, CanonicalLink(entries))
	err := tx.Queries.AppendLink(ctx, tx.Tx, sqlcgen.AppendLinkParams{
		TenantID: int64(tx.Tenant), Seq: next.Seq, Hash: next.Link[:], Kind: string(kind), At: at,
		Rows: integer(len(entries)), Prev: head.Link[:],
	})
	return next, err
}

// CanonicalLink is what one link covers: how many entries, and each preceded by its length.
func CanonicalLink(entries [][]byte) []byte {
	out := binary.AppendUvarint(nil, uint64(len(entries)))
	for _, e := range entries {
		out = append(binary.AppendUvarint(out, uint64(len(e))), e...)
	}
	return out
}

func headOf(seq int64, hash []byte) (ledger.Head, error) {
	head := ledger.Head{Seq: seq}
	if copy(head.Link[:], hash) != len(head.Link) || len(hash) != len(head.Link) {
		return ledger.Head{}, errors.New("the ledger's head is malformed")
	}
	return head, nil
}
