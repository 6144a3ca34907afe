package messaging

import (
	"slices"
	"time"
)

// TemplateState is where a template stands in its review.
type TemplateState string

const (
	TemplateDraftState      TemplateState = "DRAFT"      // ours alone
	TemplateSubmitting      TemplateState = "SUBMITTING" // the call to the platform is under way, or its answer was lost
	TemplatePending         TemplateState = "PENDING"    // in review
	TemplateApproved        TemplateState = "APPROVED"   // the only state that may be sent
	TemplateRejected        TemplateState = "REJECTED"
	TemplatePaused          TemplateState = "PAUSED" // for some hours, because of its quality
	TemplateDisabled        TemplateState = "DISABLED"
	TemplateFlagged         TemplateState = "FLAGGED" // may be disabled soon
	TemplateInAppeal        TemplateState = "IN_APPEAL"
	TemplateLimitExceeded   TemplateState = "LIMIT_EXCEEDED"
	TemplatePendingDeletion TemplateState = "PENDING_DELETION"
	TemplateDeleted         TemplateState = "DELETED"
	TemplateArchived        TemplateState = "ARCHIVED" // unused for long; deleted by the platform after 28 days
)

// ParameterFormat is how variables are written.
type ParameterFormat string

const (
	Positional ParameterFormat = "POSITIONAL" // {{1}}, {{2}}
	Named      ParameterFormat = "NAMED"      // {{first_name}}
)

// Quality is the platform's rating of a template or a sender.
type Quality string

const (
	QualityGreen   Quality = "GREEN"
	QualityYellow  Quality = "YELLOW"
	QualityRed     Quality = "RED"
	QualityUnknown Quality = "UNKNOWN"
)

// ParseQuality reads the platform's word; one that is not known is UNKNOWN ("NA" of a sender among them).
func ParseQuality(s string) Quality {
	q := Quality(s)
	if q == QualityGreen || q == QualityYellow || q == QualityRed {
		return q
	}
	return QualityUnknown
}

// ButtonKind is the sort of a template's button.
type ButtonKind string

const (
	QuickReply ButtonKind = "QUICK_REPLY"
	URLButton  ButtonKind = "URL"
	OTPButton  ButtonKind = "OTP" // copies the code; of authentication templates, made by the platform
)

// TemplateButton is a button of a template.
type TemplateButton struct {
	Kind       ButtonKind
	Text       string
	URL        string // may end in one variable
	URLExample string // a sample of that variable
}

// TemplateText is what a template says. Empty strings are absent parts.
type TemplateText struct {
	Header        string
	HeaderExample string
	Body          string
	BodyExamples  []string // one a variable, in order of appearance
	Footer        string
	Buttons       []TemplateButton
}

// TemplateDraft is a template as its author writes it.
type TemplateDraft struct {
	WabaID   ID
	Name     string
	Language string // Meta's code: en, en_IN, pt_BR
	Category Category
	Format   ParameterFormat
	TemplateText
}

// Template is a message form that the platform reviews before it may be sent outside a service window.
type Template struct {
	ID            ID
	WabaID        ID
	MetaID        string // empty until it was submitted
	Name          string
	Language      string
	Category      Category // as the platform has it now
	AskedCategory Category // as we asked; the platform changes it silently
	Format        ParameterFormat
	TemplateText
	State       TemplateState
	StateReason string // a plain sentence: why, and what to do
	StateAt     time.Time
	Quality     Quality
	Revision    int // grows with each change of what it says
	CreatedAt   time.Time
}

// Sendable tells whether it may be sent now.
func (t Template) Sendable() bool { return t.State == TemplateApproved }

// Draft is the template as its author would write it again.
func (t Template) Draft() TemplateDraft {
	return TemplateDraft{t.WabaID, t.Name, t.Language, t.AskedCategory, t.Format, t.TemplateText}
}

// Variables are the names of the body's variables in the order in which values are given: 1, 2 … or their names.
func (t Template) Variables() []string { return variablesOf(t.Body) }

// Editable tells whether its author may change what it says. The platform takes changes of approved, rejected and
// paused templates; a draft is ours.
func (t Template) Editable() bool {
	return slices.Contains([]TemplateState{TemplateDraftState, TemplateRejected, TemplateApproved, TemplatePaused}, t.State)
}

// TemplateEvent is a report of the platform about a template. Empty fields say nothing.
type TemplateEvent struct {
	MetaID   string
	Name     string // with Language: where MetaID leads nowhere
	Language string
	Status   string // the platform's word: APPROVED, REINSTATED, UNARCHIVED …
	Reason   string // INVALID_FORMAT …
	Pause    string // FIRST_PAUSE …
	Advice   string // the reviewer's words, for the author
	Category Category
	Quality  Quality
	At       time.Time
}

// State is the state that the event's status leads to; false for a status that we do not know or that changes nothing.
func (e TemplateEvent) State() (TemplateState, bool) {
	switch e.Status {
	case "REINSTATED", "UNARCHIVED", "UNPAUSED":
		return TemplateApproved, true
	case "LOCKED": // the platform locks it while its quality is judged
		return TemplatePaused, true
	}
	s := TemplateState(e.Status)
	known := []TemplateState{TemplatePending, TemplateApproved, TemplateRejected, TemplatePaused, TemplateDisabled, TemplateFlagged,
		TemplateInAppeal, TemplateLimitExceeded, TemplatePendingDeletion, TemplateDeleted, TemplateArchived}
	return s, slices.Contains(known, s)
}

// MayBecome tells whether a report may move a template. Reports may be late or repeated: what is deleted stays so, and
// nothing leads back to a draft.
func (s TemplateState) MayBecome(next TemplateState) bool {
	switch {
	case s == TemplateDeleted || s == TemplateDraftState || s == next:
		return false
	case s == TemplatePendingDeletion:
		return next == TemplateDeleted
	}
	return next != TemplateDraftState && next != TemplateSubmitting
}

// Sentence explains the state that the event leads to.
func (e TemplateEvent) Sentence() string {
	why := ""
	switch e.Reason {
	case "ABUSIVE_CONTENT":
		why = "The reviewers found the content abusive or against policy."
	case "INCORRECT_CATEGORY", "TAG_CONTENT_MISMATCH":
		why = "The category does not fit the content. Change the category or the text."
	case "INVALID_FORMAT":
		why = "The format is not accepted. Check variables, examples and links."
	case "PROMOTIONAL":
		why = "The text is promotional. Ask for the MARKETING category or remove the promotion."
	case "SCAM":
		why = "The content looks like a scam to the reviewers."
	}
	switch e.Pause {
	case "FIRST_PAUSE":
		why = "People blocked or reported it: paused for 3 hours. Send it to fewer, more interested people."
	case "SECOND_PAUSE":
		why = "People went on blocking or reporting it: paused for 6 hours. A third time disables it."
	case "RATE_LIMITING_PAUSE":
		why = "The platform paused it while it judges the first reactions."
	case "DISABLED":
		why = "Disabled for good after repeated complaints. Write a new template."
	}
	state, _ := e.State()
	if state == TemplateArchived && why == "" {
		why = "Archived because it was not used. The platform deletes it after 28 days unless it is unarchived."
	}
	if state == TemplateApproved {
		return ""
	}
	if advice := clip(e.Advice, 500); advice != "" {
		why = clip(why+" "+advice, 800)
	}
	return why
}

// TemplateFilter narrows a list; empty parts do not.
type TemplateFilter struct {
	States     []TemplateState
	Categories []Category
	Name       string // part of the name
}
