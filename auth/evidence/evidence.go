// Package evidence writes what an auditor is given: tables as CSV and as JSON, and a manifest that says of which tenant and
// period they are, by which version they were made, how many rows each has and what its SHA-256 is. The manifest is signed
// with Ed25519 over its very bytes, so that any tool can check it.
package evidence

import (
	"bufio"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Table is rows under named columns. Rows are read once and written as they come, so a table may be longer than memory.
type Table struct {
	Name    string // of its files: lower-case letters and dashes
	Columns []string
	Rows    iter.Seq2[[]string, error]
}

// Manifest is what is signed.
type Manifest struct {
	Tenant       string       `json:"tenant"`
	From         time.Time    `json:"from"` // the period: from, and before
	Before       time.Time    `json:"before"`
	MadeAt       time.Time    `json:"made_at"`
	Generator    string       `json:"generator"` // name and version of the program
	Verification Verification `json:"verification"`
	Files        []File       `json:"files"`
}

// Verification is what became of walking the tenant's ledger from its beginning.
type Verification struct {
	Verified    bool   `json:"verified"`
	Links       int64  `json:"links"`       // how far it is as it was written
	Head        string `json:"head"`        // the last of these links
	Checkpoints int    `json:"checkpoints"` // signed ones that it was compared with
	Finding     string `json:"finding,omitempty"`
}

// File is one file beside the manifest.
type File struct {
	Name   string `json:"name"`
	Rows   int64  `json:"rows"`
	SHA256 string `json:"sha256"`
}

// The names of what stands beside the tables.
const (
	ManifestName  = "manifest.json"
	SignatureName = "manifest.json.sig" // 64 bytes
	PublicKeyName = "public-key.pem"    // for convenience: compare it with what the host's "keys list" shows
)

// Write makes the directory, which must not be there or be empty, and writes the tables, the manifest and its signature
// into it. It gives the manifest with its files.
func Write(directory string, m Manifest, key ed25519.PrivateKey, tables ...Table) (Manifest, error) {
	if err := os.MkdirAll(directory, 0o700); err != nil {
		return m, fmt.Errorf("evidence: make the directory: %w", err)
	}
	there, err := os.ReadDir(directory)
	if err != nil {
		return m, fmt.Errorf("evidence: read the directory: %w", err)
	}
	if len(there) > 0 {
		return m, errors.New("evidence: the directory is not empty; give one of its own")
	}
	for _, t := range tables {
		files, err := t.write(directory)
		if err != nil {
			return m, fmt.Errorf("evidence: write %s: %w", t.Name, err)
		}
		m.Files = append(m.Files, files...)
	}
	manifest, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return m, fmt.Errorf("evidence: write the manifest: %w", err)
	}
	manifest = append(manifest, '\n')
	public, err := publicPEM(key.Public().(ed25519.PublicKey))
	if err != nil {
		return m, err
	}
	for name, content := range map[string][]byte{
		ManifestName: manifest, SignatureName: ed25519.Sign(key, manifest),
		PublicKeyName: public,
	} {
		if err := os.WriteFile(filepath.Join(directory, name), content, 0o600); err != nil {
			return m, fmt.Errorf("evidence: write %s: %w", name, err)
		}
	}
	return m, nil
}

