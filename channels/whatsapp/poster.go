package whatsapp

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"time"
)

// poster posts messages: over lines, or through an http.RoundTripper where there is a proxy.
type poster interface {
	// post makes one call, within the time given and until ctx ends at the latest. left tells whether a byte of the request
	// may have left this machine; while none has, an error leaves no doubt. The path and the token must hold nothing that
	// ends a line.
	post(ctx context.Context, within time.Duration, path, token string, content []byte) (r reply, left bool, err error)
}

// reply is an answer that was read whole, of at most maxAnswer bytes.
type reply struct {
	status  int
	header  http.Header
	content []byte
}

// newPoster chooses: a transport that was given is used; else lines, unless the environment names a proxy.
func newPoster(base *url.URL, transport http.RoundTripper) poster {
	if transport != nil {
		return through{base, transport}
	}
	if proxy, err := http.ProxyFromEnvironment(&http.Request{URL: base}); err != nil || proxy != nil {
		return through{base, NewTransport()}
	}
	return newLines(base)
}

// through posts through a RoundTripper that does not repeat a request of which bytes may have left.
type through struct {
	base      *url.URL
	transport http.RoundTripper
}

func (p through) post(ctx context.Context, within time.Duration, path, token string, content []byte) (r reply, left bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	// The transport itself repeats a request only when not one byte of it was written; each of its attempts begins
	// with GetConn. Both hooks run in this goroutine. Once a connection was handed over, only an answer tells what left.
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { left = false },
		GotConn: func(httptrace.GotConnInfo) { left = true },
	})
	target := url.URL{Scheme: p.base.Scheme, Host: p.base.Host, Path: path}
	request := &http.Request{
		Method: http.MethodPost, URL: &target, Host: target.Host, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Authorization": {"Bearer " + token}, "User-Agent": userAgent, "Content-Type": jsonContent},
		Body:   io.NopCloser(bytes.NewReader(content)), ContentLength: int64(len(content)),
		GetBody: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil },
	}
	response, err := p.transport.RoundTrip(request.WithContext(ctx))
	if err != nil {
		return r, left, err
	}
	defer response.Body.Close()
	r.status, r.header = response.StatusCode, response.Header
	r.content, err = readAtMost(response.Body, maxAnswer)
	return r, true, err
}
