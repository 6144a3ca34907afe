package store

import (
	"context"
	"errors"
	"math"
	"time"

	"github.com/jackc/pgx/v5"

	"posthaste/messaging"
	"posthaste/store/sqlcgen"
)

// CreateTemplate implements messaging.TemplateStore.
func (s *Store) CreateTemplate(ctx context.Context, by messaging.Author, t messaging.Template) error {
	components, err := t.Draft().Components()
	if err != nil {
		return err
	}
	return s.InTenant(ctx, by.Actor.Tenant, func(tx *Tx) error {
		err := tx.Queries.CreateTemplate(ctx, tx.Tx, sqlcgen.CreateTemplateParams{
			TenantID: int64(tx.Tenant), ID: int64(t.ID), WabaID: int64(t.WabaID), Name: t.Name, Language: t.Language,
			Category: string(t.AskedCategory), ParameterFormat: string(t.Format), Components: components,
			CreatedAt: t.CreatedAt, CreatedBy: nullID(by.Actor.User),
		})
		if err != nil {
			return err
		}
		return tx.note(ctx, by, messaging.AuditTemplateCreated, t.ID, map[string]string{"name": t.Name, "language": t.Language})
	})
}

// Template reads a template that is not deleted.
func (s *Store) Template(ctx context.Context, tenant, id messaging.ID) (messaging.Template, error) {
	var t messaging.Template
	err := s.ReadTenant(ctx, tenant, func(tx *Tx) error {
		row, err := tx.Queries.Template(ctx, tx.Tx, sqlcgen.TemplateParams{TenantID: int64(tenant), ID: int64(id)})
		if err != nil {
			return err
		}
		t, err = templateOf(row)
		return err
	})
	return t, err
}

// TemplatesByID gives the templates that exist of the ids, deleted ones among them, in no order.
func (s *Store) TemplatesByID(ctx context.Context, tenant messaging.ID, ids []messaging.ID) ([]messaging.Template, error) {
	var list []messaging.Template
	err := s.ReadTenant(ctx, tenant, func(tx *Tx) error {
		rows, err := tx.Queries.TemplatesByID(ctx, tx.Tx, sqlcgen.TemplatesByIDParams{TenantID: int64(tenant), Ids: int64s(ids)})
		if err != nil {
			return err
		}
		list, err = templatesOf(rows)
		return err
	})
	return list, err
}

// Templates lists templates, newest first, below the id before (0: from the newest): at most count.
func (s *Store) Templates(ctx context.Context, tenant, before messaging.ID, count int, filter messaging.TemplateFilter) ([]messaging.Template, error) {
	if before == 0 {
		before = math.MaxInt64
	}
	var list []messaging.Template
	err := s.ReadTenant(ctx, tenant, func(tx *Tx) error {
		rows, err := tx.Queries.Templates(ctx, tx.Tx, sqlcgen.TemplatesParams{
			TenantID: int64(tenant), Before: int64(before), States: texts(filter.States), Categories: texts(filter.Categories),
			NamePart: filter.Name, Count: integer(count),
		})
		if err != nil {
			return err
		}
		list, err = templatesOf(rows)
		return err
	})
	return list, err
}

// ChangeTemplate implements messaging.TemplateStore.
func (s *Store) ChangeTemplate(ctx context.Context, by messaging.Author, id messaging.ID, action messaging.AuditAction, change func(*messaging.Template) error) (messaging.Template, error) {
	var t messaging.Template
	err := s.InTenant(ctx, by.Actor.Tenant, func(tx *Tx) error {
		row, err := tx.Queries.LockTemplate(ctx, tx.Tx, sqlcgen.LockTemplateParams{TenantID: int64(tx.Tenant), ID: int64(id)})
		if err != nil {
			return err
		}
		if t, err = templateOf(row); err != nil {
			return err
		}
		if err := change(&t); err != nil {
			return err
		}
		if err := tx.saveTemplate(ctx, t); err != nil || action == "" {
			return err
		}
		return tx.note(ctx, by, action, id, map[string]string{"name": t.Name, "language": t.Language, "state": string(t.State)})
	})
	return t, err
}

