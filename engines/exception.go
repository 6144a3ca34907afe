package engines

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
)

// exception is an error in ClickHouse's own words. Codes are those of its ErrorCodes.cpp.
type exception struct {
	code int
	text string // begins with "Code: "
}

const (
	codeBadArguments   = 36
	codeNotImplemented = 48
	codeSyntax         = 62
	codeUnknownSetting = 115
	codeReadonly       = 164
	codeOutfile        = 232
	codeAuthentication = 516
	codeAccessDenied   = 497
	codeUnknown        = 1002
)

func (e *exception) Error() string { return e.text }

// refuse makes an exception of our own, in the same form.
func refuse(code int, name, format string, args ...any) *exception {
	return &exception{code, fmt.Sprintf("Code: %d. DB::Exception: %s. (%s)", code, fmt.Sprintf(format, args...), name)}
}

var codePrefix = regexp.MustCompile(`^Code: (\d+)\. DB::[A-Za-z]*Exception: `)

// engineError reads the library's error text. It repeats the prefix when an exception was passed on inside.
func engineError(said string) *exception {
	said = strings.TrimSpace(said)
	m := codePrefix.FindStringSubmatch(said)
	if m == nil {
		return refuse(codeUnknown, "UNKNOWN_EXCEPTION", "%s", strings.TrimSuffix(said, "."))
	}
	for strings.HasPrefix(said[len(m[0]):], m[0]) {
		said = said[len(m[0]):]
	}
	code, err := strconv.Atoi(m[1])
	if err != nil {
		code = codeUnknown
	}
	return &exception{code, said}
}

// asException gives any error the form that a client understands.
func asException(err error) *exception {
	var e *exception
	switch {
	case errors.As(err, &e):
		return e
	case errors.Is(err, errSettings):
		return refuse(codeBadArguments, "BAD_ARGUMENTS", "a setting in the URL has a value that it cannot take")
	}
	return refuse(codeUnknown, "UNKNOWN_EXCEPTION", "%v", err)
}

// send answers a request that has not been answered yet.
func (e *exception) send(w http.ResponseWriter, version string) {
	w.Header().Set("X-ClickHouse-Exception-Code", strconv.Itoa(e.code))
	w.Header().Set("Content-Type", "text/plain; charset=UTF-8")
	status := http.StatusInternalServerError
	if e.code == codeAuthentication {
		status = http.StatusForbidden
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, e.withVersion(version)+"\n")
}

func (e *exception) withVersion(version string) string {
	if strings.HasSuffix(e.text, ")") && strings.Contains(e.text, "(version ") {
		return e.text
	}
	return e.text + " (version " + version + ")"
}

// sendLate ends an answer that has begun: a frame around the text, with the tag that the header announced.
func (e *exception) sendLate(w io.Writer, version, tag string) {
	said := e.withVersion(version)
	fmt.Fprintf(w, "\r\n__exception__\r\n%s\r\n%s\n%d %s\r\n__exception__\r\n", tag, said, len(said)+1, tag)
}
