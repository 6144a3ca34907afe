package messaging_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"posthaste/messaging"
)

// readCSV gives rows as "line:field|field" and row errors as "line!column"; problem is what ended the reading early.
func readCSV(source io.Reader, columns ...string) (got []string, problem error) {
	file, err := messaging.OpenCSV(source)
	if err != nil {
		return nil, err
	}
	var at []int
	for _, name := range columns {
		i, ok := file.Column(name)
		if !ok {
			return nil, fmt.Errorf("no column %s", name)
		}
		at = append(at, i)
	}
	for {
		row, err := file.Next()
		bad, isRow := errors.AsType[*messaging.CSVRowError](err)
		switch {
		case errors.Is(err, io.EOF):
			return got, nil
		case isRow:
			got = append(got, fmt.Sprintf("%d!%d", bad.Line, bad.Column))
		case err != nil:
			return got, err
		default:
			var fields []string
			for _, i := range at {
				fields = append(fields, row.Field(i))
			}
			got = append(got, fmt.Sprintf("%d:%s", row.Line, strings.Join(fields, "|")))
		}
	}
}

func TestCSVReadsWhatPeopleSave(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ file, want string }{
		"commas":             {"phone,name\n1,a\n2,b\n", "2:1|a 3:2|b"},
		"semicolons":         {"phone;name\n1;a\n", "2:1|a"},
		"tabs":               {"phone\tname\n1\ta\n", "2:1|a"},
		"comma in quotes":    {"phone;\"name\"\n1;\"a,b;c\"\n", "2:1|a,b;c"},
		"delimiter in quote": {"\"a,b,c\";phone;name\nx;1;a\n", "2:1|a"},
		"byte order mark":    {"\ufeffphone,name\n1,a\n", "2:1|a"},
		"carriage returns":   {"phone,name\r\n1,a\r\n", "2:1|a"},
		"no last line end":   {"phone,name\n1,a", "2:1|a"},
		"blank lines":        {"phone,name\n\n1,a\n,\n \t,\n2,b\n", "3:1|a 6:2|b"},
		"spaces":             {" Phone , NAME \n 1 , a \n", "2:1|a"},
		"other order":        {"name,x,phone\na,y,1\n", "2:1|a"},
		"line in a quote":    {"phone,name\n1,\"a\nb\"\n2,c\n", "2:1|a\nb 4:2|c"},
		"doubled quotes":     {"phone,name\n1,\"a\"\"b\"\n", `2:1|a"b`},
		"too few fields":     {"phone,name\n1\n2,b\n", "2!0 3:2|b"},
		"too many fields":    {"phone,name\n1,a,x\n2,b\n", "2!0 3:2|b"},
		"not UTF-8":          {"phone,name\n1,Jos\xe9\n2,b\n", "2!2 3:2|b"},
		"zero byte":          {"phone,name\n\x001,a\n2,b\n", "2!1 3:2|b"},
		"field too long":     {"phone,name\n1," + strings.Repeat("a", 5000) + "\n2,b\n", "2!2 3:2|b"},
		"header alone":       {"phone,name\n", ""},
		"unnamed columns":    {"phone,name,,\n1,a,,\n", "2:1|a"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for source, reader := range map[string]io.Reader{"whole": strings.NewReader(test.file), "byte by byte": iotest.OneByteReader(strings.NewReader(test.file))} {
				got, err := readCSV(reader, "phone", "name")
				if err != nil || strings.Join(got, " ") != test.want {
					t.Errorf("%s: %q, %v; want %q", source, got, err, test.want)
				}
			}
		})
	}
}

func TestCSVRefusesWhatItCannotRead(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("1,a\n", 3)
	for name, test := range map[string]struct{ file, says, before string }{
		"empty":                   {"", "empty", ""},
		"only a mark":             {"\ufeff", "empty", ""},
		"a spreadsheet":           {"PK\x03\x04rest", "spreadsheet", ""},
		"an old spreadsheet":      {"\xd0\xcf\x11\xe0rest", "spreadsheet", ""},
		"UTF-16":                  {"\xff\xfep\x00h\x00", "UTF-16", ""},
		"gzip":                    {"\x1f\x8b\x08", "compressed", ""},
		"the same header twice":   {"phone,name,Phone\n", "columns 1 and 3", ""},
		"header not UTF-8":        {"phone,nom\xe9\n", "column 2", ""},
		"too many columns":        {strings.Repeat("a,", 200) + "b\n", "200 columns", ""},
		"a quote in a field":      {"phone,name\n" + long + "1,a\"b\n2,b\n", "line 5", "2:1|a 3:1|a 4:1|a"},
		"a quote that never ends": {"phone,name\n" + long + "1,\"b\n2,b\n", "line 5", "2:1|a 3:1|a 4:1|a"},
		"a quote over megabytes":  {"phone,name\n" + long + "1,\"b\n" + strings.Repeat("2,b\n", 1<<18), "line 4", "2:1|a 3:1|a 4:1|a"},
		"a line without an end":   {"phone,name\n1," + strings.Repeat("a", 1<<20), "line 1", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := readCSV(strings.NewReader(test.file), "phone", "name")
			if messaging.CodeOf(err) != messaging.CodeInvalid || !strings.Contains(fmt.Sprint(err), test.says) {
				t.Errorf("%v; want it to say %q", err, test.says)
			}
			if strings.Join(got, " ") != test.before {
				t.Errorf("read before: %q, want %q", got, test.before)
			}
		})
	}
	broken := errors.New("connection reset")
	got, err := readCSV(io.MultiReader(strings.NewReader("phone,name\n1,a\n2"), iotest.ErrReader(broken)), "phone", "name")
	if !errors.Is(err, broken) || strings.Join(got, " ") != "2:1|a" {
		t.Errorf("a source that breaks off: %q, %v", got, err)
	}
}

