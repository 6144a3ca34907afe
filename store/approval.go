package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/jackc/pgx/v5"

	"posthaste/auth"
	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store/sqlcgen"
)

// approvalTx implements auth.ApprovalTx: access and campaigns in one transaction, whose audit is one link.
type approvalTx struct {
	*accessTx
	*sendTx
}

var _ auth.ApprovalTx = (*approvalTx)(nil)

// Decide implements auth.ApprovalStore.
func (a *Access) Decide(ctx context.Context, tenant messaging.ID, fn func(auth.ApprovalTx) error) error {
	keys, err := a.keys.Of(ctx, tenant)
	if err != nil {
		return err
	}
	return a.store.InTenant(ctx, tenant, func(tx *Tx) error {
		t := &accessTx{tx: tx, keys: keys, ids: a.ids}
		return a.settle(ctx, t, fn(&approvalTx{t, &sendTx{Tx: tx, keys: a.keys, ledger: keys.Derive(privacy.ForAuditLedger)}}))
	})
}

// Audit implements auth.AccessTx.
func (t *approvalTx) Audit(ctx context.Context, at time.Time, events ...messaging.AuditEvent) error {
	return t.accessTx.Audit(ctx, at, events...)
}

// Note implements messaging.CampaignTx: the entry joins the transaction's one link.
func (t *approvalTx) Note(ctx context.Context, at time.Time, _ messaging.ID, event messaging.AuditEvent) error {
	return t.accessTx.Audit(ctx, at, event)
}

// InsertApproval implements auth.ApprovalTx.
func (t *approvalTx) InsertApproval(ctx context.Context, w auth.Approval) (bool, error) {
	q, db := t.tx.Queries, t.tx.Tx
	changes, err := json.Marshal(w.Changes)
	if err != nil {
		return false, fmt.Errorf("write down what would change: %w", err)
	}
	return changed(q.InsertApproval(ctx, db, sqlcgen.InsertApprovalParams{
		TenantID: t.tenant(), ID: int64(w.ID), Action: string(w.Action), Subject: int64(w.Subject), Payload: w.Payload, Digest: w.Digest[:],
		Changes: changes, Maker: int64(w.Maker), Now: w.CreatedAt, ExpiresAt: w.ExpiresAt,
	}))
}

// ExpireApprovals implements auth.ApprovalTx.
func (t *approvalTx) ExpireApprovals(ctx context.Context, now time.Time) ([]auth.Approval, error) {
	rows, err := t.tx.Queries.ExpireApprovals(ctx, t.tx.Tx, sqlcgen.ExpireApprovalsParams{TenantID: t.tenant(), Now: now})
	if err != nil {
		return nil, err
	}
	over := make([]auth.Approval, len(rows))
	for i, row := range rows {
		if over[i], err = approvalOf(row); err != nil {
			return nil, err
		}
	}
	return over, nil
}

// LockApproval implements auth.ApprovalTx.
func (t *approvalTx) LockApproval(ctx context.Context, id messaging.ID) (auth.Approval, error) {
	row, err := t.tx.Queries.LockApproval(ctx, t.tx.Tx, sqlcgen.LockApprovalParams{TenantID: t.tenant(), ID: int64(id)})
	if err != nil {
		return auth.Approval{}, missing(err, "id", "no such approval")
	}
	return approvalOf(row)
}

// DecideApproval implements auth.ApprovalTx.
func (t *approvalTx) DecideApproval(ctx context.Context, w auth.Approval) error {
	decided, err := changed(t.tx.Queries.DecideApproval(ctx, t.tx.Tx, sqlcgen.DecideApprovalParams{
		TenantID: t.tenant(), ID: int64(w.ID), State: string(w.State), Checker: nullID(w.Checker), Reason: w.Reason, Now: &w.DecidedAt,
	}))
	if err == nil && !decided {
		err = errors.New("a locked approval was decided by another")
	}
	return err
}

func approvalOf(row sqlcgen.Approval) (auth.Approval, error) {
	w := auth.Approval{
		ID: messaging.ID(row.ID), Tenant: messaging.ID(row.TenantID), Action: auth.Action(row.Action), Subject: messaging.ID(row.Subject),
		Payload: row.Payload, Maker: messaging.ID(row.Maker), State: auth.ApprovalState(row.State), Checker: messaging.ID(numberOf(row.Checker)),
		Reason: row.Reason, CreatedAt: row.CreatedAt, ExpiresAt: row.ExpiresAt, DecidedAt: moment(row.DecidedAt),
	}
	copy(w.Digest[:], row.Digest)
	if err := json.Unmarshal(row.Changes, &w.Changes); err != nil {
		return w, fmt.Errorf("read what an approval would change: %w", err)
	}
	return w, nil
}

