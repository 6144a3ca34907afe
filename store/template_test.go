package store_test

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"time"

	"posthaste/messaging"
	"posthaste/store"
	"posthaste/store/storetest"
)

// reviewer is a platform that can lose its answers.
type reviewer struct {
	creates, edits, deletes int
	has                     map[string]messaging.Review
	fail                    error // what the caller hears
	reaches                 bool  // whether a failing call has an effect nevertheless
	category                messaging.Category
	token                   string
}

func (r *reviewer) CreateTemplate(_ context.Context, a messaging.ReviewAccount, t messaging.Submission) (messaging.Review, error) {
	r.creates++
	r.token = a.Token.Reveal()
	review := messaging.Review{MetaID: "9001", Status: "PENDING", Category: t.Category}
	if r.category != "" {
		review.Category = r.category
	}
	if r.fail == nil || r.reaches {
		r.has[t.Name+"/"+t.Language] = review
	}
	return review, r.fail
}

func (r *reviewer) EditTemplate(_ context.Context, _ messaging.ReviewAccount, metaID string, t messaging.Submission) error {
	r.edits++
	return r.fail
}

func (r *reviewer) FindTemplate(_ context.Context, _ messaging.ReviewAccount, name, language string) (messaging.Review, bool, error) {
	review, found := r.has[name+"/"+language]
	return review, found, nil
}

func (r *reviewer) DeleteTemplate(_ context.Context, _ messaging.ReviewAccount, name, metaID string) error {
	r.deletes++
	return r.fail
}

func draftIn(w messaging.Waba) messaging.TemplateDraft {
	return messaging.TemplateDraft{
		WabaID: w.ID, Name: "offer", Language: "en", Category: messaging.Utility, Format: messaging.Positional,
		TemplateText: messaging.TemplateText{Body: "Hello {{1}}, how are you?", BodyExamples: []string{"Asha"}},
	}
}

// templateBench is a bench with an account and the service over a reviewer.
func templateBench(t *testing.T) (*storetest.Bench, messaging.Tenant, messaging.Waba, *reviewer, *messaging.Templates) {
	t.Helper()
	b := storetest.New(t)
	tenant := b.Tenant(t)
	w := b.Waba(t, tenant, b.Portfolio(t, tenant))
	r := &reviewer{has: map[string]messaging.Review{}}
	return b, tenant, w, r, &messaging.Templates{Store: b.Store, Reviewer: r, Keys: b.Keys, IDs: b.IDs, Now: b.Clock.Now}
}

func create(t *testing.T, s *messaging.Templates, tenant messaging.Tenant, d messaging.TemplateDraft) messaging.Template {
	t.Helper()
	made, broken, err := s.Create(context.Background(), actorOf(tenant), d)
	if err != nil || len(broken) > 0 {
		t.Fatalf("create: %v %v", broken, err)
	}
	return made
}

func TestTemplateIsReviewedEditedAndDeleted(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	b, tenant, w, r, s := templateBench(t)
	actor := actorOf(tenant)
	made := create(t, s, tenant, draftIn(w))
	read, err := b.Store.Template(ctx, tenant.ID, made.ID)
	if err != nil || !reflect.DeepEqual(read.Draft(), draftIn(w)) {
		t.Fatalf("read back %+v, %v", read, err)
	}
	if _, _, err := s.Create(ctx, actor, draftIn(w)); messaging.CodeOf(err) != messaging.CodeConflict {
		t.Errorf("the same name and language again: %v", err)
	}
	r.category = messaging.Marketing // the platform takes another category, silently
	submitted, err := s.Submit(ctx, actor, made.ID)
	if err != nil || submitted.State != messaging.TemplatePending || submitted.MetaID != "9001" {
		t.Fatalf("submitted %+v, %v", submitted, err)
	}
	if submitted.Category != messaging.Marketing || submitted.AskedCategory != messaging.Utility || r.token != "sandbox-token" {
		t.Errorf("category %s, asked %s, token %q", submitted.Category, submitted.AskedCategory, r.token)
	}
	if _, err := s.Submit(ctx, actor, made.ID); messaging.CodeOf(err) != messaging.CodeConflict || r.creates != 1 {
		t.Errorf("submitted twice: %v, %d calls", err, r.creates)
	}
	approve(t, b, tenant, w, messaging.TemplateEvent{MetaID: "9001", Status: "APPROVED", At: b.Clock.Now()})
	b.Clock.Advance(time.Hour)
	d := draftIn(w)
	d.Category, d.Body = messaging.Marketing, "Hello {{1}}, how are you today?"
	changed, broken, err := s.Update(ctx, actor, made.ID, d)
	if err != nil || len(broken) > 0 || changed.State != messaging.TemplateDraftState || changed.Revision != 2 || changed.Sendable() {
		t.Fatalf("updated %+v, %v %v", changed, broken, err)
	}
	d.Name = "other"
	if _, _, err := s.Update(ctx, actor, made.ID, d); messaging.CodeOf(err) != messaging.CodeConflict {
		t.Errorf("renamed after it was submitted: %v", err)
	}
	if again, err := s.Submit(ctx, actor, made.ID); err != nil || again.State != messaging.TemplatePending || r.edits != 1 || r.creates != 1 {
		t.Errorf("the change was submitted: %+v, %v, %d edits", again.State, err, r.edits)
	}
	gone, err := s.Delete(ctx, actor, made.ID)
	if err != nil || gone.State != messaging.TemplateDeleted || r.deletes != 1 {
		t.Errorf("deleted %s, %v", gone.State, err)
	}
	if _, err := b.Store.Template(ctx, tenant.ID, made.ID); messaging.CodeOf(err) != messaging.CodeNotFound {
		t.Errorf("a deleted template is read: %v", err)
	}
	create(t, s, tenant, draftIn(w)) // the name is free again
}

