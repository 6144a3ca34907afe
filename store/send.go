package store

import (
	"bytes"
	"context"
	"slices"
	"time"

	"posthaste/analytics"
	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store/sqlcgen"
)

// Sending is the door of acceptances and campaigns to the database.
type Sending struct {
	store *Store
	keys  *Keys
}

// NewSending makes the door.
func NewSending(s *Store, keys *Keys) *Sending { return &Sending{s, keys} }

// InSend implements messaging.SendStore.
func (s *Sending) InSend(ctx context.Context, tenant messaging.ID, fn func(messaging.SendTx) error) error {
	return s.store.InTenant(ctx, tenant, func(tx *Tx) error { return fn(&sendTx{Tx: tx, keys: s.keys}) })
}

// InCampaigns implements messaging.CampaignStore.
func (s *Sending) InCampaigns(ctx context.Context, tenant messaging.ID, fn func(messaging.CampaignTx) error) error {
	keys, err := s.keys.Of(ctx, tenant)
	if err != nil {
		return err
	}
	return s.store.InTenant(ctx, tenant, func(tx *Tx) error {
		return fn(&sendTx{Tx: tx, keys: s.keys, ledger: keys.Derive(privacy.ForAuditLedger)})
	})
}

// InAudience implements messaging.AudienceStore.
func (s *Sending) InAudience(ctx context.Context, tenant messaging.ID, fn func(messaging.AudienceTx) error) error {
	return s.store.InTenant(ctx, tenant, func(tx *Tx) error { return fn(&sendTx{Tx: tx, keys: s.keys}) })
}

// Wake tells the dispatchers that something is due. A lost wake-up costs a probe's interval, so its failure is no one's.
func (s *Sending) Wake(ctx context.Context) { _ = s.store.Wake(ctx) }

type sendTx struct {
	*Tx
	keys   *Keys
	ledger privacy.Key // of the tenant's audit; for campaigns

	addresses privacy.Mode // as SendFacts read it
}

// ClaimKey implements messaging.SendTx.
func (t *sendTx) ClaimKey(ctx context.Context, hash, fingerprint [32]byte, now time.Time) (first bool, answer []byte, same bool, err error) {
	claimed, err := t.Queries.ClaimKey(ctx, t.Tx.Tx, sqlcgen.ClaimKeyParams{
		TenantID: int64(t.Tenant), KeyHash: hash[:], Fingerprint: fingerprint[:], Now: now,
	})
	if err != nil || claimed == 1 {
		return claimed == 1, nil, false, err
	}
	row, err := t.Queries.ClaimedKey(ctx, t.Tx.Tx, sqlcgen.ClaimedKeyParams{TenantID: int64(t.Tenant), KeyHash: hash[:]})
	return false, row.Answer, bytes.Equal(row.Fingerprint, fingerprint[:]), err
}

// AnswerKey implements messaging.SendTx.
func (t *sendTx) AnswerKey(ctx context.Context, hash [32]byte, answer []byte) error {
	return t.Queries.AnswerKey(ctx, t.Tx.Tx, sqlcgen.AnswerKeyParams{TenantID: int64(t.Tenant), KeyHash: hash[:], Answer: answer})
}

// SendFacts implements messaging.SendTx and messaging.CampaignTx.
func (t *sendTx) SendFacts(ctx context.Context, sender, template messaging.ID) (messaging.SendFacts, error) {
	row, err := t.Queries.SendFacts(ctx, t.Tx.Tx, sqlcgen.SendFactsParams{TenantID: int64(t.Tenant), SenderID: int64(sender)})
	if err != nil {
		return messaging.SendFacts{}, missing(err, "senderId", "no such sender")
	}
	t.addresses = privacy.Mode(row.AddressMode)
	zone, err := time.LoadLocation(row.Zone)
	if err != nil {
		return messaging.SendFacts{}, err
	}
	facts := messaging.SendFacts{
		Zone: zone, Country: row.Country, Suspended: row.TenantState != string(messaging.TenantActive),
		AddressMode: privacy.Mode(row.AddressMode), ContentMode: privacy.Mode(row.ContentMode),
		MessageDays: int(row.MessageDays), SummaryDays: int(row.SummaryDays), ApproveAbove: int(row.ApproveAbove),
		Portfolio: messaging.ID(row.PortfolioID), Channel: messaging.Channel(row.Channel), Stopped: row.SenderState != "ACTIVE",
	}
	if row.WabaID != nil {
		facts.WABA = messaging.ID(*row.WabaID)
	}
	if template != 0 {
		found, err := t.template(ctx, template)
		if err != nil {
			return facts, missing(err, "templateId", "no such template")
		}
		facts.Template = &found
	}
	return facts, nil
}

