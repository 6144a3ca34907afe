package server

import (
	"io"
	"net/http"
	"time"
)

// pace bounds how long the sender of a body may keep a connection waiting: for one piece, and altogether, where each
// second's worth of bytes that did arrive buys another second. What the handler takes to work on a piece does not count.
type pace struct {
	pause, slow time.Duration
	second      int64 // bytes
}

// bodyPace is that of every route.
func bodyPace() pace { return pace{pause: 10 * time.Second, slow: 30 * time.Second, second: 8 << 10} }

// bound gives the body under the pace. A connection without deadlines, such as a test's recorder, is left as it is.
func (p pace) bound(connection *http.ResponseController, body io.ReadCloser) io.ReadCloser {
	return &pacedBody{ReadCloser: body, pace: p, connection: connection}
}

type pacedBody struct {
	io.ReadCloser
	pace
	connection *http.ResponseController
	waited     time.Duration
	read       int64
}

func (b *pacedBody) Read(into []byte) (int, error) {
	left := b.slow + time.Duration(b.read/b.second)*time.Second - b.waited
	begun := time.Now() // the connection's clock
	_ = b.connection.SetReadDeadline(begun.Add(min(b.pause, left)))
	n, err := b.ReadCloser.Read(into)
	b.waited += time.Since(begun)
	b.read += int64(n)
	// What watches for the caller's going away reads on: for it there is no deadline.
	_ = b.connection.SetReadDeadline(time.Time{})
	return n, err
}
