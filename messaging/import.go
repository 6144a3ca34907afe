package messaging

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"posthaste/privacy"
)

// ConsentImport describes a file of consents: what every row says, and in which columns the rest is.
type ConsentImport struct {
	Channel        Channel       `json:"channel"`
	Purpose        Purpose       `json:"purpose"`
	Source         ConsentSource `json:"source"`
	WordingVersion string        `json:"wordingVersion,omitempty"`
	AddressColumn  string        `json:"addressColumn"`
	TimeColumn     string        `json:"timeColumn,omitempty"` // empty: the rows are undated
	// Attestation is the importing person's word that each person in the file agreed and that the evidence is held.
	Attestation bool `json:"attestation"`
}

// check judges what does not depend on the file.
func (c ConsentImport) check(now time.Time) error {
	if !c.Attestation {
		return Refuse(CodeInvalid, "attestation", "confirm that every person in the file agreed to receive these messages")
	}
	if !named(c.AddressColumn, 100) {
		return Refuse(CodeInvalid, "addressColumn", "name the column that holds the address")
	}
	if c.TimeColumn != "" && !named(c.TimeColumn, 100) {
		return Refuse(CodeInvalid, "timeColumn", "a column's name has at most 100 printable characters")
	}
	sample := map[Channel]string{WhatsApp: "+919811107052", SMS: "+919811107052", Email: "a@example.com"}[c.Channel]
	if sample == "" {
		return Refuse(CodeInvalid, "channel", "a channel is WHATSAPP, SMS or EMAIL")
	}
	_, _, err := c.row(sample, time.Time{}).check(true, "", now)
	return err
}

// row is a row of the file as a call would give it.
func (c ConsentImport) row(address string, at time.Time) ConsentInput {
	return ConsentInput{
		Address: address, Channel: c.Channel, Purpose: c.Purpose, Source: c.Source, WordingVersion: c.WordingVersion,
		OccurredAt: at, Undated: at.IsZero(),
	}
}

// ConsentImports takes consent from files, through the same judgement as calls.
type ConsentImports struct {
	Consents *Consents
	Uploads  *Uploads
}

// Begin makes a job that waits for the file, with the ticket that opens the upload, which is shown once.
func (c *ConsentImports) Begin(ctx context.Context, actor Actor, in ConsentImport) (Job, privacy.Secret, error) {
	if err := in.check(c.Consents.Now()); err != nil {
		return Job{}, privacy.Secret{}, err
	}
	detail, err := json.Marshal(in)
	if err != nil {
		return Job{}, privacy.Secret{}, err
	}
	return c.Uploads.Ticket(ctx, actor, AuditImportBegun, Job{Kind: JobConsentImport, Detail: detail})
}

// Permission implements Importer.
func (c *ConsentImports) Permission() Permission { return PermConsentWrite }

// Import implements Importer. Rows are taken by the thousand, each batch for good, so a file that breaks off or is broken
// at its end leaves what came before. Reading it again is harmless: a word that is in the ledger is not written twice,
// and a row without a time never overrides a person's no.
func (c *ConsentImports) Import(ctx context.Context, actor Actor, job Job, file io.Reader, report Report) error {
	var in ConsentImport
	if err := json.Unmarshal(job.Detail, &in); err != nil {
		return fmt.Errorf("read a job's detail: %w", err)
	}
	source, err := OpenCSV(file)
	if err != nil {
		return err
	}
	address, ok := source.Column(in.AddressColumn)
	if !ok {
		return Refuse(CodeInvalid, "addressColumn", "the file has no column with the name that was given for the address")
	}
	moment := -1
	if in.TimeColumn != "" {
		if moment, ok = source.Column(in.TimeColumn); !ok {
			return Refuse(CodeInvalid, "timeColumn", "the file has no column with the name that was given for the time")
		}
	}
	batch := consentBatch{consents: c.Consents, actor: actor, report: report}
	for {
		row, err := source.Next()
		broken, isRow := errors.AsType[*CSVRowError](err)
		switch {
		case errors.Is(err, io.EOF):
			return batch.flush(ctx)
		case isRow:
			batch.fail(broken.Line, "", CodeInvalid)
		case err != nil:
			return errors.Join(batch.flush(ctx), err)
		default:
			batch.add(in, row, address, moment)
		}
		if batch.full() {
			if err := batch.flush(ctx); err != nil {
				return err
			}
		}
	}
}

// consentBatch gathers rows until a call's worth is there.
type consentBatch struct {
	consents *Consents
	actor    Actor
	report   Report
	rows     []ConsentInput
	lines    []int
	failures []JobFailure
}

func (b *consentBatch) add(in ConsentImport, row CSVRow, address, moment int) {
	var at time.Time
	if moment >= 0 && row.Field(moment) != "" {
		var err error
		if at, err = time.Parse(time.RFC3339, row.Field(moment)); err != nil {
			b.fail(row.Line, "occurredAt", CodeInvalid)
			return
		}
	}
	b.rows, b.lines = append(b.rows, in.row(row.Field(address), at)), append(b.lines, row.Line)
}

func (b *consentBatch) fail(line int, field string, code Code) {
	b.failures = append(b.failures, JobFailure{line, field, code})
}

func (b *consentBatch) full() bool { return len(b.rows)+len(b.failures) >= MaxConsents }

func (b *consentBatch) flush(ctx context.Context) error {
	done := len(b.rows) + len(b.failures)
	if len(b.rows) > 0 {
		results, err := b.consents.Record(ctx, b.actor, true, b.rows)
		if err != nil {
			return err
		}
		for i, r := range results {
			if r.Err != nil {
				b.fail(b.lines[i], r.Err.Field, r.Err.Code)
			}
		}
	}
	err := b.report(done, b.failures)
	b.rows, b.lines, b.failures = b.rows[:0], b.lines[:0], b.failures[:0]
	return err
}
