package store

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"posthaste/messaging"
	"posthaste/store/sqlcgen"
)

// CreatePortfolio implements messaging.SenderStore.
func (s *Store) CreatePortfolio(ctx context.Context, by messaging.Author, p messaging.Portfolio, tokenSealed []byte) error {
	return s.InTenant(ctx, by.Actor.Tenant, func(tx *Tx) error {
		err := tx.Queries.CreatePortfolio(ctx, tx.Tx, sqlcgen.CreatePortfolioParams{
			TenantID: int64(tx.Tenant), ID: int64(p.ID), MetaID: p.MetaID, Name: p.Name, DailyLimit: integer(p.DailyLimit),
			Reserve: integer(p.Reserve), TokenSealed: tokenSealed, CreatedAt: p.CreatedAt,
		})
		if err != nil {
			return err
		}
		return tx.note(ctx, by, messaging.AuditPortfolioCreated, p.ID, map[string]string{"name": p.Name, "metaId": p.MetaID})
	})
}

// AppOf implements messaging.SenderStore.
func (s *Store) AppOf(ctx context.Context, tenant messaging.ID, metaAppID string) (messaging.ID, error) {
	var id int64
	err := s.ReadTenant(ctx, tenant, func(tx *Tx) (err error) {
		id, err = tx.Queries.AppByMetaID(ctx, tx.Tx, sqlcgen.AppByMetaIDParams{TenantID: int64(tenant), MetaAppID: metaAppID})
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		return err
	})
	return messaging.ID(id), err
}

// CreateWaba implements messaging.SenderStore.
func (s *Store) CreateWaba(ctx context.Context, by messaging.Author, w messaging.Waba, app messaging.NewProviderApp) (messaging.Waba, error) {
	return w, s.InTenant(ctx, by.Actor.Tenant, func(tx *Tx) error {
		replaced, err := tx.Queries.PutApp(ctx, tx.Tx, sqlcgen.PutAppParams{
			TenantID: int64(tx.Tenant), ID: int64(app.ID), MetaAppID: app.MetaAppID, SecretSealed: app.SecretSealed,
			VerifyTokenHash: app.VerifyTokenHash[:], CreatedAt: app.CreatedAt, OldUntil: oldSecretUntil(by),
		})
		if err != nil {
			return err
		}
		err = tx.Queries.CreateWaba(ctx, tx.Tx, sqlcgen.CreateWabaParams{
			TenantID: int64(tx.Tenant), ID: int64(w.ID), PortfolioID: int64(w.PortfolioID), ProviderAppID: int64(app.ID),
			MetaID: w.MetaID, Name: w.Name, CreatedAt: w.CreatedAt,
		})
		if err != nil {
			return err
		}
		created := by.Actor.Audited(messaging.AuditWabaCreated, w.ID, map[string]string{"name": w.Name, "metaId": w.MetaID, "appId": app.MetaAppID})
		if !replaced {
			return tx.record(ctx, by, created)
		}
		return tx.record(ctx, by, by.Actor.Audited(messaging.AuditAppSecretReplaced, app.ID, nil), created)
	})
}

// CreateSender implements messaging.SenderStore. A WhatsApp number belongs to the portfolio of its account.
func (s *Store) CreateSender(ctx context.Context, by messaging.Author, sender messaging.Sender) (messaging.Sender, error) {
	err := s.InTenant(ctx, by.Actor.Tenant, func(tx *Tx) error {
		waba, err := tx.Queries.Waba(ctx, tx.Tx, sqlcgen.WabaParams{TenantID: int64(tx.Tenant), ID: int64(sender.WabaID)})
		if errors.Is(err, pgx.ErrNoRows) {
			return messaging.Refuse(messaging.CodeNotFound, "wabaId", "this WhatsApp Business account does not exist")
		}
		if err != nil {
			return err
		}
		sender.PortfolioID, sender.AppID = messaging.ID(waba.PortfolioID), messaging.ID(waba.ProviderAppID)
		err = tx.Queries.CreateSender(ctx, tx.Tx, sqlcgen.CreateSenderParams{
			TenantID: int64(tx.Tenant), ID: int64(sender.ID), PortfolioID: waba.PortfolioID, WabaID: nullID(sender.WabaID),
			Channel: string(sender.Channel), ProviderID: sender.ProviderID, Display: sender.Display,
			VerifiedName: sender.VerifiedName, MessagesSecond: smallint(sender.MessagesSecond), CreatedAt: sender.CreatedAt,
		})
		if err != nil {
			return err
		}
		return tx.note(ctx, by, messaging.AuditSenderCreated, sender.ID, map[string]string{"display": sender.Display, "providerId": sender.ProviderID})
	})
	return sender, err
}

