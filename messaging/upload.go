package messaging

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"posthaste/privacy"
)

// MaxJobFailures is how many of a job's failures are kept; the count goes on.
const MaxJobFailures = 100

// JobStore keeps jobs.
type JobStore interface {
	// CreateJob writes a job that waits for its file until the time, and audits it when it has an action.
	CreateJob(ctx context.Context, by Author, action AuditAction, j Job, ticketHash [32]byte, until time.Time) error
	// RedeemTicket takes the job behind a ticket, for who drew it, and sets it running. NOT_FOUND when the ticket is
	// unknown, used, over, or another's.
	RedeemTicket(ctx context.Context, actor Actor, ticketHash [32]byte, now time.Time) (Job, error)
	// ReportJob adds to the counts of a running job, keeps the failures and shows that the job is alive. CONFLICT when the
	// job runs no more.
	ReportJob(ctx context.Context, tenant, id ID, done, failed int, failures []JobFailure, now time.Time) error
	// FinishJob ends a running job.
	FinishJob(ctx context.Context, tenant, id ID, state JobState, sentence string, now time.Time) error
}

// Importer works on one kind of uploaded file as it streams in.
type Importer interface {
	// Permission is what the uploader must hold.
	Permission() Permission
	// Import reads the file to its end and reports rows as it goes. A *Error ends the job with its sentence; what was
	// reported until then stays.
	Import(ctx context.Context, actor Actor, job Job, file io.Reader, report Report) error
}

// Report adds to a job's counts: how many rows were looked at, and those of them that were not taken.
type Report func(done int, failures []JobFailure) error

// Uploads hands out one-time addresses for files and takes the files.
type Uploads struct {
	Store     JobStore
	Keys      TenantKeys
	IDs       *IDs
	Now       func() time.Time
	Random    io.Reader
	Importers map[JobKind]Importer
}

// forUploadTickets is the purpose of the tenant's key over tickets.
const forUploadTickets privacy.Purpose = "upload-ticket"

// Ticket makes a job that waits for its file. The ticket is shown once and opens one upload within TicketLife.
func (u *Uploads) Ticket(ctx context.Context, actor Actor, action AuditAction, j Job) (Job, privacy.Secret, error) {
	keys, err := u.Keys.Of(ctx, actor.Tenant)
	if err != nil {
		return Job{}, privacy.Secret{}, err
	}
	b := make([]byte, 32)
	if _, err := io.ReadFull(u.Random, b); err != nil {
		return Job{}, privacy.Secret{}, fmt.Errorf("draw a ticket: %w", err)
	}
	ticket := base64.RawURLEncoding.EncodeToString(b)
	by := AuthorOf(actor, u.IDs, u.Now(), keys)
	j.ID, j.State, j.CreatedBy, j.CreatedAt = u.IDs.Next(), JobWaiting, actor.User, by.At
	err = u.Store.CreateJob(ctx, by, action, j, ticketHash(keys, ticket), by.At.Add(TicketLife))
	return j, privacy.NewSecret(ticket), err
}

func ticketHash(keys *privacy.TenantKeys, ticket string) [32]byte {
	return keys.Derive(forUploadTickets).MAC([]byte(ticket))
}

// UploadURL is where the file is put. public is the configured URL of this installation.
func UploadURL(public string, ticket privacy.Secret) string {
	return strings.TrimRight(public, "/") + "/uploads/" + ticket.Reveal()
}

// Upload takes the file behind a ticket and works through it. The ticket belongs to the person who drew it, who must
// still hold what the file needs. It gives the job's id also with an error of the file itself.
func (u *Uploads) Upload(ctx context.Context, actor Actor, ticket string, file io.Reader) (ID, error) {
	keys, err := u.Keys.Of(ctx, actor.Tenant)
	if err != nil {
		return 0, err
	}
	job, err := u.Store.RedeemTicket(ctx, actor, ticketHash(keys, ticket), u.Now())
	if err != nil {
		return 0, err
	}
	importer, known := u.Importers[job.Kind]
	switch {
	case !known:
		err = fmt.Errorf("no importer of %s", job.Kind)
	case !actor.Can(importer.Permission()):
		err = Refuse(CodeForbidden, "", "you may not upload this file")
	default:
		err = importer.Import(ctx, actor, job, file, u.reporter(ctx, actor.Tenant, job.ID))
	}
	return job.ID, errors.Join(err, u.finish(ctx, actor.Tenant, job.ID, err))
}

func (u *Uploads) reporter(ctx context.Context, tenant, job ID) Report {
	kept := 0
	return func(done int, failures []JobFailure) error {
		failed := len(failures)
		failures = failures[:min(failed, MaxJobFailures-kept)]
		kept += len(failures)
		return u.Store.ReportJob(ctx, tenant, job, done, failed, failures, u.Now())
	}
}

// finish also when the uploader has gone away: whoever watches the job must see its end.
func (u *Uploads) finish(ctx context.Context, tenant, job ID, why error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	state, sentence := JobDone, ""
	if why != nil {
		state, sentence = JobFailed, "The upload broke off. What was read before is kept; upload the file again."
		if e, ok := errors.AsType[*Error](why); ok {
			sentence = e.Message
		}
	}
	return u.Store.FinishJob(ctx, tenant, job, state, sentence, u.Now())
}
