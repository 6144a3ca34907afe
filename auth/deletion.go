package auth

import (
	"context"
	"fmt"

	"posthaste/messaging"
)

// LedgerEnd is where a tenant's ledger ended: the last evidence of it once its own key is gone. An export or a checkpoint
// that somebody kept can be held against it.
type LedgerEnd struct {
	Seq  int64  `json:"ledgerSeq,string"`
	Link string `json:"ledgerLink"` // hex
}

// Delete begins the deletion of a suspended tenant and cannot be undone: its keys are destroyed, so nothing that they
// sealed opens again, and nobody and nothing of it comes in. Its rows go in the background. name is the tenant's, typed
// again. The platform's ledger keeps that it happened, and not the name. actor is the zero Actor for the host.
func (s *Tenants) Delete(ctx context.Context, actor messaging.Actor, tenant messaging.ID, name string) (messaging.Tenant, error) {
	if tenant == messaging.PlatformTenant {
		return messaging.Tenant{}, messaging.Refuse(messaging.CodeConflict, "id", "the platform cannot be deleted")
	}
	now := s.Now()
	return s.Store.DeleteTenant(ctx, tenant, name, now, func(tx AccessTx, end LedgerEnd) error {
		detail := map[string]string{"ledgerSeq": fmt.Sprint(end.Seq), "ledgerLink": end.Link}
		return tx.Audit(ctx, now, actor.Audited(messaging.AuditTenantDeleting, tenant, detail))
	})
}
