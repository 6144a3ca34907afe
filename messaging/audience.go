package messaging

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"posthaste/privacy"
)

const (
	// audienceBatch is how many rows are taken in one transaction.
	audienceBatch = MaxRecipients
	// maxColumns is how many columns a mapping may name.
	maxColumns = 50
	// maxColumnName is how long the name of a column may be, in characters.
	maxColumnName = 200
	// maxLines is how many lines are kept of each sort of refusal.
	maxLines = 100
)

// The targets of columns beside the template's variables.
const (
	TargetTo        = "to"
	TargetURLSuffix = "urlSuffix"
)

// AudienceColumn says which column of the file fills what.
type AudienceColumn struct {
	Target string `json:"target"` // TargetTo, TargetURLSuffix or a variable's name
	Column string `json:"column"` // the header
}

// AudienceTx is one transaction about a campaign's audience. The campaign is locked first, so of two readings of one
// campaign each batch waits for the other's.
type AudienceTx interface {
	SendTx
	LockCampaign(ctx context.Context, id ID) (Campaign, error)
	SetCampaign(ctx context.Context, c Campaign) error
	// AudienceRunning tells whether a job other than this one reads into the campaign.
	AudienceRunning(ctx context.Context, campaign, job ID) (bool, error)
	// CountAudience adds to the campaign's counts. Lines beyond the first 100 of a code are not kept.
	CountAudience(ctx context.Context, campaign ID, accepted int, refusals []Refusals) error
}

// AudienceStore opens a transaction of one tenant.
type AudienceStore interface {
	InAudience(ctx context.Context, tenant ID, fn func(AudienceTx) error) error
}

// Audiences reads the people of campaigns out of files.
type Audiences struct {
	Store   AudienceStore
	Sends   *Sends
	Uploads *Uploads
	Now     func() time.Time
}

// Open makes the job and the ticket of one upload. rows is the number of rows if known, else 0: for the progress bar.
func (s *Audiences) Open(ctx context.Context, actor Actor, campaign ID, columns []AudienceColumn, rows int) (Job, privacy.Secret, error) {
	if rows < 0 || rows > MaxCSVRows {
		return Job{}, privacy.Secret{}, Refuse(CodeLimited, "rows", "a file has at most %d rows", MaxCSVRows)
	}
	err := s.Store.InAudience(ctx, actor.Tenant, func(tx AudienceTx) error {
		c, err := tx.LockCampaign(ctx, campaign)
		if err != nil {
			return err
		}
		if err := mayRead(ctx, tx, c, 0); err != nil {
			return err
		}
		facts, err := tx.SendFacts(ctx, c.Sender, c.Template)
		if err != nil {
			return err
		}
		return checkColumns(*facts.Template, columns)
	})
	if err != nil {
		return Job{}, privacy.Secret{}, err
	}
	detail, err := json.Marshal(audienceDetail{columns})
	if err != nil {
		return Job{}, privacy.Secret{}, fmt.Errorf("encode columns: %w", err)
	}
	return s.Uploads.Ticket(ctx, actor, "", Job{Kind: JobAudience, Target: campaign, Total: int64(rows), Detail: detail})
}

type audienceDetail struct {
	Columns []AudienceColumn `json:"columns"`
}

// mayRead tells whether the campaign can take an audience now. A reading that died leaves the campaign IMPORTING without
// a job that runs: then the next one goes on.
func mayRead(ctx context.Context, tx AudienceTx, c Campaign, job ID) error {
	switch c.State {
	case CampaignDraft, CampaignReady:
		return nil
	case CampaignImporting:
		running, err := tx.AudienceRunning(ctx, c.ID, job)
		if err != nil || !running {
			return err
		}
		return Refuse(CodeConflict, "campaignId", "an audience is being read into this campaign at this moment")
	}
	return Refuse(CodeConflict, "campaignId", "a campaign that was started takes no further audience; this one is %s", c.State)
}

// settledState is where a campaign stands when nobody reads into it.
func settledState(c Campaign) CampaignState {
	if c.Accepted > 0 {
		return CampaignReady
	}
	return CampaignDraft
}

