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
	data  bool // values, some or all, are under the tenant's data key, so that its rotation has to find them
}

// columns are all bytea columns. A new one is added here with what it holds, so that the scan looks into it.
func columns() map[string]column {
	return map[string]column{
		"payload.sealed":                 {sealed, "what must still be sent", false},
		"message.address_sealed":         {sealed, "", true},
		"message.content_sealed":         {sealed, "", true},
		"message.content_hash":           {hashed, "", false},
		"message_state.provider_sealed":  {sealed, "the provider's id holds the address", true},
		"inbound.address_sealed":         {sealed, "", true},
		"inbound.content_sealed":         {sealed, "", true},
		"inbound.content_hash":           {hashed, "", false},
		"webhook_raw.sealed":             {sealed, "bodies that could not be read", true},
		"identity.key":                   {hashed, "lasting", false},
		"passing_identity.key":           {hashed, "under a day's key", false},
		"consent_event.address_key":      {hashed, "the proof of consent, in every mode", false},
		"outbox.block":                   {packed, "", false},
		"export_dead.block":              {packed, "", false},
		"idempotency.key_hash":           {harmless, "of the caller's own key", false},
		"idempotency.fingerprint":        {harmless, "of a whole call, keyed, for 48 hours", false},
		"idempotency.answer":             {harmless, "ids and refusals", false},
		"tenant_key.wrapped":             {harmless, "the keys themselves; those of days are under the data key", true},
		"signing_key.wrapped":            {harmless, "a key of the installation", false},
		"signing_key.public":             {harmless, "a public key", false},
		"ledger_head.hash":               {harmless, "of the chain", false},
		"ledger_link.hash":               {harmless, "of the chain", false},
		"ledger_link.prev":               {harmless, "of the chain", false},
		"export_batch.hash":              {harmless, "of a batch", false},
		"approval.payload":               {harmless, "what is to be approved names no recipient", false},
		"approval.digest":                {harmless, "of that", false},
		"app_user.email_key":             {harmless, "of the tenant's own people", false},
		"app_user.email_sealed":          {harmless, "of the tenant's own people", true},
		"invite.token_hash":              {harmless, "of the tenant's own people", false},
		"invite.email_key":               {harmless, "of the tenant's own people", false},
		"invite.email_sealed":            {harmless, "of the tenant's own people", true},
		"totp_factor.secret_sealed":      {harmless, "of the tenant's own people", true},
		"recovery_code.code_hash":        {harmless, "of the tenant's own people", false},
		"session.client_hash":            {harmless, "of the tenant's own people", false},
		"api_key.key_hash":               {harmless, "of a credential", false},
		"auth_failure.subject_key":       {harmless, "of the tenant's own people", false},
		"password_reset.token_hash":      {harmless, "of the tenant's own people", false},
		"provider_app.secret_sealed":     {harmless, "of the provider's app", true},
		"provider_app.old_secret_sealed": {harmless, "of the provider's app", true},
		"provider_app.verify_token_hash": {harmless, "of the provider's app", false},
		"portfolio.token_sealed":         {harmless, "of the provider's account", true},
		"passkey.credential":             {harmless, "of the tenant's own people", false},
		"job.ticket_hash":                {harmless, "of an upload's address", false},
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