func (t *sendTx) template(ctx context.Context, id messaging.ID) (messaging.Template, error) {
	row, err := t.Queries.Template(ctx, t.Tx.Tx, sqlcgen.TemplateParams{TenantID: int64(t.Tenant), ID: int64(id)})
	if err != nil {
		return messaging.Template{}, err
	}
	return templateOf(row)
}

// missing gives NOT_FOUND the field of the input that named what is not there.
func missing(err error, field, sentence string) error {
	if messaging.CodeOf(failure(err)) == messaging.CodeNotFound {
		return messaging.Refuse(messaging.CodeNotFound, field, "%s", sentence)
	}
	return err
}

// People implements messaging.SendTx.
func (t *sendTx) People(ctx context.Context, sender messaging.ID, channel messaging.Channel, category messaging.Category, keys []messaging.AddressKey) ([]messaging.Person, error) {
	purpose, _ := messaging.PurposeOf(category)
	ask := sqlcgen.StandingsParams{TenantID: int64(t.Tenant), Channel: string(channel), Purpose: string(purpose), SenderID: int64(sender)}
	for i := range keys {
		k := &keys[i]
		if k.Kind == "" {
			continue
		}
		if kind := IdentityKind(k.Kind); !slices.Contains(ask.Kinds, kind) {
			ask.Kinds = append(ask.Kinds, kind)
		}
		ask.Keys = append(ask.Keys, k.Key[:])
	}
	rows, err := t.Queries.Standings(ctx, t.Tx.Tx, ask)
	if err != nil {
		return nil, err
	}
	type identity struct {
		kind int16
		key  [32]byte
	}
	known := make(map[identity]messaging.Person, len(rows))
	for _, row := range rows {
		known[identity{row.Kind, [32]byte(row.Key)}] = messaging.Person{Subject: messaging.ID(row.Subject), Standing: messaging.Standing{
			Asked: row.Asked, Granted: row.Granted, Suppressed: row.Suppressed, WindowUntil: row.OpenUntil,
		}}
	}
	people := make([]messaging.Person, len(keys))
	var unknown []IdentityKey
	var places []int
	for i, k := range keys {
		if k.Kind == "" {
			continue
		}
		if people[i] = known[identity{IdentityKind(k.Kind), k.Key}]; people[i].Subject == 0 {
			unknown, places = append(unknown, IdentityKey(k)), append(places, i)
		}
	}
	return people, t.meetPassers(ctx, sender, people, unknown, places)
}

// meetPassers fills in people who are known in passing only: all there can be of them is an open service window.
func (t *sendTx) meetPassers(ctx context.Context, sender messaging.ID, people []messaging.Person, keys []IdentityKey, places []int) error {
	subjects := make([]messaging.ID, len(keys))
	if err := t.passersBy(ctx, keys, subjects); err != nil || !slices.ContainsFunc(subjects, func(s messaging.ID) bool { return s != 0 }) {
		return err
	}
	rows, err := t.Queries.OpenWindowsOf(ctx, t.Tx.Tx, sqlcgen.OpenWindowsOfParams{TenantID: int64(t.Tenant), SenderID: int64(sender), Subjects: int64s(subjects)})
	open := make(map[messaging.ID]time.Time, len(rows))
	for _, row := range rows {
		open[messaging.ID(row.Subject)] = row.OpenUntil
	}
	for j, subject := range subjects {
		if subject != 0 {
			people[places[j]].Subject, people[places[j]].WindowUntil = subject, open[subject]
		}
	}
	return err
}

