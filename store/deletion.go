package store

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"posthaste/auth"
	"posthaste/messaging"
	"posthaste/store/sqlcgen"
)

// DeleteTenant implements auth.TenantStore. Keys and all ways in are gone when it returns nil; a Deleter removes the rows.
// The tenant's own ledger goes with its key, so the platform's keeps where it ended.
func (a *Access) DeleteTenant(ctx context.Context, tenant messaging.ID, name string, now time.Time, with func(auth.AccessTx, auth.LedgerEnd) error) (messaging.Tenant, error) {
	platform, err := a.keys.Of(ctx, messaging.PlatformTenant)
	if messaging.CodeOf(err) == messaging.CodeNotFound {
		return messaging.Tenant{}, messaging.Refuse(messaging.CodeConflict, "", "there is no platform whose ledger could keep the deletion; invite an operator first")
	}
	if err != nil {
		return messaging.Tenant{}, err
	}
	var t messaging.Tenant
	err = a.store.InTenant(ctx, tenant, func(tx *Tx) error {
		row, err := tx.Queries.BeginDeletion(ctx, tx.Tx, sqlcgen.BeginDeletionParams{TenantID: int64(tenant), Name: name, Now: &now})
		if errors.Is(err, pgx.ErrNoRows) {
			return tx.whyNotDeleted(ctx, name)
		}
		if err != nil {
			return err
		}
		t = tenantOf(row)
		head, err := tx.LockLedger(ctx)
		if err != nil {
			return err
		}
		if err := tx.lockOut(ctx, now); err != nil {
			return err
		}
		tx.AfterCommit(func() { a.keys.Forget(tenant) })
		return tx.actFor(ctx, messaging.PlatformTenant, func(tx *Tx) error {
			end := auth.LedgerEnd{Seq: head.Seq, Link: hex.EncodeToString(head.Link[:])}
			return a.act(ctx, tx, platform, func(own auth.AccessTx) error { return with(own, end) })
		})
	})
	return t, err
}

// whyNotDeleted is the refusal of a deletion that found no tenant in the state and of the name that it must have.
func (tx *Tx) whyNotDeleted(ctx context.Context, name string) error {
	row, err := tx.Queries.Tenant(ctx, tx.Tx, int64(tx.Tenant))
	switch {
	case err != nil:
		return err
	case row.State == string(messaging.TenantDeleting):
		return messaging.Refuse(messaging.CodeConflict, "id", "the tenant is being deleted already")
	case row.Name != name:
		return messaging.Refuse(messaging.CodeInvalid, "name", "this is not the tenant's name; type it exactly as it is")
	}
	return messaging.Refuse(messaging.CodeConflict, "id", "suspend the tenant first")
}

// lockOut destroys the tenant's keys, with which all that is sealed is lost, and every way in: for people, for programs,
// to the provider and from it.
func (tx *Tx) lockOut(ctx context.Context, now time.Time) error {
	q, tenant := tx.Queries, int64(tx.Tenant)
	for _, all := range []func(context.Context, sqlcgen.DBTX, int64) error{
		q.DestroyKeys, q.DropAllSessions, q.DropAllTOTP, q.DropAllPasskeys, q.DropAllRecoveryCodes, q.DisableUsers, q.DropTokens, q.DropSecrets,
	} {
		if err := all(ctx, tx.Tx, tenant); err != nil {
			return err
		}
	}
	return errors.Join(
		q.RevokeKeys(ctx, tx.Tx, sqlcgen.RevokeKeysParams{TenantID: tenant, Now: &now}),
		q.WithdrawInvites(ctx, tx.Tx, sqlcgen.WithdrawInvitesParams{TenantID: tenant, Now: &now}),
		q.SpendResets(ctx, tx.Tx, sqlcgen.SpendResetsParams{TenantID: tenant, Now: &now}),
	)
}

// actFor lets the rest of the transaction act for another tenant: what happens to one and is recorded by another must
// happen in one. Nothing may follow it.
func (tx *Tx) actFor(ctx context.Context, tenant messaging.ID, fn func(*Tx) error) error {
	if err := tx.Queries.ActFor(ctx, tx.Tx, tenant.String()); err != nil {
		return err
	}
	return fn(&Tx{Tx: tx.Tx, Tenant: tenant, Queries: tx.Queries, keys: tx.keys})
}

