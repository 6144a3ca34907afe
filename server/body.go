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

// bound gives the body of a request, length bytes long or -1, under the pace. A connection without deadlines, such as a
// test's recorder, is left as it is.
func (p pace) bound(connection *http.ResponseController, body io.ReadCloser, length int64) io.ReadCloser {
	if length != 0 {
		// Where nobody reads it, the server does, to its end, before it sends our answer.
		_ = connection.SetReadDeadline(time.Now().Add(p.pause))
	}
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
	if err != nil && err != io.EOF {
		// The server would wait for the rest, without an end, before it sends our answer.
		_ = b.connection.SetReadDeadline(begun)
		return n, err
	}
	// What watches for the caller's going away reads on: for it there is no deadline.
	_ = b.connection.SetReadDeadline(time.Time{})
	return n, err
}
