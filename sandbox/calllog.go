package sandbox

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"
)

// Call is one accepted send, as it stands in the call log.
type Call struct {
	Seq      uint64    `json:"seq"` // counts from 1 without gaps
	Time     time.Time `json:"time"`
	ID       string    `json:"id"` // wamid
	NumberID string    `json:"phone_number_id"`
	To       string    `json:"to"` // digits, or the business-scoped user id
	Kind     string    `json:"type"`
	Template string    `json:"template,omitempty"`
	Language string    `json:"language,omitempty"`
	Callback string    `json:"biz_opaque_callback_data,omitempty"`
}

// callLog is append-only: what it holds was accepted, and what was answered as
// accepted it holds.
type callLog struct {
	mu     sync.Mutex
	file   *os.File
	size   int64
	seq    uint64
	remove bool // a temporary file

	fsync  bool
	syncMu sync.Mutex
	synced uint64
}

func openCallLog(path string, fsync bool) (*callLog, error) {
	log := &callLog{fsync: fsync}
	var err error
	if path == "" {
		log.remove = true
		log.file, err = os.CreateTemp("", "sandbox-calls-*.jsonl")
	} else {
		log.file, err = os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) // #nosec G304 -- the path is an option of whoever starts the sandbox
	}
	if err != nil {
		return nil, fmt.Errorf("sandbox: open call log: %w", err)
	}
	if err := log.recover(); err != nil {
		return nil, errors.Join(err, log.file.Close())
	}
	return log, nil
}

// recover finds the end of an existing log and cuts off a last line that was
// only half written: its call was never answered.
func (l *callLog) recover() error {
	reader := bufio.NewReaderSize(l.file, 1<<16)
	for {
		line, err := reader.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("sandbox: read call log: %w", err)
		}
		var call Call
		if err := json.Unmarshal(line, &call); err != nil {
			return fmt.Errorf("sandbox: call log is damaged after call %d: %w", l.seq, err)
		}
		l.seq = call.Seq
		l.size += int64(len(line))
	}
	if err := l.file.Truncate(l.size); err != nil {
		return fmt.Errorf("sandbox: cut call log: %w", err)
	}
	l.synced = l.seq
	return nil
}

// append numbers the call, lets build fill it in, and writes it. The line has
// been handed to the kernel when append returns, and is on disk with fsync.
func (l *callLog) append(build func(seq uint64) Call) (Call, error) {
	call, err := l.write(build)
	if err == nil && l.fsync {
		err = l.sync(call.Seq)
	}
	if err != nil {
		return Call{}, fmt.Errorf("sandbox: append to call log: %w", err)
	}
	return call, nil
}

func (l *callLog) write(build func(seq uint64) Call) (Call, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	call := build(l.seq + 1)
	line, err := json.Marshal(call)
	if err != nil {
		return call, err
	}
	line = append(line, '\n')
	// A half written line is overwritten by the next call: the offset only
	// moves on success.
	if _, err := l.file.WriteAt(line, l.size); err != nil {
		return call, errors.Join(err, l.file.Truncate(l.size))
	}
	l.seq, l.size = call.Seq, l.size+int64(len(line))
	return call, nil
}

// sync makes the call durable; callers that waited for another's sync find
// their own call covered by it.
func (l *callLog) sync(seq uint64) error {
	l.syncMu.Lock()
	defer l.syncMu.Unlock()
	if l.synced >= seq {
		return nil
	}
	l.mu.Lock()
	covered := l.seq
	l.mu.Unlock()
	if err := l.file.Sync(); err != nil {
		return err
	}
	l.synced = covered
	return nil
}

func (l *callLog) count() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.seq
}

func (l *callLog) close() error {
	err := l.file.Close()
	if l.remove {
		err = errors.Join(err, os.Remove(l.file.Name()))
	}
	return err
}

// CallFilter picks calls of the log; zero fields do not restrict.
type CallFilter struct {
	After    uint64 // Seq to start behind
	NumberID string
	To       string
	Template string
	Callback string // prefix of biz_opaque_callback_data, such as a campaign's
}

func (f CallFilter) matches(call Call) bool {
	return call.Seq > f.After &&
		(f.NumberID == "" || call.NumberID == f.NumberID) &&
		(f.To == "" || call.To == f.To) &&
		(f.Template == "" || call.Template == f.Template) &&
		strings.HasPrefix(call.Callback, f.Callback)
}

// each reads the log from its start while visit wants more. It does not hold
// up calls that come meanwhile, and does not see them.
func (l *callLog) each(filter CallFilter, visit func(Call) bool) error {
	l.mu.Lock()
	size := l.size
	l.mu.Unlock()
	scanner := bufio.NewScanner(io.NewSectionReader(l.file, 0, size))
	scanner.Buffer(make([]byte, 1<<16), 1<<20)
	for scanner.Scan() {
		var call Call
		if err := json.Unmarshal(bytes.TrimSpace(scanner.Bytes()), &call); err != nil {
			return fmt.Errorf("sandbox: read call log: %w", err)
		}
		if filter.matches(call) && !visit(call) {
			return nil
		}
	}
	return scanner.Err()
}
