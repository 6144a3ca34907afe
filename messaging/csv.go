package messaging

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// The limits of an uploaded file.
const (
	MaxCSVRows    = 1_000_000
	maxCSVColumns = 200
	maxCSVField   = 4 << 10  // bytes
	maxCSVRecord  = 64 << 10 // bytes
)

// CSV reads a file of people as it streams in: comma, semicolon or tab between the fields (seen from the header), quotes
// as in RFC 4180, UTF-8 with or without a byte order mark. Memory does not grow with the file. No error repeats anything
// of the file: it names the line and, where one is to blame, the column by its number.
type CSV struct {
	reader  *csv.Reader
	budget  *budgetReader
	columns []string // folded headers
	rows    int
	line    int // of the last row
}

// CSVRow is one row. Its fields are valid UTF-8 without spaces at the ends.
type CSVRow struct {
	Line   int
	fields []string
}

// Field is the value in a column, which CSV.Column gave.
func (r CSVRow) Field(column int) string { return r.fields[column] }

// CSVRowError is a row that cannot be used. Reading goes on with the next one.
type CSVRowError struct {
	Line   int
	Column int // from 1; 0 where no single one is to blame
	Reason string
}

func (e *CSVRowError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Reason) }

// OpenCSV reads the header. The error is INVALID and a sentence for the person who made the file.
func OpenCSV(file io.Reader) (*CSV, error) {
	budget := &budgetReader{source: file, left: maxCSVRecord}
	buffered := bufio.NewReaderSize(budget, maxCSVRecord)
	// A source that breaks off meanwhile says so again once what came before is read.
	start, err := buffered.Peek(maxCSVRecord)
	if len(start) == 0 && err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if problem := notText(start); problem != "" {
		return nil, Refuse(CodeInvalid, "file", "%s", problem)
	}
	if rest, marked := bytes.CutPrefix(start, []byte("\ufeff")); marked {
		start = rest
		_, _ = buffered.Discard(len("\ufeff")) // it was peeked
	}
	c := &CSV{reader: csv.NewReader(buffered), budget: budget}
	c.reader.Comma = delimiterOf(start)
	c.reader.FieldsPerRecord = -1
	c.reader.ReuseRecord = true
	return c, c.header()
}

// notText names what is no CSV file at all, however it is called.
func notText(start []byte) string {
	switch {
	case len(start) == 0:
		return "the file is empty"
	case bytes.HasPrefix(start, []byte("PK\x03\x04")), bytes.HasPrefix(start, []byte("\xd0\xcf\x11\xe0")):
		return "this is a spreadsheet; save it as CSV (UTF-8) and upload that"
	case bytes.HasPrefix(start, []byte("\xff\xfe")), bytes.HasPrefix(start, []byte("\xfe\xff")):
		return "the file is UTF-16; save it as CSV (UTF-8)"
	case bytes.HasPrefix(start, []byte("\x1f\x8b")):
		return "the file is compressed; upload it unpacked"
	}
	return ""
}

// delimiterOf counts what stands outside quotes in the first line.
func delimiterOf(start []byte) rune {
	line, _, _ := bytes.Cut(start, []byte("\n"))
	count := map[byte]int{}
	quoted := false
	for _, b := range line {
		if b == '"' {
			quoted = !quoted
		} else if !quoted {
			count[b]++
		}
	}
	best := byte(',')
	for _, b := range []byte{';', '\t'} {
		if count[b] > count[best] {
			best = b
		}
	}
	return rune(best)
}

func (c *CSV) header() error {
	c.budget.left = maxCSVRecord
	record, err := c.reader.Read()
	switch {
	case errors.Is(err, io.EOF):
		return Refuse(CodeInvalid, "file", "the file is empty")
	case err != nil:
		return c.stopped(err)
	case len(record) > maxCSVColumns:
		return Refuse(CodeInvalid, "file", "the file has more than %d columns", maxCSVColumns)
	}
	c.line = 1
	for i, name := range record {
		if !utf8.ValidString(name) || strings.ContainsRune(name, 0) {
			return Refuse(CodeInvalid, "file", "the header of column %d is not UTF-8; save the file as CSV (UTF-8)", i+1)
		}
		name = foldHeader(name)
		if name != "" && slices.Contains(c.columns, name) {
			return Refuse(CodeInvalid, "file", "columns %d and %d have the same header", slices.Index(c.columns, name)+1, i+1)
		}
		c.columns = append(c.columns, name)
	}
	return nil
}

func foldHeader(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

// Column finds a column by its header, whatever its letter case.
func (c *CSV) Column(header string) (int, bool) {
	i := slices.Index(c.columns, foldHeader(header))
	return i, i >= 0 && foldHeader(header) != ""
}

// Next reads the next row that is not blank. io.EOF ends the file; a *CSVRowError is about one row, and the next can be
// read; any other error ends the reading: a *Error with a sentence, or what the source gave. The row is valid until the
// next call.
func (c *CSV) Next() (CSVRow, error) {
	for {
		c.budget.left = maxCSVRecord
		record, err := c.reader.Read()
		if errors.Is(err, io.EOF) {
			return CSVRow{}, io.EOF
		}
		if err != nil {
			return CSVRow{}, c.stopped(err)
		}
		c.line, _ = c.reader.FieldPos(0)
		row := CSVRow{Line: c.line, fields: record}
		blank := true
		for i := range record {
			record[i] = strings.TrimSpace(record[i])
			blank = blank && record[i] == ""
		}
		if blank {
			continue
		}
		if c.rows++; c.rows > MaxCSVRows {
			return CSVRow{}, Refuse(CodeLimited, "file", "the file has more than %d rows; the rest from line %d on was not read", MaxCSVRows, c.line)
		}
		return row, c.judge(row)
	}
}

func (c *CSV) judge(row CSVRow) error {
	if len(row.fields) != len(c.columns) {
		return &CSVRowError{Line: row.Line, Reason: "the row has another number of fields than the header"}
	}
	for i, field := range row.fields {
		switch {
		case len(field) > maxCSVField:
			return &CSVRowError{row.Line, i + 1, "the field is too long"}
		case !utf8.ValidString(field):
			return &CSVRowError{row.Line, i + 1, "the field is not UTF-8"}
		case strings.ContainsRune(field, 0):
			return &CSVRowError{row.Line, i + 1, "the field holds a zero byte"}
		}
	}
	return nil
}

// stopped explains why the file cannot be read further.
func (c *CSV) stopped(err error) error {
	if errors.Is(err, errBudget) {
		return Refuse(CodeInvalid, "file", "after line %d a row is longer than 64 KiB; a quote may not be closed", c.line)
	}
	if parse, ok := errors.AsType[*csv.ParseError](err); ok {
		return Refuse(CodeInvalid, "file", "line %d cannot be read: a quote stands where none may, or is not closed", parse.StartLine)
	}
	return err
}

var errBudget = errors.New("messaging: a row is too long")

// budgetReader bounds what one row may make the parser read, for a quote that is never closed would take in all the file.
type budgetReader struct {
	source io.Reader
	left   int
}

func (b *budgetReader) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errBudget
	}
	n, err := b.source.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}
