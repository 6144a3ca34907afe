package store_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"time"

	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store/storetest"
)

func importsOf(b *storetest.Bench) *messaging.ConsentImports {
	imports := &messaging.ConsentImports{Consents: consentsOf(b)}
	imports.Uploads = &messaging.Uploads{
		Store: b.Store, Keys: b.Keys, IDs: b.IDs, Now: b.Clock.Now, Random: rand.Reader,
		Importers: map[messaging.JobKind]messaging.Importer{messaging.JobConsentImport: imports},
	}
	return imports
}

func importer(tenant messaging.Tenant) messaging.Actor {
	actor := actorOf(tenant)
	actor.Permissions = messaging.PermissionSet{messaging.PermConsentWrite}
	return actor
}

func marketingFile() messaging.ConsentImport {
	return messaging.ConsentImport{
		Channel: messaging.WhatsApp, Purpose: messaging.PurposeMarketing, Source: messaging.SourceImport,
		AddressColumn: "phone", TimeColumn: "when", Attestation: true,
	}
}

// upload begins an import and puts the file there.
func upload(t *testing.T, b *storetest.Bench, tenant messaging.Tenant, in messaging.ConsentImport, file io.Reader) (messaging.Job, error) {
	t.Helper()
	ctx := context.Background()
	imports := importsOf(b)
	_, ticket, err := imports.Begin(ctx, importer(tenant), in)
	if err != nil {
		t.Fatal(err)
	}
	id, failure := imports.Uploads.Upload(ctx, importer(tenant), ticket.Reveal(), file)
	job, err := b.Store.Job(ctx, tenant.ID, id)
	if err != nil {
		t.Fatal(err)
	}
	return job, failure
}

func TestImportTakesGoodRowsAndNamesTheOthers(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	b := storetest.New(t)
	tenant := b.Tenant(t)
	file := "\ufeffName;Phone;When\nA;98111 07001;2026-01-02T03:04:05Z\nB;none;2026-01-02T03:04:05Z\nC;+91 98111 07003;yesterday\nD;+91 98111 07004;\nE;+91 98111 07005\n"
	job, err := upload(t, b, tenant, marketingFile(), strings.NewReader(file))
	if err != nil || job.State != messaging.JobDone || job.Done != 5 || job.Failed != 3 || job.Total != 5 || job.FinishedAt.IsZero() {
		t.Fatalf("job %+v, %v", job, err)
	}
	failures, err := b.Store.JobFailures(ctx, tenant.ID, []messaging.ID{job.ID})
	if got, want := fmt.Sprint(failures[job.ID]), "[{3 address INVALID} {4 occurredAt INVALID} {6  INVALID}]"; err != nil || got != want {
		t.Errorf("failures %s, want %s (%v)", got, want, err)
	}
	for phone, want := range map[string]string{"+919811107001": "+??", "+919811107004": "+??", "+919811107005": "nobody"} {
		if got := standing(t, b, tenant, phone); got != want {
			t.Errorf("%s: %s, want %s", phone, got, want)
		}
	}
	for _, column := range []string{"detail::text", "error"} {
		if n := storetest.Owner[int](t, b, "SELECT count(*) FROM job WHERE "+column+" LIKE '%98111%'"); n != 0 {
			t.Errorf("the job's %s holds a phone", column)
		}
	}
	other := b.Tenant(t)
	if _, err := b.Store.Job(ctx, other.ID, job.ID); messaging.CodeOf(err) != messaging.CodeNotFound {
		t.Errorf("another tenant reads the job: %v", err)
	}
	if list, err := b.Store.JobFailures(ctx, other.ID, []messaging.ID{job.ID}); err != nil || len(list) != 0 {
		t.Errorf("another tenant reads failures: %v, %v", list, err)
	}
	if list, err := b.Store.Jobs(ctx, other.ID, "", 10); err != nil || len(list) != 0 {
		t.Errorf("another tenant lists jobs: %v, %v", list, err)
	}
}