// checkColumns makes sure that the columns fill the template exactly.
func checkColumns(t Template, columns []AudienceColumn) error {
	if len(columns) > maxColumns {
		return Refuse(CodeLimited, "columns", "at most %d columns can be named", maxColumns)
	}
	needed := append([]string{TargetTo}, t.valueNames()...)
	if t.Form().suffixed >= 0 {
		needed = append(needed, TargetURLSuffix)
	}
	seen := map[string]bool{}
	for i, c := range columns {
		path := rowPath("columns", i)
		switch {
		case !slices.Contains(needed, c.Target):
			return Refuse(CodeInvalid, path+".target", "the template has nothing of this name to fill; it takes %s", strings.Join(needed, ", "))
		case seen[c.Target]:
			return Refuse(CodeInvalid, path+".target", "this is filled by another column already")
		case c.Column == "" || characters(c.Column) > maxColumnName:
			return Refuse(CodeInvalid, path+".column", "a column's name has 1 to %d characters", maxColumnName)
		}
		seen[c.Target] = true
	}
	for _, name := range needed {
		if !seen[name] {
			return Refuse(CodeInvalid, "columns", "say which column fills %s", name)
		}
	}
	return nil
}

// Permission implements Importer.
func (s *Audiences) Permission() Permission { return PermCampaignManage }

// Import implements Importer. Each batch is one transaction together with the campaign's counts, so what is counted is
// what was taken, whenever the file breaks off. What was taken stays, and the same file can be uploaded again: a person
// is taken once.
func (s *Audiences) Import(ctx context.Context, actor Actor, job Job, file io.Reader, report Report) error {
	r := &audienceReader{s: s, actor: actor, job: job, report: report}
	if err := r.begin(ctx); err != nil {
		return err
	}
	err := r.rows(ctx, file)
	return errors.Join(r.told(err), r.end(ctx))
}

// audienceReader is one reading of one file.
type audienceReader struct {
	s        *Audiences
	actor    Actor
	job      Job
	report   Report
	campaign Campaign

	columns   []AudienceColumn
	positions []int
	batch     []SendRecipient
	lines     []int
	spoiled   map[int]*CSVRowError // by place in the batch: rows that cannot be read
	taken     int                  // line up to which rows are taken
}

func (r *audienceReader) begin(ctx context.Context) (err error) {
	var detail audienceDetail
	if err := json.Unmarshal(r.job.Detail, &detail); err != nil {
		return fmt.Errorf("read a job's columns: %w", err)
	}
	r.columns = detail.Columns
	return r.s.Store.InAudience(ctx, r.actor.Tenant, func(tx AudienceTx) error {
		if r.campaign, err = tx.LockCampaign(ctx, r.job.Target); err != nil {
			return err
		}
		if err := mayRead(ctx, tx, r.campaign, r.job.ID); err != nil {
			return err
		}
		r.campaign.State = CampaignImporting
		return tx.SetCampaign(ctx, r.campaign)
	})
}

// rows reads the file. Rows before the place where it is broken are taken.
func (r *audienceReader) rows(ctx context.Context, file io.Reader) error {
	source, err := OpenCSV(file)
	if err != nil {
		return err
	}
	for _, c := range r.columns {
		at, ok := source.Column(c.Column)
		if !ok {
			return Refuse(CodeInvalid, "columns", "the file has no column of the name that was given for %s", c.Target)
		}
		r.positions = append(r.positions, at)
	}
	for {
		row, err := source.Next()
		spoiled, isRow := errors.AsType[*CSVRowError](err)
		_, refused := errors.AsType[*Error](err)
		switch {
		case err == nil:
			r.add(row)
		case isRow:
			r.spoil(spoiled)
		case refused || errors.Is(err, io.EOF):
			if err := r.flush(ctx); err != nil {
				return err
			}
			if refused {
				return err
			}
			return nil
		default:
			return err // the stream broke off: the batch at hand is left to the next upload
		}
		if len(r.batch) == audienceBatch {
			if err := r.flush(ctx); err != nil {
				return err
			}
		}
	}
}

func (r *audienceReader) add(row CSVRow) {
	to := SendRecipient{Variables: make(map[string]string, len(r.columns))}
	for i, c := range r.columns {
		switch value := row.Field(r.positions[i]); c.Target {
		case TargetTo:
			to.To = value
		case TargetURLSuffix:
			to.URLSuffix = value
		default:
			to.Variables[c.Target] = value
		}
	}
	r.batch, r.lines = append(r.batch, to), append(r.lines, row.Line)
}

