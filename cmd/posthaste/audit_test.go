package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestCheckpointsThatAreNotYetWritten: a server writes the first within its first hour. Until then a ledger is verified
// without, and evidence is exported; a file that is there is read, or told to be unreadable.
func TestCheckpointsThatAreNotYetWritten(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	own := filepath.Join(data, "checkpoints.jsonl")
	elsewhere := filepath.Join(t.TempDir(), "worm.jsonl")
	for name, test := range map[string]struct {
		args []string
		path string
	}{
		"beside the data": {[]string{"--data", data}, own},
		"by the setting":  {[]string{"--data", data, "--checkpoint-file", elsewhere}, elsewhere},
	} {
		c, err := load(t, test.args...)
		if err != nil {
			t.Fatal(err)
		}
		if files := c.knownCheckpoints(); len(files) != 0 {
			t.Errorf("%s: before the first they are %q", name, files)
		}
		if err := os.WriteFile(test.path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if files := c.knownCheckpoints(); !slices.Equal(files, []string{test.path}) {
			t.Errorf("%s: then they are %q", name, files)
		}
	}
}
