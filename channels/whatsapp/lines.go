package whatsapp

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"runtime"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// lines are the connections over which messages are posted, HTTP/1.1, kept open. A call writes its request in one piece
// and reads the answer itself: that costs a third of what net/http's transport takes, whose two goroutines a connection
// are for requests that are streamed, and it tells exactly whether a byte has left. Answers are read by net/http.
type lines struct {
	address, host string // to dial; of the Host header
	tls           *tls.Config
	dial          func(ctx context.Context, network, address string) (net.Conn, error)
	seats         chan struct{} // a token for each call under way

	mu      sync.Mutex
	idle    []*line // the least recently used first
	tending bool    // a timer will look after them
}

// line is one connection. One call uses it at a time.
type line struct {
	conn   net.Conn // TLS or not
	wire   *countedConn
	limit  io.LimitedReader // of an answer
	reader *bufio.Reader
	head   []byte // memory of the request
	since  time.Time
	used   bool
}

// countedConn counts the bytes that were handed to the network.
type countedConn struct {
	net.Conn
	out int64
}

func (c *countedConn) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	c.out += int64(n)
	return n, err
}

const (
	maxLines   = 2000             // calls at a time: 5,000 messages a second at 0.4 s each
	lineIdle   = 20 * time.Second // closed early, before the provider does so in the moment of a write
	dialWithin = 5 * time.Second
)

// newLines makes lines to the base's host. Nothing is opened.
func newLines(base *url.URL) *lines {
	l := &lines{host: base.Host, address: base.Host, seats: make(chan struct{}, maxLines)}
	l.dial = (&net.Dialer{Timeout: dialWithin, KeepAlive: 15 * time.Second}).DialContext
	port := "80"
	if base.Scheme == "https" {
		port, l.tls = "443", &tls.Config{ServerName: base.Hostname(), MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}}
	}
	if base.Port() == "" {
		l.address = net.JoinHostPort(base.Hostname(), port)
	}
	return l
}

// post implements poster.
func (l *lines) post(ctx context.Context, within time.Duration, path, token string, content []byte) (reply, bool, error) {
	// A deadline of the connection costs less than a context of the call.
	deadline := time.Now().Add(within)
	if its, ok := ctx.Deadline(); ok && its.Before(deadline) {
		deadline = its
	}
	if err := l.sit(ctx, deadline); err != nil {
		return reply{}, false, err
	}
	defer func() { <-l.seats }()
	for {
		n, err := l.take(ctx, deadline)
		if err != nil {
			return reply{}, false, err
		}
		before, kept := n.wire.out, n.used
		r, again, err := l.exchange(ctx, n, deadline, path, token, content)
		left := n.wire.out > before
		if again && err == nil {
			l.put(n)
		} else {
			_ = n.conn.Close()
		}
		// A kept connection that turns out to be dead: nothing has left, so another may be tried.
		if err != nil && !left && kept && ctx.Err() == nil && time.Now().Before(deadline) {
			continue
		}
		return r, left, err
	}
}

