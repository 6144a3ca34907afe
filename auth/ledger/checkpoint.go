package ledger

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Checkpoint is the head of one chain at a moment. Signed, and exported to where the database's administrators cannot
// write, it pins all history up to it.
type Checkpoint struct {
	Ledger string // which chain of the tenant: lower-case letters and dashes
	Tenant int64
	Head   Head
	At     time.Time // to the second
}

// checkpointTag parts these signatures from all others made with Ed25519.
const checkpointTag = "posthaste/ledger-checkpoint/v1"

// Sign writes the checkpoint as one line of text: tag, ledger, tenant, sequence, link, time and signature, parted by
// spaces. The signature covers everything before it.
func (c Checkpoint) Sign(key ed25519.PrivateKey) string {
	line := c.line()
	return line + " " + base64.RawURLEncoding.EncodeToString(ed25519.Sign(key, []byte(line)))
}

func (c Checkpoint) line() string {
	return fmt.Sprintf("%s %s %d %d %s %s", checkpointTag, c.Ledger, c.Tenant, c.Head.Seq,
		hex.EncodeToString(c.Head.Link[:]), c.At.UTC().Format(time.RFC3339))
}

// ParseCheckpoint reads a line of Sign and checks its signature under one of the keys: a rotated key stays listed as long
// as its checkpoints are kept.
func ParseCheckpoint(text string, keys ...ed25519.PublicKey) (Checkpoint, error) {
	bad := fmt.Errorf("ledger: a checkpoint has an unknown form")
	text = strings.TrimSpace(text)
	end := strings.LastIndexByte(text, ' ')
	if end < 0 {
		return Checkpoint{}, bad
	}
	line := text[:end]
	signature, err := base64.RawURLEncoding.Strict().DecodeString(text[end+1:])
	if err != nil || strings.ContainsAny(text, "\r\n") {
		return Checkpoint{}, bad
	}
	signed := false
	for _, key := range keys {
		signed = signed || (len(key) == ed25519.PublicKeySize && ed25519.Verify(key, []byte(line), signature))
	}
	if !signed {
		return Checkpoint{}, fmt.Errorf("ledger: a checkpoint is not signed by a known key")
	}
	parts := strings.Split(line, " ")
	if len(parts) != 6 || parts[0] != checkpointTag {
		return Checkpoint{}, bad
	}
	c := Checkpoint{Ledger: parts[1]}
	tenant, errTenant := strconv.ParseInt(parts[2], 10, 64)
	seq, errSeq := strconv.ParseInt(parts[3], 10, 64)
	link, errLink := hex.DecodeString(parts[4])
	at, errAt := time.Parse(time.RFC3339, parts[5])
	if errTenant != nil || errSeq != nil || errLink != nil || errAt != nil || len(link) != 32 {
		return Checkpoint{}, bad
	}
	c.Tenant, c.Head, c.At = tenant, Head{Seq: seq, Link: [32]byte(link)}, at
	if c.line() != line {
		return Checkpoint{}, bad
	}
	return c, nil
}
