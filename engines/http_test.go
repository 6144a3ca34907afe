package engines

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// cutBody is a request body that ends, cleanly or with an error, where a test wants.
type cutBody struct {
	data []byte
	err  error
}

func (b *cutBody) Read(p []byte) (int, error) {
	if len(b.data) == 0 {
		if b.err != nil {
			return 0, b.err
		}
		return 0, io.EOF
	}
	n := copy(p, b.data)
	b.data = b.data[n:]
	return n, nil
}

func post(t *testing.T, address, query string, body io.Reader) error {
	t.Helper()
	res, err := http.Post("http://"+address+"/?"+query, "", body)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	said, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return errors.New(string(said))
	}
	return nil
}

func native(t *testing.T, address, query string) []byte {
	t.Helper()
	res, err := http.Post("http://"+address+"/?default_format=Native", "", strings.NewReader(query))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %v", query, b, err)
	}
	return b
}

func TestHTTPInterface(t *testing.T) {
	t.Parallel()
	address, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	db := "t_" + newTag(12)
	for _, query := range []string{"CREATE DATABASE " + db, "CREATE TABLE " + db + ".x (a UInt64, s String) ENGINE = MergeTree ORDER BY a"} {
		if err := post(t, address, "", strings.NewReader(query)); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		if err := post(t, address, "", strings.NewReader("DROP DATABASE "+db)); err != nil {
			t.Error(err)
		}
	})
	in := "database=" + db + "&"
	for name, c := range map[string]struct {
		method, query, body string
		status              int
		code, answer        string // the answer's beginning
	}{
		"ping without a statement":      {"GET", "", "", 200, "", "Ok.\n"},
		"a statement in the URL":        {"GET", "query=SELECT+1", "", 200, "", "1\n"},
		"a statement in the body":       {"POST", "", "SELECT 2", 200, "", "2\n"},
		"in both":                       {"POST", "query=SELECT", "3", 200, "", "3\n"},
		"HEAD":                          {"HEAD", "query=SELECT+1", "", 200, "", ""},
		"its own format":                {"GET", "query=SELECT+1+AS+a+FORMAT+JSONEachRow", "", 200, "", `{"a":1}`},
		"a default format":              {"GET", "default_format=CSV&query=SELECT+'a'", "", 200, "", "\"a\"\n"},
		"an unknown format":             {"GET", "default_format=Nope&query=SELECT+1", "", 500, "73", "Code: 73. DB::Exception: "},
		"no rows":                       {"GET", "query=SELECT+1+WHERE+0", "", 200, "", ""},
		"a setting":                     {"GET", "max_threads=3&query=SELECT+getSetting('max_threads')", "", 200, "", "3\n"},
		"a setting with a quote":        {"GET", "insert_deduplication_token=it's'&query=SELECT+getSetting('insert_deduplication_token')", "", 200, "", "it\\'s\\'\n"},
		"a setting's wrong value":       {"GET", "max_threads=many&query=SELECT+1", "", 500, "36", "Code: 36. DB::Exception: "},
		"an unknown setting":            {"GET", "max_treads=1&query=SELECT+1", "", 500, "115", "Code: 115. DB::Exception: Setting max_treads is neither a builtin setting"},
		"an option that is no setting":  {"GET", "path=/tmp&query=SELECT+1", "", 500, "115", "Code: 115. DB::Exception: Setting path"},
		"a session":                     {"GET", "session_id=a&query=SELECT+1", "", 500, "115", "Code: 115. "},
		"one name twice":                {"GET", "max_threads=1&max_threads=2&query=SELECT+1", "", 500, "36", "Code: 36. "},
		"a broken URL":                  {"GET", "query=%zz", "", 500, "36", "Code: 36. "},
		"a parameter":                   {"GET", "param_a=it's&query=SELECT+{a:String}", "", 200, "", "it\\'s\n"},
		"a parameter that would inject": {"GET", "param_a=1%3B+DROP+TABLE+x&query=SELECT+{a:String}", "", 200, "", "1; DROP TABLE x\n"},
		"a parameter of another type":   {"GET", "param_a=x&query=SELECT+{a:UInt8}", "", 500, "", "Code: "},
		"a missing parameter":           {"GET", "query=SELECT+{a:String}", "", 500, "456", "Code: 456. "},
		"an unknown database":           {"GET", "database=nowhere&query=SELECT+1", "", 500, "81", "Code: 81. DB::Exception: Database nowhere does not exist"},
		"a database that would inject":  {"GET", "database=a`%3BSELECT&query=SELECT+1", "", 500, "", "Code: "},
		"a write by GET":                {"GET", in + "query=INSERT+INTO+x+VALUES+(1,'a')", "", 500, "164", "Code: 164. "},
		"rows by GET":                   {"GET", in + "query=INSERT+INTO+x+FORMAT+TSV", "", 500, "164", "Code: 164. "},
		"GET that lifts readonly":       {"GET", in + "readonly=0&query=DROP+TABLE+x", "", 500, "164", "Code: 164. "},
		"SET that lifts readonly":       {"GET", in + "query=SELECT+1+SETTINGS+readonly=0", "", 500, "164", "Code: 164. "},
		"PUT":                           {"PUT", "query=SELECT+1", "", 405, "", ""},
		"another path":                  {"GET", "/play", "", 404, "", ""},
		"nothing to do":                 {"POST", "", " ", 500, "62", "Code: 62. DB::Exception: Syntax error: Empty query"},
		"two statements":                {"POST", "", "SELECT 1; DROP DATABASE " + db, 500, "62", "Code: 62. "},
		"FROM INFILE":                   {"POST", in, "INSERT INTO x FROM INFILE '/etc/passwd' FORMAT TSV", 500, "48", "Code: 48. "},
		"inline values":                 {"POST", in, "INSERT INTO x VALUES (1, 'a;b'), (2, 'it''s')", 200, "", ""},
		"inline rows":                   {"POST", in, "INSERT INTO x FORMAT TSV\n3\tFORMAT CSV\n4\td", 200, "", ""},
		"inline rows of JSON":           {"POST", in, "INSERT INTO x FORMAT JSONEachRow {\"a\":5,\"s\":\"; SELECT\"}", 200, "", ""},
		"rows in the body":              {"POST", in + "query=INSERT+INTO+x+(a,s)+FORMAT+CSV", "6,\"f\"\n7,g\n", 200, "", ""},
		"rows of the wrong form":        {"POST", in + "query=INSERT+INTO+x+FORMAT+CSV", "six,f\n", 500, "", "Code: "},
		"rows of an unknown format":     {"POST", in + "query=INSERT+INTO+x+FORMAT+Nope", "1\n", 500, "73", "Code: 73. "},
		"rows for an unknown column":    {"POST", in + "query=INSERT+INTO+x+(b)+FORMAT+CSV", "1\n", 500, "16", "Code: 16. "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := "http://" + address + "/?" + c.query
			if strings.HasPrefix(c.query, "/") {
				url = "http://" + address + c.query
			}
			req, err := http.NewRequestWithContext(t.Context(), c.method, url, strings.NewReader(c.body))
			if err != nil {
				t.Fatal(err)
			}
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			b, err := io.ReadAll(res.Body)
			if err != nil {
				t.Fatal(err)
			}
			code := res.Header.Get("X-ClickHouse-Exception-Code")
			if res.StatusCode != c.status || c.code != "" && code != c.code || !strings.HasPrefix(string(b), c.answer) || c.answer == "" && c.status == 200 && len(b) > 0 {
				t.Errorf("%d, code %q, %q; want %d, %q, %q", res.StatusCode, code, b, c.status, c.code, c.answer)
			}
			if c.status == 500 && !strings.Contains(string(b), "(version 26.") {
				t.Errorf("the error %q does not end like a server's", b)
			}
		})
	}
	t.Cleanup(func() {
		if got := string(native(t, address, "SELECT count(), sum(a) FROM "+db+".x FORMAT TSV")); got != "7\t28\n" {
			t.Errorf("the table holds %q", got)
		}
	})
}

