package privacy

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
)

// AAD is the place of a sealed value. It is authenticated with the value, so a value copied to another tenant, column or
// row does not open there. Row is the row's key: its id, or what else is unique within the column (a day, a chunk).
type AAD struct {
	Tenant int64
	Table  string
	Column string
	Row    int64
}

// append encodes the place unambiguously: each text is preceded by its length.
func (a AAD) append(dst []byte) []byte {
	dst = binary.BigEndian.AppendUint64(dst, uint64(a.Tenant)) // #nosec G115 -- the same 64 bits
	dst = binary.AppendUvarint(dst, uint64(len(a.Table)))
	dst = append(dst, a.Table...)
	dst = binary.AppendUvarint(dst, uint64(len(a.Column)))
	dst = append(dst, a.Column...)
	return binary.BigEndian.AppendUint64(dst, uint64(a.Row)) // #nosec G115 -- the same 64 bits
}

// A sealed value is: version (1 byte), key id (4), nonce (12), ciphertext, tag (16).
const (
	sealVersion = 1
	headerSize  = 1 + len(KeyID{})
	// SealOverhead is by how many bytes a sealed value is longer than its plaintext.
	SealOverhead = headerSize + 12 + 16
)

// ErrSealed is what Open gives for a value that is altered, cut, moved from its place, or sealed with a key that is not
// here. Which of these it was is deliberately not told, except ErrKeyGone.
var ErrSealed = errors.New("privacy: the value does not open here")

// ErrKeyGone wraps ErrSealed: the value names a key that is not in the ring. After erasure this is the normal end.
var ErrKeyGone = fmt.Errorf("%w: its key is gone", ErrSealed)

// Sealer seals and opens with one key: AES-256-GCM with a random nonce for each value, so one key serves far fewer than
// 2³² values (NIST SP 800-38D). It is safe for concurrent use and allocates nothing beyond the growth of dst.
type Sealer struct {
	id    KeyID
	aead  cipher.AEAD
	aads  sync.Pool // *[]byte, for the encoded place
	label [headerSize]byte
}

func newSealer(k Key) *Sealer {
	block, err := aes.NewCipher(k.expand("posthaste/v1/seal", KeySize))
	if err != nil {
		panic("privacy: " + err.Error()) // the size is right by construction
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic("privacy: " + err.Error())
	}
	s := &Sealer{id: k.id, aead: aead, label: [headerSize]byte{0: sealVersion}}
	copy(s.label[1:], k.id[:])
	s.aads.New = func() any { b := make([]byte, 0, 96); return &b }
	return s
}

// ID names the key.
func (s *Sealer) ID() KeyID { return s.id }

// Seal appends the sealed plaintext to dst and gives the longer slice. dst and plaintext must not overlap.
func (s *Sealer) Seal(dst []byte, at AAD, plaintext []byte) []byte {
	aad := s.aad(at)
	defer s.aads.Put(aad)
	dst = slices.Grow(dst, len(plaintext)+SealOverhead)
	dst = append(dst, s.label[:]...)
	return s.aead.Seal(dst, nil, plaintext, *aad)
}

// Open appends the plaintext to dst. The error wraps ErrSealed.
func (s *Sealer) Open(dst []byte, at AAD, sealed []byte) ([]byte, error) {
	id, err := SealedWith(sealed)
	if err != nil {
		return nil, err
	}
	if id != s.id {
		return nil, ErrKeyGone
	}
	aad := s.aad(at)
	defer s.aads.Put(aad)
	plaintext, err := s.aead.Open(dst, nil, sealed[headerSize:], *aad)
	if err != nil {
		return nil, ErrSealed
	}
	return plaintext, nil
}

// aad encodes the header and the place.
func (s *Sealer) aad(at AAD) *[]byte {
	b := s.aads.Get().(*[]byte)
	*b = at.append(append((*b)[:0], s.label[:]...))
	return b
}

// SealedWith tells which key a value was sealed with: for finding what a rotation has left.
func SealedWith(sealed []byte) (KeyID, error) {
	if len(sealed) < SealOverhead || sealed[0] != sealVersion {
		return KeyID{}, ErrSealed
	}
	return KeyID(sealed[1:headerSize]), nil
}

// Format prints the id only.
func (s *Sealer) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "sealer "+s.id.String()) }

// Ring seals with its first key and opens with any: the shape of every rotation.
type Ring struct {
	sealers []*Sealer
}

// NewRing makes a ring. The first key seals.
func NewRing(primary Key, older ...Key) *Ring {
	r := &Ring{sealers: []*Sealer{primary.Sealer()}}
	for _, k := range older {
		r.sealers = append(r.sealers, k.Sealer())
	}
	return r
}

// ID names the key that seals.
func (r *Ring) ID() KeyID { return r.sealers[0].id }

// Seal is Sealer.Seal with the first key.
func (r *Ring) Seal(dst []byte, at AAD, plaintext []byte) []byte {
	return r.sealers[0].Seal(dst, at, plaintext)
}

// Open is Sealer.Open with the key that the value names.
func (r *Ring) Open(dst []byte, at AAD, sealed []byte) ([]byte, error) {
	id, err := SealedWith(sealed)
	if err != nil {
		return nil, err
	}
	for _, s := range r.sealers {
		if s.id == id {
			return s.Open(dst, at, sealed)
		}
	}
	return nil, ErrKeyGone
}

// Renew seals a value anew if an older key sealed it. moved tells whether it did.
func (r *Ring) Renew(at AAD, sealed []byte) (renewed []byte, moved bool, err error) {
	plaintext, err := r.Open(nil, at, sealed)
	if err != nil {
		return nil, false, err
	}
	defer clear(plaintext)
	if id, _ := SealedWith(sealed); id == r.ID() {
		return sealed, false, nil
	}
	return r.Seal(nil, at, plaintext), true, nil
}

// Format prints the id only.
func (r *Ring) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "ring "+r.ID().String()) }