// ReplaceToken implements messaging.SenderStore.
func (s *Store) ReplaceToken(ctx context.Context, by messaging.Author, id messaging.ID, tokenSealed []byte) (messaging.Portfolio, error) {
	var p messaging.Portfolio
	err := s.InTenant(ctx, by.Actor.Tenant, func(tx *Tx) error {
		found, err := changed(tx.Queries.ReplaceToken(ctx, tx.Tx, sqlcgen.ReplaceTokenParams{TenantID: int64(tx.Tenant), ID: int64(id), TokenSealed: tokenSealed}))
		if err == nil && !found {
			err = messaging.Refuse(messaging.CodeNotFound, "id", "this portfolio does not exist")
		}
		if err != nil {
			return err
		}
		list, err := tx.portfolios(ctx)
		if err != nil {
			return err
		}
		p = list[slices.IndexFunc(list, func(p messaging.Portfolio) bool { return p.ID == id })]
		return tx.note(ctx, by, messaging.AuditTokenReplaced, id, nil)
	})
	return p, err
}

// ReplaceAppSecret implements messaging.SenderStore.
func (s *Store) ReplaceAppSecret(ctx context.Context, by messaging.Author, waba messaging.ID, seal func(messaging.ID) []byte) error {
	return s.InTenant(ctx, by.Actor.Tenant, func(tx *Tx) error {
		account, err := tx.Queries.Waba(ctx, tx.Tx, sqlcgen.WabaParams{TenantID: int64(tx.Tenant), ID: int64(waba)})
		if err != nil {
			return missing(err, "wabaId", "this WhatsApp Business account does not exist")
		}
		app := messaging.ID(account.ProviderAppID)
		_, err = tx.Queries.ReplaceAppSecret(ctx, tx.Tx, sqlcgen.ReplaceAppSecretParams{
			TenantID: int64(tx.Tenant), ID: int64(app), SecretSealed: seal(app), OldUntil: oldSecretUntil(by),
		})
		if err != nil {
			return err
		}
		return tx.note(ctx, by, messaging.AuditAppSecretReplaced, app, nil)
	})
}

func oldSecretUntil(by messaging.Author) *time.Time {
	until := by.At.Add(messaging.SecretOverlap)
	return &until
}

// ResumeSender implements messaging.SenderStore.
func (s *Store) ResumeSender(ctx context.Context, by messaging.Author, id messaging.ID) (messaging.Sender, error) {
	var sender messaging.Sender
	err := s.InTenant(ctx, by.Actor.Tenant, func(tx *Tx) error {
		moved, err := tx.Queries.ResumeSender(ctx, tx.Tx, sqlcgen.ResumeSenderParams{TenantID: int64(tx.Tenant), ID: int64(id)})
		if err != nil {
			return err
		}
		rows, err := tx.Queries.SendersByID(ctx, tx.Tx, sqlcgen.SendersByIDParams{TenantID: int64(tx.Tenant), Ids: []int64{int64(id)}})
		switch {
		case err != nil:
			return err
		case len(rows) == 0:
			return messaging.Refuse(messaging.CodeNotFound, "id", "this sender does not exist")
		case moved == 0:
			return messaging.Refuse(messaging.CodeConflict, "id", "this sender is not stopped")
		}
		sender = senderOf(rows[0].Sender, rows[0].ProviderAppID)
		return tx.note(ctx, by, messaging.AuditSenderResumed, id, nil)
	})
	return sender, err
}

// Portfolios lists a tenant's portfolios by name.
func (s *Store) Portfolios(ctx context.Context, tenant messaging.ID) ([]messaging.Portfolio, error) {
	var list []messaging.Portfolio
	err := s.ReadTenant(ctx, tenant, func(tx *Tx) (err error) {
		list, err = tx.portfolios(ctx)
		return err
	})
	return list, err
}

func (tx *Tx) portfolios(ctx context.Context) ([]messaging.Portfolio, error) {
	rows, err := tx.Queries.Portfolios(ctx, tx.Tx, int64(tx.Tenant))
	var list []messaging.Portfolio
	for _, r := range rows {
		list = append(list, messaging.Portfolio{
			ID: messaging.ID(r.ID), MetaID: r.MetaID, Name: r.Name, DailyLimit: int(r.DailyLimit), Reserve: int(r.Reserve),
			TokenSet: r.TokenSet, CreatedAt: r.CreatedAt,
		})
	}
	return list, err
}

