package floor

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Poster posts prepared requests over a fixed number of connections that stay open.
type Poster struct {
	client *http.Client
	conns  int
}

// NewPoster makes a poster of so many connections.
func NewPoster(conns int) *Poster {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	return &Poster{conns: conns, client: &http.Client{Transport: &http.Transport{
		Protocols: protocols, MaxConnsPerHost: conns, MaxIdleConnsPerHost: conns, DisableCompression: true,
	}}}
}

// Request is one prepared request.
type Request struct {
	URL    string
	Header http.Header
	Body   []byte
}

// Post sends each request once and returns how long all took, from the first call to the last answer. Any answer but
// 200 is an error.
func (p *Poster) Post(ctx context.Context, requests []Request) (time.Duration, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Int64
	var all sync.WaitGroup
	begun := time.Now()
	for range p.conns {
		all.Go(func() {
			for i := next.Add(1); i <= int64(len(requests)) && ctx.Err() == nil; i = next.Add(1) {
				if err := p.post(ctx, requests[i-1]); err != nil {
					cancel(err)
				}
			}
		})
	}
	all.Wait()
	return time.Since(begun), context.Cause(ctx)
}

func (p *Poster) post(ctx context.Context, r Request) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, r.URL, bytes.NewReader(r.Body))
	if err != nil {
		return err
	}
	request.Header = r.Header
	response, err := p.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("HTTP %d: %.200s", response.StatusCode, answer)
	}
	return err
}

// Close ends the connections.
func (p *Poster) Close() { p.client.CloseIdleConnections() }
