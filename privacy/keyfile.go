package privacy

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"slices"
	"time"
)

// NewKeyFile draws a root key and gives the content of a key file that holds it as primary.
func NewKeyFile(random io.Reader, now time.Time) ([]byte, error) {
	fresh, err := drawRootKey(random)
	if err != nil {
		return nil, err
	}
	return keyFile(now, &Keyring{roots: []Key{fresh}, states: []KeyState{Primary}}), nil
}

// PrepareKeyFile draws the next root key into the old content. It opens and seals nothing yet, so processes may learn of
// it one after the other; RotateKeyFile then makes it the primary. A content that has a next key is an error.
func PrepareKeyFile(random io.Reader, now time.Time, old []byte) ([]byte, error) {
	ring, err := ParseKeyring(old)
	if err != nil {
		return nil, err
	}
	if n := slices.Index(ring.states, Next); n >= 0 {
		return nil, fmt.Errorf("root keys: key %s is the next one already", ring.roots[n].id)
	}
	fresh, err := drawRootKey(random)
	if err != nil {
		return nil, err
	}
	ring.roots, ring.states = append(ring.roots, fresh), append(ring.states, Next)
	return keyFile(now, ring), nil
}

// RotateKeyFile makes the next key of the old content the primary, or draws one where there is none. What was the primary
// opens only.
func RotateKeyFile(random io.Reader, now time.Time, old []byte) ([]byte, error) {
	ring, err := ParseKeyring(old)
	if err != nil {
		return nil, err
	}
	n := slices.Index(ring.states, Next)
	if n < 0 {
		fresh, err := drawRootKey(random)
		if err != nil {
			return nil, err
		}
		n, ring.roots, ring.states = len(ring.roots), append(ring.roots, fresh), append(ring.states, Next)
	}
	chosen := ring.roots[n]
	ring.states[0] = DecryptOnly
	ring.roots, ring.states = slices.Delete(ring.roots, n, n+1), slices.Delete(ring.states, n, n+1)
	ring.roots, ring.states = slices.Insert(ring.roots, 0, chosen), slices.Insert(ring.states, 0, Primary)
	return keyFile(now, ring), nil
}

// RetireKey takes a key out of the old content. The primary stays.
func RetireKey(now time.Time, old []byte, id KeyID) ([]byte, error) {
	ring, err := ParseKeyring(old)
	if err != nil {
		return nil, err
	}
	switch n := ring.index(id); n {
	case -1:
		return nil, fmt.Errorf("root keys: there is no key %s", id)
	case 0:
		return nil, fmt.Errorf("root keys: key %s is the primary one; rotate first", id)
	default:
		ring.roots, ring.states = slices.Delete(ring.roots, n, n+1), slices.Delete(ring.states, n, n+1)
		return keyFile(now, ring), nil
	}
}

// keyFile writes the keys, the primary first.
func keyFile(now time.Time, ring *Keyring) []byte {
	var file bytes.Buffer
	fmt.Fprintf(&file, "# Root keys of Posthaste, written %s. Whoever reads this file can read what the database keeps sealed;\n", now.UTC().Format(time.RFC3339))
	fmt.Fprintf(&file, "# without it nothing sealed can be read again. Keep a copy apart from the database's backups.\n")
	for n, root := range ring.roots {
		fmt.Fprintf(&file, "%-12s %s\n", ring.states[n], rootKeyText(root))
	}
	return file.Bytes()
}

// drawRootKey refuses a source of randomness that is not one.
func drawRootKey(random io.Reader) (Key, error) {
	key, err := randomKey(random)
	if err != nil {
		return Key{}, err
	}
	if reason := weakness(key.bytes()); reason != "" {
		return Key{}, fmt.Errorf("root keys: the source of randomness is broken: %s", reason)
	}
	return key, nil
}

func rootKeyText(k Key) string {
	return keyPrefix + k.id.String() + "_" + base64.RawURLEncoding.EncodeToString(k.bytes())
}
