package privacy

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"io"
	"sync"
)

// Kind is what a hashed value is. It is part of the hashed text, so equal values of two kinds have different hashes.
type Kind string

const (
	Phone     Kind = "phone"   // E.164 digits without the plus sign, after folding of national variants
	BSUID     Kind = "bsuid"   // Meta's business-scoped user id, as received
	Email     Kind = "email"   // lower-case address
	MessageID Kind = "wamid"   // the provider's id of a message; a wamid holds the phone number
	Content   Kind = "content" // what a message said, as canonical JSON
)

// Hasher makes keyed hashes, HMAC-SHA256 over "<kind>:v1:<canonical>". The caller brings the value into its canonical
// form first; another spelling has another hash. It is safe for concurrent use and does not allocate.
type Hasher struct {
	id     KeyID
	states sync.Pool // *hashState
}

// hashState is one HMAC whose key block is already absorbed, and the room for its input and output.
type hashState struct {
	mac hash.Hash
	buf []byte
}

func newHasher(k Key) *Hasher {
	h := &Hasher{id: k.id}
	h.states.New = func() any {
		return &hashState{mac: hmac.New(sha256.New, k.bytes()), buf: make([]byte, 0, 128)}
	}
	return h
}

// ID names the key.
func (h *Hasher) ID() KeyID { return h.id }

// Hash is the keyed hash of a canonical value.
func (h *Hasher) Hash(kind Kind, canonical string) [32]byte {
	s := h.states.Get().(*hashState)
	sum := s.sum(kind, canonical)
	h.states.Put(s)
	return sum
}

// Hash64 is the first 64 bits of Hash, big-endian: for columns where a rare collision only blurs a count. Among n values
// the chance of any collision is about n²/2⁶⁵: one in 37 at a billion.
func (h *Hasher) Hash64(kind Kind, canonical string) uint64 {
	sum := h.Hash(kind, canonical)
	return binary.BigEndian.Uint64(sum[:8])
}

// HashAll appends the hashes of many values of one kind to dst.
func (h *Hasher) HashAll(dst [][32]byte, kind Kind, canonical []string) [][32]byte {
	s := h.states.Get().(*hashState)
	defer h.states.Put(s)
	for _, c := range canonical {
		dst = append(dst, s.sum(kind, c))
	}
	return dst
}

func (s *hashState) sum(kind Kind, canonical string) (sum [32]byte) {
	s.mac.Reset()
	s.buf = append(s.buf[:0], kind...)
	s.buf = append(s.buf, ":v1:"...)
	s.buf = append(s.buf, canonical...)
	s.mac.Write(s.buf)
	copy(sum[:], s.mac.Sum(s.buf[:0]))
	clear(s.buf[:cap(s.buf)]) // the value does not outlive its hash
	return sum
}

// Format prints the id only.
func (h *Hasher) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "hasher "+h.id.String()) }
