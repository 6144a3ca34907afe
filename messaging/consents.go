package messaging

import (
	"context"
	"errors"
	"strconv"
	"time"
	"unicode"

	"posthaste/privacy"
)

// MaxConsents is the most rows of one call.
const MaxConsents = 1000

// ConsentStore keeps consent.
type ConsentStore interface {
	// RecordConsents writes the facts in one transaction, covered by one ledger link, and tells what became of each. A
	// fact that is in the ledger already is not written again.
	RecordConsents(ctx context.Context, by Recorder, facts []ConsentFact) ([]ConsentRecord, error)
	// ConsentProof audits the question, and then reads its answer.
	ConsentProof(ctx context.Context, by Author, q ConsentQuestion) (ConsentProof, error)
}

// Recorder is who writes into the ledger, when, and the key of its chain.
type Recorder struct {
	Actor  Actor
	At     time.Time
	Ledger privacy.Key
}

// TenantReader reads a tenant.
type TenantReader interface {
	Tenant(ctx context.Context, id ID) (Tenant, error)
}

// TenantKeys gives a tenant's unwrapped keys.
type TenantKeys interface {
	Of(ctx context.Context, tenant ID) (*privacy.TenantKeys, error)
}

// Consents records what people agreed to and proves it.
type Consents struct {
	Store   ConsentStore
	Tenants TenantReader
	Keys    TenantKeys
	IDs     *IDs
	Now     func() time.Time
	// Sign makes a file of a statement that others can check; of Issue alone.
	Sign func(statement any) ([]byte, error)
}

// ConsentResult is one row's answer.
type ConsentResult struct {
	EventID ID
	Err     *Error // why the row was not taken; its Field is relative to the row
}

// Record takes up to MaxConsents rows, each by itself: a bad row does not stop the others. granted tells whether the
// rows say yes or no. The results have the order of the rows.
func (c *Consents) Record(ctx context.Context, actor Actor, granted bool, rows []ConsentInput) ([]ConsentResult, error) {
	switch {
	case len(rows) == 0:
		return nil, Refuse(CodeInvalid, "input", "give at least one row")
	case len(rows) > MaxConsents:
		return nil, Refuse(CodeLimited, "input", "at most %d rows a call", MaxConsents)
	}
	tenant, err := c.Tenants.Tenant(ctx, actor.Tenant)
	if err != nil {
		return nil, err
	}
	keys, err := c.Keys.Of(ctx, actor.Tenant)
	if err != nil {
		return nil, err
	}
	now := c.Now().UTC().Truncate(time.Millisecond)
	results, facts, positions := c.check(rows, granted, tenant.Country, keys, now)
	if len(facts) == 0 {
		return results, nil
	}
	records, err := c.Store.RecordConsents(ctx, recorder(actor, now, keys), facts)
	if err != nil {
		return nil, err
	}
	for i, r := range records {
		at := positions[i]
		results[at].EventID = r.EventID
		if r.Refused {
			results[at] = ConsentResult{Err: Refuse(CodeConsentMissing, "occurredAt",
				"the person has said no; a yes overrides that only with the time at which it was given")}
		}
	}
	return results, nil
}

// check judges the rows; positions leads from a fact to its row.
func (c *Consents) check(rows []ConsentInput, granted bool, country string, keys *privacy.TenantKeys, now time.Time) (results []ConsentResult, facts []ConsentFact, positions []int) {
	results = make([]ConsentResult, len(rows))
	ids := c.IDs.Take(2 * len(rows))
	for i, row := range rows {
		address, fact, err := row.check(granted, country, now)
		if err != nil {
			results[i].Err = refusalOf(err)
			continue
		}
		fact.Key = keys.SubjectHash(HashKind(address.Kind()), address.Key())
		fact.EventID, fact.NewSubject = ids[2*i], ids[2*i+1]
		facts, positions = append(facts, fact), append(positions, i)
	}
	return results, facts, positions
}

func recorder(actor Actor, now time.Time, keys *privacy.TenantKeys) Recorder {
	return Recorder{Actor: actor, At: now, Ledger: keys.Derive(privacy.ForConsentLedger)}
}

// HashKind is the kind of a keyed hash for an address.
func HashKind(k AddressKind) privacy.Kind {
	switch k {
	case KindUserID:
		return privacy.BSUID
	case KindEmail:
		return privacy.Email
	default:
		return privacy.Phone
	}
}

// refusalOf is the refusal that err holds; every error of a check is one.
func refusalOf(err error) *Error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return Refuse(CodeInternal, "", "the row could not be judged").Because(err)
}

// sentenceOf is the sentence that a caller may read.
func sentenceOf(err error) string { return refusalOf(err).Message }

// At puts the error under a path of the input: "input.3" and "address" give "input.3.address".
func (e *Error) At(path string) *Error {
	moved := *e
	if moved.Field == "" {
		moved.Field = path
	} else {
		moved.Field = path + "." + moved.Field
	}
	return &moved
}

// rowPath is the path of row i of a list.
func rowPath(list string, i int) string { return list + "." + strconv.Itoa(i) }

// printable tells whether people can see every character of s.
func printable(s string) bool {
	for _, r := range s {
		if !unicode.IsPrint(r) {
			return false
		}
	}
	return true
}