func approve(t *testing.T, b *storetest.Bench, tenant messaging.Tenant, w messaging.Waba, e messaging.TemplateEvent) (got messaging.Template, changed bool) {
	t.Helper()
	inTenant(t, b, tenant.ID, func(tx *store.Tx) (err error) {
		got, changed, err = tx.ApplyTemplateEvent(context.Background(), w.MetaID, e)
		return err
	})
	return got, changed
}

func TestALostAnswerIsSettledByAskingThePlatform(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for name, test := range map[string]struct {
		reaches bool
		want    messaging.TemplateState
	}{"it had arrived": {true, messaging.TemplatePending}, "it had not": {false, messaging.TemplateDraftState}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, tenant, w, r, s := templateBench(t)
			made := create(t, s, tenant, draftIn(w))
			r.fail, r.reaches = messaging.Refuse(messaging.CodeUnavailable, "", "away"), test.reaches
			if _, err := s.Submit(ctx, actorOf(tenant), made.ID); messaging.CodeOf(err) != messaging.CodeUnavailable {
				t.Fatalf("a lost answer: %v", err)
			}
			if _, err := s.Submit(ctx, actorOf(tenant), made.ID); messaging.CodeOf(err) != messaging.CodeConflict {
				t.Fatalf("submitted again at once: %v", err)
			}
			r.fail = nil
			if err := s.Reconcile(ctx, tenant.ID); err != nil {
				t.Fatal(err)
			}
			if read, _ := b.Store.Template(ctx, tenant.ID, made.ID); read.State != messaging.TemplateSubmitting {
				t.Fatalf("settled before the answer could have come: %s", read.State)
			}
			b.Clock.Advance(3 * time.Minute)
			if err := s.Reconcile(ctx, tenant.ID); err != nil {
				t.Fatal(err)
			}
			read, err := b.Store.Template(ctx, tenant.ID, made.ID)
			if err != nil || read.State != test.want || r.creates != 1 {
				t.Errorf("settled as %s after %d submissions, want %s (%v)", read.State, r.creates, test.want, err)
			}
		})
	}
}

func TestARefusedSubmissionIsADraftAgain(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	b, tenant, w, r, s := templateBench(t)
	made := create(t, s, tenant, draftIn(w))
	r.fail = messaging.Refuse(messaging.CodeInvalid, "", "The body has too many variables.")
	_, err := s.Submit(ctx, actorOf(tenant), made.ID)
	if !errors.Is(err, r.fail) {
		t.Fatal(err)
	}
	read, err := b.Store.Template(ctx, tenant.ID, made.ID)
	if err != nil || read.State != messaging.TemplateDraftState || read.StateReason != "The body has too many variables." {
		t.Errorf("%s, %q, %v", read.State, read.StateReason, err)
	}
}

