package bench

import (
	"context"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"posthaste/bench/floor"
)

// sink is a provider that takes everything at once: 200 and an id. It keeps the first requests of each count, so that
// the floor can send the same.
type sink struct {
	server *http.Server
	url    string
	serial atomic.Int64

	mu          sync.Mutex
	calls       int
	first, last time.Time
	kept        []floor.Request
	keep        int
}

func newSink() (*sink, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &sink{url: "http://" + l.Addr().String()}
	s.server = &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = s.server.Serve(l) }()
	return s, nil
}

func (s *sink) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	begun := time.Now()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	w.Header()["Content-Type"] = []string{"application/json"}
	_, _ = io.WriteString(w, `{"messaging_product":"whatsapp","messages":[{"id":"wamid.`+strconv.FormatInt(s.serial.Add(1), 36)+`"}]}`)
	s.count(r, body, begun)
}

func (s *sink) count(r *http.Request, body []byte, begun time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.calls++; s.calls == 1 {
		s.first = begun
	}
	s.last = time.Now()
	if len(s.kept) < s.keep {
		s.kept = append(s.kept, floor.Request{URL: s.url + r.URL.Path, Body: body, Header: http.Header{
			"Authorization": r.Header["Authorization"], "Content-Type": r.Header["Content-Type"], "User-Agent": r.Header["User-Agent"],
		}})
	}
}

// begin counts anew and keeps the next so many requests.
func (s *sink) begin(keep int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls, s.kept, s.keep = 0, nil, keep
}

// seen gives the calls since begin, and the time from the first to the last of them.
func (s *sink) seen() (calls int, within time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls, s.last.Sub(s.first)
}

func (s *sink) close(ctx context.Context) error { return s.server.Shutdown(ctx) }