func TestReadingAFileAgainIsHarmless(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	tenant := b.Tenant(t)
	var file strings.Builder
	file.WriteString("phone,when\n")
	for i := range 2500 {
		when := ""
		if i%2 == 0 {
			when = "2026-01-02T03:04:05+05:30"
		}
		fmt.Fprintf(&file, "+9198111%05d,%s\n", i, when)
	}
	first, err := upload(t, b, tenant, marketingFile(), strings.NewReader(file.String()))
	if err != nil || first.Done != 2500 || first.Failed != 0 {
		t.Fatalf("%+v, %v", first, err)
	}
	count := func() int { return storetest.Owner[int](t, b, "SELECT count(*) FROM consent_event") }
	if n := count(); n != 2500 {
		t.Fatalf("%d words", n)
	}
	no := yes("+919811100001") // undated in the file
	b.Clock.Advance(time.Minute)
	if _, err := consentsOf(b).Record(context.Background(), actorOf(tenant), false, []messaging.ConsentInput{no}); err != nil {
		t.Fatal(err)
	}
	b.Clock.Advance(time.Hour)
	again, err := upload(t, b, tenant, marketingFile(), strings.NewReader(file.String()))
	if err != nil || again.Done != 2500 || count() != 2501 {
		t.Errorf("the same file again: %+v, %v, %d words", again, err, count())
	}
	if got := standing(t, b, tenant, no.Address); got != "-??" {
		t.Errorf("the file read again overrode a person's no: %s", got)
	}
}

func TestAFileThatBreaksLeavesWhatCameBefore(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		tail io.Reader
		says string
		code messaging.Code
	}{
		"broken tail":     {strings.NewReader("+919811199999,\"\n"), "line 1502 cannot be read", messaging.CodeInvalid},
		"lost connection": {iotest.ErrReader(errors.New("connection reset")), "broke off", messaging.CodeInternal},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := storetest.New(t)
			tenant := b.Tenant(t)
			var head strings.Builder
			head.WriteString("phone,when\n")
			for i := range 1500 {
				fmt.Fprintf(&head, "+9198111%05d,\n", i)
			}
			job, err := upload(t, b, tenant, marketingFile(), io.MultiReader(strings.NewReader(head.String()), test.tail))
			if messaging.CodeOf(err) != test.code || job.State != messaging.JobFailed || job.Done != 1500 || !strings.Contains(job.Error, test.says) {
				t.Errorf("job %+v, %v", job, err)
			}
			if n := storetest.Owner[int](t, b, "SELECT count(*) FROM consent_event"); n != 1500 {
				t.Errorf("%d words are kept, want 1500", n)
			}
		})
	}
}

