package channeltest

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
)

// HTTPServer is the scripted half of a Provider that speaks HTTP. The embedding type adds Channel and Outgoing.
type HTTPServer struct {
	URL string

	accept, refuse func(n int) (status int, body string)
	mu             sync.Mutex
	behaviour      Behaviour
	server         *httptest.Server
	elsewhere      *httptest.Server
	gate           *gate
	taken, strayed atomic.Int64
	took           chan struct{}
	over           chan struct{}
}

// NewHTTPServer starts a server on loopback. accept and refuse give the answers of the protocol to the n-th message.
func NewHTTPServer(t *testing.T, accept, refuse func(n int) (status int, body string)) *HTTPServer {
	t.Helper()
	s := &HTTPServer{accept: accept, refuse: refuse, behaviour: Accept, took: make(chan struct{}, 4096), over: make(chan struct{})}
	s.elsewhere = httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { s.strayed.Add(1) }))
	s.server = httptest.NewUnstartedServer(http.HandlerFunc(s.serve))
	s.gate = newGate(s.server.Listener)
	s.server.Listener = s.gate
	s.server.Start()
	s.URL = s.server.URL
	t.Cleanup(func() {
		close(s.over)
		s.server.CloseClientConnections()
		s.server.Close()
		s.elsewhere.Close()
	})
	return s
}

// Behave implements Provider. NoConnection closes the listening socket and every connection; the next other behaviour
// listens again on the same address.
func (s *HTTPServer) Behave(b Behaviour) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.behaviour = b
	if b == NoConnection {
		s.gate.shut()
		s.server.CloseClientConnections()
		return true
	}
	return s.gate.open() == nil
}

// Taken implements Provider.
func (s *HTTPServer) Taken() int { return int(s.taken.Load()) }

// Took implements Provider.
func (s *HTTPServer) Took() <-chan struct{} { return s.took }

// Elsewhere implements Provider.
func (s *HTTPServer) Elsewhere() int { return int(s.strayed.Load()) }

func (s *HTTPServer) serve(w http.ResponseWriter, r *http.Request) {
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		return
	}
	n := int(s.taken.Add(1))
	s.took <- struct{}{}
	s.mu.Lock()
	behaviour := s.behaviour
	s.mu.Unlock()
	status, body := http.StatusOK, ""
	switch behaviour {
	case Accept:
		status, body = s.accept(n)
	case Refuse:
		status, body = s.refuse(n)
	case Silent:
		select {
		case <-s.over:
		case <-r.Context().Done():
		}
		return
	case ResetAfterBytes:
		reset(w)
		return
	case ServerError:
		status, body = http.StatusBadGateway, "<html>502 Bad Gateway</html>"
	case Garbage:
		body = `{"messages":[{"id":"half`
	case HugeAnswer:
		_, body = s.accept(n)
		endless(w, body)
		return
	case Redirect:
		w.Header().Set("Location", s.elsewhere.URL+"/")
		status = http.StatusTemporaryRedirect
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// reset closes the connection with RST instead of FIN.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

// endless writes the answer and then spaces, which JSON allows, until the reader has had enough.
func endless(w http.ResponseWriter, answer string) {
	_, _ = io.WriteString(w, answer)
	block := make([]byte, 32<<10)
	for i := range block {
		block[i] = ' '
	}
	for {
		if _, err := w.Write(block); err != nil {
			return
		}
	}
}
