package engines

import (
	"iter"
	"strings"
	"unicode/utf8"
)

// A statement is looked at only for what a server decides before it parses: where an INSERT's rows begin, and which
// statements would make the library, unlike a server, touch files or the network. All else is left to its own parser.

type tokenKind int

const (
	symbolToken  tokenKind = iota // one character
	wordToken                     // a bare word
	nameToken                     // a word in `…` or "…"
	literalToken                  // a string
)

type token struct {
	kind       tokenKind
	text       string // of a word or name, without its quotes
	start, end int
}

func (t token) is(word string) bool { return t.kind == wordToken && strings.EqualFold(t.text, word) }

// tokens reads a statement without comments and blanks. What never ends, a string or a comment, runs to the end.
func tokens(sql string) iter.Seq[token] {
	return func(yield func(token) bool) {
		for at := 0; at < len(sql); {
			t, next := nextToken(sql, at)
			if next <= at {
				next = at + 1
			}
			at = next
			if t.end > t.start && !yield(t) {
				return
			}
		}
	}
}

// nextToken reads at a position and gives what begins there, or an empty token for blanks and comments, and the
// position behind it.
func nextToken(sql string, at int) (token, int) {
	rest := sql[at:]
	switch c := rest[0]; {
	case c <= ' ':
		return token{}, at + 1
	case strings.HasPrefix(rest, "--"), strings.HasPrefix(rest, "#!"), strings.HasPrefix(rest, "# "):
		return token{}, at + until(rest, 1, "\n")
	case strings.HasPrefix(rest, "/*"):
		return token{}, at + until(rest, 2, "*/")
	case c == '\'', c == '"', c == '`':
		end := at + quoted(rest, c)
		kind := literalToken
		if c != '\'' {
			kind = nameToken
		}
		return token{kind, unquote(sql[at:end], c), at, end}, end
	case c == '$':
		if tag := strings.IndexByte(rest[1:], '$'); tag >= 0 && isWord(rest[1:1+tag]) {
			end := at + until(rest, tag+2, rest[:tag+2])
			return token{literalToken, "", at, end}, end
		}
	case wordByte(c):
		n := 1
		for n < len(rest) && wordByte(rest[n]) {
			n++
		}
		return token{wordToken, rest[:n], at, at + n}, at + n
	}
	_, n := utf8.DecodeRuneInString(rest)
	return token{symbolToken, rest[:n], at, at + n}, at + n
}

func until(s string, from int, end string) int {
	if i := strings.Index(s[from:], end); i >= 0 {
		return from + i + len(end)
	}
	return len(s)
}

// quoted gives the length of a quoted text with its quotes; a backslash escapes, a doubled quote stands for one.
func quoted(s string, quote byte) int {
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '\\':
			i++
		case s[i] == quote && i+1 < len(s) && s[i+1] == quote:
			i++
		case s[i] == quote:
			return i + 1
		}
	}
	return len(s)
}

func unquote(s string, quote byte) string {
	s = strings.TrimPrefix(s, string(quote))
	s = strings.TrimSuffix(s, string(quote))
	if strings.IndexByte(s, '\\') < 0 && strings.IndexByte(s, quote) < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if (s[i] == '\\' || s[i] == quote) && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func isWord(s string) bool {
	for i := range len(s) {
		if !wordByte(s[i]) {
			return false
		}
	}
	return true
}

func wordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// splitInsert finds the FORMAT clause of an INSERT whose rows follow it: head is the statement before the clause, rows
// begins behind it. It is not ok for every other statement.
func splitInsert(sql string) (head, format, rows string, ok bool) {
	depth, first := 0, true
	var clause *token // FORMAT, until its name follows
	for t := range tokens(sql) {
		switch {
		case first && !t.is("INSERT"):
			return "", "", "", false
		case clause != nil && t.kind == wordToken:
			return sql[:clause.start], t.text, sql[t.end:], true
		case t.text == "(" && t.kind == symbolToken:
			depth++
		case t.text == ")" && t.kind == symbolToken:
			depth--
		case depth == 0 && (t.is("SELECT") || t.is("WITH") || t.is("VALUES") || t.is("WATCH")):
			return "", "", "", false
		}
		first, clause = false, nil
		if depth == 0 && t.is("FORMAT") {
			clause = &t
		}
	}
	return "", "", "", false
}

// readsRows tells whether the library can stream the statement's answer: it does so for a SELECT in all its forms.
func readsRows(sql string) bool {
	for t := range tokens(sql) {
		if t.kind == symbolToken && t.text == "(" {
			continue
		}
		return t.is("SELECT") || t.is("WITH") || t.is("FROM")
	}
	return false
}

// outside names the table functions and engines that reach files, programs or other machines. On a server grants and
// user_files_path forbid them; the library has neither.
var outside = map[string]bool{
	"file": true, "filecluster": true, "url": true, "urlcluster": true, "executable": true, "executablepool": true,
	"remote": true, "remotesecure": true, "cluster": true, "clusterallreplicas": true, "distributed": true,
	"s3": true, "s3cluster": true, "s3queue": true, "gcs": true, "oss": true, "cosn": true, "hdfs": true, "hdfscluster": true,
	"azureblobstorage": true, "azureblobstoragecluster": true, "azurequeue": true,
	"mysql": true, "postgresql": true, "sqlite": true, "mongodb": true, "redis": true, "odbc": true, "jdbc": true,
	"iceberg": true, "iceberglocal": true, "icebergs3": true, "icebergazure": true, "deltalake": true, "deltalakelocal": true,
	"hudi": true, "paimon": true, "ytsaurus": true, "kafka": true, "rabbitmq": true, "nats": true, "filelog": true,
	"embeddedrocksdb": true, "python": true, "arrowstream": true, "arrowflight": true, "prometheus": true,
	"filesystem": true, "materializedpostgresql": true, "materializedmysql": true, "datalakecatalog": true, "overlay": true,
}

// forbidden gives why a server would not run the statement, or nil.
func forbidden(sql string) *exception {
	var before, last token // the two tokens before t
	for t := range tokens(sql) {
		name := strings.ToLower(last.text)
		switch {
		case t.is("OUTFILE") && last.is("INTO"):
			return refuse(codeOutfile, "INTO_OUTFILE_NOT_ALLOWED", "INTO OUTFILE is not allowed")
		case t.is("INFILE") && last.is("FROM"):
			return refuse(codeNotImplemented, "NOT_IMPLEMENTED", "FROM INFILE is not allowed: send the rows in the request")
		case t.kind == symbolToken && t.text == "(" && outside[name] && (last.kind == wordToken || last.kind == nameToken):
			// INSERT INTO url (…) and CREATE TABLE file (…) name tables, not functions.
			if !before.is("INTO") && !before.is("TABLE") && !before.is("EXISTS") && before.text != "." {
				return outsideRefusal(last.text)
			}
		case (t.kind == wordToken || t.kind == nameToken) && outside[strings.ToLower(t.text)] &&
			(last.is("ENGINE") || last.text == "=" && before.is("ENGINE")):
			return outsideRefusal(t.text)
		}
		before, last = last, t
	}
	return nil
}

func outsideRefusal(name string) *exception {
	return refuse(codeAccessDenied, "ACCESS_DENIED", "default: Not enough privileges: %s reaches outside of the store", name)
}
