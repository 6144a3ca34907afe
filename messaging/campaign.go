package messaging

import (
	"context"
	"strconv"
	"time"
)

// CampaignState is where a campaign stands.
type CampaignState string

const (
	CampaignDraft     CampaignState = "DRAFT"     // no audience yet
	CampaignImporting CampaignState = "IMPORTING" // the audience is being read
	CampaignReady     CampaignState = "READY"     // checked; waits to be started
	CampaignRunning   CampaignState = "RUNNING"
	CampaignPaused    CampaignState = "PAUSED"
	CampaignDone      CampaignState = "DONE"
	CampaignStopped   CampaignState = "STOPPED"
)

// Campaign sends one template from one sender to an audience.
type Campaign struct {
	ID          ID
	Name        string
	Template    ID
	Sender      ID
	State       CampaignState
	StateReason string
	Accepted    int
	Refused     int
	RunAt       time.Time
	CreatedAt   time.Time
	StartedAt   time.Time
	FinishedAt  time.Time
	Results     CampaignProgress // as counted last; final where settled
	Settled     bool
}

// Refusals are refused rows of an audience by reason, with the first 100 lines.
type Refusals struct {
	Code  Code
	Count int
	Lines []int
}

// CampaignTx is one transaction about campaigns.
type CampaignTx interface {
	InsertCampaign(ctx context.Context, c Campaign, by ID) error
	// LockCampaign reads a campaign and holds it until the transaction ends.
	LockCampaign(ctx context.Context, id ID) (Campaign, error)
	SetCampaign(ctx context.Context, c Campaign) error
	// ReleaseChunks makes the campaign's held chunks due at runAt; HoldChunks makes due none of those that nobody has begun.
	ReleaseChunks(ctx context.Context, id ID, runAt time.Time, patience time.Duration) error
	HoldChunks(ctx context.Context, id ID) error
	// CancelChunks makes all of them due at once, so that the dispatcher's gate cancels them before the deadline.
	CancelChunks(ctx context.Context, id ID, deadline time.Time) error
	SendFacts(ctx context.Context, sender, template ID) (SendFacts, error)
	// Note audits the act, last in its transaction. id names the entry.
	Note(ctx context.Context, at time.Time, id ID, event AuditEvent) error
}

// What people do to campaigns.
const (
	AuditCampaignCreated AuditAction = "campaign.created"
	AuditCampaignStarted AuditAction = "campaign.started"
	AuditCampaignPaused  AuditAction = "campaign.paused"
	AuditCampaignResumed AuditAction = "campaign.resumed"
	AuditCampaignStopped AuditAction = "campaign.stopped"
)

// CampaignStore opens a transaction of one tenant.
type CampaignStore interface {
	InCampaigns(ctx context.Context, tenant ID, fn func(CampaignTx) error) error
	Wake(ctx context.Context)
}

// Campaigns makes, starts, pauses and stops campaigns.
type Campaigns struct {
	store CampaignStore
	ids   *IDs
	now   func() time.Time
}

// NewCampaigns makes the service.
func NewCampaigns(store CampaignStore, ids *IDs, now func() time.Time) *Campaigns {
	return &Campaigns{store, ids, now}
}

// Create makes a draft. Template and sender must belong together; the template need not be approved yet.
func (s *Campaigns) Create(ctx context.Context, actor Actor, name string, template, sender ID) (Campaign, error) {
	if n := len([]rune(name)); n < 1 || n > 200 {
		return Campaign{}, Refuse(CodeInvalid, "name", "a name has 1 to 200 characters")
	}
	c := Campaign{ID: s.ids.Next(), Name: name, Template: template, Sender: sender, State: CampaignDraft, CreatedAt: s.now()}
	return c, s.store.InCampaigns(ctx, actor.Tenant, func(tx CampaignTx) error {
		facts, err := tx.SendFacts(ctx, sender, template)
		if err != nil {
			return err
		}
		if facts.Template.WabaID != facts.WABA {
			return Refuse(CodeInvalid, "templateId", "this template belongs to another WhatsApp Business account than the sender")
		}
		if err := tx.InsertCampaign(ctx, c, actor.User); err != nil {
			return err
		}
		return tx.Note(ctx, c.CreatedAt, s.ids.Next(), actor.Audited(AuditCampaignCreated, c.ID, nil))
	})
}