// endless gives a header and then rows until n are given.
type endless struct {
	n, given int
	rest     []byte
}

func (e *endless) Read(p []byte) (int, error) {
	if len(e.rest) == 0 {
		if e.given > e.n {
			return 0, io.EOF
		}
		e.rest = []byte("phone,name\n")
		if e.given > 0 {
			e.rest = fmt.Appendf(e.rest[:0], "+91981%07d,Asha\n", e.given)
		}
		e.given++
	}
	n := copy(p, e.rest)
	e.rest = e.rest[n:]
	return n, nil
}

func TestCSVMemoryDoesNotGrowWithTheFile(t *testing.T) {
	file, err := messaging.OpenCSV(&endless{n: messaging.MaxCSVRows + 1})
	if err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	rows := 0
	for {
		if _, err = file.Next(); err != nil {
			break
		}
		rows++
	}
	runtime.ReadMemStats(&after)
	if rows != messaging.MaxCSVRows || messaging.CodeOf(err) != messaging.CodeLimited {
		t.Errorf("%d rows, then %v", rows, err)
	}
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 8<<20 {
		t.Errorf("the heap grew by %d bytes over %d rows", grown, rows)
	}
}

var shownOnly = regexp.MustCompile(`^(INVALID|LIMITED): [a-zA-Z0-9 ,;:()'.-]+$|^line \d+: [a-zA-Z0-9 -]+$`)

// Whatever the bytes: no panic, lines only grow, fields are clean, errors show nothing of the file. What a CSV writer
// wrote is read back.
func FuzzCSV(f *testing.F) {
	for _, s := range []string{"phone,name\n1,a\n", "\ufeffphone;x\n\"1;2\";3\n", "a\tb\n\"", "a,b\n1,\"2\n", "a,a\n", "\xff\xfe", "a\n\x00\n\n \n"} {
		f.Add([]byte(s), "one", "two\nlines")
	}
	f.Fuzz(func(t *testing.T, raw []byte, first, second string) {
		file, err := messaging.OpenCSV(bytes.NewReader(raw))
		last := 0
		for err == nil {
			var row messaging.CSVRow
			row, err = file.Next()
			if bad, ok := errors.AsType[*messaging.CSVRowError](err); ok {
				if bad.Line <= last || !shownOnly.MatchString(err.Error()) {
					t.Fatalf("row error %v after line %d", err, last)
				}
				last, err = bad.Line, nil
				continue
			}
			if err != nil {
				break
			}
			if row.Line <= last {
				t.Fatalf("line %d after %d", row.Line, last)
			}
			last = row.Line
			if field := row.Field(0); !utf8.ValidString(field) || field != strings.TrimSpace(field) || len(field) > 4<<10 {
				t.Fatalf("field %q", field)
			}
		}
		if !errors.Is(err, io.EOF) && !shownOnly.MatchString(err.Error()) {
			t.Fatalf("an error shows more than it may: %v", err)
		}
		var written bytes.Buffer
		w := csv.NewWriter(&written)
		_ = w.WriteAll([][]string{{"phone", "name"}, {"x" + first, second + "y"}})
		clean := func(s string) string { return strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n")) }
		for _, s := range []string{first, second} {
			if !utf8.ValidString(s) || strings.ContainsRune(s, 0) || len(s) > 4000 {
				return
			}
		}
		got, err := readCSV(&written, "phone", "name")
		if want := "2:" + clean("x"+first) + "|" + clean(second+"y"); err != nil || len(got) != 1 || got[0] != want {
			t.Fatalf("written %q, read %q (%v)", want, got, err)
		}
	})
}