// Introduce implements messaging.SendTx.
func (t *sendTx) Introduce(ctx context.Context, keys []messaging.AddressKey, fresh []messaging.ID, now, planned time.Time) ([]messaging.ID, error) {
	identities := make([]IdentityKey, len(keys))
	for i, k := range keys {
		identities[i] = IdentityKey(k)
	}
	if t.addresses.KeepsHash() {
		return t.Subjects(ctx, identities, fresh)
	}
	return t.Pass(ctx, identities, fresh, now, planned)
}

// InCampaign implements messaging.SendTx.
func (t *sendTx) InCampaign(ctx context.Context, campaign messaging.ID, today time.Time, subjects []messaging.ID) (map[messaging.ID]bool, error) {
	found, err := t.inCampaign(ctx, ptr(int64(campaign)), today, int64s(subjects))
	seen := make(map[messaging.ID]bool, len(subjects))
	for _, subject := range found {
		seen[messaging.ID(subject)] = true
	}
	return seen, err
}

func (t *sendTx) inCampaign(ctx context.Context, campaign *int64, today time.Time, subjects []int64) ([]int64, error) {
	if !t.addresses.KeepsHash() {
		return t.Queries.InCampaignChunks(ctx, t.Tx.Tx, sqlcgen.InCampaignChunksParams{TenantID: int64(t.Tenant), CampaignID: campaign, Subjects: subjects})
	}
	return t.Queries.InCampaign(ctx, t.Tx.Tx, sqlcgen.InCampaignParams{
		TenantID: int64(t.Tenant), CampaignID: campaign, Subjects: subjects, ThisWeek: smallint(messaging.WeekOf(today)),
	})
}

// WriteSend implements messaging.SendTx: the facts of all messages in one statement, then payloads, chunks and one
// outbox block.
func (t *sendTx) WriteSend(ctx context.Context, a messaging.AcceptedSend) error {
	if len(a.Messages) > 0 {
		if err := t.writeMessages(ctx, a); err != nil {
			return err
		}
		if err := t.writeChunks(ctx, a); err != nil {
			return err
		}
	}
	events, err := t.acceptEvents(ctx, a)
	if err != nil {
		return err
	}
	return t.Emit(ctx, events)
}

func weeksOf(a messaging.AcceptedSend) (week, stateWeek int16) {
	state := messaging.DayIn(a.PlannedAt, a.Facts.Zone).AddDate(0, 0, messaging.StateDays)
	if a.ExpiresOn.After(state) {
		state = a.ExpiresOn
	}
	return smallint(messaging.WeekOf(a.ExpiresOn)), smallint(messaging.WeekOf(state))
}

func (t *sendTx) writeMessages(ctx context.Context, a messaging.AcceptedSend) error {
	week, stateWeek := weeksOf(a)
	n := len(a.Messages)
	rows := sqlcgen.InsertMessagesParams{
		TenantID: int64(t.Tenant), Week: week, StateWeek: stateWeek, ExpiresOn: a.ExpiresOn, SenderID: int64(a.Sender),
		Channel: string(a.Facts.Channel), Category: string(a.Category), TemplateID: nonZero(a.Template),
		CampaignID: nonZero(a.Campaign), KeyID: nonZero(a.Key), PlannedAt: a.PlannedAt,
		Ids: make([]int64, n), Subjects: make([]int64, n), Countries: make([]string, n),
	}
	if a.Facts.AddressMode == privacy.Plain { // a list that is missing is as long as the others, and empty
		rows.Addresses = make([][]byte, n)
	}
	if a.Facts.ContentMode == privacy.Plain {
		rows.Contents = make([][]byte, n)
	}
	if a.Facts.ContentMode == privacy.Hashed {
		rows.ContentHashes = make([][]byte, n)
	}
	for i, m := range a.Messages {
		rows.Ids[i], rows.Countries[i] = int64(m.ID), m.Country
		if a.Facts.AddressMode.KeepsHash() { // else only the chunk knows the person, and goes when it is done
			rows.Subjects[i] = int64(m.Subject)
		}
		if rows.Addresses != nil {
			rows.Addresses[i] = m.AddressSealed
		}
		if rows.Contents != nil {
			rows.Contents[i] = m.ContentSealed
		}
		if rows.ContentHashes != nil {
			rows.ContentHashes[i] = m.ContentHash
		}
	}
	return t.Queries.InsertMessages(ctx, t.Tx.Tx, rows)
}

