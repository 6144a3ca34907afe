package messaging

import (
	"context"
	"time"

	"posthaste/privacy"
)

// TemplateStore keeps templates.
type TemplateStore interface {
	Template(ctx context.Context, tenant, id ID) (Template, error)
	// CreateTemplate writes a new template and audits it.
	CreateTemplate(ctx context.Context, by Author, t Template) error
	// ChangeTemplate locks a template, lets change alter or refuse it, writes and audits it: one transaction. An empty
	// action is not audited.
	ChangeTemplate(ctx context.Context, by Author, id ID, action AuditAction, change func(*Template) error) (Template, error)
	// ReviewAccount gives the platform's id of a template's account and the sealed token that opens it.
	ReviewAccount(ctx context.Context, tenant, waba ID) (metaID string, portfolio ID, tokenSealed []byte, err error)
	// LostSubmissions lists templates that have waited for the answer to their submission since before.
	LostSubmissions(ctx context.Context, tenant ID, before time.Time) ([]ID, error)
}

// TemplateReviewer is the platform that reviews templates. A refusal (INVALID, CONFLICT, LIMITED, FORBIDDEN, NOT_FOUND,
// UPSTREAM) means that the platform has answered and changed nothing; after any other error it may have.
type TemplateReviewer interface {
	// CreateTemplate submits a new template.
	CreateTemplate(ctx context.Context, a ReviewAccount, t Submission) (Review, error)
	// EditTemplate submits other content for a template that the platform has.
	EditTemplate(ctx context.Context, a ReviewAccount, metaID string, t Submission) error
	// FindTemplate reads how the platform has a template; found is false when it has none of the name and language.
	FindTemplate(ctx context.Context, a ReviewAccount, name, language string) (r Review, found bool, err error)
	// DeleteTemplate removes one language of a template.
	DeleteTemplate(ctx context.Context, a ReviewAccount, name, metaID string) error
}

// ReviewAccount is the account whose templates are reviewed.
type ReviewAccount struct {
	MetaID string
	Token  privacy.Secret
}

// Submission is a template as the platform is given it. Components is the platform's JSON.
type Submission struct {
	Name       string
	Language   string
	Category   Category
	Format     ParameterFormat
	Components []byte
}

// Review is how the platform has a template.
type Review struct {
	MetaID   string
	Status   string // the platform's word
	Reason   string
	Category Category
	Quality  Quality
}

// answerTimeout is how long the answer to a submission may take before it counts as lost.
const answerTimeout = 2 * time.Minute

// Templates makes templates and has them reviewed.
type Templates struct {
	Store    TemplateStore
	Reviewer TemplateReviewer
	Keys     TenantKeys
	IDs      *IDs
	Now      func() time.Time
}

// Create keeps a draft. broken lists the platform's rules that it breaks; then nothing is kept.
func (s *Templates) Create(ctx context.Context, actor Actor, d TemplateDraft) (t Template, broken []*Error, err error) {
	if broken = d.Check(); len(broken) > 0 {
		return Template{}, broken, nil
	}
	by, _, err := s.author(ctx, actor)
	if err != nil {
		return Template{}, nil, err
	}
	d = d.Normal()
	t = Template{
		ID: s.IDs.Next(), WabaID: d.WabaID, Name: d.Name, Language: d.Language, Category: d.Category, AskedCategory: d.Category,
		Format: d.Format, TemplateText: d.TemplateText, State: TemplateDraftState, StateAt: by.At, Quality: QualityUnknown,
		Revision: 1, CreatedAt: by.At,
	}
	return t, nil, s.Store.CreateTemplate(ctx, by, t)
}

// Update changes what a template says. It is a draft again and may not be sent until the platform has approved the
// change, for what is sent is what the platform has.
func (s *Templates) Update(ctx context.Context, actor Actor, id ID, d TemplateDraft) (t Template, broken []*Error, err error) {
	if broken = d.Check(); len(broken) > 0 {
		return Template{}, broken, nil
	}
	by, _, err := s.author(ctx, actor)
	if err != nil {
		return Template{}, nil, err
	}
	d = d.Normal()
	t, err = s.Store.ChangeTemplate(ctx, by, id, AuditTemplateUpdated, func(t *Template) error {
		if err := t.refuseUpdate(d); err != nil {
			return err
		}
		t.WabaID, t.Name, t.Language, t.Format, t.TemplateText = d.WabaID, d.Name, d.Language, d.Format, d.TemplateText
		t.AskedCategory, t.Category = d.Category, d.Category
		t.Revision++
		t.become(TemplateDraftState, "", by.At)
		return nil
	})
	return t, nil, err
}

