package ledger

import (
	"bufio"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// checkpointRow is a checkpoint as one line of a file. The signature is that of Checkpoint.Sign over the same values.
type checkpointRow struct {
	Ledger    string `json:"ledger"`
	Tenant    int64  `json:"tenant,string"` // beyond what JavaScript's numbers hold
	Seq       int64  `json:"sequence"`
	Head      string `json:"head"` // the link in hexadecimal
	At        string `json:"time"` // RFC 3339, UTC
	Signature string `json:"signature"`
}

func (c Checkpoint) signedRow(key ed25519.PrivateKey) ([]byte, error) {
	signed := c.Sign(key)
	return json.Marshal(checkpointRow{
		Ledger: c.Ledger, Tenant: c.Tenant, Seq: c.Head.Seq, Head: hex.EncodeToString(c.Head.Link[:]),
		At: c.At.UTC().Format(time.RFC3339), Signature: signed[strings.LastIndexByte(signed, ' ')+1:],
	})
}

// CheckpointFile is where checkpoints are appended to, one JSON object a line; nothing in it is ever changed. It is safe for
// concurrent use.
type CheckpointFile struct {
	path string
	key  ed25519.PrivateKey

	mu      sync.Mutex
	written map[int64]Head // the newest of each tenant, written since the process began
}

// NewCheckpointFile names the file, which the first Append makes, and the key that signs.
func NewCheckpointFile(path string, key ed25519.PrivateKey) *CheckpointFile {
	return &CheckpointFile{path: path, key: key, written: map[int64]Head{}}
}

// Append signs and writes the heads that have moved since the last call, and gives how many these are. When it returns
// they are on the disk.
func (f *CheckpointFile) Append(heads []Checkpoint) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var lines []byte
	moved := map[int64]Head{}
	for _, c := range heads {
		if last, known := f.written[c.Tenant]; c.Head.Seq == 0 || known && last == c.Head {
			continue
		}
		row, err := c.signedRow(f.key)
		if err != nil {
			return 0, fmt.Errorf("ledger: sign a checkpoint: %w", err)
		}
		lines = append(append(lines, row...), '\n')
		moved[c.Tenant] = c.Head
	}
	if len(moved) == 0 {
		return 0, nil
	}
	if err := appendSynced(f.path, lines); err != nil {
		return 0, fmt.Errorf("ledger: write checkpoints: %w", err)
	}
	for tenant, head := range moved {
		f.written[tenant] = head
	}
	return len(moved), nil
}

// appendSynced writes lines in one call and returns once they are on the disk. A line that a crash has cut is ended first,
// so that it spoils no other.
func appendSynced(path string, lines []byte) (err error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o600) // #nosec G304 -- the host's setting
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if size := info.Size(); size > 0 {
		var last [1]byte
		if _, err := file.ReadAt(last[:], size-1); err != nil {
			return err
		}
		if last[0] != '\n' {
			lines = append([]byte{'\n'}, lines...)
		}
	}
	if _, err := file.Write(lines); err != nil {
		return err
	}
	if err := file.Sync(); err != nil || info.Size() > 0 {
		return err
	}
	directory, err := os.Open(filepath.Dir(path)) // a new file's name is on the disk with its directory
	if err != nil {
		return err
	}
	return errors.Join(directory.Sync(), directory.Close())
}

// ReadCheckpoints reads what CheckpointFile has written. cut counts lines that a crash has left unfinished; whoever can make
// such lines could as well remove them. A whole line without a good signature is an error: somebody made it up.
func ReadCheckpoints(from io.Reader, keys ...ed25519.PublicKey) (list []Checkpoint, cut int, err error) {
	lines := bufio.NewScanner(from)
	for n := 1; lines.Scan(); n++ {
		if strings.TrimSpace(lines.Text()) == "" {
			continue
		}
		var row checkpointRow
		if json.Unmarshal(lines.Bytes(), &row) != nil {
			cut++
			continue
		}
		signed := fmt.Sprintf("%s %s %d %d %s %s %s", checkpointTag, row.Ledger, row.Tenant, row.Seq, row.Head, row.At, row.Signature)
		c, err := ParseCheckpoint(signed, keys...)
		if err != nil {
			return nil, cut, fmt.Errorf("line %d of the checkpoints: %w", n, err)
		}
		list = append(list, c)
	}
	if err := lines.Err(); err != nil {
		return nil, cut, fmt.Errorf("ledger: read checkpoints: %w", err)
	}
	return list, cut, nil
}