func TestImportRefusals(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	b := storetest.New(t)
	tenant := b.Tenant(t)
	for field, change := range map[string]func(*messaging.ConsentImport){
		"attestation":    func(in *messaging.ConsentImport) { in.Attestation = false },
		"addressColumn":  func(in *messaging.ConsentImport) { in.AddressColumn = "" },
		"timeColumn":     func(in *messaging.ConsentImport) { in.TimeColumn = "a\nb" },
		"channel":        func(in *messaging.ConsentImport) { in.Channel = "FAX" },
		"purpose":        func(in *messaging.ConsentImport) { in.Purpose = "FUN" },
		"source":         func(in *messaging.ConsentImport) { in.Source = messaging.SourceProvider },
		"wordingVersion": func(in *messaging.ConsentImport) { in.WordingVersion = strings.Repeat("a", 101) },
	} {
		in := marketingFile()
		change(&in)
		_, _, err := importsOf(b).Begin(ctx, importer(tenant), in)
		if e, _ := err.(*messaging.Error); e == nil || e.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	for says, file := range map[string]string{
		"no column with the name that was given for the address": "tel,when\n1,2\n",
		"no column with the name that was given for the time":    "phone,day\n1,2\n",
		"spreadsheet": "PK\x03\x04",
	} {
		job, err := upload(t, b, tenant, marketingFile(), strings.NewReader(file))
		if messaging.CodeOf(err) != messaging.CodeInvalid || !strings.Contains(job.Error, says) || job.State != messaging.JobFailed {
			t.Errorf("%s: %+v, %v", says, job, err)
		}
	}
}

func TestATicketOpensOnceInTimeForItsOwner(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	b := storetest.New(t)
	tenant, other := b.Tenant(t), b.Tenant(t)
	imports := importsOf(b)
	begin := func() string {
		t.Helper()
		_, ticket, err := imports.Begin(ctx, importer(tenant), marketingFile())
		if err != nil || len(ticket.Reveal()) != 43 {
			t.Fatalf("ticket of %d characters, %v", len(ticket.Reveal()), err)
		}
		return ticket.Reveal()
	}
	put := func(actor messaging.Actor, ticket string) messaging.Code {
		_, err := imports.Uploads.Upload(ctx, actor, ticket, strings.NewReader("phone,when\n"))
		return messaging.CodeOf(err)
	}
	ticket := begin()
	colleague := importer(tenant)
	colleague.User = 43
	for name, actor := range map[string]messaging.Actor{"another tenant": importer(other), "a colleague": colleague} {
		if code := put(actor, ticket); code != messaging.CodeNotFound {
			t.Errorf("%s used the ticket: %q", name, code)
		}
	}
	var taken atomic.Int32
	var group sync.WaitGroup
	for range 6 {
		group.Go(func() {
			switch code := put(importer(tenant), ticket); code {
			case "":
				taken.Add(1)
			case messaging.CodeNotFound:
			default:
				t.Errorf("code %s", code)
			}
		})
	}
	group.Wait()
	if taken.Load() != 1 {
		t.Errorf("the ticket opened %d times", taken.Load())
	}
	late := begin()
	b.Clock.Advance(messaging.TicketLife)
	if code := put(importer(tenant), late); code != messaging.CodeNotFound {
		t.Errorf("a ticket after its life: %q", code)
	}
	if code := put(importer(tenant), "x"); code != messaging.CodeNotFound {
		t.Errorf("no ticket at all: %q", code)
	}
	powerless := begin()
	if code := put(actorOf(tenant), powerless); code != messaging.CodeForbidden {
		t.Errorf("without the permission: %q", code)
	}
	if n := storetest.Owner[int](t, b, "SELECT count(*) FROM job WHERE ticket_hash IS NOT NULL AND state <> 'WAITING'"); n != 0 {
		t.Errorf("%d used tickets are still there", n)
	}
}

func TestStalledJobsFail(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	b := storetest.New(t)
	tenant := b.Tenant(t)
	imports := importsOf(b)
	_, ticket, err := imports.Begin(ctx, importer(tenant), marketingFile())
	if err != nil {
		t.Fatal(err)
	}
	keys, err := b.Keys.Of(ctx, tenant.ID)
	if err != nil {
		t.Fatal(err)
	}
	hash := keys.Derive(privacy.Purpose("upload-ticket")).MAC([]byte(ticket.Reveal()))
	job, err := b.Store.RedeemTicket(ctx, importer(tenant), hash, b.Clock.Now()) // and the process dies
	if err != nil {
		t.Fatal(err)
	}
	if n, err := b.Store.FailStalledJobs(ctx, b.Clock.Now(), b.Clock.Now().Add(-5*time.Minute)); n != 0 || err != nil {
		t.Fatalf("%d live jobs failed, %v", n, err)
	}
	now := b.Clock.Advance(6 * time.Minute)
	if n, err := b.Store.FailStalledJobs(ctx, now, now.Add(-5*time.Minute)); n != 1 || err != nil {
		t.Fatalf("%d stalled jobs failed, %v", n, err)
	}
	if err := b.Store.ReportJob(ctx, tenant.ID, job.ID, 1, 0, nil, now); messaging.CodeOf(err) != messaging.CodeConflict {
		t.Errorf("a failed job goes on: %v", err)
	}
}