// refuseUpdate tells why the platform would not take the change.
func (t Template) refuseUpdate(d TemplateDraft) error {
	switch {
	case !t.Editable():
		return Refuse(CodeConflict, "id", "a template that is %s cannot be changed; make a new one", t.State)
	case t.MetaID == "":
		return nil
	case d.Name != t.Name || d.Language != t.Language || d.WabaID != t.WabaID:
		return Refuse(CodeConflict, "name", "name, language and account are fixed once a template was submitted; make a new one")
	case t.State == TemplateApproved && d.Category != t.Category:
		return Refuse(CodeConflict, "category", "the category of an approved template is fixed; make a new one")
	}
	return nil
}

func (t *Template) become(state TemplateState, reason string, at time.Time) {
	t.State, t.StateReason, t.StateAt = state, reason, at
}

// Submit sends a draft to the platform for review. A crash or a lost answer leaves it SUBMITTING, which a later Submit or
// Reconcile settles by asking the platform what it has: a template is never submitted twice.
func (s *Templates) Submit(ctx context.Context, actor Actor, id ID) (Template, error) {
	by, keys, err := s.author(ctx, actor)
	if err != nil {
		return Template{}, err
	}
	lost := false
	t, err := s.Store.ChangeTemplate(ctx, by, id, AuditTemplateSubmitted, func(t *Template) error {
		if lost = t.State == TemplateSubmitting && by.At.Sub(t.StateAt) >= answerTimeout; lost {
			return nil
		}
		if t.State != TemplateDraftState {
			return Refuse(CodeConflict, "id", "only a draft is submitted; this template is %s", t.State)
		}
		t.become(TemplateSubmitting, "", by.At)
		return nil
	})
	if err != nil {
		return Template{}, err
	}
	if lost {
		return s.settle(ctx, by, keys, t)
	}
	return s.submit(ctx, by, keys, t)
}

func (s *Templates) submit(ctx context.Context, by Author, keys *privacy.TenantKeys, t Template) (Template, error) {
	account, err := s.account(ctx, by.Actor.Tenant, keys, t.WabaID)
	if err != nil {
		return s.returned(ctx, by, t.ID, err)
	}
	components, err := t.Draft().Components()
	if err != nil {
		return Template{}, err
	}
	submission := Submission{t.Name, t.Language, t.AskedCategory, t.Format, components}
	review := Review{MetaID: t.MetaID, Status: string(TemplatePending)}
	if t.MetaID == "" {
		review, err = s.Reviewer.CreateTemplate(ctx, account, submission)
	} else {
		err = s.Reviewer.EditTemplate(ctx, account, t.MetaID, submission)
	}
	switch {
	case err == nil:
		return s.reviewed(ctx, by, t.ID, review)
	case certain(err):
		return s.returned(ctx, by, t.ID, err)
	}
	return t, Refuse(CodeUnavailable, "", "the platform's answer was lost; the template's state will follow").Because(err)
}

// certain tells whether the platform has refused, so that nothing has changed there.
func certain(err error) bool {
	switch CodeOf(err) {
	case CodeInvalid, CodeConflict, CodeLimited, CodeForbidden, CodeNotFound, CodeUpstream:
		return true
	}
	return false
}

// reviewed records how the platform has the template, unless a report of it came first.
func (s *Templates) reviewed(ctx context.Context, by Author, id ID, r Review) (Template, error) {
	return s.Store.ChangeTemplate(context.WithoutCancel(ctx), by, id, "", func(t *Template) error {
		t.adopt(r)
		event := TemplateEvent{Status: r.Status, Reason: r.Reason}
		state, known := event.State()
		if t.State == TemplateSubmitting {
			if !known {
				state = TemplatePending
			}
			t.become(state, event.Sentence(), by.At)
		}
		return nil
	})
}

func (t *Template) adopt(r Review) {
	if r.MetaID != "" {
		t.MetaID = r.MetaID
	}
	if r.Category != "" {
		t.Category = r.Category
	}
	if r.Quality != "" {
		t.Quality = r.Quality
	}
}

// returned makes a refused submission a draft again, with the reason beside it.
func (s *Templates) returned(ctx context.Context, by Author, id ID, why error) (Template, error) {
	_, err := s.Store.ChangeTemplate(context.WithoutCancel(ctx), by, id, "", func(t *Template) error {
		if t.State == TemplateSubmitting {
			t.become(TemplateDraftState, clip(sentenceOf(why), 500), by.At)
		}
		return nil
	})
	if err != nil {
		return Template{}, err
	}
	return Template{}, why
}

// settle asks the platform what became of a submission whose answer was lost. Of a change to a template that the platform
// has already, it could not tell whether it shows the old content or the new: that is submitted again, which does no harm.
func (s *Templates) settle(ctx context.Context, by Author, keys *privacy.TenantKeys, t Template) (Template, error) {
	if t.MetaID != "" {
		return s.again(ctx, by, t.ID)
	}
	account, err := s.account(ctx, by.Actor.Tenant, keys, t.WabaID)
	if err != nil {
		return Template{}, err
	}
	review, found, err := s.Reviewer.FindTemplate(ctx, account, t.Name, t.Language)
	if err != nil {
		return Template{}, err
	}
	if found {
		return s.reviewed(ctx, by, t.ID, review)
	}
	return s.again(ctx, by, t.ID)
}

