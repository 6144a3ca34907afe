package store_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"time"

	"posthaste/messaging"
	"posthaste/store/storetest"
)

// audiences are the services that read files into campaigns.
func (b *sendBench) audiences() *messaging.Audiences {
	a := &messaging.Audiences{Store: b.door, Sends: b.sends, Now: b.Clock.Now}
	a.Uploads = &messaging.Uploads{
		Store: b.Store, Keys: b.Keys, IDs: b.IDs, Now: b.Clock.Now, Random: rand.Reader,
		Importers: map[messaging.JobKind]messaging.Importer{messaging.JobAudience: a},
	}
	return a
}

func (b *sendBench) manager() messaging.Actor {
	actor := b.actor
	actor.Permissions = messaging.PermissionSet{messaging.PermCampaignManage}
	return actor
}

func (b *sendBench) campaign() messaging.Campaign {
	b.t.Helper()
	c, err := b.campaigns.Create(context.Background(), b.actor, "Diwali", b.template.ID, b.sender.ID)
	if err != nil {
		b.t.Fatal(err)
	}
	return c
}

func (b *sendBench) reload(id messaging.ID) messaging.Campaign {
	b.t.Helper()
	c, err := b.door.Campaign(context.Background(), b.tenant.ID, id)
	if err != nil {
		b.t.Fatal(err)
	}
	return c
}

// named are the columns of the files in these tests.
func named() []messaging.AudienceColumn {
	return []messaging.AudienceColumn{{Target: "to", Column: "Phone"}, {Target: "1", Column: "Name"}}
}

// upload opens an upload and puts the file there.
func (b *sendBench) upload(ctx context.Context, campaign messaging.ID, file io.Reader) (messaging.Job, error) {
	b.t.Helper()
	a := b.audiences()
	job, ticket, err := a.Open(ctx, b.manager(), campaign, named(), 0)
	if err != nil {
		b.t.Fatalf("open an upload: %v", err)
	}
	_, failed := a.Uploads.Upload(ctx, b.manager(), ticket.Reveal(), file)
	job, err = b.Store.Job(context.Background(), b.tenant.ID, job.ID)
	if err != nil {
		b.t.Fatal(err)
	}
	return job, failed
}

func audienceFile(phones ...string) string {
	var s strings.Builder
	s.WriteString("Name,Phone,Remark\n")
	for _, p := range phones {
		s.WriteString("Asha," + p + ",x\n")
	}
	return s.String()
}

func TestAudienceBecomesHeldMessages(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	b := newSendBench(t)
	b.consent(messaging.PurposeMarketing, phones(1500)...)
	c := b.campaign()
	file := audienceFile(append(phones(1500), phone(3), "12", phone(7000))...) + "Asha\n"
	job, err := b.upload(ctx, c.ID, strings.NewReader(file))
	if err != nil || job.State != messaging.JobDone || job.Done != 1504 || job.Failed != 4 || job.Total != 1504 {
		t.Fatalf("job %+v, %v", job, err)
	}
	c = b.reload(c.ID)
	if c.State != messaging.CampaignReady || c.Accepted != 1500 || c.Refused != 4 {
		t.Errorf("campaign %+v", c)
	}
	refusals, err := b.door.Refusals(ctx, b.tenant.ID, c.ID)
	want := "[{INVALID 2 [1503 1505]} {CONFLICT 1 [1502]} {CONSENT_MISSING 1 [1504]}]"
	if err != nil || fmt.Sprint(refusals) != want {
		t.Errorf("refusals %v (%v), want %s", refusals, err, want)
	}
	failures, err := b.Store.JobFailures(ctx, b.tenant.ID, []messaging.ID{job.ID})
	if got := fmt.Sprint(failures[job.ID]); err != nil || got != "[{1502 to CONFLICT} {1503 to INVALID} {1504 to CONSENT_MISSING} {1505  INVALID}]" {
		t.Errorf("failures %s, %v", got, err)
	}
	if n := b.count("SELECT count(*) FROM chunk WHERE run_at = 'infinity'"); n != 8 {
		t.Errorf("%d chunks are held, want 8", n)
	}
	// The same file again takes nobody twice.
	job, err = b.upload(ctx, c.ID, strings.NewReader(file))
	if err != nil || job.Failed != 1504 {
		t.Errorf("read again: %+v, %v", job, err)
	}
	if n := b.count("SELECT count(*) FROM message"); n != 1500 {
		t.Errorf("%d messages, want 1500", n)
	}
	// Neither does it weeks later, when messages expire in another week.
	b.Clock.Advance(20 * 24 * time.Hour)
	if job, err = b.upload(ctx, c.ID, strings.NewReader(file)); err != nil || job.Failed != 1504 || b.count("SELECT count(*) FROM message") != 1500 {
		t.Errorf("read again after 20 days: %+v, %v", job, err)
	}
}

