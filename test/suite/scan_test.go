package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestScanNamesItsDatabase(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{"": "-db=https://vuln.go.dev", "file:///srv/holes": "-db=file:///srv/holes"} {
		steps, err := plan("scan", func(name string) string { return map[string]string{"GOVULNDB": given}[name] })
		if err != nil || len(steps) != 2 || !slices.Contains(steps[1].args, want) || steps[1].needs == nil {
			t.Errorf("with %q: %+v, %v", given, steps, err)
		}
	}
}

func TestScanTellsThatItCannotReachItsDatabase(t *testing.T) {
	t.Parallel()
	there := t.TempDir()
	if err := os.MkdirAll(filepath.Join(there, "index"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(there, "index", "db.json"), []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	mirror := httptest.NewServer(http.FileServer(http.Dir(there)))
	defer mirror.Close()
	empty := httptest.NewServer(http.NotFoundHandler())
	defer empty.Close()
	gone := httptest.NewServer(nil)
	gone.Close()
	for database, want := range map[string]string{
		"file://" + there: "", mirror.URL: "", mirror.URL + "/": "",
		"file:///nowhere": "no such file", empty.URL: "404", gone.URL: "refused",
	} {
		var said bytes.Buffer
		got := run(step{name: "planted", args: []string{"true"}, needs: func() error { return reachHoles(database) }}, &said)
		if reached := got.failed == 0; reached != (want == "") {
			t.Errorf("%s: %+v\n%s", database, got, said.String())
		}
		if want != "" && (!strings.Contains(said.String(), want) || !strings.Contains(said.String(), "GOVULNDB")) {
			t.Errorf("%s: it says %s", database, said.String())
		}
	}
}