// PortfolioUses tells what counts in the limit windows of portfolios; one that nobody counts in is missing.
func (s *Store) PortfolioUses(ctx context.Context, tenant messaging.ID, portfolios []messaging.ID, now time.Time) (map[messaging.ID]messaging.PortfolioUse, error) {
	uses := map[messaging.ID]messaging.PortfolioUse{}
	err := s.ReadTenant(ctx, tenant, func(tx *Tx) error {
		rows, err := tx.Queries.PortfolioUses(ctx, tx.Tx, sqlcgen.PortfolioUsesParams{
			TenantID: int64(tenant), Portfolios: int64s(portfolios), HourAgo: now.Add(-time.Hour), Since: now.Add(-messaging.LimitSpan),
		})
		for _, r := range rows {
			id := messaging.ID(r.PortfolioID)
			uses[id] = messaging.PortfolioUse{PortfolioID: id, Used: int(r.Used), Oldest: r.Oldest, LastHour: int(r.LastHour)}
		}
		return err
	})
	return uses, err
}

// Wabas lists a tenant's WhatsApp Business accounts by name.
func (s *Store) Wabas(ctx context.Context, tenant messaging.ID) ([]messaging.Waba, error) {
	var list []messaging.Waba
	err := s.ReadTenant(ctx, tenant, func(tx *Tx) error {
		rows, err := tx.Queries.Wabas(ctx, tx.Tx, int64(tenant))
		for _, r := range rows {
			list = append(list, wabaOf(r))
		}
		return err
	})
	return list, err
}

// Senders lists a tenant's senders of a channel, or all for the empty channel.
func (s *Store) Senders(ctx context.Context, tenant messaging.ID, channel messaging.Channel) ([]messaging.Sender, error) {
	var list []messaging.Sender
	err := s.ReadTenant(ctx, tenant, func(tx *Tx) error {
		rows, err := tx.Queries.Senders(ctx, tx.Tx, sqlcgen.SendersParams{TenantID: int64(tenant), Channel: string(channel)})
		for _, r := range rows {
			list = append(list, senderOf(r.Sender, r.ProviderAppID))
		}
		return err
	})
	return list, err
}

// SendersByID gives the senders that exist of the ids, in no order.
func (s *Store) SendersByID(ctx context.Context, tenant messaging.ID, ids []messaging.ID) ([]messaging.Sender, error) {
	var list []messaging.Sender
	err := s.ReadTenant(ctx, tenant, func(tx *Tx) error {
		rows, err := tx.Queries.SendersByID(ctx, tx.Tx, sqlcgen.SendersByIDParams{TenantID: int64(tenant), Ids: int64s(ids)})
		for _, r := range rows {
			list = append(list, senderOf(r.Sender, r.ProviderAppID))
		}
		return err
	})
	return list, err
}

// QueuedOfSenders counts the recipients that wait at each sender; one without any is missing.
func (s *Store) QueuedOfSenders(ctx context.Context, tenant messaging.ID, ids []messaging.ID) (map[messaging.ID]int64, error) {
	queued := map[messaging.ID]int64{}
	err := s.ReadTenant(ctx, tenant, func(tx *Tx) error {
		rows, err := tx.Queries.QueuedOfSenders(ctx, tx.Tx, sqlcgen.QueuedOfSendersParams{TenantID: int64(tenant), Senders: int64s(ids)})
		for _, r := range rows {
			queued[messaging.ID(r.SenderID)] = r.Queued
		}
		return err
	})
	return queued, err
}

func wabaOf(r sqlcgen.Waba) messaging.Waba {
	return messaging.Waba{
		ID: messaging.ID(r.ID), PortfolioID: messaging.ID(r.PortfolioID), AppID: messaging.ID(r.ProviderAppID),
		MetaID: r.MetaID, Name: r.Name, CreatedAt: r.CreatedAt,
	}
}

func senderOf(r sqlcgen.Sender, app *int64) messaging.Sender {
	return messaging.Sender{
		ID: messaging.ID(r.ID), PortfolioID: messaging.ID(r.PortfolioID), WabaID: messaging.ID(numberOf(r.WabaID)),
		AppID: messaging.ID(numberOf(app)), Channel: messaging.Channel(r.Channel), ProviderID: r.ProviderID, Display: r.Display,
		VerifiedName: r.VerifiedName, State: messaging.SenderState(r.State), StopReason: r.StopReason, StopCode: int(r.StopCode),
		Quality: messaging.ParseQuality(r.Quality), MessagesSecond: int(r.MessagesSecond), CreatedAt: r.CreatedAt,
	}
}
