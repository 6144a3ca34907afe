package messaging

import (
	"slices"
	"time"

	"golang.org/x/text/language"
)

// Purpose is what a person agreed to receive.
type Purpose string

const (
	PurposeMarketing      Purpose = "MARKETING"
	PurposeUtility        Purpose = "UTILITY"
	PurposeAuthentication Purpose = "AUTHENTICATION"
	PurposeAll            Purpose = "ALL" // as said; what holds is kept for each purpose by itself
)

// Each gives the purposes that p speaks of.
func (p Purpose) Each() []Purpose {
	if p == PurposeAll {
		return []Purpose{PurposeMarketing, PurposeUtility, PurposeAuthentication}
	}
	return []Purpose{p}
}

// PurposeOf is the purpose that a category needs; Service needs none, for there the person wrote first.
func PurposeOf(c Category) (Purpose, bool) {
	switch c {
	case Marketing:
		return PurposeMarketing, true
	case Utility:
		return PurposeUtility, true
	case Authentication:
		return PurposeAuthentication, true
	}
	return "", false
}

// ConsentSource is how the consent or its withdrawal reached the brand.
type ConsentSource string

const (
	SourceWebsite  ConsentSource = "WEBSITE"
	SourceApp      ConsentSource = "APP"
	SourceEmail    ConsentSource = "EMAIL"
	SourceSMS      ConsentSource = "SMS"
	SourceStore    ConsentSource = "STORE"
	SourceQR       ConsentSource = "QR"
	SourceKeyword  ConsentSource = "KEYWORD"  // the person wrote a STOP or START word
	SourceButton   ConsentSource = "BUTTON"   // the person tapped a button of a message
	SourcePlatform ConsentSource = "PLATFORM" // the person's preferences inside WhatsApp
	SourceProvider ConsentSource = "PROVIDER" // the provider refused a message because of the person's wish
	SourceAPI      ConsentSource = "API"
	SourceImport   ConsentSource = "IMPORT"
	SourcePortal   ConsentSource = "PORTAL"
	SourceLink     ConsentSource = "LINK" // a signed opt-out link
)

// told tells whether a caller may name the source. The platform's word comes from its webhooks alone.
func (s ConsentSource) told() bool {
	return slices.Contains([]ConsentSource{SourceWebsite, SourceApp, SourceEmail, SourceSMS, SourceStore, SourceQR, SourceKeyword,
		SourceButton, SourceAPI, SourceImport, SourcePortal, SourceLink}, s)
}

// Standing is what is known of one person for one channel and one purpose: all that decides whether they may be written
// to.
type Standing struct {
	Asked       bool      // there is a word on this purpose
	Granted     bool      // and it is yes
	Suppressed  bool      // the person wants nothing on this channel
	WindowUntil time.Time // when the service window of the sender closes; zero: never opened
}

// MaySend tells why a message of the category may not go to a person of this standing: 0 when it may, else
// RefusedOptedOut, RefusedNoConsent or RefusedWindow. Acceptance and the dispatcher's gate share it.
//
//   - A suppressed person gets nothing at all.
//   - MARKETING and UTILITY need a yes.
//   - AUTHENTICATION goes without one, for a code is sent because the person asks for it at that moment; a no is obeyed.
//   - SERVICE is free text: it needs an open service window, which only the person can open.
func MaySend(c Category, s Standing, now time.Time) int {
	switch {
	case s.Suppressed:
		return RefusedOptedOut
	case c == Service && !now.Before(s.WindowUntil):
		return RefusedWindow
	case c == Service:
		return 0
	case s.Asked && !s.Granted:
		return RefusedOptedOut
	case !s.Asked && c != Authentication:
		return RefusedNoConsent
	}
	return 0
}

// ConsentInput is one row of a call: what a person said, by whom it was heard.
type ConsentInput struct {
	Address        string
	Channel        Channel
	Purpose        Purpose
	Source         ConsentSource
	WordingVersion string    // which wording the person saw
	Language       string    // BCP 47
	OccurredAt     time.Time // zero: now
	// Undated says that the moment is not known, as in a list without dates. Such a word counts as older than any dated
	// one, so an old list that is read again never overrides a person's no.
	Undated bool
}

// ConsentFact is a checked row, ready to be written. The person is named by the keyed hash of the address, or by Subject
// where that is known already.
type ConsentFact struct {
	EventID        ID
	Subject        ID // 0: look it up by Kind and Key, and make NewSubject theirs where there is none
	NewSubject     ID
	Kind           AddressKind
	Key            [32]byte
	Channel        Channel
	Purpose        Purpose
	Granted        bool
	Source         ConsentSource
	WordingVersion string
	Language       string
	OccurredAt     time.Time
	Undated        bool
}

// ConsentRecord is what became of a fact, in the order of the facts.
type ConsentRecord struct {
	EventID ID   // the ledger entry: a new one, or the one that said the same before
	Refused bool // an undated yes met a no
}

// ConsentEvent is an entry of the consent ledger.
type ConsentEvent struct {
	ID             ID
	Channel        Channel
	Purpose        Purpose
	Granted        bool
	Source         ConsentSource
	WordingVersion string
	Language       string
	OccurredAt     time.Time // when the person said it
	Undated        bool      // it is not known when: OccurredAt is when it was recorded
	RecordedAt     time.Time
	Seq            int64 // the ledger link that covers it
}

