package store

import (
	"context"
	"slices"
	"strings"
	"time"

	"posthaste/messaging"
	"posthaste/store/sqlcgen"
)

// settle records outcomes and starts what follows from them. What may follow is decided by whoever holds the one right
// to decide: the chunk's mark that is set here and was not before, or the unsettled row that is taken here.
func (b *book) settle(ctx context.Context, o messaging.Owner, outcomes []messaging.CallOutcome) error {
	var first pipeline
	settling := b.settling(ctx, &first, outcomes)
	if err := first.send(ctx, b.Tx.Tx); err != nil {
		return err
	}
	return settling.finish(ctx, o)
}

// settling is settle half done: the marks are set and the messages read once the pipeline has been sent.
type settling struct {
	*book
	outcomes []messaging.CallOutcome
	mine     []bool // whose mark was set here
	facts    map[messaging.ID]messageFacts
}

func (b *book) settling(ctx context.Context, first *pipeline, outcomes []messaging.CallOutcome) *settling {
	s := &settling{book: b, outcomes: outcomes, mine: make([]bool, len(outcomes))}
	if len(outcomes) > 0 {
		s.mark(ctx, first)
		s.facts = b.askFacts(ctx, first, evidenceOf(outcomes))
	}
	return s
}

func evidenceOf(outcomes []messaging.CallOutcome) []messaging.Evidence {
	evidence := make([]messaging.Evidence, 0, len(outcomes))
	for _, c := range outcomes {
		if c.Evidence.Bits != 0 {
			evidence = append(evidence, c.Evidence)
		}
	}
	return evidence
}

func (s *settling) finish(ctx context.Context, o messaging.Owner) error {
	if len(s.outcomes) == 0 {
		return nil
	}
	b, tx := s.book, s.Tx.Tx
	outcomes, mine, err := b.resolved(ctx, s.outcomes, s.mine)
	if err != nil {
		return err
	}
	var write pipeline
	changes, err := b.recordKnown(ctx, &write, evidenceOf(outcomes), s.facts)
	if err != nil {
		return err
	}
	var done []int64 // payloads that a chunk has let go of
	plain := !slices.ContainsFunc(outcomes, func(c messaging.CallOutcome) bool { return c.Follow != messaging.FollowNothing })
	if plain {
		b.dropDone(ctx, &write, outcomes, &done)
	}
	if err := write.send(ctx, tx); err != nil {
		return err
	}
	payloads, err := b.takeLate(ctx, outcomes, mine)
	if err != nil {
		return err
	}
	if err := b.alias(ctx, outcomes); err != nil {
		return err
	}
	if !plain {
		if err := b.follow(ctx, o, outcomes, mine, changes); err != nil {
			return err
		}
		var last pipeline // what follows may need the payload of the chunk
		b.dropDone(ctx, &last, outcomes, &done)
		if err := last.send(ctx, tx); err != nil {
			return err
		}
	}
	return b.dropPayloads(ctx, append(payloads, done...))
}

// mark sets the marks of the outcomes and tells which of them were not set before.
func (s *settling) mark(ctx context.Context, first *pipeline) {
	var p sqlcgen.SetMarksParams
	p.TenantID = int64(s.Tenant)
	marks := map[messaging.ID]*messaging.Marks{}
	for _, c := range s.outcomes {
		if marks[c.Chunk.ID] == nil {
			marks[c.Chunk.ID] = new(messaging.Marks)
			p.Ids = append(p.Ids, int64(c.Chunk.ID))
		}
		marks[c.Chunk.ID].Set(c.Index)
	}
	slices.Sort(p.Ids)
	for _, id := range p.Ids {
		p.Marks = append(p.Marks, marksText(marks[messaging.ID(id)]))
	}
	// The update itself locks in no certain order.
	first.add(func(db sqlcgen.DBTX) error {
		_, err := s.Queries.LockChunks(ctx, db, sqlcgen.LockChunksParams{TenantID: p.TenantID, Ids: p.Ids})
		return err
	})
	first.add(func(db sqlcgen.DBTX) error {
		rows, err := s.Queries.SetMarks(ctx, db, p)
		before := make(map[messaging.ID]string, len(rows))
		for _, r := range rows {
			before[messaging.ID(r.ID)] = r.Before
		}
		for i, c := range s.outcomes {
			text, there := before[c.Chunk.ID]
			s.mine[i] = there && text[c.Index] == '0'
		}
		return err
	})
}

