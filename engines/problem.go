package engines

import (
	"bytes"
	"errors"
	"strings"
	"sync"
	"syscall"
)

// Problem is why an engine cannot run, told to the person at the terminal in one sentence: What is wrong and the Help
// that cures it. Err, which may be nil, is the cause underneath.
type Problem struct {
	What, Help string
	Err        error
}

func (p *Problem) Error() string { return p.What + "; " + p.Help }

func (p *Problem) Unwrap() error { return p.Err }

// fullDisk tells whether err, or the output of a program that failed, speaks of a full disk.
func fullDisk(err error, output string) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) ||
		strings.Contains(output, "No space left on device") || strings.Contains(output, "Disk quota exceeded")
}

func diskProblem(dir string, err error) *Problem {
	return &Problem{
		What: "the disk that holds " + dir + " is full",
		Help: "free at least 200 MB there or choose another data directory",
		Err:  err,
	}
}

// tail keeps the last bytes a child wrote, so that its dying words can be read. It is safe for concurrent use.
type tail struct {
	mu  sync.Mutex
	buf []byte
}

const tailSize = 8 << 10

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buf = append(t.buf, p...)
	if extra := len(t.buf) - tailSize; extra > 0 {
		t.buf = append(t.buf[:0], t.buf[extra:]...)
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.buf)
}

// lastLine gives the last non-empty line, which is where programs say why they gave up.
func (t *tail) lastLine() string {
	lines := bytes.Split(bytes.TrimSpace([]byte(t.String())), []byte("\n"))
	return string(bytes.TrimSpace(lines[len(lines)-1]))
}