func TestBrokenAudiences(t *testing.T) {
	t.Parallel()
	b := newSendBench(t)
	b.consent(messaging.PurposeMarketing, phones(1200)...)
	gone := errors.New("connection reset by peer")
	for name, test := range map[string]struct {
		file     io.Reader
		accepted int
		says     string
		state    messaging.CampaignState
	}{
		"empty":          {strings.NewReader(""), 0, "nothing was taken", messaging.CampaignDraft},
		"no such column": {strings.NewReader("Phone,Nam\n" + phone(1) + ",a\n"), 0, "given for 1; nothing was taken", messaging.CampaignDraft},
		"a workbook":     {strings.NewReader("PK\x03\x04xx"), 0, "nothing was taken", messaging.CampaignDraft},
		"open quote at the end": {strings.NewReader(audienceFile(phones(1100)...) + "\"Asha," + phone(1100) + ",x\n"), 1100,
			"up to line 1101 were taken", messaging.CampaignReady},
		"breaks off in the second batch": {io.MultiReader(strings.NewReader(audienceFile(phones(1100)...)), iotest.ErrReader(gone)), 1000,
			"broke off; rows up to line 1001 were taken", messaging.CampaignReady},
		"breaks off at once": {iotest.ErrReader(gone), 0, "broke off; nothing was taken", messaging.CampaignDraft},
		"not one good row":   {strings.NewReader(audienceFile("12", "13")), 0, "", messaging.CampaignDraft},
	} {
		c := b.campaign()
		job, err := b.upload(context.Background(), c.ID, test.file)
		if c = b.reload(c.ID); c.State != test.state || c.Accepted != test.accepted {
			t.Errorf("%s: campaign %s with %d people, want %s with %d", name, c.State, c.Accepted, test.state, test.accepted)
		}
		wantState := messaging.JobFailed
		if test.says == "" {
			wantState = messaging.JobDone
		}
		if job.State != wantState || !strings.Contains(job.Error, test.says) || (err == nil) != (test.says == "") {
			t.Errorf("%s: job %s says %q (%v), want %q", name, job.State, job.Error, err, test.says)
		}
		if strings.Contains(job.Error, "connection") || strings.Contains(fmt.Sprint(err), phone(1100)) {
			t.Errorf("%s: the job shows what it must not: %q", name, job.Error)
		}
	}
}