// Start makes the held chunks due at runAt (zero: now). PENDING_APPROVAL when the campaign reaches more people than the
// tenant lets one person send to.
func (s *Campaigns) Start(ctx context.Context, actor Actor, id ID, runAt time.Time) (Campaign, error) {
	c, err := s.inTenant(ctx, actor, func(tx CampaignTx) (Campaign, error) { return s.start(ctx, tx, actor, id, runAt, nil) })
	if err == nil {
		s.store.Wake(ctx)
	}
	return c, err
}

// Reach is whom and what a start reaches: what a second person is shown and approves.
type Reach struct {
	Accepted         int
	Template, Sender ID
}

// Reach is the campaign's as it stands.
func (c Campaign) Reach() Reach { return Reach{c.Accepted, c.Template, c.Sender} }

// StartApproved starts, in the transaction of the approval, what a second person has approved: CONFLICT when the campaign
// reaches something else by now. Wake when it has committed.
func (s *Campaigns) StartApproved(ctx context.Context, tx CampaignTx, maker Actor, id ID, runAt time.Time, approved Reach) error {
	_, err := s.start(ctx, tx, maker, id, runAt, &approved)
	return err
}

// Wake tells the dispatchers that a campaign may be due.
func (s *Campaigns) Wake(ctx context.Context) { s.store.Wake(ctx) }

func (s *Campaigns) start(ctx context.Context, tx CampaignTx, actor Actor, id ID, runAt time.Time, approved *Reach) (Campaign, error) {
	now := s.now()
	if runAt.After(now.Add(MaxPlanAhead)) {
		return Campaign{}, Refuse(CodeInvalid, "runAt", "a campaign can be planned at most 30 days ahead")
	}
	return s.change(ctx, tx, actor, id, AuditCampaignStarted, func(c *Campaign) (map[string]string, error) {
		if c.State != CampaignReady {
			return nil, wrongState(*c, "only a campaign with a checked audience can be started")
		}
		facts, err := tx.SendFacts(ctx, c.Sender, c.Template)
		if err != nil {
			return nil, err
		}
		if err := facts.refusal(false); err != nil {
			return nil, err
		}
		if approved != nil && *approved != c.Reach() {
			return nil, Refuse(CodeConflict, "id", "the campaign has changed since this was asked for: it would reach %d people by now, and %d were shown; withdraw this and ask again", c.Accepted, approved.Accepted)
		}
		if facts.ApproveAbove > 0 && c.Accepted > facts.ApproveAbove && approved == nil {
			return nil, Refuse(CodePendingApproval, "", "a campaign to more than %d people waits for a second person", facts.ApproveAbove)
		}
		c.State, c.StateReason, c.RunAt, c.StartedAt = CampaignRunning, "", later(runAt, now), now
		detail := map[string]string{"recipients": strconv.Itoa(c.Accepted), "runAt": c.RunAt.UTC().Format(time.RFC3339)}
		return detail, tx.ReleaseChunks(ctx, id, c.RunAt, Patience(facts.Template.Category))
	})
}

// Pause keeps what has not been called from being due. Calls under way end by themselves.
func (s *Campaigns) Pause(ctx context.Context, actor Actor, id ID) (Campaign, error) {
	return s.inTenant(ctx, actor, func(tx CampaignTx) (Campaign, error) {
		return s.change(ctx, tx, actor, id, AuditCampaignPaused, func(c *Campaign) (map[string]string, error) {
			if c.State != CampaignRunning {
				return nil, wrongState(*c, "only a running campaign can be paused")
			}
			c.State, c.StateReason = CampaignPaused, ""
			return nil, tx.HoldChunks(ctx, id)
		})
	})
}

// Resume lets a paused campaign go on.
func (s *Campaigns) Resume(ctx context.Context, actor Actor, id ID) (Campaign, error) {
	c, err := s.inTenant(ctx, actor, func(tx CampaignTx) (Campaign, error) {
		return s.change(ctx, tx, actor, id, AuditCampaignResumed, func(c *Campaign) (map[string]string, error) {
			if c.State != CampaignPaused {
				return nil, wrongState(*c, "only a paused campaign can be resumed")
			}
			facts, err := tx.SendFacts(ctx, c.Sender, c.Template)
			if err != nil {
				return nil, err
			}
			if err := facts.refusal(false); err != nil {
				return nil, err
			}
			c.State, c.StateReason = CampaignRunning, ""
			return nil, tx.ReleaseChunks(ctx, id, later(s.now(), c.RunAt), Patience(facts.Template.Category))
		})
	})
	if err == nil {
		s.store.Wake(ctx)
	}
	return c, err
}

