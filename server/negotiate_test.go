package server

import (
	"net/http"
	"testing"
)

func TestStreamsAreForThoseWhoAskForThemFirst(t *testing.T) {
	t.Parallel()
	for accept, want := range map[string]string{
		"text/event-stream, multipart/mixed":                                                      "text/event-stream, multipart/mixed",
		"application/graphql-response+json, application/json, text/event-stream, multipart/mixed": "application/graphql-response+json, application/json, multipart/mixed",
		"application/json": "application/json",
		"":                 "",
	} {
		r := &http.Request{Header: http.Header{}}
		if accept != "" {
			r.Header.Set("Accept", accept)
		}
		negotiate(r)
		if got := r.Header.Get("Accept"); got != want {
			t.Errorf("%q becomes %q, want %q", accept, got, want)
		}
	}
}
