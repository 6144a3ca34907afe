package messaging

import "time"

// JobKind is what a job does.
type JobKind string

const (
	JobAudience      JobKind = "CAMPAIGN_AUDIENCE" // reads a campaign's audience
	JobConsentImport JobKind = "CONSENT_IMPORT"
	JobTighten       JobKind = "TIGHTEN" // carries a stricter keeping out on what is there
	JobReseal        JobKind = "RESEAL"  // seals anew what an older data key has sealed
)

// JobState is where a job stands.
type JobState string

const (
	JobWaiting   JobState = "WAITING" // for its file
	JobRunning   JobState = "RUNNING"
	JobDone      JobState = "DONE"
	JobFailed    JobState = "FAILED"
	JobCancelled JobState = "CANCELLED"
)

// Job is work that a person started: what a progress bar shows.
type Job struct {
	ID         ID
	Kind       JobKind
	Target     ID // of an audience: the campaign
	State      JobState
	Done       int64 // rows looked at
	Total      int64 // 0: not known
	Failed     int64 // rows not taken
	Error      string
	Detail     []byte // JSON: what the reader of the file needs to know; no row of it
	CreatedBy  ID
	CreatedAt  time.Time
	StartedAt  time.Time
	FinishedAt time.Time
}

// TicketLife is how long an upload may begin after its job was made.
const TicketLife = 15 * time.Minute

// JobFailure is a row that was not taken: where it stands and why, never the row itself.
type JobFailure struct {
	Line  int
	Field string
	Code  Code
}
