package store

import (
	"context"
	"slices"
	"time"

	"posthaste/auth/ledger"
	"posthaste/messaging"
	"posthaste/store/sqlcgen"
)

// RecordConsents implements messaging.ConsentStore.
func (s *Store) RecordConsents(ctx context.Context, by messaging.Recorder, facts []messaging.ConsentFact) ([]messaging.ConsentRecord, error) {
	var records []messaging.ConsentRecord
	err := s.InTenant(ctx, by.Actor.Tenant, func(tx *Tx) (err error) {
		records, err = tx.RecordConsents(ctx, by, facts)
		return err
	})
	return records, err
}

// RecordConsents writes what people said in a constant number of statements: persons, ledger, words, what holds now.
// It locks the ledger's head, so lock other rows before.
func (tx *Tx) RecordConsents(ctx context.Context, by messaging.Recorder, facts []messaging.ConsentFact) ([]messaging.ConsentRecord, error) {
	subjects, err := tx.subjectsOf(ctx, facts)
	if err != nil {
		return nil, err
	}
	head, err := tx.LockLedger(ctx)
	if err != nil {
		return nil, err
	}
	records, fresh, err := tx.judgeConsents(ctx, facts, subjects)
	if err != nil || len(fresh) == 0 {
		return records, err
	}
	words := make([]sqlcgen.ConsentEvent, len(fresh))
	for i, at := range fresh {
		words[i] = consentRow(by, facts[at], subjects[at], head.Seq+1)
	}
	if err := tx.linkConsents(ctx, by, head, words); err != nil {
		return nil, err
	}
	if err := tx.Queries.InsertConsentEvents(ctx, tx.Tx, consentColumns(tx.Tenant, words)); err != nil {
		return nil, err
	}
	return records, tx.settleConsents(ctx, words)
}

// subjectsOf looks up or makes the people that the facts do not name.
func (tx *Tx) subjectsOf(ctx context.Context, facts []messaging.ConsentFact) ([]messaging.ID, error) {
	subjects := make([]messaging.ID, len(facts))
	var keys []IdentityKey
	var candidates []messaging.ID
	var positions []int
	for i, f := range facts {
		if subjects[i] = f.Subject; f.Subject == 0 {
			keys, candidates, positions = append(keys, IdentityKey{f.Kind, f.Key}), append(candidates, f.NewSubject), append(positions, i)
		}
	}
	if len(keys) == 0 {
		return subjects, nil
	}
	found, err := tx.Subjects(ctx, keys, candidates)
	for i, at := range positions {
		if err == nil {
			subjects[at] = found[i]
		}
	}
	return subjects, err
}

// judgeConsents tells for each fact whether it is new, said before (in the ledger or earlier in the same call), or an
// undated yes against a no.
func (tx *Tx) judgeConsents(ctx context.Context, facts []messaging.ConsentFact, subjects []messaging.ID) (records []messaging.ConsentRecord, fresh []int, err error) {
	words := make([]sqlcgen.ConsentEvent, len(facts))
	for i, f := range facts {
		words[i] = consentRow(messaging.Recorder{}, f, subjects[i], 0)
	}
	c := consentColumns(tx.Tenant, words)
	rows, err := tx.Queries.JudgeConsents(ctx, tx.Tx, sqlcgen.JudgeConsentsParams{
		TenantID: c.TenantID, Subjects: c.Subjects, Channels: c.Channels, Purposes: c.Purposes, Granteds: c.Granteds,
		Sources: c.Sources, Wordings: c.Wordings, Moments: c.Moments, Undateds: c.Undateds,
	})
	if err != nil {
		return nil, nil, err
	}
	records = make([]messaging.ConsentRecord, len(facts))
	slices.SortFunc(rows, func(a, b sqlcgen.JudgeConsentsRow) int { return int(a.Position - b.Position) })
	first := map[consentWord]messaging.ID{}
	for _, row := range rows {
		i := row.Position
		word := wordOf(facts[i], subjects[i])
		earlier, twice := first[word]
		switch {
		case row.EventID != 0:
			records[i].EventID = messaging.ID(row.EventID)
		case facts[i].Undated && facts[i].Granted && row.Denied:
			records[i].Refused = true
		case twice:
			records[i].EventID = earlier
		default:
			first[word] = facts[i].EventID
			records[i].EventID = facts[i].EventID
			fresh = append(fresh, int(i))
		}
	}
	return records, fresh, nil
}

