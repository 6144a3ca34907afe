package store

import (
	"context"
	"net/netip"
	"time"

	"posthaste/auth"
	"posthaste/messaging"
	"posthaste/store/sqlcgen"
)

// allowList reads the lists in force and on trial.
func (tx *Tx) allowList(ctx context.Context, bootstrap *netip.Addr) (auth.AllowList, error) {
	rows, err := tx.Queries.AllowEntries(ctx, tx.Tx, int64(tx.Tenant))
	return allowList(rows, bootstrap), err
}

// acrossEntries are rows of the second role's twin of the statement.
func acrossEntries(rows []sqlcgen.AllowEntriesOfRow) []sqlcgen.AllowEntriesRow {
	out := make([]sqlcgen.AllowEntriesRow, len(rows))
	for i, row := range rows {
		out[i] = sqlcgen.AllowEntriesRow(row)
	}
	return out
}

// allowList makes the list of its revisions' entries. A revision without entries is one row without a network.
func allowList(rows []sqlcgen.AllowEntriesRow, bootstrap *netip.Addr) auth.AllowList {
	list := auth.AllowList{State: auth.AllowBootstrap}
	if bootstrap != nil {
		list.Bootstrap = *bootstrap
	}
	for _, row := range rows {
		entries := &list.Entries
		if row.State == revisionTrial {
			if list.Trial == nil {
				list.Trial = &auth.Trial{Until: moment(row.TrialUntil), By: messaging.ID(numberOf(row.CreatedBy))}
			}
			entries = &list.Trial.Entries
		} else {
			list.State = auth.AllowEnforced
		}
		list.Revision = max(list.Revision, row.RevisionID)
		if row.Cidr != nil {
			*entries = append(*entries, auth.AllowEntry{
				Network: *row.Cidr, Label: row.Label, Disabled: !row.Enabled, Expires: moment(row.ExpiresAt),
			})
		}
	}
	return list
}

// The states of a revision that this package writes by itself.
const (
	revisionTrial  = "TRIAL"
	revisionActive = "ACTIVE"
)

// AllowList implements auth.AccessStore.
func (a *Access) AllowList(ctx context.Context, tenant messaging.ID) (auth.AllowList, error) {
	var list auth.AllowList
	err := a.store.ReadTenant(ctx, tenant, func(tx *Tx) (err error) {
		list, err = tx.tenantList(ctx)
		return err
	})
	return list, err
}

func (tx *Tx) tenantList(ctx context.Context) (auth.AllowList, error) {
	row, err := tx.Queries.Tenant(ctx, tx.Tx, int64(tx.Tenant))
	if err != nil {
		return auth.AllowList{}, err
	}
	return tx.allowList(ctx, row.BootstrapAddress)
}

// LockedAllowList implements auth.AccessTx.
func (t *accessTx) LockedAllowList(ctx context.Context) (auth.AllowList, error) {
	if err := t.tx.Queries.LockTenantAccess(ctx, t.tx.Tx, t.tenant()); err != nil {
		return auth.AllowList{}, err
	}
	return t.tx.tenantList(ctx)
}

// ProposeAllowList implements auth.AccessTx.
func (t *accessTx) ProposeAllowList(ctx context.Context, revision messaging.ID, trial auth.Trial, ids []messaging.ID, now time.Time) error {
	return t.putRevision(ctx, sqlcgen.InsertAllowRevisionParams{
		TenantID: t.tenant(), ID: int64(revision), State: revisionTrial, TrialUntil: &trial.Until, CreatedBy: nullID(trial.By), Now: now,
	}, trial.Entries, ids)
}

// SetAllowList implements auth.AccessTx.
func (t *accessTx) SetAllowList(ctx context.Context, revision messaging.ID, entries []auth.AllowEntry, ids []messaging.ID, now time.Time) error {
	if err := t.tx.Queries.RetireAllowList(ctx, t.tx.Tx, t.tenant()); err != nil {
		return err
	}
	return t.putRevision(ctx, sqlcgen.InsertAllowRevisionParams{
		TenantID: t.tenant(), ID: int64(revision), State: revisionActive, Now: now,
	}, entries, ids)
}

func (t *accessTx) putRevision(ctx context.Context, r sqlcgen.InsertAllowRevisionParams, entries []auth.AllowEntry, ids []messaging.ID) error {
	if err := t.tx.Queries.InsertAllowRevision(ctx, t.tx.Tx, r); err != nil {
		return err
	}
	params := sqlcgen.InsertAllowEntriesParams{TenantID: t.tenant(), RevisionID: r.ID, Ids: int64s(ids)}
	for _, e := range entries {
		expires := e.Expires
		if expires.IsZero() {
			expires = time.Unix(0, 0)
		}
		params.Cidrs, params.Labels = append(params.Cidrs, e.Network.String()), append(params.Labels, e.Label)
		params.Enableds, params.Expiries = append(params.Enableds, !e.Disabled), append(params.Expiries, expires)
	}
	return t.tx.Queries.InsertAllowEntries(ctx, t.tx.Tx, params)
}

// KeepAllowList implements auth.AccessTx.
func (t *accessTx) KeepAllowList(ctx context.Context, now time.Time) (bool, error) {
	if err := t.tx.Queries.RetireAllowList(ctx, t.tx.Tx, t.tenant()); err != nil {
		return false, err
	}
	return changed(t.tx.Queries.ActivateTrial(ctx, t.tx.Tx, sqlcgen.ActivateTrialParams{TenantID: t.tenant(), Now: &now}))
}

// DropTrial implements auth.AccessTx.
func (t *accessTx) DropTrial(ctx context.Context) (bool, error) {
	return changed(t.tx.Queries.EndTrials(ctx, t.tx.Tx, t.tenant()))
}

// SetBootstrap implements auth.AccessTx.
func (t *accessTx) SetBootstrap(ctx context.Context, address netip.Addr) error {
	return t.tx.Queries.SetBootstrapAddress(ctx, t.tx.Tx, sqlcgen.SetBootstrapAddressParams{TenantID: t.tenant(), Address: &address})
}
