package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store/sqlcgen"
)

// claim reads again all that could forbid the calls, has the rule judge, and writes the intent. From the fence on no
// consent changes until the intent is committed.
func (b *book) claim(ctx context.Context, o messaging.Owner, s messaging.Step) error {
	gate, err := b.gate(ctx, o, s.Claims)
	if err != nil {
		return err
	}
	d := s.Decide(gate)
	var write pipeline
	b.intend(ctx, &write, o, d)
	if len(d.Window) > 0 {
		p := sqlcgen.EnterWindowParams{TenantID: int64(b.Tenant), PortfolioID: int64(o.Portfolio), At: s.Now, Subjects: int64s(d.Window)}
		write.add(func(db sqlcgen.DBTX) error { return b.Queries.EnterWindow(ctx, db, p) })
	}
	settling := b.settling(ctx, &write, d.Refused)
	if len(d.Refused) == 0 {
		if err := b.flushIn(ctx, &write); err != nil {
			return err
		}
		return write.send(ctx, b.Tx.Tx)
	}
	if err := write.send(ctx, b.Tx.Tx); err != nil {
		return err
	}
	if err := settling.finish(ctx, o); err != nil {
		return err
	}
	return b.flush(ctx)
}

// gate reads all of it in one round trip. The claims are known, so what they need is, too.
func (b *book) gate(ctx context.Context, o messaging.Owner, claims []messaging.Claim) (*messaging.Gate, error) {
	g := &messaging.Gate{
		Senders: map[messaging.ID]messaging.GateSender{}, Templates: map[messaging.ID]string{}, Campaigns: map[messaging.ID]string{},
		Gone: map[messaging.ID]bool{}, Standings: map[messaging.ID][]messaging.GateFacts{},
	}
	var read pipeline
	b.lockClaims(ctx, &read, g, claims)
	read.addKept(func(db sqlcgen.DBTX) error { return b.Queries.FenceConsent(ctx, db, int64(b.Tenant)) })
	b.surroundings(ctx, &read, o, g, claims)
	b.standings(ctx, &read, g, claims)
	b.before(ctx, &read, g, claims)
	return g, read.send(ctx, b.Tx.Tx)
}

// lockClaims finds the chunks that someone has taken away or moved on.
func (b *book) lockClaims(ctx context.Context, read *pipeline, g *messaging.Gate, claims []messaging.Claim) {
	ids := make([]int64, len(claims))
	for i, c := range claims {
		ids[i] = int64(c.Chunk.ID)
	}
	read.add(func(db sqlcgen.DBTX) error {
		rows, err := b.Queries.LockChunks(ctx, db, sqlcgen.LockChunksParams{TenantID: int64(b.Tenant), Ids: ids})
		if err != nil {
			return err
		}
		intents := make(map[messaging.ID]int, len(rows))
		for _, r := range rows {
			intents[messaging.ID(r.ID)] = int(r.Intent)
		}
		for _, c := range claims {
			if intent, there := intents[c.Chunk.ID]; !there || intent != c.Chunk.Intent {
				g.Gone[c.Chunk.ID] = true
			}
		}
		return nil
	})
}

// surroundings reads the states of tenant, portfolio, senders, templates and campaigns.
func (b *book) surroundings(ctx context.Context, read *pipeline, o messaging.Owner, g *messaging.Gate, claims []messaging.Claim) {
	tenant := int64(b.Tenant)
	read.addKept(func(db sqlcgen.DBTX) error {
		row, err := b.Queries.StepTenant(ctx, db, sqlcgen.StepTenantParams{TenantID: tenant, PortfolioID: int64(o.Portfolio)})
		if err != nil {
			return err
		}
		g.TenantState, g.Limit, g.Reserve = messaging.TenantState(row.State), int(row.DailyLimit), int(row.Reserve)
		g.Token, err = b.token(o.Portfolio, row.TokenSealed)
		return err
	})
	var senders, templates, campaigns []int64
	for _, c := range claims {
		senders = addNew(senders, c.Chunk.Sender)
		templates = addNew(templates, c.Chunk.Template)
		campaigns = addNew(campaigns, c.Chunk.Campaign)
	}
	read.addKept(func(db sqlcgen.DBTX) error {
		rows, err := b.Queries.GateSenders(ctx, db, sqlcgen.GateSendersParams{TenantID: tenant, Ids: senders})
		for _, r := range rows {
			g.Senders[messaging.ID(r.ID)] = messaging.GateSender{
				ProviderID: r.ProviderID, Active: r.State == "ACTIVE", MessagesSecond: int(r.MessagesSecond), Inbound: r.Inbound,
			}
		}
		return err
	})
	if len(templates) > 0 {
		read.addKept(func(db sqlcgen.DBTX) error {
			rows, err := b.Queries.GateTemplates(ctx, db, sqlcgen.GateTemplatesParams{TenantID: tenant, Ids: templates})
			for _, r := range rows {
				g.Templates[messaging.ID(r.ID)] = r.State
			}
			return err
		})
	}
	if len(campaigns) > 0 {
		read.addKept(func(db sqlcgen.DBTX) error {
			rows, err := b.Queries.GateCampaigns(ctx, db, sqlcgen.GateCampaignsParams{TenantID: tenant, Ids: campaigns})
			for _, r := range rows {
				g.Campaigns[messaging.ID(r.ID)] = r.State
			}
			return err
		})
	}
}