// again makes a draft of a submission that is not known to have reached the platform.
func (s *Templates) again(ctx context.Context, by Author, id ID) (Template, error) {
	return s.Store.ChangeTemplate(ctx, by, id, "", func(t *Template) error {
		if t.State == TemplateSubmitting {
			t.become(TemplateDraftState, "The submission may not have reached the platform. Submit it again.", by.At)
		}
		return nil
	})
}

// Reconcile settles a tenant's lost submissions. It is run every few minutes; one that fails is tried again then.
func (s *Templates) Reconcile(ctx context.Context, tenant ID) error {
	by, keys, err := s.author(ctx, Actor{Tenant: tenant})
	if err != nil {
		return err
	}
	lost, err := s.Store.LostSubmissions(ctx, tenant, by.At.Add(-answerTimeout))
	if err != nil {
		return err
	}
	for _, id := range lost {
		t, err := s.Store.Template(ctx, tenant, id)
		if err != nil {
			return err
		}
		if _, err := s.settle(ctx, by, keys, t); err != nil {
			return err
		}
	}
	return nil
}

// Delete removes a template, at the platform as well. From the first moment it is not sent any more.
func (s *Templates) Delete(ctx context.Context, actor Actor, id ID) (Template, error) {
	by, keys, err := s.author(ctx, actor)
	if err != nil {
		return Template{}, err
	}
	t, err := s.Store.ChangeTemplate(ctx, by, id, AuditTemplateDeleted, func(t *Template) error {
		switch {
		case t.State == TemplateSubmitting:
			return Refuse(CodeConflict, "id", "the template is being submitted; try again in a moment")
		case t.State == TemplateDisabled:
			return Refuse(CodeConflict, "id", "the platform keeps disabled templates; it cannot be deleted")
		case t.MetaID == "":
			t.become(TemplateDeleted, "", by.At)
		default:
			t.become(TemplatePendingDeletion, "", by.At)
		}
		return nil
	})
	if err != nil || t.State == TemplateDeleted {
		return t, err
	}
	account, err := s.account(ctx, actor.Tenant, keys, t.WabaID)
	if err != nil {
		return Template{}, err
	}
	if err := s.Reviewer.DeleteTemplate(ctx, account, t.Name, t.MetaID); err != nil && CodeOf(err) != CodeNotFound {
		return Template{}, err
	}
	return s.Store.ChangeTemplate(context.WithoutCancel(ctx), by, id, "", func(t *Template) error {
		t.become(TemplateDeleted, "", by.At)
		return nil
	})
}

func (s *Templates) account(ctx context.Context, tenant ID, keys *privacy.TenantKeys, waba ID) (ReviewAccount, error) {
	metaID, portfolio, sealed, err := s.Store.ReviewAccount(ctx, tenant, waba)
	if err != nil {
		return ReviewAccount{}, err
	}
	if sealed == nil {
		return ReviewAccount{}, Refuse(CodeConflict, "wabaId", "the portfolio has no token; add one first")
	}
	token, err := keys.Open(nil, PortfolioTokenPlace(portfolio), sealed)
	if err != nil {
		return ReviewAccount{}, err
	}
	return ReviewAccount{MetaID: metaID, Token: privacy.NewSecret(string(token))}, nil
}

func (s *Templates) author(ctx context.Context, actor Actor) (Author, *privacy.TenantKeys, error) {
	keys, err := s.Keys.Of(ctx, actor.Tenant)
	if err != nil {
		return Author{}, nil, err
	}
	return AuthorOf(actor, s.IDs, s.Now(), keys), keys, nil
}

// Apply moves a template as a report of the platform says and tells whether anything changed. Reports come late, twice
// and out of order.
func (t *Template) Apply(e TemplateEvent) bool {
	before := *t
	t.adopt(Review{Category: e.Category, Quality: e.Quality})
	if t.MetaID == "" {
		t.MetaID = e.MetaID
	}
	if next, known := e.State(); known && t.State.MayBecome(next) && t.newer(e, next) {
		t.become(next, e.Sentence(), e.At)
	}
	return t.State != before.State || t.Category != before.Category || t.Quality != before.Quality || t.MetaID != before.MetaID
}

// newer tells whether a report is not older than what is known. The platform's times are whole seconds; while we wait
// for the review, ours is the older word by definition.
func (t *Template) newer(e TemplateEvent, next TemplateState) bool {
	known := t.StateAt.Truncate(time.Second)
	switch {
	case t.State == TemplateSubmitting:
		return true
	case next == TemplatePending:
		return e.At.After(known)
	case t.State == TemplatePending:
		return true
	}
	return !e.At.Before(known)
}
