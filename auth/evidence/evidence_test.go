package evidence_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/csv"
	"encoding/json"
	"errors"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"posthaste/auth/evidence"
)

func key(seed byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))
}

func rows(list ...[]string) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		for _, row := range list {
			if !yield(row, nil) {
				return
			}
		}
	}
}

func written(t *testing.T, tables ...evidence.Table) (string, evidence.Manifest) {
	t.Helper()
	directory := filepath.Join(t.TempDir(), "out")
	m, err := evidence.Write(directory, evidence.Manifest{
		Tenant: "42", From: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Before: time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC),
		Generator: "posthaste dev", Verification: evidence.Verification{Verified: true, Links: 7},
	}, key(1), tables...)
	if err != nil {
		t.Fatal(err)
	}
	return directory, m
}

func TestWhatIsWrittenCanBeChecked(t *testing.T) {
	t.Parallel()
	directory, made := written(t,
		evidence.Table{Name: "users", Columns: []string{"id", "name"}, Rows: rows([]string{"1", `=HYPERLINK("http://x")`}, []string{"2", "Zoë, \"Z\"\nline"})},
		evidence.Table{Name: "none", Columns: []string{"id"}, Rows: rows()},
	)
	read, err := evidence.Check(directory, key(9).Public().(ed25519.PublicKey), key(1).Public().(ed25519.PublicKey))
	if err != nil || read.Tenant != "42" || !read.Verification.Verified || len(read.Files) != 4 || len(made.Files) != 4 {
		t.Fatalf("read %+v, %v", read, err)
	}
	if read.Files[0].Name != "users.csv" || read.Files[0].Rows != 2 || read.Files[2].Rows != 0 {
		t.Errorf("files %+v", read.Files)
	}
	content, err := os.ReadFile(filepath.Join(directory, "users.csv"))
	if err != nil {
		t.Fatal(err)
	}
	cells, err := csv.NewReader(bytes.NewReader(content)).ReadAll()
	if err != nil || len(cells) != 3 || cells[1][1] != `'=HYPERLINK("http://x")` || cells[2][1] != "Zoë, \"Z\"\nline" {
		t.Errorf("cells %q, %v", cells, err)
	}
	for name, want := range map[string]int{"users.json": 2, "none.json": 0} {
		content, err := os.ReadFile(filepath.Join(directory, name))
		if err != nil {
			t.Fatal(err)
		}
		var objects []map[string]string
		if err := json.Unmarshal(content, &objects); err != nil || len(objects) != want {
			t.Errorf("%s: %d objects, %v", name, len(objects), err)
		}
		if want == 2 && objects[0]["name"] != `=HYPERLINK("http://x")` { // only spreadsheets need the guard
			t.Errorf("JSON has %q", objects[0]["name"])
		}
	}
	if info, err := os.Stat(filepath.Join(directory, "users.csv")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

func TestAChangedFileIsFound(t *testing.T) {
	t.Parallel()
	for name, breach := range map[string]func(directory string) error{
		"a changed row":      func(d string) error { return os.WriteFile(filepath.Join(d, "users.csv"), []byte("id\n2\n"), 0o600) },
		"a removed file":     func(d string) error { return os.Remove(filepath.Join(d, "users.json")) },
		"a removed manifest": func(d string) error { return os.Remove(filepath.Join(d, evidence.ManifestName)) },
		"another manifest": func(d string) error {
			content, err := os.ReadFile(filepath.Join(d, evidence.ManifestName))
			changed := strings.Replace(string(content), `"links": 7`, `"links": 8`, 1)
			if changed == string(content) {
				return errors.New("nothing was changed")
			}
			return errors.Join(err, os.WriteFile(filepath.Join(d, evidence.ManifestName), []byte(changed), 0o600))
		},
		"no signature": func(d string) error { return os.WriteFile(filepath.Join(d, evidence.SignatureName), nil, 0o600) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			directory, _ := written(t, evidence.Table{Name: "users", Columns: []string{"id"}, Rows: rows([]string{"1"})})
			public := key(1).Public().(ed25519.PublicKey)
			if _, err := evidence.Check(directory, public); err != nil {
				t.Fatal(err)
			}
			if _, err := evidence.Check(directory, key(2).Public().(ed25519.PublicKey)); err == nil {
				t.Error("another key was taken")
			}
			if err := breach(directory); err != nil {
				t.Fatal(err)
			}
			if _, err := evidence.Check(directory, public); err == nil {
				t.Error("not found")
			}
		})
	}
}

func TestEvidenceIsNotMixed(t *testing.T) {
	t.Parallel()
	directory, _ := written(t)
	if _, err := evidence.Write(directory, evidence.Manifest{}, key(1)); err == nil {
		t.Error("a directory that was written to is used again")
	}
	broken := errors.New("the database is away")
	table := evidence.Table{Name: "a", Columns: []string{"id"}, Rows: func(yield func([]string, error) bool) { yield(nil, broken) }}
	if _, err := evidence.Write(t.TempDir(), evidence.Manifest{}, key(1), table); !errors.Is(err, broken) {
		t.Errorf("a table that broke off: %v", err)
	}
}

// FuzzCell: no cell begins like a formula, and whatever was guarded is still there.
func FuzzCell(f *testing.F) {
	for _, seed := range []string{"", "=1", "+1", "-1", "@x", "\tx", "a", "'a", "%x", "ä"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		cell := evidence.Cell(value)
		if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r\n|%") {
			t.Errorf("%q stays a formula", cell)
		}
		if cell != value && cell != "'"+value {
			t.Errorf("%q became %q", value, cell)
		}
	})
}