// consentWord is what makes two rows of one call the same word.
type consentWord struct {
	subject messaging.ID
	channel messaging.Channel
	purpose messaging.Purpose
	granted bool
	source  messaging.ConsentSource
	wording string
	at      int64 // microseconds; 0 for an undated one
}

func wordOf(f messaging.ConsentFact, subject messaging.ID) consentWord {
	w := consentWord{subject, f.Channel, f.Purpose, f.Granted, f.Source, f.WordingVersion, f.OccurredAt.UnixMicro()}
	if f.Undated {
		w.at = 0
	}
	return w
}

func (tx *Tx) linkConsents(ctx context.Context, by messaging.Recorder, head ledger.Head, words []sqlcgen.ConsentEvent) error {
	entries, err := ConsentEntries(words)
	if err != nil {
		return err
	}
	_, err = tx.AppendLink(ctx, ConsentLink, by.Ledger, head, by.At, entries)
	return err
}

// settleConsents brings what holds now up to date for the people of the words.
func (tx *Tx) settleConsents(ctx context.Context, words []sqlcgen.ConsentEvent) error {
	subjects := make([]int64, len(words))
	for i, w := range words {
		subjects[i] = w.Subject
	}
	slices.Sort(subjects)
	subjects = slices.Compact(subjects)
	err := tx.Queries.SettleConsentStates(ctx, tx.Tx, sqlcgen.SettleConsentStatesParams{TenantID: int64(tx.Tenant), Subjects: subjects})
	if err != nil {
		return err
	}
	return tx.Queries.SettleSuppressions(ctx, tx.Tx, sqlcgen.SettleSuppressionsParams{TenantID: int64(tx.Tenant), Subjects: subjects})
}

// ApplySignals records what people told through a provider: STOP and START words, and the platform's own preference. A
// signal names its subject. ids gives the entries their ids.
func (tx *Tx) ApplySignals(ctx context.Context, by messaging.Recorder, ids *messaging.IDs, signals []messaging.ConsentSignal) error {
	var facts []messaging.ConsentFact
	for _, s := range signals {
		if f, ok := s.Fact(); ok {
			f.EventID = ids.Next()
			facts = append(facts, f)
		}
	}
	if len(facts) > 0 {
		if _, err := tx.RecordConsents(ctx, by, facts); err != nil {
			return err
		}
	}
	for _, what := range []messaging.Signal{messaging.SignalStart, messaging.SignalMarketingResume} {
		restored, err := tx.restored(ctx, what, signals)
		if err != nil {
			return err
		}
		for i := range restored {
			restored[i].EventID = ids.Next()
		}
		if len(restored) == 0 {
			continue
		}
		if _, err := tx.RecordConsents(ctx, by, restored); err != nil {
			return err
		}
	}
	return nil
}

// restored gives the purposes that signals of one sort give back.
func (tx *Tx) restored(ctx context.Context, what messaging.Signal, signals []messaging.ConsentSignal) ([]messaging.ConsentFact, error) {
	var facts []messaging.ConsentFact
	params := sqlcgen.TakenConsentsParams{TenantID: int64(tx.Tenant)}
	for _, s := range signals {
		if s.What != what {
			continue
		}
		purposes, takenBy, source := s.Restores()
		params.TakenBy = texts(takenBy)
		for _, p := range purposes {
			facts = append(facts, messaging.ConsentFact{
				Subject: s.Subject, Key: s.Key, Channel: s.Channel, Purpose: p, Granted: true, Source: source, OccurredAt: s.At,
			})
			params.Subjects = append(params.Subjects, int64(s.Subject))
			params.Channels = append(params.Channels, string(s.Channel))
			params.Purposes = append(params.Purposes, string(p))
		}
	}
	if len(facts) == 0 {
		return nil, nil
	}
	positions, err := tx.Queries.TakenConsents(ctx, tx.Tx, params)
	taken := make([]messaging.ConsentFact, 0, len(positions))
	for _, at := range positions {
		taken = append(taken, facts[at])
	}
	return taken, err
}

