//go:build soak

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A planted breach turns the scan red, and the same code without it does not: what is left out does not leave out all.
func TestScanFindsAPlantedBreach(t *testing.T) {
	tools, err := filepath.Abs("../../tools/gosec/go.mod")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		body string
		rule string
	}{
		"a file that anybody may write": {`package planted; import "os"; func Keep(b []byte) error { return os.WriteFile("keys", b, 0o666) }`, "G306"},
		"a weak cipher":                 {`package planted; import "crypto/md5"; func Sum(b []byte) [16]byte { return md5.Sum(b) }`, "G401"},
		"TLS that checks nobody":        {`package planted; import "crypto/tls"; func Open() *tls.Config { return &tls.Config{InsecureSkipVerify: true} }`, "G402"},
		"a statement from text":         {`package planted; import ("database/sql"; "fmt"); func Ask(db *sql.DB, s string) { q := fmt.Sprintf("SELECT * FROM t WHERE a = '%s'", s); _, _ = db.Query(q) }`, "G201"},
		"an index past the end":         {`package planted; func Last() byte { s := make([]byte, 2); return s[4] }`, "G602"},
		"a file that a caller names":    {`package planted; import ("net/http"; "os"); func Give(r *http.Request) ([]byte, error) { name := r.FormValue("file"); return os.ReadFile(name) }`, "G304"},
		"a number that wraps":           {`package planted; func Keep(n int) int16 { return int16(n) }`, "G115"},
		"nothing":                       {`package planted; import "os"; func Keep(b []byte) error { return os.WriteFile("keys", b, 0o600) }`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for file, content := range map[string]string{"go.mod": "module planted\n\ngo 1.26\n", "planted.go": c.body} {
				if err := os.WriteFile(filepath.Join(dir, file), []byte(content), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			s := gosec("./...")
			for i, arg := range s.args {
				if strings.HasPrefix(arg, "-modfile=") {
					s.args[i] = "-modfile=" + tools
				}
			}
			s.dir = dir
			var said bytes.Buffer
			got := run(s, &said)
			if red := got.failed > 0; red != (c.rule != "") || !strings.Contains(said.String(), c.rule) {
				t.Errorf("%+v\n%s", got, said.String())
			}
		})
	}
}
