package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store/sqlcgen"
)

// Routes finds whose a webhook is, and keeps what of it could not be read.
type Routes struct {
	store *Store
	keys  *Keys
	ids   *messaging.IDs
}

// NewRoutes makes the door of the webhook receiver.
func NewRoutes(s *Store, keys *Keys, ids *messaging.IDs) *Routes { return &Routes{s, keys, ids} }

// RoutedApp reads the app of a route with its secrets opened; found is false for no app of ours.
func (r *Routes) RoutedApp(ctx context.Context, id messaging.ID) (app messaging.RoutedApp, found bool, err error) {
	var row sqlcgen.RoutedAppRow
	err = r.store.AcrossTenants(ctx, "webhook route", func(tx pgx.Tx, q *sqlcgen.Queries) (err error) {
		row, err = q.RoutedApp(ctx, tx, int64(id))
		return err
	})
	if messaging.CodeOf(err) == messaging.CodeNotFound {
		return messaging.RoutedApp{}, false, nil
	}
	if err != nil {
		return messaging.RoutedApp{}, false, err
	}
	app = messaging.RoutedApp{Tenant: messaging.ID(row.TenantID), ID: id, Senders: map[string]messaging.ID{}}
	if copy(app.VerifyTokenHash[:], row.VerifyTokenHash) != len(app.VerifyTokenHash) {
		return app, false, errors.New("a verify token's hash has a wrong length")
	}
	keys, err := r.keys.Of(ctx, app.Tenant)
	if err != nil {
		return app, false, err
	}
	opened := func(sealed []byte) (privacy.Secret, error) {
		secret, err := keys.Open(nil, messaging.AppSecretPlace(id), sealed)
		return privacy.NewSecret(string(secret)), err
	}
	if app.Secret, err = opened(row.SecretSealed); err != nil {
		return app, false, err
	}
	if len(row.OldSecretSealed) > 0 {
		if app.OldSecret, err = opened(row.OldSecretSealed); err != nil {
			return app, false, err
		}
		app.OldSecretUntil = moment(row.OldSecretUntil)
	}
	err = r.store.ReadTenant(ctx, app.Tenant, func(tx *Tx) error {
		tenant, err := tx.Queries.RoutedTenant(ctx, tx.Tx, int64(app.Tenant))
		if err != nil {
			return err
		}
		app.Country, app.MessageDays = tenant.Country, int(tenant.MessageDays)
		app.KeepsPlain = privacy.Mode(tenant.AddressMode).KeepsValue() && privacy.Mode(tenant.ContentMode).KeepsValue()
		senders, err := tx.Queries.RoutedSenders(ctx, tx.Tx, sqlcgen.RoutedSendersParams{TenantID: int64(app.Tenant), AppID: int64(id)})
		for _, s := range senders {
			app.Senders[s.ProviderID] = messaging.ID(s.ID)
		}
		return err
	})
	return app, err == nil, err
}

// rawPlace is where a webhook's body is kept.
func rawPlace(id messaging.ID) privacy.AAD {
	return privacy.AAD{Table: "webhook_raw", Column: "sealed", Row: int64(id)}
}

// KeepRaw seals a webhook body that could not be read, whole or in part, for replay. It holds addresses and texts that
// nobody could take out, so where the tenant keeps none it is treated like a payload: the key of the day, and three days.
func (r *Routes) KeepRaw(ctx context.Context, app messaging.RoutedApp, now time.Time, reason string, raw []byte) error {
	keys, err := r.keys.Of(ctx, app.Tenant)
	if err != nil {
		return err
	}
	id := r.ids.Next()
	place := rawPlace(id)
	row := sqlcgen.KeepRawParams{
		TenantID: int64(app.Tenant), ID: int64(id), AppID: int64(app.ID), ReceivedAt: now, Reason: reason,
		ExpiresOn: now.UTC().Truncate(24*time.Hour).AddDate(0, 0, app.MessageDays),
	}
	return r.store.InTenant(ctx, app.Tenant, func(tx *Tx) error {
		if app.KeepsPlain {
			row.Sealed = keys.Seal(nil, place, raw)
			return tx.Queries.KeepRaw(ctx, tx.Tx, row)
		}
		day := privacy.DayOf(now)
		key, err := r.keys.DayKey(ctx, tx, day)
		if err != nil {
			return err
		}
		deleteBy := now.Add(messaging.PayloadLife)
		row.Sealed, row.DeleteBy, row.Day = key.Seal(nil, place, raw), &deleteBy, pgtype.Date{Time: dateOf(day), Valid: true}
		return tx.Queries.KeepRaw(ctx, tx.Tx, row)
	})
}

// Apply books what a provider tells of templates and limits, in one transaction.
func (r *Routes) Apply(ctx context.Context, tenant messaging.ID, news messaging.AccountNews) error {
	if news.Empty() {
		return nil
	}
	return r.store.InTenant(ctx, tenant, func(tx *Tx) error {
		for _, t := range news.Templates {
			if _, _, err := tx.ApplyTemplateEvent(ctx, t.Account, t.Event); err != nil {
				return err
			}
		}
		for _, l := range news.Limits {
			err := tx.Queries.SetDailyLimit(ctx, tx.Tx, sqlcgen.SetDailyLimitParams{TenantID: int64(tenant), Account: l.Account, DailyLimit: integer(l.Recipients)})
			if err != nil {
				return err
			}
		}
		return nil
	})
}