// resolved leaves out the calls of an owner before whose outcome someone has recorded, and takes "unknown" off those of
// which the provider has told meanwhile.
func (b *book) resolved(ctx context.Context, outcomes []messaging.CallOutcome, mine []bool) ([]messaging.CallOutcome, []bool, error) {
	var p sqlcgen.BitsOfParams
	for i, c := range outcomes {
		if c.Resolved && mine[i] {
			p.Ids, p.Attempts = append(p.Ids, int64(c.Evidence.Message)), append(p.Attempts, smallint(c.Evidence.Attempt))
			if !slices.Contains(p.Weeks, smallint(c.Chunk.StateWeek)) {
				p.Weeks = append(p.Weeks, smallint(c.Chunk.StateWeek))
			}
		}
	}
	if !slices.ContainsFunc(outcomes, func(c messaging.CallOutcome) bool { return c.Resolved }) {
		return outcomes, mine, nil
	}
	p.TenantID = int64(b.Tenant)
	rows, err := b.Queries.BitsOf(ctx, b.Tx.Tx, p)
	if err != nil {
		return nil, nil, err
	}
	bits := make(map[attemptKey]messaging.State, len(rows))
	for _, r := range rows {
		bits[attemptKey{messaging.ID(r.ID), int(r.Attempt)}] = messaging.State(r.Bits)
	}
	var kept []messaging.CallOutcome
	var keptMine []bool
	for i, c := range outcomes {
		if c.Resolved && !mine[i] {
			continue
		}
		if c.Resolved && answered(bits[keyOf(c.Evidence)]) {
			c.Evidence.Bits, c.Follow = messaging.Attempted, messaging.FollowNothing
		}
		kept, keptMine = append(kept, c), append(keptMine, mine[i])
	}
	return kept, keptMine, nil
}

// answered tells whether the outcome of an attempt is known.
func answered(s messaging.State) bool {
	return s&(messaging.Sent|messaging.Failed|messaging.Retried) != 0
}

// takeLate looks for the right to decide where the chunk no longer gives it: a successor may have put the attempt among
// the unsettled. An outcome that tells how it ended settles it in any case.
func (b *book) takeLate(ctx context.Context, outcomes []messaging.CallOutcome, mine []bool) (payloads []int64, err error) {
	p := sqlcgen.TakeUnsettledParams{TenantID: int64(b.Tenant)}
	for i, c := range outcomes {
		if !mine[i] {
			p.Ids, p.Attempts = append(p.Ids, int64(c.Chunk.Messages[c.Index])), append(p.Attempts, smallint(c.Chunk.Attempt))
		}
	}
	if len(p.Ids) == 0 {
		return nil, nil
	}
	rows, err := b.Queries.TakeUnsettled(ctx, b.Tx.Tx, p)
	if err != nil {
		return nil, err
	}
	taken := make(map[attemptKey]bool, len(rows))
	for _, r := range rows {
		taken[attemptKey{messaging.ID(r.ID), int(r.Attempt)}] = true
		payloads = append(payloads, r.PayloadID)
	}
	for i, c := range outcomes {
		mine[i] = mine[i] || taken[attemptKey{c.Chunk.Messages[c.Index], c.Chunk.Attempt}]
	}
	return payloads, nil
}

// follow starts what comes after the attempts.
func (b *book) follow(ctx context.Context, o messaging.Owner, outcomes []messaging.CallOutcome, mine []bool, changes map[attemptKey]stateChange) error {
	var next chunkMaker
	var wait sqlcgen.InsertUnsettledParams
	for i, c := range outcomes {
		if !mine[i] || c.Follow == messaging.FollowNothing {
			continue
		}
		change, known := changes[keyOf(c.Evidence)]
		switch {
		case c.Follow == messaging.FollowSame:
			next.add(c.Chunk, c.Index, c.Chunk.Attempt, c.RunAt)
		case !known: // the message has expired meanwhile
		case c.Follow == messaging.FollowNext && change.fresh(messaging.Retried):
			next.add(c.Chunk, c.Index, c.Chunk.Attempt+1, c.RunAt)
		case c.Follow == messaging.FollowWait && !answered(change.After):
			addUnsettled(&wait, c, change.Bucket)
		}
	}
	if err := b.insertChunks(ctx, o.Portfolio, &next); err != nil {
		return err
	}
	if len(wait.Ids) == 0 {
		return nil
	}
	wait.TenantID, wait.PortfolioID, wait.Now = int64(b.Tenant), int64(o.Portfolio), b.now
	return b.Queries.InsertUnsettled(ctx, b.Tx.Tx, wait)
}

