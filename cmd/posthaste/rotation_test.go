package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"posthaste/store"
)

func TestKeyFileIsChangedAsAWhole(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "keys")
	if err := changeKeyFile(path, func([]byte) ([]byte, error) { return []byte("x"), nil }); err == nil || !strings.Contains(err.Error(), "keys create") {
		t.Errorf("no file: %v", err)
	}
	if _, err := createKeyFile(path, time.Now()); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	broken := errors.New("refused")
	if err := changeKeyFile(path, func([]byte) ([]byte, error) { return []byte("half"), broken }); !errors.Is(err, broken) {
		t.Errorf("a refused change: %v", err)
	}
	if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
		t.Error("a refused change changes the file")
	}
	if err := changeKeyFile(path, func(old []byte) ([]byte, error) { return append(old, "# more\n"...), nil }); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if after, _ := os.ReadFile(path); err != nil || !bytes.HasSuffix(after, []byte("# more\n")) || info.Mode().Perm() != 0o600 {
		t.Errorf("changed: %v %v", info.Mode(), err)
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 1 {
		t.Errorf("beside the file lies %v %v", left, err)
	}
}

func TestRootKeysRetireWhenNothingNeedsThem(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	served := now.Add(-8 * 24 * time.Hour)
	for name, c := range map[string]struct {
		use        store.RootKeyUse
		lose, may  bool
		complaints string
	}{
		"nothing needs it":                   {use: store.RootKeyUse{PrimarySince: served}, may: true},
		"the primary is young":               {use: store.RootKeyUse{PrimarySince: now.Add(-time.Hour)}, complaints: "seven days"},
		"no process has the primary":         {complaints: "no process has it yet"},
		"a young primary after a theft":      {use: store.RootKeyUse{PrimarySince: now}, lose: true, may: true},
		"passwords":                          {use: store.RootKeyUse{PrimarySince: served, Passwords: 3}, complaints: "3 passwords"},
		"API keys":                           {use: store.RootKeyUse{PrimarySince: served, APIKeys: 2}, complaints: "2 API keys"},
		"recovery codes":                     {use: store.RootKeyUse{PrimarySince: served, RecoveryCodes: 1}, complaints: "1 people's recovery codes"},
		"credentials after a theft":          {use: store.RootKeyUse{PrimarySince: served, Passwords: 3, APIKeys: 2, RecoveryCodes: 1}, lose: true, may: true},
		"what is sealed":                     {use: store.RootKeyUse{PrimarySince: served, TenantKeys: 1}, complaints: "1 tenants' keys"},
		"what is sealed, even after a theft": {use: store.RootKeyUse{PrimarySince: served, SigningKeys: 1}, lose: true, complaints: "1 keys that sign tokens"},
	} {
		err := mayRetire(c.use, c.lose, now)
		if (err == nil) != c.may || err != nil && !strings.Contains(err.Error(), c.complaints) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