// sit waits for a seat where all are taken.
func (l *lines) sit(ctx context.Context, deadline time.Time) error {
	select {
	case l.seats <- struct{}{}:
		return nil
	default:
	}
	ctx, cancel := context.WithDeadline(ctx, deadline)
	defer cancel()
	select {
	case l.seats <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// exchange makes one call. again tells whether the line is good for another.
func (l *lines) exchange(ctx context.Context, n *line, deadline time.Time, path, token string, content []byte) (r reply, again bool, err error) {
	if err := n.conn.SetDeadline(deadline); err != nil {
		return r, false, err
	}
	cut := context.AfterFunc(ctx, func() { _ = n.conn.SetDeadline(time.Unix(1, 0)) })
	defer cut()
	if n.used && !n.quiet() {
		return r, false, errors.New("whatsapp: the connection was closed meanwhile")
	}
	n.used = true
	if _, err := n.conn.Write(n.request(l.host, path, token, content)); err != nil {
		return r, false, err
	}
	// Others write their requests first; by then the answer is mostly there, and reading it costs no wait.
	runtime.Gosched()
	n.limit.N = 2 * maxAnswer
	response, err := n.response()
	if err != nil {
		return r, false, err
	}
	defer response.Body.Close()
	if r.content, err = readAtMost(response.Body, maxAnswer); err != nil {
		return r, false, err
	}
	r.status, r.header = response.StatusCode, response.Header
	return r, !response.Close && n.reader.Buffered() == 0 && cut(), nil
}

// request writes a request. Path and token were checked: they hold nothing that ends a line.
func (n *line) request(host, path, token string, content []byte) []byte {
	b := append(n.head[:0], "POST "...)
	b = append(append(b, path...), " HTTP/1.1\r\nHost: "...)
	b = append(append(b, host...), "\r\nUser-Agent: posthaste\r\nContent-Length: "...)
	b = append(strconv.AppendInt(b, int64(len(content)), 10), "\r\nAuthorization: Bearer "...)
	b = append(append(b, token...), "\r\nContent-Type: application/json\r\n\r\n"...)
	n.head = append(b, content...)
	return n.head
}

// response reads the head of the answer; informational ones come before it (RFC 9110 §15.2).
func (n *line) response() (*http.Response, error) {
	for range 5 {
		response, err := http.ReadResponse(n.reader, &http.Request{Method: http.MethodPost})
		if err != nil {
			return nil, err
		}
		if response.StatusCode >= 200 {
			return response, nil
		}
	}
	return nil, errors.New("whatsapp: the answer does not begin")
}

// quiet tells whether nothing has come while the line lay idle: neither its end nor an answer to nothing. Where the
// system cannot tell, the write will.
func (n *line) quiet() bool {
	raw, ok := n.wire.Conn.(syscall.Conn)
	if !ok {
		return true
	}
	conn, err := raw.SyscallConn()
	return err == nil && nothingToRead(conn)
}

// take gives the line that was used last, or a new one.
func (l *lines) take(ctx context.Context, deadline time.Time) (*line, error) {
	l.mu.Lock()
	if last := len(l.idle) - 1; last >= 0 {
		n := l.idle[last]
		l.idle[last], l.idle = nil, l.idle[:last]
		l.mu.Unlock()
		return n, nil
	}
	l.mu.Unlock()
	ctx, cancel := context.WithDeadline(ctx, deadline)
	defer cancel()
	conn, err := l.dial(ctx, "tcp", l.address)
	if err != nil {
		return nil, err
	}
	n := &line{wire: &countedConn{Conn: conn}}
	n.conn = n.wire
	if l.tls != nil {
		secured := tls.Client(n.wire, l.tls)
		within, cancel := context.WithTimeout(ctx, dialWithin)
		defer cancel()
		if err := secured.HandshakeContext(within); err != nil {
			_ = conn.Close()
			return nil, err
		}
		n.conn = secured
	}
	n.limit.R = n.conn
	n.reader = bufio.NewReader(&n.limit)
	return n, nil
}

func (l *lines) put(n *line) {
	n.since = time.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.idle = append(l.idle, n)
	if !l.tending {
		l.tending = true
		time.AfterFunc(lineIdle, l.tend)
	}
}

// tend closes lines that have been idle for long, and looks again while there are any.
func (l *lines) tend() {
	l.mu.Lock()
	defer l.mu.Unlock()
	old := 0
	for old < len(l.idle) && time.Since(l.idle[old].since) >= lineIdle {
		_ = l.idle[old].conn.Close()
		old++
	}
	l.idle = append(l.idle[:0], l.idle[old:]...)
	if l.tending = len(l.idle) > 0; l.tending {
		time.AfterFunc(lineIdle/4, l.tend)
	}
}
