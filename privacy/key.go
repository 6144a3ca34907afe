package privacy

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
)

// KeySize is the length of every key in bytes.
const KeySize = 32

// KeyID names a key. It is derived from the key itself, so it can neither be attached to another key nor drift from it,
// and a mistyped key does not match its id. It is not secret.
type KeyID [4]byte

func (id KeyID) String() string { return hex.EncodeToString(id[:]) }

// ParseKeyID reads the eight hexadecimal digits of String.
func ParseKeyID(s string) (KeyID, error) {
	var id KeyID
	if len(s) != hex.EncodedLen(len(id)) {
		return KeyID{}, fmt.Errorf("privacy: a key id has 8 hexadecimal digits")
	}
	if _, err := hex.Decode(id[:], []byte(s)); err != nil || id.String() != s {
		return KeyID{}, fmt.Errorf("privacy: a key id has 8 lower-case hexadecimal digits")
	}
	return id, nil
}

// Key is 32 secret bytes with their id. The zero Key is unusable.
//
// The bytes lie behind two pointers because fmt prints unexported fields of foreign structs without asking their Format
// method, and follows one pointer (under a verb that does not fit, such as %s), but not two.
type Key struct {
	id     KeyID
	secret **[KeySize]byte
}

// newKey takes ownership of 32 bytes that are already uniformly random.
func newKey(secret [KeySize]byte) Key {
	p := &secret
	k := Key{secret: &p}
	copy(k.id[:], k.expand("posthaste/v1/key-id", len(k.id)))
	return k
}

// randomKey draws a key.
func randomKey(random io.Reader) (Key, error) {
	var b [KeySize]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return Key{}, fmt.Errorf("privacy: draw a key: %w", err)
	}
	return newKey(b), nil
}

// expand derives n bytes for the purpose named by info (HKDF-Expand with SHA-256, RFC 5869). The input is uniform, so
// the extract step has nothing to do.
func (k Key) expand(info string, n int) []byte {
	out, err := hkdf.Expand(sha256.New, k.bytes(), info, n)
	if err != nil {
		panic("privacy: " + err.Error()) // n is a small constant here
	}
	return out
}

// derive makes the key for the purpose named by info.
func (k Key) derive(info string) Key { return newKey([KeySize]byte(k.expand(info, KeySize))) }

// bytes gives the secret.
func (k Key) bytes() []byte { return (*k.secret)[:] }

// ID names the key.
func (k Key) ID() KeyID { return k.id }

// MAC is HMAC-SHA256 over the parts, each preceded by its length in 8 bytes, so ("ab", "c") and ("a", "bc") differ.
func (k Key) MAC(parts ...[]byte) [32]byte {
	h := hmac.New(sha256.New, k.bytes())
	var length [8]byte
	for _, p := range parts {
		binary.BigEndian.PutUint64(length[:], uint64(len(p)))
		h.Write(length[:])
		h.Write(p)
	}
	return [32]byte(h.Sum(nil))
}

// Sealer makes the sealer of this key.
func (k Key) Sealer() *Sealer { return newSealer(k) }

// Hasher makes the hasher of this key.
func (k Key) Hasher() *Hasher { return newHasher(k) }

const redacted = "[redacted]"

// Format prints the id and never the bytes, whatever the verb.
func (k Key) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "key "+k.id.String()+" "+redacted) }

// LogValue shows the id.
func (k Key) LogValue() slog.Value { return slog.StringValue("key " + k.id.String()) }

// MarshalText refuses: a key leaves the process only wrapped.
func (k Key) MarshalText() ([]byte, error) {
	return nil, fmt.Errorf("privacy: a key is not written out")
}
