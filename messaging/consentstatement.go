package messaging

import (
	"encoding/hex"
	"time"
)

// ConsentStatementType names the form below. A change that a reader could misunderstand gets another name.
const ConsentStatementType = "posthaste/consent-proof/v1"

// ConsentStatement is what a signed proof of consent says. It is read by people and programs outside, so its names stay.
type ConsentStatement struct {
	Type       string               `json:"type"`
	Tenant     StatedTenant         `json:"tenant"`
	Address    string               `json:"address"`
	Kind       AddressKind          `json:"address_kind"`
	AsOf       string               `json:"as_of"` // RFC 3339, as all times here: what had been recorded until then
	IssuedAt   string               `json:"issued_at"`
	Suppressed []Channel            `json:"suppressed"`
	States     []StatedConsent      `json:"states"`
	Entries    []StatedConsentEvent `json:"entries"`     // newest first
	Count      int                  `json:"entry_count"` // entries held; more than are listed where there are many
	Ledger     StatedLedger         `json:"ledger"`
}

// StatedTenant is whose proof it is.
type StatedTenant struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Brand string `json:"brand"`
}

// StatedConsent is what holds for one purpose on one channel.
type StatedConsent struct {
	Channel Channel `json:"channel"`
	Purpose Purpose `json:"purpose"`
	Granted bool    `json:"granted"`
	Since   string  `json:"since,omitempty"` // absent where the person's moment is not known
	Entry   string  `json:"entry"`
}

// StatedConsentEvent is one word of the person.
type StatedConsentEvent struct {
	ID         string        `json:"id"`
	Channel    Channel       `json:"channel"`
	Purpose    Purpose       `json:"purpose"`
	Granted    bool          `json:"granted"`
	Source     ConsentSource `json:"source"`
	Wording    string        `json:"wording_version"`
	Language   string        `json:"language"`
	OccurredAt string        `json:"occurred_at,omitempty"` // absent where it is not known
	RecordedAt string        `json:"recorded_at"`
	Link       int64         `json:"ledger_link"`
}

// StatedLedger is the link of the tenant's ledger that tells of the issue, and so covers all links before it.
type StatedLedger struct {
	Link int64  `json:"link"`
	Hash string `json:"hash"`
}

func consentStatement(tenant Tenant, address Address, p ConsentProof) ConsentStatement {
	s := ConsentStatement{
		Type:    ConsentStatementType,
		Tenant:  StatedTenant{tenant.ID.String(), tenant.Name, tenant.Brand},
		Address: address.get().value, Kind: address.Kind(), AsOf: stated(p.At), IssuedAt: stated(p.ReadAt),
		Suppressed: append([]Channel{}, p.Suppressed...), States: make([]StatedConsent, len(p.States)),
		Entries: make([]StatedConsentEvent, len(p.Events)), Count: p.Held,
		Ledger: StatedLedger{p.LedgerSeq, hex.EncodeToString(p.LedgerLink[:])},
	}
	for i, state := range p.States {
		s.States[i] = StatedConsent{state.Channel, state.Purpose, state.Granted, statedWord(state.At, state.Undated), state.EventID.String()}
	}
	for i, e := range p.Events {
		s.Entries[i] = StatedConsentEvent{
			e.ID.String(), e.Channel, e.Purpose, e.Granted, e.Source, e.WordingVersion, e.Language,
			statedWord(e.OccurredAt, e.Undated), stated(e.RecordedAt), e.Seq,
		}
	}
	return s
}

func stated(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05.000Z") }

func statedWord(at time.Time, undated bool) string {
	if undated {
		return ""
	}
	return stated(at)
}
