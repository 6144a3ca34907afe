package store_test

import (
	"crypto/rand"
	"regexp"
	"slices"
	"testing"
	"time"

	"posthaste/privacy"
	"posthaste/store"
)

func TestPasswordsOfRolesComeFromTheRootKeys(t *testing.T) {
	t.Parallel()
	ringOf := func(file []byte) *privacy.Keyring {
		t.Helper()
		ring, err := privacy.ParseKeyring(file)
		if err != nil {
			t.Fatal(err)
		}
		return ring
	}
	newer, err := privacy.NewKeyFile(rand.Reader, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	older, err := privacy.NewKeyFile(rand.Reader, time.Now().Add(-time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	given := store.Options{URL: "postgres://db.example/posthaste", AppConns: 3}
	alone, before := given.Under(ringOf(newer)), given.Under(ringOf(older))
	if alone.URL != given.URL || alone.AppConns != 3 || len(alone.Older) != 0 {
		t.Errorf("the other options are %q, %d and %d older passwords", alone.URL, alone.AppConns, len(alone.Older))
	}
	all := []string{alone.AppPassword, alone.AcrossPassword, alone.JobsPassword, before.AppPassword, before.AcrossPassword, before.JobsPassword}
	slices.Sort(all)
	if len(slices.Compact(all)) != 6 || len(all[0]) != 43 {
		t.Error("two roles, or two root keys, have one password, or a short one")
	}
	retired := regexp.MustCompile(`(?m)^primary`).ReplaceAll(older, []byte("decrypt-only"))
	both := given.Under(ringOf(slices.Concat(newer, []byte("\n"), retired)))
	want := []store.RolePasswords{{App: before.AppPassword, Across: before.AcrossPassword, Jobs: before.JobsPassword}}
	if both.AppPassword != alone.AppPassword || !slices.Equal(both.Older, want) {
		t.Error("after a rotation the passwords are not those of the primary root key, then those of the one before")
	}
}