// Stop ends a campaign for good. What has not been called becomes due at once, for the dispatcher's gate cancels whatever
// belongs to a stopped campaign: one place decides.
func (s *Campaigns) Stop(ctx context.Context, actor Actor, id ID) (Campaign, error) {
	c, err := s.inTenant(ctx, actor, func(tx CampaignTx) (Campaign, error) {
		return s.change(ctx, tx, actor, id, AuditCampaignStopped, func(c *Campaign) (map[string]string, error) {
			if c.State == CampaignDone || c.State == CampaignStopped || c.State == CampaignImporting {
				return nil, wrongState(*c, "this campaign cannot be stopped now")
			}
			now := s.now()
			c.State, c.StateReason, c.FinishedAt = CampaignStopped, "", now
			return nil, tx.CancelChunks(ctx, id, now.Add(cancelPatience))
		})
	})
	if err == nil {
		s.store.Wake(ctx)
	}
	return c, err
}

// cancelPatience is how long a dispatcher has to cancel what belongs to a stopped campaign; later it ends as too late.
const cancelPatience = 24 * time.Hour

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func (s *Campaigns) inTenant(ctx context.Context, actor Actor, fn func(CampaignTx) (Campaign, error)) (c Campaign, err error) {
	err = s.store.InCampaigns(ctx, actor.Tenant, func(tx CampaignTx) error {
		c, err = fn(tx)
		return err
	})
	return c, err
}

// change locks the campaign, changes it by fn, and audits that with the details that fn gives.
func (s *Campaigns) change(ctx context.Context, tx CampaignTx, actor Actor, id ID, action AuditAction, fn func(*Campaign) (map[string]string, error)) (Campaign, error) {
	c, err := tx.LockCampaign(ctx, id)
	if err != nil {
		return c, err
	}
	detail, err := fn(&c)
	if err != nil {
		return c, err
	}
	if err := tx.SetCampaign(ctx, c); err != nil {
		return c, err
	}
	return c, tx.Note(ctx, s.now(), s.ids.Next(), actor.Audited(action, id, detail))
}

func wrongState(c Campaign, sentence string) error {
	return Refuse(CodeConflict, "id", "%s; this one is %s", sentence, c.State)
}

// CampaignProgress counts a campaign's messages by where they stand. Sent, Delivered and Read are nested: a read message
// counts in all three.
type CampaignProgress struct {
	Queued, Sent, Delivered, Read, Failed, Unknown, Suppressed int64
	Pace                                                       float64 // sent per second over the last minute
}

// Ended is how many messages need no further work; one that failed after it was sent counts twice. It never falls, but by
// messages that are forgotten.
func (p CampaignProgress) Ended() int64 { return p.Sent + p.Failed + p.Unknown + p.Suppressed }

// DoneAt is when the queue will be empty at this pace; zero when that cannot be told.
func (p CampaignProgress) DoneAt(now time.Time) time.Time {
	const atMost = 30 * 24 * 3600 // seconds; an hour-long stall should not promise a date in years
	if seconds := float64(p.Queued) / p.Pace; p.Queued > 0 && p.Pace > 0 && seconds < atMost {
		return now.Add(time.Duration(seconds * float64(time.Second))).Truncate(time.Second)
	}
	return time.Time{}
}

// Add counts messages whose newest attempt has the state.
func (p *CampaignProgress) Add(s State, messages int64) {
	for bit, count := range map[State]*int64{Sent: &p.Sent, Delivered: &p.Delivered, Read: &p.Read} {
		if s.Has(bit) {
			*count += messages
		}
	}
	switch s.Status() {
	case StatusFailed:
		p.Failed += messages
	case StatusUnknown:
		p.Unknown += messages
	case StatusSuppressed:
		p.Suppressed += messages
	}
}
