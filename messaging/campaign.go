package messaging

import (
	"context"
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
}

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
		return tx.InsertCampaign(ctx, c, actor.User)
	})
}

// Start makes the held chunks due at runAt (zero: now).
func (s *Campaigns) Start(ctx context.Context, actor Actor, id ID, runAt time.Time) (Campaign, error) {
	now := s.now()
	if runAt.After(now.Add(MaxPlanAhead)) {
		return Campaign{}, Refuse(CodeInvalid, "runAt", "a campaign can be planned at most 30 days ahead")
	}
	if runAt.Before(now) {
		runAt = now
	}
	c, err := s.change(ctx, actor, id, func(tx CampaignTx, c *Campaign) error {
		if c.State != CampaignReady {
			return wrongState(*c, "only a campaign with a checked audience can be started")
		}
		facts, err := tx.SendFacts(ctx, c.Sender, c.Template)
		if err != nil {
			return err
		}
		if err := facts.refusal(false); err != nil {
			return err
		}
		c.State, c.StateReason, c.RunAt, c.StartedAt = CampaignRunning, "", runAt, now
		return tx.ReleaseChunks(ctx, id, runAt, Patience(facts.Template.Category))
	})
	if err == nil {
		s.store.Wake(ctx)
	}
	return c, err
}

// Pause keeps what has not been called from being due. Calls under way end by themselves.
func (s *Campaigns) Pause(ctx context.Context, actor Actor, id ID) (Campaign, error) {
	return s.change(ctx, actor, id, func(tx CampaignTx, c *Campaign) error {
		if c.State != CampaignRunning {
			return wrongState(*c, "only a running campaign can be paused")
		}
		c.State, c.StateReason = CampaignPaused, ""
		return tx.HoldChunks(ctx, id)
	})
}

// Resume lets a paused campaign go on.
func (s *Campaigns) Resume(ctx context.Context, actor Actor, id ID) (Campaign, error) {
	c, err := s.change(ctx, actor, id, func(tx CampaignTx, c *Campaign) error {
		if c.State != CampaignPaused {
			return wrongState(*c, "only a paused campaign can be resumed")
		}
		facts, err := tx.SendFacts(ctx, c.Sender, c.Template)
		if err != nil {
			return err
		}
		if err := facts.refusal(false); err != nil {
			return err
		}
		c.State, c.StateReason = CampaignRunning, ""
		return tx.ReleaseChunks(ctx, id, later(s.now(), c.RunAt), Patience(facts.Template.Category))
	})
	if err == nil {
		s.store.Wake(ctx)
	}
	return c, err
}

// Stop ends a campaign for good. What has not been called becomes due at once, for the dispatcher's gate cancels whatever
// belongs to a stopped campaign: one place decides.
func (s *Campaigns) Stop(ctx context.Context, actor Actor, id ID) (Campaign, error) {
	c, err := s.change(ctx, actor, id, func(tx CampaignTx, c *Campaign) error {
		if c.State == CampaignDone || c.State == CampaignStopped || c.State == CampaignImporting {
			return wrongState(*c, "this campaign cannot be stopped now")
		}
		now := s.now()
		c.State, c.StateReason, c.FinishedAt = CampaignStopped, "", now
		return tx.CancelChunks(ctx, id, now.Add(cancelPatience))
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

func (s *Campaigns) change(ctx context.Context, actor Actor, id ID, fn func(CampaignTx, *Campaign) error) (Campaign, error) {
	var c Campaign
	err := s.store.InCampaigns(ctx, actor.Tenant, func(tx CampaignTx) error {
		var err error
		if c, err = tx.LockCampaign(ctx, id); err != nil {
			return err
		}
		if err := fn(tx, &c); err != nil {
			return err
		}
		return tx.SetCampaign(ctx, c)
	})
	return c, err
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
