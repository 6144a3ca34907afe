package auth

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/netip"
	"time"

	"posthaste/messaging"
	"posthaste/privacy"
)

// Period is from a moment on and before another.
type Period struct {
	From   time.Time `json:"from"`
	Before time.Time `json:"before"`
}

// evidenceLinkLife is how long a link to evidence serves. It serves often: a download may break.
const evidenceLinkLife = 10 * time.Minute

// evidenceLink is what a ticket holds. It opens for the session that asked, at the address it asked from.
type evidenceLink struct {
	Period
	Until   time.Time  `json:"until"`
	Address netip.Addr `json:"address"`
}

func evidencePlace(actor messaging.Actor) privacy.AAD {
	return privacy.AAD{Tenant: int64(actor.Tenant), Table: "evidence", Column: "link", Row: int64(actor.Session)}
}

// ExportEvidence records that the actor takes evidence of the period, and gives the ticket to fetch it with. A period that
// ends in the future ends now.
func (a *Access) ExportEvidence(ctx context.Context, actor messaging.Actor, p Period) (ticket string, err error) {
	if err := requireSession(actor); err != nil {
		return "", err
	}
	now := a.Now()
	if p.Before.After(now) {
		p.Before = now.UTC().Truncate(time.Second)
	}
	if !p.From.Before(p.Before) {
		return "", messaging.Refuse(messaging.CodeInvalid, "before", "the period ends before it begins, or begins in the future")
	}
	err = a.Store.Act(ctx, actor.Tenant, func(tx AccessTx) error {
		return tx.Audit(ctx, now, actor.Audited(messaging.AuditExported, 0, map[string]string{
			"from": p.From.Format(time.RFC3339), "before": p.Before.Format(time.RFC3339),
		}))
	})
	if err != nil {
		return "", err
	}
	plain, err := json.Marshal(evidenceLink{p, now.Add(evidenceLinkLife), actor.Address})
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(a.Sealing.Seal(nil, evidencePlace(actor), plain)), nil
}

// OpenEvidence reads a ticket. NOT_FOUND for one that is over, is another session's, or comes from another address, and
// for whoever may no longer export.
func (a *Access) OpenEvidence(actor messaging.Actor, ticket string) (Period, error) {
	gone := messaging.Refuse(messaging.CodeNotFound, "", "this link serves no more; export again")
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(ticket)
	if err != nil || actor.Session == 0 || !actor.Can(messaging.PermSecurityManage) {
		return Period{}, gone
	}
	plain, err := a.Sealing.Open(nil, evidencePlace(actor), sealed)
	if err != nil {
		return Period{}, gone.Because(err)
	}
	var link evidenceLink
	if err := json.Unmarshal(plain, &link); err != nil {
		return Period{}, err
	}
	if link.Address != actor.Address || !a.Now().Before(link.Until) {
		return Period{}, gone
	}
	return link.Period, nil
}