func TestReportsMoveTemplates(t *testing.T) {
	t.Parallel()
	b, tenant, w, r, s := templateBench(t)
	made := create(t, s, tenant, draftIn(w))
	r.fail, r.reaches = messaging.Refuse(messaging.CodeUnavailable, "", "away"), true
	_, _ = s.Submit(context.Background(), actorOf(tenant), made.ID) // the answer is lost, the report arrives
	now := b.Clock.Now().Truncate(time.Second)
	other := b.Tenant(t)
	for _, step := range []struct {
		name    string
		event   messaging.TemplateEvent
		state   messaging.TemplateState
		changed bool
	}{
		{"found by its name", messaging.TemplateEvent{MetaID: "9001", Name: "offer", Language: "en", Status: "APPROVED", At: now}, messaging.TemplateApproved, true},
		{"twice", messaging.TemplateEvent{MetaID: "9001", Status: "APPROVED", At: now}, messaging.TemplateApproved, false},
		{"an older one comes late", messaging.TemplateEvent{MetaID: "9001", Status: "PENDING", At: now}, messaging.TemplateApproved, false},
		{"paused", messaging.TemplateEvent{MetaID: "9001", Status: "PAUSED", Pause: "FIRST_PAUSE", At: now.Add(time.Hour)}, messaging.TemplatePaused, true},
		{"an approval of before the pause", messaging.TemplateEvent{MetaID: "9001", Status: "APPROVED", At: now.Add(time.Minute)}, messaging.TemplatePaused, false},
		{"quality", messaging.TemplateEvent{MetaID: "9001", Quality: messaging.QualityYellow, At: now}, messaging.TemplatePaused, true},
		{"category", messaging.TemplateEvent{MetaID: "9001", Category: messaging.Marketing, At: now}, messaging.TemplatePaused, true},
		{"no template of ours", messaging.TemplateEvent{MetaID: "1", Name: "other", Language: "en", Status: "APPROVED", At: now}, "", false},
	} {
		if got, changed := approve(t, b, other, w, step.event); changed || got.ID != 0 {
			t.Errorf("%s: another tenant's template moved", step.name)
		}
		got, changed := approve(t, b, tenant, w, step.event)
		if got.State != step.state || changed != step.changed {
			t.Errorf("%s: %s, changed %v; want %s, %v", step.name, got.State, changed, step.state, step.changed)
		}
	}
	read, err := b.Store.Template(context.Background(), tenant.ID, made.ID)
	if err != nil || read.Category != messaging.Marketing || read.AskedCategory != messaging.Utility || read.Quality != messaging.QualityYellow || read.StateReason == "" || read.MetaID != "9001" {
		t.Errorf("%+v, %v", read, err)
	}
}

func TestTemplateListsAndTenants(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	b, tenant, w, _, s := templateBench(t)
	other := b.Tenant(t)
	var ids []messaging.ID
	for _, name := range []string{"a_1", "a_2", "b_1", "b%1"} {
		d := draftIn(w)
		d.Name = name
		if made, broken, err := s.Create(ctx, actorOf(tenant), d); err == nil && len(broken) == 0 {
			ids = append(ids, made.ID)
		}
	}
	names := func(before messaging.ID, count int, f messaging.TemplateFilter) string {
		list, err := b.Store.Templates(ctx, tenant.ID, before, count, f)
		if err != nil {
			t.Fatal(err)
		}
		out := ""
		for _, x := range list {
			out += x.Name + " "
		}
		return out
	}
	for want, got := range map[string]string{
		"b_1 a_2 a_1 ": names(0, 10, messaging.TemplateFilter{}),
		"a_2 ":         names(ids[2], 1, messaging.TemplateFilter{}),
		"a_2 a_1 ":     names(0, 10, messaging.TemplateFilter{Name: "a_"}),
		"":             names(0, 10, messaging.TemplateFilter{States: []messaging.TemplateState{messaging.TemplateApproved}}),
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if list, err := b.Store.Templates(ctx, other.ID, 0, 10, messaging.TemplateFilter{}); err != nil || len(list) != 0 {
		t.Errorf("another tenant sees %v, %v", list, err)
	}
	if list, err := b.Store.TemplatesByID(ctx, other.ID, ids); err != nil || len(list) != 0 {
		t.Errorf("another tenant reads %v, %v", list, err)
	}
	d := draftIn(w)
	for name, err := range map[string]error{
		"read":   second(b.Store.Template(ctx, other.ID, ids[0])),
		"submit": second(s.Submit(ctx, actorOf(other), ids[0])),
		"delete": second(s.Delete(ctx, actorOf(other), ids[0])),
		"update": third(s.Update(ctx, actorOf(other), ids[0], d)),
		"create": third(s.Create(ctx, actorOf(other), d)),
	} {
		if messaging.CodeOf(err) != messaging.CodeNotFound {
			t.Errorf("another tenant's %s: %v", name, err)
		}
	}
}

func second[A any](_ A, err error) error        { return err }
func third[A, B any](_ A, _ B, err error) error { return err }
