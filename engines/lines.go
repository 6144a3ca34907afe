package engines

import "bytes"

// lines passes a child's output on in whole lines, each tagged with the child's name. One writer serves one process.
type lines struct {
	s    *Supervisor
	tag  string
	said *tail
	part []byte // a line that has not ended
}

// longestLine bounds what is held back of a line that does not end.
const longestLine = 64 << 10

func (l *lines) Write(p []byte) (int, error) {
	_, _ = l.said.Write(p)
	n := len(p)
	for len(p) > 0 {
		line, rest, ended := bytes.Cut(p, []byte("\n"))
		p = rest
		l.part = append(l.part, line...)
		if ended || len(l.part) >= longestLine {
			l.flush()
		}
	}
	return n, nil
}

func (l *lines) flush() {
	out := append([]byte(l.tag+" | "), l.part...)
	out = append(out, '\n')
	l.part = l.part[:0]
	l.s.writing.Lock()
	defer l.s.writing.Unlock()
	_, _ = l.s.out.Write(out) // a terminal that has gone away must not end the children
}

// end passes on a last line without its end.
func (l *lines) end() {
	if len(l.part) > 0 {
		l.flush()
	}
}