func TestPasswordIsAsked(t *testing.T) {
	t.Parallel()
	b := &bridge{version: "26.0", opts: ClickHouseOptions{Password: "right"}}
	for name, change := range map[string]func(*http.Request){
		"none":    func(*http.Request) {},
		"header":  func(r *http.Request) { r.Header.Set("X-ClickHouse-Key", "wrong") },
		"basic":   func(r *http.Request) { r.SetBasicAuth("default", "wrong") },
		"prefix":  func(r *http.Request) { r.SetBasicAuth("default", "righ") },
		"address": func(r *http.Request) { r.URL.RawQuery += "&password=wrong" },
	} {
		r, err := http.NewRequest(http.MethodGet, "/?query=SELECT+1", nil)
		if err != nil {
			t.Fatal(err)
		}
		change(r)
		var w recorded
		b.ServeHTTP(&w, r)
		if w.status != http.StatusForbidden || w.Header().Get("X-ClickHouse-Exception-Code") != "516" {
			t.Errorf("%s: %d %q", name, w.status, w.body.String())
		}
		r.SetBasicAuth("default", "right")
		if !authorised(r, "right") {
			t.Error("the right password is refused")
		}
	}
}

// recorded is an answer; its zero value is ready.
type recorded struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (w *recorded) Header() http.Header {
	if w.header == nil {
		w.header = http.Header{}
	}
	return w.header
}
func (w *recorded) WriteHeader(status int)      { w.status = status }
func (w *recorded) Write(p []byte) (int, error) { return w.body.Write(p) }

func TestClickHouseProblems(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	running := clickHouseChild(t, dir)
	wantProblem(t, ServeClickHouse(t.Context(), ClickHouseOptions{DataDir: dir, Listen: "127.0.0.1:0"}), "already uses")
	wantProblem(t, ServeClickHouse(t.Context(), ClickHouseOptions{DataDir: dataDir(t), Listen: running.address}), "is taken")
	wantProblem(t, ServeClickHouse(t.Context(), ClickHouseOptions{DataDir: dataDir(t), Listen: "0.0.0.0:0"}), "may not listen")
	wantProblem(t, ServeClickHouse(t.Context(), ClickHouseOptions{DataDir: dataDir(t), Engines: t.TempDir(), Listen: "127.0.0.1:0"}), "npm ci")
	if err := post(t, running.address, "", strings.NewReader("SELECT 1")); err != nil {
		t.Errorf("the one that runs was disturbed: %v", fmt.Sprint(err))
	}
}