// ConsentState is what holds for one purpose on one channel.
type ConsentState struct {
	Channel Channel
	Purpose Purpose
	Granted bool
	EventID ID        // the entry that it rests on
	At      time.Time // when that was said
	Undated bool      // it is not known when
}

// ConsentSignal is a person's word that came through a provider: a keyword, a preference, a refusal.
type ConsentSignal struct {
	What    Signal
	Subject ID
	Kind    AddressKind // of that address; empty where it is not known
	Key     [32]byte    // keyed hash of the address it came from
	Channel Channel
	At      time.Time // when the person said it, by the provider
}

// Signal is what a provider can tell of a person's wish.
type Signal string

const (
	// SignalStop is a STOP word: it withdraws every purpose on the channel and suppresses the person there.
	SignalStop Signal = "STOP"
	// SignalStart is a START word: it ends the suppression and gives back the marketing and utility that a STOP word
	// took, where they were granted before; it is no first opt-in, for the person saw no wording. Authentication is given
	// back always: codes go out at the person's own request.
	SignalStart Signal = "START"
	// SignalMarketingStop is the person's choice in the platform's own settings: marketing is withdrawn.
	SignalMarketingStop Signal = "MARKETING_STOP"
	// SignalMarketingResume undoes that choice: marketing is granted again where it was before.
	SignalMarketingResume Signal = "MARKETING_RESUME"
	// SignalRefusedMarketing is a message that the provider refused because of that choice.
	SignalRefusedMarketing Signal = "REFUSED_MARKETING"
)

// Fact is what a signal says by itself; ok is false for those that only restore what was before.
func (s ConsentSignal) Fact() (f ConsentFact, ok bool) {
	f = ConsentFact{Subject: s.Subject, Key: s.Key, Channel: s.Channel, OccurredAt: s.At}
	switch s.What {
	case SignalStop:
		f.Purpose, f.Source = PurposeAll, SourceKeyword
	case SignalMarketingStop:
		f.Purpose, f.Source = PurposeMarketing, SourcePlatform
	case SignalRefusedMarketing:
		f.Purpose, f.Source = PurposeMarketing, SourceProvider
	case SignalStart:
		f.Purpose, f.Source, f.Granted = PurposeAuthentication, SourceKeyword, true
	default:
		return ConsentFact{}, false
	}
	return f, true
}

// Restores tells which purposes the signal gives back if they were granted before a no from one of the sources.
func (s ConsentSignal) Restores() (purposes []Purpose, takenBy []ConsentSource, source ConsentSource) {
	switch s.What {
	case SignalStart:
		return []Purpose{PurposeMarketing, PurposeUtility}, []ConsentSource{SourceKeyword}, SourceKeyword
	case SignalMarketingResume:
		return []Purpose{PurposeMarketing}, []ConsentSource{SourcePlatform, SourceProvider}, SourcePlatform
	}
	return nil, nil, ""
}

const (
	maxWordingVersion = 100
	maxClockSkew      = 5 * time.Minute
)

// check reads and judges a row. The error's Field is relative to the row.
func (in ConsentInput) check(granted bool, country string, now time.Time) (Address, ConsentFact, error) {
	refuse := func(field, sentence string) (Address, ConsentFact, error) {
		return Address{}, ConsentFact{}, Refuse(CodeInvalid, field, "%s", sentence)
	}
	address, err := ParseAddress(in.Address, country)
	if err != nil {
		return refuse("address", sentenceOf(err))
	}
	if in.OccurredAt.IsZero() {
		in.OccurredAt = now
	}
	// To the millisecond: the form in which the moment is shown and given.
	in.OccurredAt = in.OccurredAt.UTC().Truncate(time.Millisecond)
	switch {
	case !in.Channel.Valid():
		return refuse("channel", "a channel is WHATSAPP, SMS or EMAIL")
	case !in.Channel.Reaches(address.Kind()):
		return refuse("address", "this kind of address cannot be reached on the channel")
	case !slices.Contains([]Purpose{PurposeMarketing, PurposeUtility, PurposeAuthentication, PurposeAll}, in.Purpose):
		return refuse("purpose", "a purpose is MARKETING, UTILITY, AUTHENTICATION or ALL")
	case !in.Source.told():
		return refuse("source", "this source cannot be given; it is recorded from the provider's own reports")
	case len(in.WordingVersion) > maxWordingVersion || !printable(in.WordingVersion):
		return refuse("wordingVersion", "a wording version has at most 100 printable characters")
	case in.Language != "" && !validLanguage(in.Language):
		return refuse("language", "a language is a BCP 47 tag such as en, hi or pt-BR")
	case in.OccurredAt.After(now.Add(maxClockSkew)):
		return refuse("occurredAt", "the time of consent lies in the future")
	case in.OccurredAt.Year() < 1995:
		return refuse("occurredAt", "the time of consent is too long ago to be true")
	}
	return address, ConsentFact{
		Kind: address.Kind(), Channel: in.Channel, Purpose: in.Purpose, Granted: granted, Source: in.Source,
		WordingVersion: in.WordingVersion, Language: in.Language, OccurredAt: earlier(in.OccurredAt, now), Undated: in.Undated && granted,
	}, nil
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func validLanguage(tag string) bool {
	if len(tag) > 35 {
		return false
	}
	_, err := language.Parse(tag)
	return err == nil
}
