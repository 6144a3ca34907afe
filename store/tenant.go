package store

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store/sqlcgen"
)

// CreateTenant writes a new tenant with its wrapped keys (privacy.Keyring.NewTenantKeys). CONFLICT when the id is taken.
// with runs in the same transaction, for what is born with the tenant; it may be nil.
func (s *Store) CreateTenant(ctx context.Context, t messaging.Tenant, wrapped []byte, with func(*Tx) error) (messaging.Tenant, error) {
	var made messaging.Tenant
	err := s.InTenant(ctx, t.ID, func(tx *Tx) error {
		row, err := tx.Queries.CreateTenant(ctx, tx.Tx, sqlcgen.CreateTenantParams{
			TenantID: int64(t.ID), Name: t.Name, Brand: t.Brand, Zone: t.Zone, Country: t.Country, Locale: t.Locale,
			Currency: t.Currency, AddressMode: string(t.AddressMode), ContentMode: string(t.ContentMode),
			MessageDays: smallint(t.MessageDays), MediaDays: smallint(t.MediaDays), SummaryDays: smallint(t.SummaryDays),
			CreatedAt: t.CreatedAt,
		})
		if errors.Is(err, pgx.ErrNoRows) {
			return messaging.Refuse(messaging.CodeConflict, "", "this tenant exists already")
		}
		if err != nil {
			return err
		}
		made = tenantOf(row)
		err = tx.Queries.CreateTenantKeys(ctx, tx.Tx, sqlcgen.CreateTenantKeysParams{
			TenantID: int64(t.ID), Wrapped: wrapped, CreatedAt: t.CreatedAt,
		})
		if err != nil {
			return err
		}
		err = tx.Queries.CreateLedger(ctx, tx.Tx, sqlcgen.CreateLedgerParams{TenantID: int64(t.ID), Hash: make([]byte, 32)})
		if err != nil || with == nil {
			return err
		}
		return with(tx)
	})
	return made, err
}

// Tenant reads one tenant.
func (s *Store) Tenant(ctx context.Context, id messaging.ID) (messaging.Tenant, error) {
	var t messaging.Tenant
	err := s.ReadTenant(ctx, id, func(tx *Tx) error {
		row, err := tx.Queries.Tenant(ctx, tx.Tx, int64(id))
		t = tenantOf(row)
		return err
	})
	return t, err
}

// Tenants lists every tenant but the platform, by name.
func (s *Store) Tenants(ctx context.Context) ([]messaging.Tenant, error) {
	var list []messaging.Tenant
	err := s.AcrossTenants(ctx, "tenants", func(tx pgx.Tx, q *sqlcgen.Queries) error {
		rows, err := q.Tenants(ctx, tx)
		for _, row := range rows {
			list = append(list, tenantOf(row))
		}
		return err
	})
	return list, err
}

func tenantOf(row sqlcgen.Tenant) messaging.Tenant {
	return messaging.Tenant{
		ID: messaging.ID(row.ID), Name: row.Name, Brand: row.Brand, Zone: row.Zone, Country: row.Country,
		Locale: row.Locale, Currency: row.Currency, State: messaging.TenantState(row.State),
		AddressMode: privacy.Mode(row.AddressMode), ContentMode: privacy.Mode(row.ContentMode),
		MessageDays: int(row.MessageDays), MediaDays: int(row.MediaDays), SummaryDays: int(row.SummaryDays),
		CreatedAt: row.CreatedAt, SuspendedAt: row.SuspendedAt,
	}
}