// token opens the portfolio's token; one that does not open is none, and stops the sender at its first call.
func (b *book) token(portfolio messaging.ID, sealed []byte) (privacy.Secret, error) {
	if sealed == nil {
		return privacy.Secret{}, nil
	}
	plain, err := b.keys.Open(nil, messaging.PortfolioTokenPlace(portfolio), sealed)
	if errors.Is(err, privacy.ErrSealed) {
		return privacy.Secret{}, nil
	}
	if err != nil {
		return privacy.Secret{}, fmt.Errorf("open a portfolio's token: %w", err)
	}
	return privacy.NewSecret(string(plain)), nil
}

// standings reads consent, suppression and service window of exactly the recipients of the claims, also of those that
// turn out to be gone.
func (b *book) standings(ctx context.Context, read *pipeline, g *messaging.Gate, claims []messaging.Claim) {
	p := sqlcgen.GateStandingsParams{TenantID: int64(b.Tenant)}
	var facts []*messaging.GateFacts
	for _, c := range claims {
		purpose, _ := messaging.PurposeOf(c.Chunk.Category)
		list := make([]messaging.GateFacts, c.To-c.Chunk.Intent)
		g.Standings[c.Chunk.ID] = list
		for i := range list {
			p.Positions = append(p.Positions, integer(len(facts)))
			p.Subjects = append(p.Subjects, int64(c.Chunk.Subjects[c.Chunk.Intent+i]))
			p.Senders = append(p.Senders, int64(c.Chunk.Sender))
			p.Channels = append(p.Channels, string(c.Chunk.Channel))
			p.Purposes = append(p.Purposes, string(purpose))
			facts = append(facts, &list[i])
		}
	}
	read.addKept(func(db sqlcgen.DBTX) error {
		rows, err := b.Queries.GateStandings(ctx, db, p)
		for _, r := range rows {
			facts[r.Position].Standing = messaging.Standing{
				Asked: r.Asked, Granted: r.Granted, Suppressed: r.Suppressed, WindowUntil: told(r.OpenUntil),
			}
		}
		return err
	})
}

// before reads what is known of the attempt before a second or later one: late evidence that it arrived makes the next
// one needless.
func (b *book) before(ctx context.Context, read *pipeline, g *messaging.Gate, claims []messaging.Claim) {
	p := sqlcgen.BitsOfParams{TenantID: int64(b.Tenant)}
	facts := map[attemptKey]*messaging.GateFacts{}
	for _, c := range claims {
		if c.Chunk.Attempt < 2 {
			continue
		}
		if !slices.Contains(p.Weeks, smallint(c.Chunk.StateWeek)) {
			p.Weeks = append(p.Weeks, smallint(c.Chunk.StateWeek))
		}
		list := g.Standings[c.Chunk.ID]
		for i := range list {
			message := c.Chunk.Messages[c.Chunk.Intent+i]
			p.Ids, p.Attempts = append(p.Ids, int64(message)), append(p.Attempts, smallint(c.Chunk.Attempt-1))
			facts[attemptKey{message, c.Chunk.Attempt - 1}] = &list[i]
		}
	}
	if len(p.Ids) == 0 {
		return
	}
	read.add(func(db sqlcgen.DBTX) error {
		rows, err := b.Queries.BitsOf(ctx, db, p)
		for _, r := range rows {
			facts[attemptKey{messaging.ID(r.ID), int(r.Attempt)}].Before = messaging.State(r.Bits)
		}
		return err
	})
}

func (b *book) intend(ctx context.Context, write *pipeline, o messaging.Owner, d messaging.Decision) {
	if len(d.Intents) == 0 {
		return
	}
	p := sqlcgen.WriteIntentsParams{TenantID: int64(b.Tenant), Epoch: o.Epoch}
	for _, i := range d.Intents {
		p.Ids, p.Intents, p.RunAt = append(p.Ids, int64(i.Chunk.ID)), append(p.Intents, smallint(i.To)), append(p.RunAt, untold(i.RunAt))
	}
	write.add(func(db sqlcgen.DBTX) error { return b.Queries.WriteIntents(ctx, db, p) })
}

func addNew(list []int64, id messaging.ID) []int64 {
	if id == 0 || slices.Contains(list, int64(id)) {
		return list
	}
	return append(list, int64(id))
}

// Due reads, of each sender and priority of the portfolios, the first chunks that are due and not held. blocked names
// what need not be looked at.
func (a *Attempts) Due(ctx context.Context, q messaging.DueQuery) (due []*messaging.Chunk, err error) {
	p := sqlcgen.DueChunksParams{
		Now: q.Now, Held: int64s(q.Held), Per: integer(q.Per), Portfolios: int64s(q.Portfolios),
		BlockedSenders: []int64{}, BlockedPriorities: []int16{},
	}
	for _, lane := range q.Blocked {
		p.BlockedSenders, p.BlockedPriorities = append(p.BlockedSenders, int64(lane.Sender)), append(p.BlockedPriorities, smallint(lane.Priority))
	}
	err = a.across(ctx, "due", func(tx acrossTx) error {
		rows, err := tx.DueChunks(ctx, tx.Tx, p)
		for _, r := range rows {
			due = append(due, chunkOf(r))
		}
		return err
	})
	return due, err
}
