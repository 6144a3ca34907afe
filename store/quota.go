package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"posthaste/auth"
	"posthaste/messaging"
	"posthaste/store/sqlcgen"
)

// lastMinute is the last minute that is over.
func lastMinute(now time.Time) time.Time { return auth.QuotaMinute(now).Add(-time.Minute) }

// AddKeyRequests implements auth.AccessStore.
func (a *Access) AddKeyRequests(ctx context.Context, requests []auth.KeyRequests) ([]auth.KeyRequests, error) {
	var add sqlcgen.AddKeyRequestsParams
	for _, r := range requests {
		add.Tenants, add.Keys = append(add.Tenants, int64(r.Tenant)), append(add.Keys, int64(r.Key))
		add.Minutes, add.Requests = append(add.Minutes, r.Minute), append(add.Requests, integer(r.Count))
	}
	var totals []auth.KeyRequests
	err := a.store.AcrossTenants(ctx, "quotas", func(tx pgx.Tx, q *sqlcgen.Queries) error {
		rows, err := q.AddKeyRequests(ctx, tx, add)
		for _, row := range rows {
			totals = append(totals, auth.KeyRequests{
				Tenant: messaging.ID(row.TenantID), Key: messaging.ID(row.KeyID), Minute: row.Minute, Count: int(row.Requests),
			})
		}
		return err
	})
	return totals, err
}

// SetKeyQuota implements auth.AccessTx.
func (t *accessTx) SetKeyQuota(ctx context.Context, key messaging.ID, quota int, now time.Time) (auth.ListedKey, error) {
	row, err := t.tx.Queries.SetApiKeyQuota(ctx, t.tx.Tx, sqlcgen.SetApiKeyQuotaParams{
		TenantID: t.tenant(), ID: int64(key), Quota: integer(quota), Now: now, LastMinute: lastMinute(now),
	})
	return listedKey(t.tx.Tenant, sqlcgen.ApiKeysRow(row)), missing(err, "id", "no such key that is good")
}

// TellKeyLimited implements auth.AccessTx.
func (t *accessTx) TellKeyLimited(ctx context.Context, key messaging.ID, now time.Time) (bool, error) {
	return changed(t.tx.Queries.TellKeyLimited(ctx, t.tx.Tx, sqlcgen.TellKeyLimitedParams{
		TenantID: t.tenant(), KeyID: int64(key), Minute: auth.QuotaMinute(now),
	}))
}
