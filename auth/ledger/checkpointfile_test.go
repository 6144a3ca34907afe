package ledger

import (
	"bytes"
	"crypto/ed25519"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func checkpointOf(tenant, seq int64, link byte) Checkpoint {
	return Checkpoint{Ledger: "acts", Tenant: tenant, Head: Head{Seq: seq, Link: [32]byte{link}}, At: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}
}

func TestCheckpointFile(t *testing.T) {
	t.Parallel()
	private := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, 32))
	public := private.Public().(ed25519.PublicKey)
	other := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{8}, 32)).Public().(ed25519.PublicKey)
	path := filepath.Join(t.TempDir(), "checkpoints.jsonl")
	file := NewCheckpointFile(path, private)
	const great = 7340032551937000001 // beyond what a double holds
	for i, round := range []struct {
		heads []Checkpoint
		want  int
	}{
		{[]Checkpoint{checkpointOf(1, 3, 1), checkpointOf(great, 9, 2), checkpointOf(3, 0, 0)}, 2}, // an empty ledger has no end
		{[]Checkpoint{checkpointOf(1, 3, 1), checkpointOf(great, 10, 3)}, 1},                       // what has not moved is there already
		{[]Checkpoint{checkpointOf(1, 3, 1)}, 0},
	} {
		if n, err := file.Append(round.heads); err != nil || n != round.want {
			t.Fatalf("round %d: %d written, %v", i, n, err)
		}
	}
	cutOff, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cutOff.WriteString(`{"ledger":"acts","ten`); err != nil { // as a crash leaves it
		t.Fatal(err)
	}
	if err := cutOff.Close(); err != nil {
		t.Fatal(err)
	}
	if n, err := NewCheckpointFile(path, private).Append([]Checkpoint{checkpointOf(1, 4, 5)}); err != nil || n != 1 {
		t.Fatalf("after a crash: %d written, %v", n, err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	list, cut, err := ReadCheckpoints(bytes.NewReader(content), other, public)
	want := []Checkpoint{checkpointOf(1, 3, 1), checkpointOf(great, 9, 2), checkpointOf(great, 10, 3), checkpointOf(1, 4, 5)}
	if err != nil || cut != 1 || len(list) != len(want) {
		t.Fatalf("read %+v, %d cut, %v", list, cut, err)
	}
	for i := range want {
		if list[i] != want[i] {
			t.Errorf("line %d is %+v", i, list[i])
		}
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	for name, breach := range map[string][2]string{
		"another tenant":    {`"tenant":"1"`, `"tenant":"2"`},
		"another sequence":  {`"sequence":3`, `"sequence":2`},
		"another head":      {`"head":"01`, `"head":"02`},
		"another time":      {"T12:", "T13:"},
		"another ledger":    {`"acts"`, `"facts"`},
		"another signature": {`"signature":"`, `"signature":"A`},
	} {
		planted := strings.Replace(string(content), breach[0], breach[1], 1)
		if planted == string(content) {
			t.Fatalf("%s: nothing was changed", name)
		}
		if _, _, err := ReadCheckpoints(strings.NewReader(planted), public); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	if _, _, err := ReadCheckpoints(bytes.NewReader(content), other); err == nil {
		t.Error("a stranger's signatures were taken")
	}
	if _, err := NewCheckpointFile(filepath.Join(t.TempDir(), "no", "such"), private).Append(want); err == nil {
		t.Error("a file that cannot be made is no error")
	}
}

// FuzzReadCheckpoints: nothing that was not signed comes out.
func FuzzReadCheckpoints(f *testing.F) {
	private := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, 32))
	row, err := checkpointOf(1, 3, 1).signedRow(private)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(row)
	f.Add([]byte("{}\n\n{"))
	f.Fuzz(func(t *testing.T, content []byte) {
		list, _, _ := ReadCheckpoints(bytes.NewReader(content), private.Public().(ed25519.PublicKey))
		for _, c := range list {
			if c != checkpointOf(1, 3, 1) {
				t.Errorf("%+v was never signed", c)
			}
		}
	})
}
