package keeping

import (
	"context"
	"testing"

	"posthaste/store/storetest"
)

// holds says what a bytea column holds.
type holds int

const (
	sealed   holds = iota // opened with every key there is
	hashed                // compared with the hashes made anew with every key there is
	packed                // events, unpacked before they are compared
	harmless              // nothing of a recipient: the reason stands beside it
)

type column struct {
	holds holds
	why   string
}

// columns are all bytea columns. A new one is added here with what it holds, so that the scan looks into it.
func columns() map[string]column {
	return map[string]column{
		"payload.sealed":                 {sealed, "what must still be sent"},
		"message.address_sealed":         {sealed, ""},
		"message.content_sealed":         {sealed, ""},
		"message.content_hash":           {hashed, ""},
		"message_state.provider_sealed":  {sealed, "the provider's id holds the address"},
		"inbound.address_sealed":         {sealed, ""},
		"inbound.content_sealed":         {sealed, ""},
		"inbound.content_hash":           {hashed, ""},
		"webhook_raw.sealed":             {sealed, "bodies that could not be read"},
		"identity.key":                   {hashed, "lasting"},
		"passing_identity.key":           {hashed, "under a day's key"},
		"consent_event.address_key":      {hashed, "the proof of consent, in every mode"},
		"outbox.block":                   {packed, ""},
		"export_dead.block":              {packed, ""},
		"idempotency.key_hash":           {harmless, "of the caller's own key"},
		"idempotency.fingerprint":        {harmless, "of a whole call, keyed, for 48 hours"},
		"idempotency.answer":             {harmless, "ids and refusals"},
		"tenant_key.wrapped":             {harmless, "the keys themselves"},
		"signing_key.wrapped":            {harmless, "a key of the installation"},
		"signing_key.public":             {harmless, "a public key"},
		"ledger_head.hash":               {harmless, "of the chain"},
		"ledger_link.hash":               {harmless, "of the chain"},
		"ledger_link.prev":               {harmless, "of the chain"},
		"export_batch.hash":              {harmless, "of a batch"},
		"approval.payload":               {harmless, "what is to be approved names no recipient"},
		"approval.digest":                {harmless, "of that"},
		"app_user.email_key":             {harmless, "of the tenant's own people"},
		"app_user.email_sealed":          {harmless, "of the tenant's own people"},
		"invite.token_hash":              {harmless, "of the tenant's own people"},
		"invite.email_key":               {harmless, "of the tenant's own people"},
		"invite.email_sealed":            {harmless, "of the tenant's own people"},
		"totp_factor.secret_sealed":      {harmless, "of the tenant's own people"},
		"recovery_code.code_hash":        {harmless, "of the tenant's own people"},
		"session.client_hash":            {harmless, "of the tenant's own people"},
		"api_key.key_hash":               {harmless, "of a credential"},
		"auth_failure.subject_key":       {harmless, "of the tenant's own people"},
		"password_reset.token_hash":      {harmless, "of the tenant's own people"},
		"provider_app.secret_sealed":     {harmless, "of the provider's app"},
		"provider_app.old_secret_sealed": {harmless, "of the provider's app"},
		"provider_app.verify_token_hash": {harmless, "of the provider's app"},
		"portfolio.token_sealed":         {harmless, "of the provider's account"},
		"passkey.credential":             {harmless, "of the tenant's own people"},
		"job.ticket_hash":                {harmless, "of an upload's address"},
	}
}

// unlisted are columns of the database that the scan has no entry for.
func unlisted(t *testing.T, b *storetest.Bench) []string {
	t.Helper()
	known := columns()
	var missing []string
	for _, name := range storetest.Owner[[]string](t, b, `SELECT array_agg(c.relname || '.' || a.attname ORDER BY 1)
		FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
		WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
		  AND a.atttypid IN ('bytea'::regtype, 'bytea[]'::regtype) AND a.attnum > 0 AND NOT a.attisdropped`) {
		if _, ok := known[name]; !ok {
			missing = append(missing, name)
		}
	}
	return missing
}

func TestEveryColumnOfBytesIsInTheScan(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	if missing := unlisted(t, b); len(missing) > 0 {
		t.Errorf("the scan does not know what these hold: %v", missing)
	}
	if err := ddl(context.Background(), b, "ALTER TABLE campaign ADD planted_sealed bytea"); err != nil {
		t.Fatal(err)
	}
	if missing := unlisted(t, b); len(missing) != 1 || missing[0] != "campaign.planted_sealed" {
		t.Errorf("a new column was planted, and the guard names %v", missing)
	}
}
