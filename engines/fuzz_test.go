package engines

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// FuzzParseRequest: whatever a URL holds, it becomes options of the engine one by one, never two of one, never one
// that is not a known setting, and never part of the statement.
func FuzzParseRequest(f *testing.F) {
	for _, s := range []string{"query=SELECT+1", "database=a&max_threads=1", "param_x=it's&query=INSERT+INTO+t+FORMAT+CSV",
		"max_threads=1'%00--path=/x", "--path=/", "readonly=0", "compress=1&decompress=1", "%zz", "a=1&a=2", "client_protocol_version=-1"} {
		f.Add(s, "SELECT 1", "POST")
	}
	known := func(name string) bool { return name == "max_threads" || name == "readonly" }
	f.Fuzz(func(t *testing.T, raw, body, method string) {
		r := &http.Request{Method: method, URL: &url.URL{Path: "/", RawQuery: raw}, Header: http.Header{}, Body: readCloser{strings.NewReader(body)}}
		st, err := parseRequest(r, known)
		if err != nil {
			var refused *exception
			if e := asException(err); !errors.As(error(e), &refused) || !strings.HasPrefix(e.text, "Code: ") {
				t.Fatalf("refused with %v", err)
			}
			return
		}
		given, err := url.ParseQuery(raw)
		if err != nil {
			t.Fatal("accepted a URL that cannot be read")
		}
		for _, option := range st.settings {
			name, value, ok := strings.Cut(strings.TrimPrefix(option, "--"), "=")
			if !ok || !known(name) || value != given.Get(name) && !(name == "readonly" && value == "2") {
				t.Fatalf("option %q from %q", option, raw)
			}
		}
		for name, value := range st.params {
			if given.Get("param_"+name) != value {
				t.Fatalf("parameter %q = %q from %q", name, value, raw)
			}
		}
		if isReadMethod(method) && !slices.ContainsFunc(st.settings, func(s string) bool { return s == "--readonly=1" || s == "--readonly=2" }) {
			t.Fatalf("%s may write: %q", method, st.settings)
		}
		if all := given.Get("query") + "\n" + body; st.rows == nil && !strings.Contains(all, st.sql) {
			t.Fatalf("the statement %q is not what was sent, %q", st.sql, all)
		}
	})
}

// FuzzSplitInsert: the three parts are the statement; the format is a bare word; no quote is left open before it, so
// the rows can never become part of the statement.
func FuzzSplitInsert(f *testing.F) {
	for _, s := range []string{"INSERT INTO t FORMAT CSV\n1", "insert into t (a, `format x`) format\tNative", "INSERT INTO t VALUES ('FORMAT x')",
		"INSERT INTO t -- FORMAT x\n FORMAT y z", "INSERT INTO t /* FORMAT a */ FORMAT b", "INSERT INTO t SELECT 1 FORMAT CSV",
		"INSERT INTO t SETTINGS a = 'x FORMAT y' FORMAT z", "INSERT INTO \"a\\\"b\" FORMAT z", "INSERT INTO t $a$ FORMAT x $a$ FORMAT y"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, sql string) {
		end := 0
		for tok := range tokens(sql) {
			if tok.start < end || tok.end <= tok.start || tok.end > len(sql) {
				t.Fatalf("token %+v after %d in %q", tok, end, sql)
			}
			end = tok.end
		}
		head, format, rows, ok := splitInsert(sql)
		if !ok {
			return
		}
		if !strings.HasPrefix(sql, head) || !strings.HasSuffix(sql, format+rows) || !isWord(format) || format == "" {
			t.Fatalf("%q became %q, %q, %q", sql, head, format, rows)
		}
		if clause := strings.TrimSuffix(strings.TrimPrefix(sql, head), format+rows); !strings.EqualFold(clause[:len("FORMAT")], "FORMAT") {
			t.Fatalf("between head and format stands %q", clause)
		}
		// What is appended to the head is read as a word of its own: nothing in it is open.
		var last token
		for tok := range tokens(head + "probe") {
			last = tok
		}
		if !last.is("probe") {
			t.Fatalf("%q leaves something open: %+v", head, last)
		}
	})
}

// FuzzForbidden: a statement that reaches outside is refused whatever stands around it.
func FuzzForbidden(f *testing.F) {
	f.Add("SELECT * FROM ", "")
	f.Add("SELECT 'it''s', `a`, \"b\" /* c */ FROM", "-- x")
	f.Fuzz(func(t *testing.T, before, after string) {
		open := false // text that swallows what follows makes it harmless
		var last token
		for tok := range tokens(before + "\nprobe ") {
			last = tok
		}
		open = !last.is("probe")
		var previous token
		for tok := range tokens(before) {
			previous = tok
		}
		if open || previous.is("INTO") || previous.is("TABLE") || previous.is("EXISTS") || previous.text == "." {
			return
		}
		for _, reach := range []string{"file('/etc/passwd')", "`url` ('http://x')", "S3 (a)", "x INTO OUTFILE 'y'", "ENGINE = File", "ENGINE=`URL`"} {
			if forbidden(before+"\n"+reach+" "+after) == nil {
				t.Fatalf("allowed: %q", before+"\n"+reach+" "+after)
			}
		}
	})
}

type readCloser struct{ *strings.Reader }

func (readCloser) Close() error { return nil }

func TestSplitInsert(t *testing.T) {
	t.Parallel()
	for sql, want := range map[string][3]string{
		"INSERT INTO t FORMAT CSV\n1,2":                               {"INSERT INTO t ", "CSV", "\n1,2"},
		"insert into t (a, b) format Native":                          {"insert into t (a, b) ", "Native", ""},
		"INSERT INTO t SETTINGS x = 'a FORMAT b' FORMAT c":            {"INSERT INTO t SETTINGS x = 'a FORMAT b' ", "c", ""},
		"/* FORMAT a */ INSERT INTO `FORMAT x` -- FORMAT y\nFORMAT z": {"/* FORMAT a */ INSERT INTO `FORMAT x` -- FORMAT y\n", "z", ""},
		"INSERT INTO format (a) FORMAT c":                             {"INSERT INTO format (a) ", "c", ""},
		"INSERT INTO t VALUES (1) FORMAT c":                           {},
		"INSERT INTO t SELECT 1 FORMAT c":                             {},
		"SELECT 1 FORMAT c":                                           {},
		"INSERT INTO t (FORMAT c)":                                    {},
		"":                                                            {},
	} {
		head, format, rows, ok := splitInsert(sql)
		if [3]string{head, format, rows} != want || ok != (want[1] != "") {
			t.Errorf("%q became %q, %q, %q, %v", sql, head, format, rows, ok)
		}
	}
}