func addUnsettled(p *sqlcgen.InsertUnsettledParams, c messaging.CallOutcome, bucket uint32) {
	p.Ids = append(p.Ids, int64(c.Evidence.Message))
	p.Attempts = append(p.Attempts, smallint(c.Evidence.Attempt))
	p.Weeks = append(p.Weeks, smallint(c.Chunk.Week))
	p.StateWeeks = append(p.StateWeeks, smallint(c.Chunk.StateWeek))
	p.SenderIds = append(p.SenderIds, int64(c.Chunk.Sender))
	p.CampaignIds = append(p.CampaignIds, int64(c.Chunk.Campaign))
	p.TemplateIds = append(p.TemplateIds, int64(c.Chunk.Template))
	p.Channels = append(p.Channels, string(c.Chunk.Channel))
	p.Categories = append(p.Categories, string(c.Chunk.Category))
	p.Subjects = append(p.Subjects, int64(c.Chunk.Subjects[c.Index]))
	p.PayloadIds = append(p.PayloadIds, int64(c.Chunk.Payload))
	p.Positions = append(p.Positions, c.Chunk.Positions[c.Index])
	p.Buckets = append(p.Buckets, integer(bucket))
	p.Deadlines = append(p.Deadlines, c.Chunk.Deadline)
	p.Since = append(p.Since, c.Evidence.At)
}

// alias writes further addresses that the provider told of.
func (b *book) alias(ctx context.Context, outcomes []messaging.CallOutcome) error {
	var p sqlcgen.AddAliasesParams
	for _, c := range outcomes {
		for _, a := range c.Aliases {
			p.Kinds, p.Keys = append(p.Kinds, IdentityKind(a.Kind)), append(p.Keys, a.Key[:])
			p.Subjects = append(p.Subjects, int64(c.Chunk.Subjects[c.Index]))
		}
	}
	if len(p.Kinds) == 0 {
		return nil
	}
	p.TenantID = int64(b.Tenant)
	if !b.addresses.KeepsHash() {
		return b.aliasPassing(ctx, p)
	}
	return b.Queries.AddAliases(ctx, b.Tx.Tx, p)
}

// aliasPassing notes further addresses of people with a lasting identity for good, and of all others in passing.
func (b *book) aliasPassing(ctx context.Context, p sqlcgen.AddAliasesParams) error {
	lasting, err := b.Queries.LastingSubjects(ctx, b.Tx.Tx, sqlcgen.LastingSubjectsParams{TenantID: p.TenantID, Subjects: p.Subjects})
	if err != nil {
		return err
	}
	forGood := sqlcgen.AddAliasesParams{TenantID: p.TenantID}
	var keys []IdentityKey
	var subjects []messaging.ID
	for i, subject := range p.Subjects {
		if slices.Contains(lasting, subject) {
			forGood.Kinds, forGood.Keys, forGood.Subjects = append(forGood.Kinds, p.Kinds[i]), append(forGood.Keys, p.Keys[i]), append(forGood.Subjects, subject)
			continue
		}
		keys = append(keys, IdentityKey{addressKind(p.Kinds[i]), [32]byte(p.Keys[i])})
		subjects = append(subjects, messaging.ID(subject))
	}
	if err := b.Queries.AddAliases(ctx, b.Tx.Tx, forGood); err != nil || len(keys) == 0 {
		return err
	}
	_, err = b.Pass(ctx, keys, subjects, b.now, b.now)
	return err
}

// dropDone deletes chunks whose every recipient has an outcome, and gives the payloads that they named.
func (b *book) dropDone(ctx context.Context, in *pipeline, outcomes []messaging.CallOutcome, payloads *[]int64) {
	var chunks []int64
	for _, c := range outcomes {
		if id := int64(c.Chunk.ID); !slices.Contains(chunks, id) {
			chunks = append(chunks, id)
		}
	}
	in.add(func(db sqlcgen.DBTX) (err error) {
		*payloads, err = b.Queries.DropDoneChunks(ctx, db, sqlcgen.DropDoneChunksParams{TenantID: int64(b.Tenant), Ids: chunks})
		return err
	})
}