func TestAnAudienceWhoseReaderGoesAway(t *testing.T) {
	t.Parallel()
	b := newSendBench(t)
	b.consent(messaging.PurposeMarketing, phones(1200)...)
	c := b.campaign()
	ctx, leave := context.WithCancel(context.Background())
	defer leave()
	// The client leaves while the second batch comes in: the rows are too long to be read ahead of the first.
	long := strings.ReplaceAll(audienceFile(phones(1100)...), ",x", ","+strings.Repeat("x", 100))
	file := io.MultiReader(strings.NewReader(long), readerFunc(func([]byte) (int, error) { leave(); return 0, ctx.Err() }))
	job, err := b.upload(ctx, c.ID, file)
	if err == nil || job.State != messaging.JobFailed || job.Done != 1000 {
		t.Errorf("job %+v, %v", job, err)
	}
	if c = b.reload(c.ID); c.State != messaging.CampaignReady || c.Accepted != 1000 {
		t.Errorf("campaign %s with %d", c.State, c.Accepted)
	}
	if job, err = b.upload(context.Background(), c.ID, strings.NewReader(audienceFile(phones(1200)...))); err != nil || job.Failed != 1000 {
		t.Errorf("the same file again: %+v, %v", job, err)
	}
	if n := b.count("SELECT count(DISTINCT subject) FROM message"); n != 1200 || b.count("SELECT count(*) FROM message") != n {
		t.Errorf("%d people have a message, want 1200 with one each", n)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestADeadReaderFreesTheCampaign(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	b := newSendBench(t)
	c := b.campaign()
	a := b.audiences()
	job, _, err := a.Open(ctx, b.manager(), c.ID, named(), 0)
	if err != nil {
		t.Fatal(err)
	}
	b.count("WITH x AS (UPDATE job SET state = 'RUNNING' WHERE id = $1 RETURNING 1) SELECT count(*) FROM x", job.ID)
	b.count("WITH x AS (UPDATE campaign SET state = 'IMPORTING' WHERE id = $1 RETURNING 1) SELECT count(*) FROM x", c.ID)
	if _, _, err := a.Open(ctx, b.manager(), c.ID, named(), 0); messaging.CodeOf(err) != messaging.CodeConflict {
		t.Errorf("while it is read: %v", err)
	}
	if _, err := b.campaigns.Start(ctx, b.actor, c.ID, time.Time{}); messaging.CodeOf(err) != messaging.CodeConflict {
		t.Errorf("started while it is read: %v", err)
	}
	b.count("WITH x AS (UPDATE job SET state = 'FAILED' WHERE id = $1 RETURNING 1) SELECT count(*) FROM x", job.ID)
	if _, _, err := a.Open(ctx, b.manager(), c.ID, named(), 0); err != nil {
		t.Errorf("after the job has ended: %v", err)
	}
}

func TestTwoReadersTakeEachPersonOnce(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	b := newSendBench(t)
	b.consent(messaging.PurposeMarketing, phones(3000)...)
	c := b.campaign()
	a := b.audiences()
	var tickets [4]string
	for i := range tickets {
		_, ticket, err := a.Open(ctx, b.manager(), c.ID, named(), 3000)
		if err != nil {
			t.Fatal(err)
		}
		tickets[i] = ticket.Reveal()
	}
	var won atomic.Int32
	var all sync.WaitGroup
	for _, ticket := range append(tickets[:], tickets[0], tickets[1]) { // two tickets twice
		all.Go(func() {
			if _, err := a.Uploads.Upload(ctx, b.manager(), ticket, strings.NewReader(audienceFile(phones(3000)...))); err == nil {
				won.Add(1)
			}
		})
	}
	all.Wait()
	if n := b.count("SELECT count(*) FROM message"); n != 3000 || won.Load() == 0 || won.Load() > 4 {
		t.Errorf("%d messages of %d readings, want 3000", n, won.Load())
	}
	if c = b.reload(c.ID); c.State != messaging.CampaignReady || c.Accepted != 3000 {
		t.Errorf("campaign %s with %d", c.State, c.Accepted)
	}
}

func TestColumnsMustFillTheTemplate(t *testing.T) {
	t.Parallel()
	b := newSendBench(t)
	c, a := b.campaign(), b.audiences()
	for field, columns := range map[string][]messaging.AudienceColumn{
		"columns":          {{Target: "to", Column: "Phone"}},
		"columns.2.target": {{Target: "to", Column: "Phone"}, {Target: "1", Column: "Name"}, {Target: "2", Column: "City"}},
		"columns.1.target": {{Target: "to", Column: "Phone"}, {Target: "to", Column: "Name"}},
		"columns.0.column": {{Target: "to", Column: ""}, {Target: "1", Column: "Name"}},
	} {
		if _, _, err := a.Open(context.Background(), b.manager(), c.ID, columns, 0); refusalIn(err).Field != field {
			t.Errorf("%v is refused at %q, want %q", columns, refusalIn(err).Field, field)
		}
	}
}

func TestAudienceMemoryIsFlat(t *testing.T) {
	b := newSendBench(t)
	c := b.campaign()
	const rows = 200_000
	given := 0
	var peak uint64
	var rest string
	file := io.MultiReader(strings.NewReader("Name,Phone\n"), readerFunc(func(p []byte) (int, error) {
		if rest == "" {
			if given == rows {
				return 0, io.EOF
			}
			if given++; given%20_000 == 0 {
				var m runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&m)
				peak = max(peak, m.HeapAlloc)
			}
			rest = fmt.Sprintf("Asha,%s\n", phone(given))
		}
		n := copy(p, rest)
		rest = rest[n:]
		return n, nil
	}))
	var before runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	job, err := b.upload(context.Background(), c.ID, file) // nobody has agreed: every row is judged, none is kept
	if err != nil || job.Done != rows || job.Failed != rows {
		t.Fatalf("job %+v, %v", job, err)
	}
	grown := int64(peak) - int64(before.HeapAlloc)
	t.Logf("the live heap grew by %d KiB at most over %d rows", grown>>10, rows)
	if grown > 16<<20 {
		t.Errorf("the live heap grew by %d bytes", grown)
	}
}

func TestCampaignStates(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	b := newSendBench(t)
	b.consent(messaging.PurposeMarketing, phones(300)...)
	due := func() int { return b.count("SELECT count(*) FROM chunk WHERE run_at <= $1", b.Clock.Now()) }
	c := b.campaign()
	for name, act := range map[string]func() error{
		"start a draft":  func() error { _, err := b.campaigns.Start(ctx, b.actor, c.ID, time.Time{}); return err },
		"pause a draft":  func() error { _, err := b.campaigns.Pause(ctx, b.actor, c.ID); return err },
		"resume a draft": func() error { _, err := b.campaigns.Resume(ctx, b.actor, c.ID); return err },
	} {
		if messaging.CodeOf(act()) != messaging.CodeConflict {
			t.Errorf("%s is not refused", name)
		}
	}
	if _, err := b.upload(ctx, c.ID, strings.NewReader(audienceFile(phones(300)...))); err != nil {
		t.Fatal(err)
	}
	b.Clock.Advance(10 * 24 * time.Hour) // longer than a marketing message may wait
	tomorrow := b.Clock.Now().Add(24 * time.Hour)
	if _, err := b.campaigns.Start(ctx, b.actor, c.ID, tomorrow); err != nil || due() != 0 {
		t.Fatalf("%v, %d chunks are due", err, due())
	}
	if _, err := b.campaigns.Pause(ctx, b.actor, c.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := b.campaigns.Resume(ctx, b.actor, c.ID); err != nil || due() != 0 {
		t.Fatalf("resumed before its time: %v, %d chunks are due", err, due())
	}
	b.Clock.Advance(25 * time.Hour)
	if due() != 2 || b.count("SELECT count(*) FROM chunk WHERE deadline > $1", b.Clock.Now().Add(6*24*time.Hour)) != 2 {
		t.Errorf("%d chunks are due, want 2 with a new deadline", due())
	}
	if n := b.count("SELECT count(*) FROM payload WHERE delete_by > $1", b.Clock.Now().Add(8*24*time.Hour)); n != 2 {
		t.Errorf("%d payloads live long enough, want 2", n)
	}
	// A second attempt keeps its time through a pause that finds it under way.
	if _, err := b.campaigns.Pause(ctx, b.actor, c.ID); err != nil || due() != 0 {
		t.Errorf("paused: %v, %d chunks are due", err, due())
	}
	later := b.Clock.Now().Add(time.Hour)
	b.count("WITH x AS (UPDATE chunk SET run_at = $1 WHERE id = (SELECT min(id) FROM chunk) RETURNING 1) SELECT count(*) FROM x", later)
	if _, err := b.campaigns.Resume(ctx, b.actor, c.ID); err != nil || due() != 1 || b.count("SELECT count(*) FROM chunk WHERE run_at = $1", later) != 1 {
		t.Errorf("resumed: %v, %d chunks are due, want 1", err, due())
	}
	stopped, err := b.campaigns.Stop(ctx, b.actor, c.ID)
	if err != nil || stopped.State != messaging.CampaignStopped || due() != 2 {
		t.Errorf("stopped: %+v, %v, %d chunks are due for the gate to cancel", stopped, err, due())
	}
	for name, act := range map[string]func() error{
		"start":  func() error { _, err := b.campaigns.Start(ctx, b.actor, c.ID, time.Time{}); return err },
		"resume": func() error { _, err := b.campaigns.Resume(ctx, b.actor, c.ID); return err },
		"stop":   func() error { _, err := b.campaigns.Stop(ctx, b.actor, c.ID); return err },
		"upload": func() error { _, _, err := b.audiences().Open(ctx, b.manager(), c.ID, named(), 0); return err },
	} {
		if messaging.CodeOf(act()) != messaging.CodeConflict {
			t.Errorf("%s a stopped campaign is not refused", name)
		}
	}
}

func TestOneOfTwoStartsWins(t *testing.T) {
	t.Parallel()
	b := newSendBench(t)
	b.consent(messaging.PurposeMarketing, phone(1))
	c := b.campaign()
	if _, err := b.upload(context.Background(), c.ID, strings.NewReader(audienceFile(phone(1)))); err != nil {
		t.Fatal(err)
	}
	var won atomic.Int32
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			_, err := b.campaigns.Start(context.Background(), b.actor, c.ID, time.Time{})
			if err == nil {
				won.Add(1)
			} else if messaging.CodeOf(err) != messaging.CodeConflict {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if won.Load() != 1 {
		t.Errorf("%d starts have won", won.Load())
	}
}

func TestACampaignIsDoneWhenNothingIsLeft(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	b := newSendBench(t)
	b.consent(messaging.PurposeMarketing, phone(1))
	running, paused := b.campaign(), b.campaign()
	for _, c := range []messaging.Campaign{running, paused} {
		if _, err := b.upload(ctx, c.ID, strings.NewReader(audienceFile(phone(1)))); err != nil {
			t.Fatal(err)
		}
		if _, err := b.campaigns.Start(ctx, b.actor, c.ID, time.Time{}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := b.campaigns.Pause(ctx, b.actor, paused.ID); err != nil {
		t.Fatal(err)
	}
	if n, err := b.Store.FinishCampaigns(ctx, b.Clock.Now()); err != nil || n != 0 {
		t.Errorf("%d campaigns are done while messages wait, %v", n, err)
	}
	b.count("WITH x AS (DELETE FROM chunk RETURNING 1) SELECT count(*) FROM x")
	if n, err := b.Store.FinishCampaigns(ctx, b.Clock.Now()); err != nil || n != 1 {
		t.Errorf("%d campaigns are done, want 1, %v", n, err)
	}
	if c := b.reload(running.ID); c.State != messaging.CampaignDone || !c.FinishedAt.Equal(b.Clock.Now()) {
		t.Errorf("%+v", c)
	}
	if c := b.reload(paused.ID); c.State != messaging.CampaignPaused {
		t.Errorf("the paused one is %s", c.State)
	}
}

func TestNothingOfAnotherTenant(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	b := newSendBench(t)
	other := sendBenchOn(t, b.Bench)
	b.consent(messaging.PurposeMarketing, phone(1))
	c := b.campaign()
	if _, err := b.upload(ctx, c.ID, strings.NewReader(audienceFile(phone(1)))); err != nil {
		t.Fatal(err)
	}
	reads := other.messages()
	ref := messaging.MessageRef{ID: messaging.ID(b.count("SELECT id FROM message")), Week: b.count("SELECT week FROM message")}
	a := b.audiences()
	_, ticket, err := a.Open(ctx, b.manager(), c.ID, named(), 0)
	if err != nil {
		t.Fatal(err)
	}
	for name, act := range map[string]func() error{
		"campaign": func() error { _, err := other.door.Campaign(ctx, other.tenant.ID, c.ID); return err },
		"start":    func() error { _, err := other.campaigns.Start(ctx, other.actor, c.ID, time.Time{}); return err },
		"pause":    func() error { _, err := other.campaigns.Pause(ctx, other.actor, c.ID); return err },
		"resume":   func() error { _, err := other.campaigns.Resume(ctx, other.actor, c.ID); return err },
		"stop":     func() error { _, err := other.campaigns.Stop(ctx, other.actor, c.ID); return err },
		"create with a template": func() error {
			_, err := other.campaigns.Create(ctx, other.actor, "x", b.template.ID, other.sender.ID)
			return err
		},
		"create with a sender": func() error {
			_, err := other.campaigns.Create(ctx, other.actor, "x", other.template.ID, b.sender.ID)
			return err
		},
		"open an upload": func() error { _, _, err := a.Open(ctx, other.manager(), c.ID, named(), 0); return err },
		"upload": func() error {
			_, err := a.Uploads.Upload(ctx, other.manager(), ticket.Reveal(), strings.NewReader(audienceFile(phone(1))))
			return err
		},
		"message":  func() error { _, err := reads.Get(ctx, other.actor, ref); return err },
		"progress": func() error { _, err := other.door.Progress(ctx, other.tenant.ID, c.ID, b.Clock.Now()); return err },
	} {
		if err := act(); messaging.CodeOf(err) != messaging.CodeNotFound {
			t.Errorf("%s: %v, want NOT_FOUND", name, err)
		}
	}
	for name, filter := range map[string]messaging.MessageFilter{"all": {}, "of the campaign": {Campaign: c.ID}, "of the sender": {Sender: b.sender.ID}} {
		if page, err := reads.List(ctx, other.actor, filter, "", 0, 10); err != nil || len(page.Messages) != 0 {
			t.Errorf("messages %s: %d, %v", name, len(page.Messages), err)
		}
	}
	byID, err := other.door.CampaignsByID(ctx, other.tenant.ID, []messaging.ID{c.ID})
	list, err2 := other.door.Campaigns(ctx, other.tenant.ID, 0, nil, 10)
	refusals, err3 := other.door.Refusals(ctx, other.tenant.ID, c.ID)
	if err := errors.Join(err, err2, err3); err != nil || len(byID)+len(list)+len(refusals) != 0 {
		t.Errorf("another tenant sees %v %v %v, %v", byID, list, refusals, err)
	}
	if got := storetest.Owner[string](t, b.Bench, "SELECT state FROM campaign WHERE id = $1", c.ID); got != "READY" {
		t.Errorf("the campaign is %s", got)
	}
}
