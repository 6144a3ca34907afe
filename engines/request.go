package engines

import (
	"compress/gzip"
	"crypto/subtle"
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ClickHouse/ch-go/proto"
)

// statement is what one HTTP request asks for.
type statement struct {
	sql      string
	format   string // of the answer, unless the statement names its own
	database string
	queryID  string
	settings []string // "--name=value"
	params   parameters
	rows     io.Reader // an INSERT's, else nil
	rowsIn   string    // their format
	compress bool      // the answer goes out in ClickHouse's compressed frames
	whole    bool      // wait_end_of_query: answer only when all is known
	revision int       // client_protocol_version
}

// maxStatement bounds a statement's text, which is held in memory, inline VALUES included.
const maxStatement = 64 << 20

// ignored are parameters that a server takes and that mean nothing here: there is one user, no quota and no pool.
var ignored = map[string]bool{"user": true, "password": true, "quota_key": true, "network_compression_method": true,
	"network_zstd_compression_level": true, "client_protocol_version": true, "stacktrace": true}

var settingName = regexp.MustCompile(`^[a-z][a-zA-Z0-9_]*$`)

// parseRequest reads a request the way ClickHouse's HTTP interface does. known tells a setting's name from a slip.
func parseRequest(r *http.Request, known func(string) bool) (*statement, error) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, refuse(codeBadArguments, "BAD_ARGUMENTS", "the URL cannot be read")
	}
	st := &statement{format: "TabSeparated", params: parameters{}}
	decompress := false
	for _, name := range slices.Sorted(maps.Keys(query)) {
		if len(query[name]) > 1 {
			return nil, refuse(codeBadArguments, "BAD_ARGUMENTS", "the URL gives %s more than once", name)
		}
		value := query.Get(name)
		switch {
		case name == "query":
		case name == "database":
			st.database = value
		case name == "default_format":
			st.format = value
		case name == "query_id":
			st.queryID = value
		case name == "compress":
			st.compress = value == "1" || value == "true"
		case name == "decompress":
			decompress = value == "1" || value == "true"
		case name == "wait_end_of_query":
			st.whole = value == "1" || value == "true"
		case name == "client_protocol_version":
			if st.revision, err = strconv.Atoi(value); err != nil || st.revision < 0 || st.revision > proto.Version {
				st.revision = proto.Version
			}
		case ignored[name]:
		case strings.HasPrefix(name, "param_"):
			st.params[strings.TrimPrefix(name, "param_")] = value
		case !settingName.MatchString(name) || !known(name):
			return nil, refuse(codeUnknownSetting, "UNKNOWN_SETTING",
				"Setting %s is neither a builtin setting nor started with the prefix 'SQL_' registered for user-defined settings", name)
		default:
			st.settings = append(st.settings, "--"+name+"="+value)
		}
	}
	if isReadMethod(r.Method) {
		if v, given := query["readonly"]; given && v[0] != "1" && v[0] != "2" {
			return nil, refuse(codeReadonly, "READONLY", "Cannot modify 'readonly' setting in readonly mode")
		} else if !given {
			st.settings = append(st.settings, "--readonly=2") // GET changes nothing, as on a server
		}
	}
	return st, st.readBody(r, query.Get("query"), decompress)
}

func isReadMethod(method string) bool { return method == http.MethodGet || method == http.MethodHead }

// readBody takes the statement from the URL, from the body, or from both in this order. An INSERT's rows are whatever
// follows its FORMAT clause; they are not read here.
func (st *statement) readBody(r *http.Request, inURL string, decompress bool) error {
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		return refuse(codeNotImplemented, "NOT_IMPLEMENTED", "the embedded ClickHouse takes no external tables")
	}
	var body io.Reader = r.Body
	switch encoding := r.Header.Get("Content-Encoding"); encoding {
	case "", "identity":
	case "gzip":
		unzipped, err := gzip.NewReader(body)
		if err != nil {
			return refuse(codeBadArguments, "BAD_ARGUMENTS", "the body is not gzip")
		}
		body = unzipped
	default:
		return refuse(codeNotImplemented, "NOT_IMPLEMENTED", "the embedded ClickHouse takes no body encoded as %q, only gzip", encoding)
	}
	if decompress {
		body = inFrames(body)
	}
	if head, format, rest, ok := splitInsert(inURL); ok {
		if strings.Trim(rest, " \t\r\n;") != "" {
			body = io.MultiReader(strings.NewReader(firstRow(rest)), body)
		}
		st.sql, st.rowsIn, st.rows = head, format, body
		return nil
	}
	text, err := io.ReadAll(io.LimitReader(body, maxStatement+1))
	if err != nil {
		return errBody{err}
	}
	if len(text) > maxStatement {
		return refuse(codeSyntax, "SYNTAX_ERROR", "Max query size exceeded")
	}
	st.sql = string(text)
	if inURL != "" {
		st.sql = inURL + "\n" + st.sql
	}
	if head, format, rest, ok := splitInsert(st.sql); ok {
		st.sql, st.rowsIn, st.rows = head, format, strings.NewReader(firstRow(rest))
	}
	if strings.TrimSpace(st.sql) == "" {
		return refuse(codeSyntax, "SYNTAX_ERROR", "Syntax error: Empty query")
	}
	return nil
}

// firstRow skips what stands between a FORMAT clause and the rows: blanks and one line end.
func firstRow(s string) string {
	s = strings.TrimLeft(s, " \t\r")
	return strings.TrimPrefix(s, "\n")
}

// authorised compares the password that the request carries in one of the three ways a client may send it.
func authorised(r *http.Request, password string) bool {
	if password == "" {
		return true
	}
	given := r.Header.Get("X-ClickHouse-Key")
	if _, p, ok := r.BasicAuth(); ok {
		given = p
	} else if given == "" {
		given = r.URL.Query().Get("password")
	}
	return subtle.ConstantTimeCompare([]byte(given), []byte(password)) == 1
}