// spoil takes a row that cannot be read as one without an address: it is refused and counted like any other.
func (r *audienceReader) spoil(err *CSVRowError) {
	if r.spoiled == nil {
		r.spoiled = map[int]*CSVRowError{}
	}
	r.spoiled[len(r.batch)] = err
	r.batch, r.lines = append(r.batch, SendRecipient{}), append(r.lines, err.Line)
}

// flush takes the batch, and then tells of it.
func (r *audienceReader) flush(ctx context.Context) error {
	if len(r.batch) == 0 {
		return nil
	}
	// Anew for each batch: a file may come for longer than keys that were read once may be used.
	keys, err := r.s.Sends.keys.Of(ctx, r.actor.Tenant)
	if err != nil {
		return err
	}
	var failures []JobFailure
	err = r.s.Store.InAudience(ctx, r.actor.Tenant, func(tx AudienceTx) error {
		c, err := tx.LockCampaign(ctx, r.campaign.ID)
		if err != nil {
			return err
		}
		if c.State != CampaignImporting {
			return Refuse(CodeConflict, "", "this upload was given up, since nothing was heard of it for long")
		}
		answer, err := r.s.Sends.accept(ctx, tx, keys, r.actor, SendRequest{
			Sender: c.Sender, Template: c.Template, Recipients: r.batch, Campaign: c.ID, Held: true,
		}, r.s.Now())
		if err != nil {
			return err
		}
		var refusals []Refusals
		refusals, failures = r.judge(answer)
		return tx.CountAudience(ctx, c.ID, answer.Accepted(), refusals)
	})
	if err != nil {
		return err
	}
	r.taken = r.lines[len(r.lines)-1]
	done := len(r.batch)
	r.batch, r.lines, r.spoiled = r.batch[:0], r.lines[:0], nil
	return r.report(done, failures)
}

// judge sums up a batch's refusals by code, and lists them.
func (r *audienceReader) judge(answer SendAnswer) (refusals []Refusals, failures []JobFailure) {
	for i, result := range answer.Results {
		if result.Refusal == nil {
			continue
		}
		refusal := result.Refusal.under(rowPath("recipients", i))
		if r.spoiled[i] != nil {
			refusal.Field = ""
		}
		at := slices.IndexFunc(refusals, func(s Refusals) bool { return s.Code == refusal.Code })
		if at < 0 {
			at = len(refusals)
			refusals = append(refusals, Refusals{Code: refusal.Code})
		}
		refusals[at].Count++
		if len(refusals[at].Lines) < maxLines {
			refusals[at].Lines = append(refusals[at].Lines, r.lines[i])
		}
		failures = append(failures, JobFailure{Line: r.lines[i], Field: refusal.Field, Code: refusal.Code})
	}
	return refusals, failures
}

// under is the error with its field as seen from the path.
func (e *Error) under(path string) *Error {
	moved := *e
	moved.Field = strings.TrimPrefix(strings.TrimPrefix(e.Field, path), ".")
	return &moved
}

// end puts the campaign where it belongs, also when the caller is gone.
func (r *audienceReader) end(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return r.s.Store.InAudience(ctx, r.actor.Tenant, func(tx AudienceTx) error {
		c, err := tx.LockCampaign(ctx, r.campaign.ID)
		if err != nil || c.State != CampaignImporting {
			return err
		}
		c.State = settledState(c)
		return tx.SetCampaign(ctx, c)
	})
}

// told adds to a failure what became of the rows before it and what to do.
func (r *audienceReader) told(cause error) error {
	if cause == nil {
		return nil
	}
	refusal, ok := errors.AsType[*Error](cause)
	if !ok {
		refusal = Refuse(CodeInvalid, "", "the upload broke off").Because(cause)
	}
	kept := "nothing was taken"
	if r.taken > 0 {
		kept = fmt.Sprintf("rows up to line %d were taken, and the same file can be uploaded again", r.taken)
	}
	return Refuse(refusal.Code, refusal.Field, "%s; %s", refusal.Message, kept).Because(cause)
}