func (t Table) write(directory string) ([]File, error) {
	asCSV, err := create(directory, t.Name+".csv")
	if err != nil {
		return nil, err
	}
	defer asCSV.file.Close()
	asJSON, err := create(directory, t.Name+".json")
	if err != nil {
		return nil, err
	}
	defer asJSON.file.Close()
	rows, err := t.copy(csv.NewWriter(asCSV), asJSON)
	if err != nil {
		return nil, err
	}
	files := make([]File, 0, 2)
	for _, s := range []*summed{asCSV, asJSON} {
		f, err := s.finish(rows)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return files, nil
}

// copy writes each row to both forms.
func (t Table) copy(asCSV *csv.Writer, asJSON io.Writer) (rows int64, err error) {
	if err := asCSV.Write(t.Columns); err != nil {
		return 0, err
	}
	before := "[\n"
	cells := make([]string, len(t.Columns))
	for row, err := range t.Rows {
		if err != nil {
			return rows, err
		}
		if len(row) != len(t.Columns) {
			return rows, fmt.Errorf("a row has %d values for %d columns", len(row), len(t.Columns))
		}
		for i, value := range row {
			cells[i] = Cell(value)
		}
		if err := asCSV.Write(cells); err != nil {
			return rows, err
		}
		if _, err := io.WriteString(asJSON, before); err != nil {
			return rows, err
		}
		if err := writeObject(asJSON, t.Columns, row); err != nil {
			return rows, err
		}
		before = ",\n"
		rows++
	}
	end := "\n]\n"
	if rows == 0 {
		end = "[]\n"
	}
	if _, err := io.WriteString(asJSON, end); err != nil {
		return rows, err
	}
	asCSV.Flush()
	return rows, asCSV.Error()
}

// writeObject writes a row with its columns in their order, which a map would lose.
func writeObject(to io.Writer, columns, row []string) error {
	var object strings.Builder
	for i, column := range columns {
		name, err := json.Marshal(column)
		if err != nil {
			return err
		}
		value, err := json.Marshal(row[i])
		if err != nil {
			return err
		}
		object.WriteString(map[bool]string{true: "{", false: ", "}[i == 0])
		object.Write(name)
		object.WriteString(": ")
		object.Write(value)
	}
	object.WriteString("}")
	_, err := io.WriteString(to, object.String())
	return err
}

// Cell guards a value of a CSV against being read as a formula by a spreadsheet: a quote goes before what begins like one.
func Cell(value string) string {
	leftOut := func(r rune) bool { return unicode.IsSpace(r) || unicode.In(r, unicode.C) } // by some spreadsheets
	first, _ := utf8.DecodeRuneInString(value)
	begun, size := utf8.DecodeRuneInString(strings.TrimLeftFunc(value, leftOut))
	if value != "" && unicode.In(first, unicode.C) || size > 0 && strings.ContainsRune("=+-@|%＝＋－＠", begun) {
		return "'" + value
	}
	return value
}

// summed is a file that is hashed while it is written.
type summed struct {
	name string
	file *os.File
	sum  hash.Hash
	*bufio.Writer
}

func create(directory, name string) (*summed, error) {
	file, err := os.OpenFile(filepath.Join(directory, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) // #nosec G304 -- names of our own, in a directory that the caller made
	if err != nil {
		return nil, err
	}
	sum := sha256.New()
	return &summed{name: name, file: file, sum: sum, Writer: bufio.NewWriter(io.MultiWriter(file, sum))}, nil
}

func (s *summed) finish(rows int64) (File, error) {
	if err := s.Flush(); err != nil {
		return File{}, err
	}
	return File{Name: s.name, Rows: rows, SHA256: hex.EncodeToString(s.sum.Sum(nil))}, s.file.Sync()
}

// Check reads a directory that Write has made: the signature by one of the keys, and the files' sums. The error says what
// is not as it was signed.
func Check(directory string, keys ...ed25519.PublicKey) (Manifest, error) {
	var m Manifest
	manifest, err := os.ReadFile(filepath.Join(directory, ManifestName)) // #nosec G304 -- the host names the directory
	if err != nil {
		return m, fmt.Errorf("evidence: read the manifest: %w", err)
	}
	signature, err := os.ReadFile(filepath.Join(directory, SignatureName)) // #nosec G304 -- the host names the directory
	if err != nil {
		return m, fmt.Errorf("evidence: read the signature: %w", err)
	}
	signed := false
	for _, key := range keys {
		signed = signed || ed25519.Verify(key, manifest, signature)
	}
	if !signed {
		return m, errors.New("evidence: the manifest is not signed by a known key")
	}
	if err := json.Unmarshal(manifest, &m); err != nil {
		return m, fmt.Errorf("evidence: read the manifest: %w", err)
	}
	for _, f := range m.Files {
		if filepath.Base(f.Name) != f.Name {
			return m, errors.New("evidence: a file's name leads elsewhere")
		}
		sum, err := sumOf(filepath.Join(directory, f.Name))
		if err != nil {
			return m, fmt.Errorf("evidence: read %s: %w", f.Name, err)
		}
		if sum != f.SHA256 {
			return m, fmt.Errorf("evidence: %s is not what was signed", f.Name)
		}
	}
	return m, nil
}

func sumOf(path string) (string, error) {
	file, err := os.Open(path) // #nosec G304 -- the host names the directory; the name is signed, and leads nowhere else
	if err != nil {
		return "", err
	}
	defer file.Close()
	sum := sha256.New()
	_, err = io.Copy(sum, file)
	return hex.EncodeToString(sum.Sum(nil)), err
}