// writeChunks writes all chunks of the send in one statement, and their payloads in another.
func (t *sendTx) writeChunks(ctx context.Context, a messaging.AcceptedSend) error {
	week, stateWeek := weeksOf(a)
	rows := sqlcgen.InsertSendChunksParams{
		TenantID: int64(t.Tenant), PortfolioID: int64(a.Facts.Portfolio), SenderID: int64(a.Sender),
		CampaignID: nonZero(a.Campaign), TemplateID: nonZero(a.Template), Channel: string(a.Facts.Channel),
		Category: string(a.Category), Priority: smallint(messaging.PriorityOf(a.Category)), RunAt: a.PlannedAt, Held: a.Held,
		Deadline: a.Deadline, Week: week, StateWeek: stateWeek,
		MessageIds: make([]int64, len(a.Messages)), Subjects: make([]int64, len(a.Messages)),
	}
	for i, m := range a.Messages {
		rows.MessageIds[i], rows.Subjects[i] = int64(m.ID), int64(m.Subject)
	}
	ids := make([]messaging.ID, len(a.Chunks))
	payloads := make([]messaging.Payload, len(a.Chunks))
	for i, c := range a.Chunks {
		ids[i], payloads[i] = c.PayloadID, c.Payload
		rows.Ids, rows.PayloadIds = append(rows.Ids, int64(c.ID)), append(rows.PayloadIds, int64(c.PayloadID))
		rows.Firsts, rows.Lasts = append(rows.Firsts, integer(c.First+1)), append(rows.Lasts, integer(c.Last))
	}
	if err := t.PutPayloads(ctx, t.keys, ids, privacy.DayOf(a.PlannedAt.UTC()), a.DeleteBy, payloads); err != nil {
		return err
	}
	return t.Queries.InsertSendChunks(ctx, t.Tx.Tx, rows)
}

// acceptEvents tells that each row was targeted, and why some went no further.
func (t *sendTx) acceptEvents(ctx context.Context, a messaging.AcceptedSend) ([]analytics.Event, error) {
	keys, err := t.keys.Of(ctx, t.Tenant)
	if err != nil {
		return nil, err
	}
	base := analytics.Event{
		Tenant: t.Tenant, Status: analytics.Targeted, Channel: a.Facts.Channel, Category: a.Category, Sender: a.Sender,
		Template: a.Template, Campaign: a.Campaign, Bucket: analytics.BucketOf(a.PlannedAt),
		ReportDay: messaging.DayIn(a.PlannedAt, a.Facts.Zone), At: a.PlannedAt, Expires: a.ExpiresOn, KPIExpires: a.KPIUntil,
	}
	events := make([]analytics.Event, 0, len(a.Messages)+2*len(a.Refused))
	for _, m := range a.Messages {
		e := base
		e.Message, e.Country = m.ID, m.Country
		if a.Facts.AddressMode.Allows(privacy.Distinct) {
			e.Recipient = RecipientHash(keys, m.Subject)
		}
		events = append(events, e)
	}
	for _, r := range a.Refused {
		e := base
		e.Message, e.Country = r.ID, "ZZ"
		events = append(events, e)
		e.Status, e.Code = analytics.Suppressed, integer(r.Number)
		events = append(events, e)
	}
	return events, nil
}

func nonZero(id messaging.ID) *int64 {
	if id == 0 {
		return nil
	}
	return ptr(int64(id))
}

func ptr[T any](v T) *T { return &v }
