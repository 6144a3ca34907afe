package ledger

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"time"
)

// fieldKind starts the encoding of a value, so the text "1" and the number 1 differ.
type fieldKind byte

const (
	textField   fieldKind = 't'
	numberField fieldKind = 'n'
	timeField   fieldKind = 'z'
	boolField   fieldKind = 'b'
	digestField fieldKind = 'd'
)

// Field is one named value of an entry.
type Field struct {
	Name  string
	kind  fieldKind
	value []byte
}

// Text is a field for names, codes and enums; never for an address or a message, which go in as Digest.
func Text(name, value string) Field { return Field{name, textField, []byte(value)} }

// bits writes a number in eight bytes, number reads them.
func bits(n int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(n)) } // #nosec G115 -- the same 64 bits

func number(b []byte) int64 { return int64(binary.BigEndian.Uint64(b)) } // #nosec G115 -- the same 64 bits

// Number is a field for ids and counts.
func Number(name string, value int64) Field {
	return Field{name, numberField, bits(value)}
}

// Time is a field for a moment, to the microsecond (what PostgreSQL keeps).
func Time(name string, value time.Time) Field {
	return Field{name, timeField, bits(value.UnixMicro())}
}

// Bool is a field for yes or no.
func Bool(name string, value bool) Field {
	if value {
		return Field{name, boolField, []byte{1}}
	}
	return Field{name, boolField, []byte{0}}
}

// Digest is a field for the keyed hash of what must stay erasable.
func Digest(name string, value [32]byte) Field { return Field{name, digestField, value[:]} }

// Kind is a sort of entry with the fields it may have: whatever is not listed cannot get into the ledger, so no struct is
// ever dumped into it.
type Kind struct {
	Name   string // such as "user.invited"; once used, its meaning stays
	Fields []string
}

// encodingVersion starts every canonical form.
const encodingVersion = 1

// Encode writes an entry in its canonical form: version, kind, and the fields in the order of their names, each text
// preceded by its length. A field that the kind does not list, or given twice, is a programming error and refused.
func (k Kind) Encode(fields ...Field) ([]byte, error) {
	sorted := slices.Clone(fields)
	slices.SortFunc(sorted, func(a, b Field) int { return strings.Compare(a.Name, b.Name) })
	out := append([]byte{encodingVersion}, lengthPrefixed(nil, []byte(k.Name))...)
	out = binary.AppendUvarint(out, uint64(len(sorted)))
	for i, f := range sorted {
		if !slices.Contains(k.Fields, f.Name) {
			return nil, fmt.Errorf("ledger: an entry %s has no field %s", k.Name, f.Name)
		}
		if i > 0 && sorted[i-1].Name == f.Name {
			return nil, fmt.Errorf("ledger: an entry %s has the field %s twice", k.Name, f.Name)
		}
		out = lengthPrefixed(out, []byte(f.Name))
		out = append(out, byte(f.kind))
		out = lengthPrefixed(out, f.value)
	}
	return out, nil
}

func lengthPrefixed(dst, b []byte) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(b))), b...)
}

// Entry is a canonical form taken apart, for showing.
type Entry struct {
	Kind   string
	Fields []Field
}

// Value gives a field's value as Go sees it: string, int64, time.Time (UTC), bool or [32]byte.
func (f Field) Value() any {
	switch f.kind {
	case numberField:
		return number(f.value)
	case timeField:
		return time.UnixMicro(number(f.value)).UTC()
	case boolField:
		return f.value[0] == 1
	case digestField:
		return [32]byte(f.value)
	default:
		return string(f.value)
	}
}

// wellFormed tells whether the value has the size of its kind.
func (f Field) wellFormed() bool {
	switch f.kind {
	case textField:
		return true
	case numberField, timeField:
		return len(f.value) == 8
	case boolField:
		return len(f.value) == 1 && f.value[0] <= 1
	case digestField:
		return len(f.value) == 32
	default:
		return false
	}
}

// Decode takes a canonical form apart. It accepts exactly what Encode writes.
func Decode(canonical []byte) (Entry, error) {
	bad := fmt.Errorf("ledger: an entry has an unknown form")
	r := reader{rest: canonical, ok: true}
	if v := r.bytes(1); !r.ok || v[0] != encodingVersion {
		return Entry{}, bad
	}
	e := Entry{Kind: string(r.prefixed())}
	for range r.count() {
		f := Field{Name: string(r.prefixed())}
		if kind := r.bytes(1); r.ok {
			f.kind = fieldKind(kind[0])
		}
		f.value = bytes.Clone(r.prefixed())
		if !r.ok || !f.wellFormed() || (len(e.Fields) > 0 && e.Fields[len(e.Fields)-1].Name >= f.Name) {
			return Entry{}, bad
		}
		e.Fields = append(e.Fields, f)
	}
	if !r.ok || len(r.rest) != 0 {
		return Entry{}, bad
	}
	return e, nil
}

// reader reads length-prefixed parts; once something is missing, ok is false for good.
type reader struct {
	rest []byte
	ok   bool
}

func (r *reader) bytes(n uint64) []byte {
	if !r.ok || n > uint64(len(r.rest)) {
		r.ok = false
		return nil
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}

// count reads a number in its shortest form.
func (r *reader) count() uint64 {
	n, size := binary.Uvarint(r.rest)
	if !r.ok || size <= 0 || len(binary.AppendUvarint(nil, n)) != size || n > uint64(len(r.rest)) {
		r.ok = false
		return 0
	}
	r.rest = r.rest[size:]
	return n
}

func (r *reader) prefixed() []byte { return r.bytes(r.count()) }