// Approval implements auth.ApprovalStore.
func (a *Access) Approval(ctx context.Context, tenant, id messaging.ID) (auth.Approval, error) {
	var w auth.Approval
	err := a.store.ReadTenant(ctx, tenant, func(tx *Tx) error {
		row, err := tx.Queries.Approval(ctx, tx.Tx, sqlcgen.ApprovalParams{TenantID: int64(tenant), ID: int64(id)})
		if err != nil {
			return err
		}
		w, err = approvalOf(row)
		return err
	})
	return w, err
}

// Approvals implements auth.ApprovalStore.
func (a *Access) Approvals(ctx context.Context, tenant messaging.ID, f auth.ApprovalFilter) ([]auth.Approval, error) {
	before := int64(f.Before)
	if before == 0 {
		before = math.MaxInt64
	}
	var list []auth.Approval
	err := a.store.ReadTenant(ctx, tenant, func(tx *Tx) error {
		rows, err := tx.Queries.Approvals(ctx, tx.Tx, sqlcgen.ApprovalsParams{
			TenantID: int64(tenant), Before: before, Maker: int64(f.Maker), State: string(f.State), Now: f.Now, Count: integer(f.Count),
		})
		if err != nil {
			return err
		}
		for _, row := range rows {
			w, err := approvalOf(row)
			if err != nil {
				return err
			}
			list = append(list, w)
		}
		return nil
	})
	return list, err
}

// SecurityPolicy implements auth.ApprovalStore.
func (a *Access) SecurityPolicy(ctx context.Context, tenant messaging.ID) (auth.SecurityPolicy, error) {
	var p auth.SecurityPolicy
	err := a.store.ReadTenant(ctx, tenant, func(tx *Tx) (err error) {
		p, err = tx.securityPolicy(ctx)
		return err
	})
	return p, err
}

func (tx *Tx) securityPolicy(ctx context.Context) (auth.SecurityPolicy, error) {
	row, err := tx.Queries.SecurityPolicy(ctx, tx.Tx, int64(tx.Tenant))
	p := auth.SecurityPolicy{
		Sessions:     sessionLimits(row.IdleMinutes, row.SessionHours, row.SessionCount),
		ApproveAbove: int(row.ApproveAbove), ApprovalLife: time.Duration(row.ApprovalHours) * time.Hour,
	}
	for _, name := range row.ApproveActs {
		p.ApproveActs = append(p.ApproveActs, auth.Action(name))
	}
	return p, err
}

// LockedPolicy implements auth.PolicyTx.
func (t *accessTx) LockedPolicy(ctx context.Context) (auth.SecurityPolicy, error) {
	if err := t.tx.Queries.LockTenantAccess(ctx, t.tx.Tx, t.tenant()); err != nil {
		return auth.SecurityPolicy{}, err
	}
	return t.tx.securityPolicy(ctx)
}

// SetSecurityPolicy implements auth.PolicyTx.
func (t *accessTx) SetSecurityPolicy(ctx context.Context, p auth.SecurityPolicy) error {
	acts := make([]string, len(p.ApproveActs))
	for i, a := range p.ApproveActs {
		acts[i] = string(a)
	}
	return t.tx.Queries.SetSecurityPolicy(ctx, t.tx.Tx, sqlcgen.SetSecurityPolicyParams{
		TenantID: t.tenant(), IdleMinutes: int16(p.Sessions.Idle.Minutes()), SessionHours: int16(p.Sessions.Absolute.Hours()),
		SessionCount: smallint(p.Sessions.Count), ApproveAbove: integer(p.ApproveAbove), ApproveActs: acts, ApprovalHours: int16(p.ApprovalLife.Hours()),
	})
}

// ActiveRoles implements auth.PolicyTx.
func (t *accessTx) ActiveRoles(ctx context.Context) ([]auth.Role, error) {
	names, err := t.tx.Queries.RolesOfActive(ctx, t.tx.Tx, t.tenant())
	roles := make([]auth.Role, len(names))
	for i, name := range names {
		roles[i] = auth.Role(name)
	}
	return roles, err
}

// RoleOf implements auth.PolicyTx.
func (t *accessTx) RoleOf(ctx context.Context, user messaging.ID) (auth.Role, bool, error) {
	row, err := t.tx.Queries.RoleOf(ctx, t.tx.Tx, sqlcgen.RoleOfParams{TenantID: t.tenant(), ID: int64(user)})
	if errors.Is(err, pgx.ErrNoRows) {
		return "", false, nil
	}
	return auth.Role(row.Role), row.State == userActive, err
}
