package engines

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/ClickHouse/ch-go/compress"
)

// chunks reads rows piece by piece into one buffer. Only a bare io.EOF is their end; a body that was cut is an error.
func chunks(r io.Reader) func() ([]byte, error) {
	buf := make([]byte, 256<<10)
	return func() (_ []byte, err error) {
		n, m := 0, 0
		for n < len(buf) && err == nil {
			m, err = r.Read(buf[n:])
			n += m
		}
		return buf[:n], err
	}
}

// frames reads a body in ClickHouse's compressed frames, as clickhouse-go sends it with LZ4 or ZSTD.
type frames struct {
	source   *counter
	contents *compress.Reader
}

func inFrames(r io.Reader) io.Reader {
	source := &counter{r: r}
	return &frames{source, compress.NewReader(source)}
}

// Read tells the end of the body, which can only be between two frames, from a cut inside one: the reader of the
// contents wraps both alike.
func (f *frames) Read(p []byte) (int, error) {
	f.source.n = 0
	n, err := f.contents.Read(p)
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
		if f.source.n == 0 {
			err = io.EOF
		}
	}
	return n, err
}

type counter struct {
	r io.Reader
	n int
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += n
	return n, err
}

// reply sends one answer. Nothing is sent before the first block is known, so that an early failure still has its
// status; a later one is framed into the body.
type reply struct {
	w       http.ResponseWriter
	st      *statement
	tag     string
	version string

	begun  bool
	held   bytes.Buffer // with wait_end_of_query
	framer *compress.Writer
}

// send takes the next block; it does not keep it.
func (r *reply) send(block []byte) error {
	if r.st.whole {
		_, err := r.held.Write(block)
		return err
	}
	return r.write(block)
}

func (r *reply) write(block []byte) error {
	if !r.begun {
		r.begun = true
		r.w.Header().Set("Content-Type", "application/octet-stream")
		if r.tag != "" {
			r.w.Header().Set("X-ClickHouse-Exception-Tag", r.tag)
		}
	}
	if !r.st.compress {
		_, err := r.w.Write(block)
		return err
	}
	if r.framer == nil {
		r.framer = compress.NewWriter(compress.LevelZero, compress.LZ4)
	}
	for len(block) > 0 {
		part := block[:min(len(block), frameSize)]
		if err := r.framer.Compress(part); err != nil {
			return fmt.Errorf("compress the answer: %w", err)
		}
		if _, err := r.w.Write(r.framer.Data); err != nil {
			return err
		}
		block = block[len(part):]
	}
	return nil
}

// frameSize is how much a server puts into one compressed frame at most.
const frameSize = 1 << 20

// finish ends the answer. The error that it returns has not been sent.
func (r *reply) finish(err error) error {
	switch {
	case err != nil && r.begun:
		asException(err).sendLate(r.w, r.version, r.tag)
		return nil
	case err != nil:
		return err
	case r.st.whole && r.held.Len() > 0:
		return r.write(r.held.Bytes())
	}
	return nil
}