// dropPayloads deletes payloads that no work refers to any more.
func (b *book) dropPayloads(ctx context.Context, payloads []int64) error {
	if len(payloads) == 0 {
		return nil
	}
	var both pipeline
	both.add(func(db sqlcgen.DBTX) error {
		return b.Queries.LockPayloads(ctx, db, sqlcgen.LockPayloadsParams{TenantID: int64(b.Tenant), Ids: payloads})
	})
	both.add(func(db sqlcgen.DBTX) error {
		return b.Queries.DropIdlePayloads(ctx, db, sqlcgen.DropIdlePayloadsParams{TenantID: int64(b.Tenant), Ids: payloads})
	})
	return both.send(ctx, b.Tx.Tx)
}

// stop halts what failures blame.
func (b *book) stop(ctx context.Context, o messaging.Owner, stops []messaging.StopSending) error {
	for _, s := range stops {
		var err error
		if s.Template != 0 {
			err = b.Queries.PauseTemplate(ctx, b.Tx.Tx, sqlcgen.PauseTemplateParams{
				TenantID: int64(b.Tenant), ID: int64(s.Template), Reason: s.Reason, Now: b.now,
			})
		} else {
			_, err = b.Queries.StopSenders(ctx, b.Tx.Tx, sqlcgen.StopSendersParams{
				TenantID: int64(b.Tenant), PortfolioID: int64(o.Portfolio), SenderID: int64(s.Sender), Reason: s.Reason, Code: integer(s.Code),
			})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// chunkMaker gathers recipients into the chunks of what follows: together what was together and waits equally long.
type chunkMaker struct {
	groups []*chunkGroup
	index  map[chunkGroupKey]*chunkGroup
}

type chunkGroupKey struct {
	chunk   messaging.ID
	payload messaging.ID
	attempt int
	runAt   int64
}

type chunkGroup struct {
	from      *messaging.Chunk
	attempt   int
	runAt     time.Time
	positions []int // in from
}

func (m *chunkMaker) add(c *messaging.Chunk, index, attempt int, runAt time.Time) {
	k := chunkGroupKey{c.ID, c.Payload, attempt, runAt.UnixMicro()}
	g := m.index[k]
	if g == nil {
		g = &chunkGroup{from: c, attempt: attempt, runAt: runAt}
		if m.index == nil {
			m.index = map[chunkGroupKey]*chunkGroup{}
		}
		m.index[k] = g
		m.groups = append(m.groups, g)
	}
	g.positions = append(g.positions, index)
}

func (b *book) insertChunks(ctx context.Context, portfolio messaging.ID, m *chunkMaker) error {
	if len(m.groups) == 0 {
		return nil
	}
	p := sqlcgen.InsertChunksParams{TenantID: int64(b.Tenant), PortfolioID: int64(portfolio)}
	for i, id := range b.ids.Take(len(m.groups)) {
		g := m.groups[i]
		slices.Sort(g.positions)
		c := g.from
		p.Ids = append(p.Ids, int64(id))
		p.SenderIds = append(p.SenderIds, int64(c.Sender))
		p.CampaignIds = append(p.CampaignIds, int64(c.Campaign))
		p.TemplateIds = append(p.TemplateIds, int64(c.Template))
		p.Channels = append(p.Channels, string(c.Channel))
		p.Categories = append(p.Categories, string(c.Category))
		p.Priorities = append(p.Priorities, smallint(c.Priority))
		p.RunAt = append(p.RunAt, g.runAt)
		p.Deadlines = append(p.Deadlines, c.Deadline)
		p.Attempts = append(p.Attempts, smallint(g.attempt))
		p.PayloadIds = append(p.PayloadIds, int64(c.Payload))
		p.Weeks = append(p.Weeks, smallint(c.Week))
		p.StateWeeks = append(p.StateWeeks, smallint(c.StateWeek))
		p.Firsts = append(p.Firsts, integer(len(p.Positions)+1))
		for _, index := range g.positions {
			p.Positions = append(p.Positions, c.Positions[index])
			p.MessageIds = append(p.MessageIds, int64(c.Messages[index]))
			p.Subjects = append(p.Subjects, int64(c.Subjects[index]))
		}
		p.Lasts = append(p.Lasts, integer(len(p.Positions)))
	}
	return b.Queries.InsertChunks(ctx, b.Tx.Tx, p)
}

// marksText writes marks as the text of a bit(200).
func marksText(m *messaging.Marks) string {
	var s strings.Builder
	s.Grow(messaging.MaxChunk)
	for i := range messaging.MaxChunk {
		if m.Has(i) {
			s.WriteByte('1')
		} else {
			s.WriteByte('0')
		}
	}
	return s.String()
}