// ApplyTemplateEvent moves a template as the platform reports and tells whether anything changed. account is the
// platform's id of the account that the report is about. A template that we do not have is no error: changed is false.
func (tx *Tx) ApplyTemplateEvent(ctx context.Context, account string, e messaging.TemplateEvent) (t messaging.Template, changed bool, err error) {
	row, err := tx.templateOfEvent(ctx, account, e)
	if errors.Is(err, pgx.ErrNoRows) {
		return messaging.Template{}, false, nil
	}
	if err != nil {
		return messaging.Template{}, false, err
	}
	if t, err = templateOf(row); err != nil {
		return t, false, err
	}
	if !t.Apply(e) {
		return t, false, nil
	}
	return t, true, tx.saveTemplate(ctx, t)
}

func (tx *Tx) templateOfEvent(ctx context.Context, account string, e messaging.TemplateEvent) (sqlcgen.Template, error) {
	row, err := tx.Queries.LockTemplateByMetaID(ctx, tx.Tx, sqlcgen.LockTemplateByMetaIDParams{TenantID: int64(tx.Tenant), MetaID: e.MetaID})
	if !errors.Is(err, pgx.ErrNoRows) || e.Name == "" {
		return row, err
	}
	return tx.Queries.LockTemplateByName(ctx, tx.Tx, sqlcgen.LockTemplateByNameParams{
		TenantID: int64(tx.Tenant), WabaMetaID: account, Name: e.Name, Language: e.Language,
	})
}

func (tx *Tx) saveTemplate(ctx context.Context, t messaging.Template) error {
	components, err := t.Draft().Components()
	if err != nil {
		return err
	}
	return tx.Queries.SaveTemplate(ctx, tx.Tx, sqlcgen.SaveTemplateParams{
		TenantID: int64(tx.Tenant), ID: int64(t.ID), WabaID: int64(t.WabaID), MetaID: t.MetaID, Name: t.Name,
		Language: t.Language, Category: string(t.Category), AskedCategory: string(t.AskedCategory),
		ParameterFormat: string(t.Format), Components: components, State: string(t.State), StateReason: t.StateReason,
		StateAt: t.StateAt, Quality: string(t.Quality), Revision: integer(t.Revision),
	})
}

// ReviewAccount implements messaging.TemplateStore.
func (s *Store) ReviewAccount(ctx context.Context, tenant, waba messaging.ID) (metaID string, portfolio messaging.ID, tokenSealed []byte, err error) {
	err = s.ReadTenant(ctx, tenant, func(tx *Tx) error {
		row, err := tx.Queries.ReviewAccount(ctx, tx.Tx, sqlcgen.ReviewAccountParams{TenantID: int64(tenant), WabaID: int64(waba)})
		metaID, portfolio, tokenSealed = row.MetaID, messaging.ID(row.PortfolioID), row.TokenSealed
		return err
	})
	return metaID, portfolio, tokenSealed, err
}

// LostSubmissions implements messaging.TemplateStore.
func (s *Store) LostSubmissions(ctx context.Context, tenant messaging.ID, before time.Time) ([]messaging.ID, error) {
	var ids []messaging.ID
	err := s.ReadTenant(ctx, tenant, func(tx *Tx) error {
		rows, err := tx.Queries.LostSubmissions(ctx, tx.Tx, sqlcgen.LostSubmissionsParams{TenantID: int64(tenant), Before: before})
		for _, id := range rows {
			ids = append(ids, messaging.ID(id))
		}
		return err
	})
	return ids, err
}

func templatesOf(rows []sqlcgen.Template) ([]messaging.Template, error) {
	list := make([]messaging.Template, 0, len(rows))
	for _, row := range rows {
		t, err := templateOf(row)
		if err != nil {
			return nil, err
		}
		list = append(list, t)
	}
	return list, nil
}

func templateOf(r sqlcgen.Template) (messaging.Template, error) {
	text, err := messaging.ParseComponents(r.Components)
	metaID := ""
	if r.MetaID != nil {
		metaID = *r.MetaID
	}
	return messaging.Template{
		ID: messaging.ID(r.ID), WabaID: messaging.ID(r.WabaID), MetaID: metaID, Name: r.Name, Language: r.Language,
		Category: messaging.Category(r.Category), AskedCategory: messaging.Category(r.AskedCategory),
		Format: messaging.ParameterFormat(r.ParameterFormat), TemplateText: text, State: messaging.TemplateState(r.State),
		StateReason: r.StateReason, StateAt: r.StateAt, Quality: messaging.ParseQuality(r.Quality), Revision: int(r.Revision),
		CreatedAt: r.CreatedAt,
	}, err
}