func texts[S ~string](list []S) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return out
}

// consentRow is a fact as the ledger keeps it.
func consentRow(by messaging.Recorder, f messaging.ConsentFact, subject messaging.ID, seq int64) sqlcgen.ConsentEvent {
	key := f.Key
	return sqlcgen.ConsentEvent{
		TenantID: int64(by.Actor.Tenant), ID: int64(f.EventID), Seq: seq, Subject: int64(subject), AddressKey: key[:],
		Channel: string(f.Channel), Purpose: string(f.Purpose), Granted: f.Granted, Source: string(f.Source),
		WordingVersion: f.WordingVersion, Language: f.Language, OccurredAt: f.OccurredAt.Truncate(time.Microsecond),
		Undated: f.Undated, RecordedAt: by.At.Truncate(time.Microsecond), UserID: nullID(by.Actor.User), KeyID: nullID(by.Actor.Key),
	}
}

// consentColumns turns rows into the arrays that one statement inserts.
func consentColumns(tenant messaging.ID, rows []sqlcgen.ConsentEvent) sqlcgen.InsertConsentEventsParams {
	p := sqlcgen.InsertConsentEventsParams{TenantID: int64(tenant)}
	for _, r := range rows {
		p.Seq, p.RecordedAt, p.UserID, p.KeyID = r.Seq, r.RecordedAt, r.UserID, r.KeyID
		p.Ids = append(p.Ids, r.ID)
		p.Subjects = append(p.Subjects, r.Subject)
		p.AddressKeys = append(p.AddressKeys, r.AddressKey)
		p.Channels = append(p.Channels, r.Channel)
		p.Purposes = append(p.Purposes, r.Purpose)
		p.Granteds = append(p.Granteds, r.Granted)
		p.Sources = append(p.Sources, r.Source)
		p.Wordings = append(p.Wordings, r.WordingVersion)
		p.Languages = append(p.Languages, r.Language)
		p.Moments = append(p.Moments, r.OccurredAt)
		p.Undateds = append(p.Undateds, r.Undated)
	}
	return p
}

// consentKind lists what the ledger covers of a consent entry: every column but the link's own number.
func consentKind() ledger.Kind {
	return ledger.Kind{Name: "consent", Fields: []string{"id", "subject", "address", "channel", "purpose", "granted", "source",
		"wording", "language", "occurred", "undated", "recorded", "user", "key"}}
}

// ConsentEntries gives the canonical forms of the entries of one link, in the order of the rows' ids.
func ConsentEntries(rows []sqlcgen.ConsentEvent) ([][]byte, error) {
	kind := consentKind()
	entries := make([][]byte, len(rows))
	for i, r := range rows {
		var err error
		entries[i], err = kind.Encode(
			ledger.Number("id", r.ID), ledger.Number("subject", r.Subject), ledger.Digest("address", [32]byte(r.AddressKey)),
			ledger.Text("channel", r.Channel), ledger.Text("purpose", r.Purpose), ledger.Bool("granted", r.Granted),
			ledger.Text("source", r.Source), ledger.Text("wording", r.WordingVersion), ledger.Text("language", r.Language),
			ledger.Time("occurred", r.OccurredAt), ledger.Bool("undated", r.Undated), ledger.Time("recorded", r.RecordedAt),
			ledger.Number("user", numberOf(r.UserID)), ledger.Number("key", numberOf(r.KeyID)),
		)
		if err != nil {
			return nil, err
		}
	}
	return entries, nil
}

func nullID(id messaging.ID) *int64 {
	if id == 0 {
		return nil
	}
	n := int64(id)
	return &n
}

func numberOf(n *int64) int64 {
	if n == nil {
		return 0
	}
	return *n
}
