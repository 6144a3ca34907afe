package store_test

import (
	"fmt"
	"os"
	"regexp"
	"testing"
	"time"

	"posthaste/store/storetest"
)

// forgotten is a table that ForgetAccess forgets: how a row is planted whose age is given, and how old it may become.
type forgotten struct {
	plant string // $1 tenant, $2 a number of its own, $3 the moment from which its term runs
	term  time.Duration
}

func forgottenTables() map[string]forgotten {
	const day = 24 * time.Hour
	return map[string]forgotten{
		"auth_failure":    {`INSERT INTO auth_failure (subject_key, failures, last_at, forget_at) VALUES (convert_to($1::bigint::text || $2::bigint::text, 'UTF8'), 3, $3::timestamptz, $3::timestamptz) RETURNING 1`, 0},
		"blocked_attempt": {`INSERT INTO blocked_attempt (tenant_id, id, at, address, credential) VALUES ($1, $2, $3, '198.51.100.7', 'SIGN_IN') RETURNING 1`, 90 * day},
		"session": {`INSERT INTO session (tenant_id, id, user_id, rotated_at, client_hash, address, factors, password_at, proof_address, created_at, last_used_at, expires_at)
			SELECT $1, $2, id, now(), '', '198.51.100.7', '{pwd}', now(), '198.51.100.7', now(), now(), $3 FROM app_user WHERE tenant_id = $1 RETURNING 1`, 90 * day},
		"key_minute": {`WITH k AS (INSERT INTO api_key (tenant_id, id, name, prefix, key_hash, scopes, created_by, created_at, expires_at)
			VALUES ($1, $2, 'Orders', 'ph_live_ab12', convert_to($2::bigint::text, 'UTF8'), '{}', 1, now(), now()))
			INSERT INTO key_minute (tenant_id, key_id, minute) VALUES ($1, $2, $3) RETURNING 1`, time.Hour},
		"visit":  {`INSERT INTO visit (tenant_id, user_id, address, last_seen) VALUES ($1, $2, '198.51.100.7', $3) RETURNING 1`, 30 * day},
		"invite": {`INSERT INTO invite (tenant_id, id, token_hash, email_key, email_sealed, role, created_at, expires_at) VALUES ($1, $2, convert_to($2::bigint::text, 'UTF8'), '', '', 'OWNER', now(), $3) RETURNING 1`, 30 * day},
		"password_reset": {`INSERT INTO password_reset (tenant_id, id, user_id, token_hash, created_at, expires_at)
			SELECT $1, $2, id, convert_to($2::bigint::text, 'UTF8'), now(), $3 FROM app_user WHERE tenant_id = $1 RETURNING 1`, day},
	}
}

// Of two rows in each table, of two tenants each, the one that is a second past its term goes, and the other stays.
func TestUpkeepForgetsWhatIsPastItsTerm(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	now := b.Clock.Now()
	tables := forgottenTables()
	for _, tenant := range []int64{int64(b.Tenant(t).ID), int64(b.Tenant(t).ID)} {
		storetest.Owner[int](t, b, `INSERT INTO app_user (tenant_id, id, email_key, email_sealed, name, role, password_hash, password_changed_at, created_at)
			VALUES ($1, $1::bigint + 1, convert_to($1::bigint::text, 'UTF8'), '', 'Asha', 'OWNER', '', $2, $2) RETURNING 1`, tenant, now)
		for _, f := range tables {
			edge := now.Add(-f.term)
			storetest.Owner[int](t, b, f.plant, tenant, tenant+1000, edge.Add(time.Second))  // inside
			storetest.Owner[int](t, b, f.plant, tenant, tenant+2000, edge.Add(-time.Second)) // past
		}
	}
	storetest.Owner[int](t, b, "INSERT INTO auth_failure (subject_key, failures, last_at) VALUES ('for ever', 3, '2001-01-01') RETURNING 1") // only success clears it
	if err := b.Store.ForgetAccess(t.Context(), now); err != nil {
		t.Fatal(err)
	}
	for table := range tables {
		past := map[string]string{"auth_failure": "forget_at", "blocked_attempt": "at", "visit": "last_seen", "key_minute": "minute"}[table]
		if past == "" {
			past = "expires_at"
		}
		edge := now.Add(-tables[table].term)
		gone := storetest.Owner[int](t, b, fmt.Sprintf("SELECT count(*) FROM %s WHERE %s < $1", table, past), edge)
		stayed := storetest.Owner[int](t, b, fmt.Sprintf("SELECT count(*) FROM %s WHERE %s > $1", table, past), edge)
		if gone != 0 || stayed != 2 {
			t.Errorf("%s: %d rows past the term are left, and %d of 2 inside it", table, gone, stayed)
		}
	}
	if n := storetest.Owner[int](t, b, "SELECT count(*) FROM auth_failure WHERE forget_at IS NULL"); n != 1 {
		t.Errorf("a count without a term: %d are left", n)
	}
}

// A table that the upkeep comes to forget is planted above too.
func TestUpkeepTestKnowsEveryTable(t *testing.T) {
	t.Parallel()
	statements, err := os.ReadFile("queries/across/upkeep.sql")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`DELETE FROM (\w+)`).FindAllStringSubmatch(string(statements), -1)
	if len(found) != len(forgottenTables()) {
		t.Errorf("the upkeep deletes from %d tables, and %d are tested", len(found), len(forgottenTables()))
	}
	for _, match := range found {
		if _, known := forgottenTables()[match[1]]; !known {
			t.Errorf("nothing is planted in %s", match[1])
		}
	}
}