// DeletionEvents is what a deletion asks of the store of events; clickhouse.Store.
type DeletionEvents interface {
	ForgetTenant(ctx context.Context, tenant int64) error
}

// Deleter removes the rows of tenants that are being deleted from both stores: in batches, each a transaction of its own.
// What is gone is how far it has come, so whoever takes it up goes on from there. It works as the owner of the tables, since
// nobody else may touch a ledger.
type Deleter struct {
	access  *Access
	events  DeletionEvents
	options Options
	now     func() time.Time
}

// NewDeleter makes a deleter. The options name the owner of the tables.
func NewDeleter(a *Access, events DeletionEvents, o Options, now func() time.Time) *Deleter {
	return &Deleter{a, events, o, now}
}

const (
	// deletionBatch is how many rows one transaction deletes.
	deletionBatch = 2000
)

// Work does what can be done now for every tenant that is being deleted. Only one process at a time may call it.
func (d *Deleter) Work(ctx context.Context, _ time.Time) error {
	var leaving []sqlcgen.DeletingTenantsRow
	err := d.access.store.AcrossTenants(ctx, "deletion", func(tx pgx.Tx, q *sqlcgen.Queries) (err error) {
		leaving, err = q.DeletingTenants(ctx, tx)
		return err
	})
	if err != nil || len(leaving) == 0 {
		return err
	}
	conn, err := d.options.connectOwner(ctx, "deletion")
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	for _, row := range leaving { // one that fails does not keep the others
		if failed := d.remove(ctx, conn, messaging.ID(row.ID), *row.DeletingAt); failed != nil {
			err = errors.Join(err, fmt.Errorf("delete tenant %d: %w", row.ID, failed))
		}
	}
	return err
}

// remove empties every table of the tenant, and removes the tenant once nothing can write for it any more and its last
// events have passed: what is in a frozen batch reaches ClickHouse first, and is deleted there.
func (d *Deleter) remove(ctx context.Context, conn *pgx.Conn, tenant messaging.ID, began time.Time) error {
	if err := d.empty(ctx, conn, tenant); err != nil {
		return failure(err)
	}
	if d.now().Before(began.Add(keysSettle)) {
		return nil
	}
	var holds bool
	err := d.access.store.AcrossTenants(ctx, "deletion", func(tx pgx.Tx, q *sqlcgen.Queries) (err error) {
		holds, err = q.OutboxHolds(ctx, tx, sqlcgen.OutboxHoldsParams{TenantID: int64(tenant), Before: endOfTime()})
		return err
	})
	if err != nil || holds {
		return err
	}
	if err := d.events.ForgetTenant(ctx, int64(tenant)); err != nil {
		return err
	}
	return d.finish(ctx, conn, tenant)
}

// empty deletes the tenant's rows from every table that the catalogue knows.
func (d *Deleter) empty(ctx context.Context, conn *pgx.Conn, tenant messaging.ID) error {
	q := d.access.store.queries
	tables, err := q.TenantTables(ctx, conn)
	if err != nil {
		return err
	}
	for _, table := range tables {
		for gone := int64(deletionBatch); gone == deletionBatch; {
			gone, err = q.ForgetTenantRows(ctx, conn, sqlcgen.ForgetTenantRowsParams{TenantID: int64(tenant), Tbl: table, Most: deletionBatch})
			if err != nil {
				return fmt.Errorf("empty %s: %w", table, err)
			}
		}
	}
	return nil
}

// finish removes the tenant's own row and notes that in the platform's ledger. Where a row has come meanwhile it does
// neither, and the next round takes that first.
func (d *Deleter) finish(ctx context.Context, conn *pgx.Conn, tenant messaging.ID) error {
	platform, err := d.access.keys.Of(ctx, messaging.PlatformTenant)
	if err != nil {
		return err
	}
	return failure(pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		q := d.access.store.queries
		gone, err := q.ForgetTenant(ctx, tx, int64(tenant))
		if err != nil || !gone {
			return err
		}
		own := &Tx{Tx: tx, Tenant: messaging.PlatformTenant, Queries: q}
		author := messaging.AuthorOf(messaging.Actor{Tenant: messaging.PlatformTenant}, d.access.ids, d.now(), platform)
		return own.record(ctx, author, messaging.AuditEvent{Action: messaging.AuditTenantDeleted, Target: tenant})
	}))
}

// endOfTime is after every row.
func endOfTime() time.Time { return time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC) }
