package auth

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"

	"posthaste/messaging"
)

// ApprovalState is where an act that needs a second person stands.
type ApprovalState string

const (
	ApprovalPending   ApprovalState = "PENDING"
	ApprovalApproved  ApprovalState = "APPROVED" // and done
	ApprovalRejected  ApprovalState = "REJECTED"
	ApprovalExpired   ApprovalState = "EXPIRED"
	ApprovalWithdrawn ApprovalState = "WITHDRAWN" // by its maker
)

// Change is one line of what an act would change, for the person who decides. It holds no person's datum.
type Change struct {
	Field  string `json:"field"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// Approval is one act that waits for, or had, its second person.
type Approval struct {
	ID        messaging.ID
	Tenant    messaging.ID
	Action    Action
	Subject   messaging.ID // the row to be acted on; 0: the tenant itself
	Payload   []byte       // canonical JSON of exactly what is to be done: what was approved is what happens
	Digest    [32]byte
	Changes   []Change
	Maker     messaging.ID
	State     ApprovalState
	Checker   messaging.ID
	Reason    string
	CreatedAt time.Time
	ExpiresAt time.Time
	DecidedAt time.Time
}

// digest is over all that decides what is done.
func (w Approval) digest() [32]byte {
	var b bytes.Buffer
	b.WriteString(string(w.Action))
	b.WriteByte(0)
	_ = binary.Write(&b, binary.BigEndian, int64(w.Subject))
	b.Write(w.Payload)
	return sha256.Sum256(b.Bytes())
}

// At is the approval as it stands at the moment: what waited too long is over, whether that is written down yet or not.
func (w Approval) At(now time.Time) Approval {
	if w.State == ApprovalPending && !now.Before(w.ExpiresAt) {
		w.State = ApprovalExpired
	}
	return w
}

// RequireSecond refuses unless the checker may decide: another person of the same tenant with the permission, in time, on
// what was asked for.
func RequireSecond(w Approval, checker messaging.Actor, now time.Time) error {
	switch state := w.At(now).State; {
	case checker.Tenant != w.Tenant:
		return errNoApproval()
	case !checker.Can(messaging.PermApprove) || checker.Key != 0:
		return messaging.Refuse(messaging.CodeForbidden, "", "your role cannot approve")
	case checker.User == w.Maker:
		return messaging.Refuse(messaging.CodeForbidden, "", "another person must approve what you asked for")
	case state == ApprovalExpired:
		return messaging.Refuse(messaging.CodeConflict, "id", "this has expired; ask again")
	case state != ApprovalPending:
		return messaging.Refuse(messaging.CodeConflict, "id", "this was already decided")
	case w.digest() != w.Digest:
		return messaging.Refuse(messaging.CodeConflict, "id", "what is to be approved has changed since it was asked for")
	}
	return nil
}

func errNoApproval() error { return messaging.Refuse(messaging.CodeNotFound, "id", "no such approval") }

// PendingApproval is the refusal of an act that now waits for its second person. Its code is PENDING_APPROVAL.
type PendingApproval struct{ Approval Approval }

func (p *PendingApproval) Error() string { return string(messaging.CodePendingApproval) }

// Unwrap gives what a caller is told.
func (p *PendingApproval) Unwrap() error {
	return messaging.Refuse(messaging.CodePendingApproval, "", "a second person must approve this; it is done when they do")
}

// ApprovalFilter narrows a list of approvals.
type ApprovalFilter struct {
	State  ApprovalState // empty: any
	Maker  messaging.ID  // 0: anybody's
	Before messaging.ID  // 0: from the newest
	Count  int
	Now    time.Time
}

// ApprovalStore keeps approvals and a tenant's wishes about them.
type ApprovalStore interface {
	SecurityPolicy(ctx context.Context, tenant messaging.ID) (SecurityPolicy, error)
	Approval(ctx context.Context, tenant, id messaging.ID) (Approval, error)
	Approvals(ctx context.Context, tenant messaging.ID, f ApprovalFilter) ([]Approval, error)
	// Decide runs a decision, and the act that it lets happen, in one transaction.
	Decide(ctx context.Context, tenant messaging.ID, fn func(ApprovalTx) error) error
}

// ApprovalTx is one transaction of a decision: the approval's row, and whatever an act of Approvals changes.
type ApprovalTx interface {
	AccessTx
	messaging.CampaignTx
	// ExpireApprovals moves what waited too long to its state, and gives it.
	ExpireApprovals(ctx context.Context, now time.Time) ([]Approval, error)
	// InsertApproval is false when the same act on the same subject waits already.
	InsertApproval(ctx context.Context, w Approval) (bool, error)
	// LockApproval reads an approval and holds it until the transaction ends.
	LockApproval(ctx context.Context, id messaging.ID) (Approval, error)
	// DecideApproval moves a pending approval to its state.
	DecideApproval(ctx context.Context, w Approval) error
	AfterCommit(fn func())
}

// Deed is how an act is done once a second person has approved it. The maker must still hold the permission.
type Deed struct {
	Permission messaging.Permission
	Do         func(ctx context.Context, tx ApprovalTx, maker, checker messaging.Actor, w Approval) error
}

// canonical writes what is to be done. Fields of a struct come in one order, so equal acts have equal bytes.
func canonical(payload any) ([]byte, error) {
	b, err := json.Marshal(payload)
	if err != nil {
		return nil, fmt.Errorf("auth: write down what is to be approved: %w", err)
	}
	return b, nil
}

func readPayload[T any](w Approval) (T, error) {
	var payload T
	decoder := json.NewDecoder(bytes.NewReader(w.Payload))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&payload); err != nil {
		return payload, fmt.Errorf("auth: read what is to be approved: %w", err)
	}
	return payload, nil
}
