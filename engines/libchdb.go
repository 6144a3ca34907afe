package engines

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"unsafe"

	"github.com/ebitengine/purego"
)

// library is libchdb, ClickHouse as a shared library. The functions are those of its header chdb.h; a handle is an
// address inside the library and is never followed here.
type library struct {
	version string

	connect      func(argc int32, argv unsafe.Pointer) unsafe.Pointer
	closeConn    func(connection unsafe.Pointer)
	classify     func(conn, sql unsafe.Pointer, sqlLen uint64, db unsafe.Pointer, dbLen uint64, out unsafe.Pointer) int32
	query        queryFunc
	stream       queryFunc
	insert       queryFunc
	fetch        func(conn, stream unsafe.Pointer) unsafe.Pointer
	cancelStream func(conn, stream unsafe.Pointer)
	append       func(insert, data unsafe.Pointer, length uint64) int32
	done         func(insert unsafe.Pointer) unsafe.Pointer
	cancelInsert func(insert unsafe.Pointer)
	insertError  func(insert unsafe.Pointer) string
	endInsert    func(insert unsafe.Pointer)
	destroy      func(result unsafe.Pointer)
	buffer       func(result unsafe.Pointer) unsafe.Pointer
	length       func(result unsafe.Pointer) uint64
	failure      func(result unsafe.Pointer) string
}

type queryFunc func(conn, sql unsafe.Pointer, sqlLen uint64, format unsafe.Pointer, formatLen uint64,
	names, nameLens, values, valueLens unsafe.Pointer, params uint64) unsafe.Pointer

func loadLibrary(path string) (*library, error) {
	handle, err := purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_GLOBAL)
	if err != nil {
		return nil, &Problem{What: "the ClickHouse library does not load", Help: "install it again with `" + installCommand + "`", Err: err}
	}
	l := &library{}
	var signals func(int32)
	var version func() string
	for name, function := range map[string]any{
		"chdb_set_signal_handlers_enabled": &signals, "chdb_version": &version,
		"chdb_connect": &l.connect, "chdb_close_conn": &l.closeConn, "chdb_classify_query_n": &l.classify,
		"chdb_query_with_params_n": &l.query, "chdb_stream_query_with_params_n": &l.stream,
		"chdb_stream_insert_with_params_n": &l.insert, "chdb_stream_fetch_result": &l.fetch,
		"chdb_stream_cancel_query": &l.cancelStream, "chdb_stream_append": &l.append, "chdb_stream_done": &l.done,
		"chdb_stream_cancel_insert": &l.cancelInsert, "chdb_stream_insert_error": &l.insertError,
		"chdb_destroy_insert_stream": &l.endInsert, "chdb_destroy_query_result": &l.destroy,
		"chdb_result_buffer": &l.buffer, "chdb_result_length": &l.length, "chdb_result_error": &l.failure,
	} {
		symbol, err := purego.Dlsym(handle, name)
		if err != nil {
			return nil, &Problem{
				What: "the ClickHouse library has no function " + name,
				Help: "install the pinned version with `" + installCommand + "`",
				Err:  err,
			}
		}
		purego.RegisterFunc(function, symbol)
	}
	signals(0) // before anything else: Go's runtime must keep its own handlers
	l.version = version()
	return l, nil
}

// session is one connection of the library with its own settings and current database, made for one request, like a
// server's context of an HTTP request without a session. It runs one statement at a time and belongs to one goroutine.
type session struct {
	lib    *library
	handle unsafe.Pointer // what chdb_close_conn takes
	conn   unsafe.Pointer // what all else takes
}

var errSettings = errors.New("a setting's value was refused")

// open connects. Arguments are "--name=value": the first connection of the process takes the server's options from
// them, each connection its own settings.
func (l *library) open(args ...string) (*session, error) {
	argv := make([]unsafe.Pointer, 0, len(args)+1)
	for _, a := range append([]string{"clickhouse"}, args...) {
		if strings.IndexByte(a, 0) >= 0 {
			return nil, errSettings
		}
		argv = append(argv, unsafe.Pointer(unsafe.StringData(a+"\x00")))
	}
	handle := l.connect(int32(len(argv)), unsafe.Pointer(&argv[0])) // #nosec G115 -- a dozen arguments
	runtime.KeepAlive(argv)
	if handle == nil {
		return nil, errSettings
	}
	return &session{lib: l, handle: handle, conn: *(*unsafe.Pointer)(handle)}, nil
}

func (s *session) close() { s.lib.closeConn(s.handle) }

// Classes of a statement as the library's own parser sees it; those in between do not matter here.
const (
	classReadOnly = 0
	classUnknown  = 4
)

// analysis is chdb_query_analysis_v1.
type analysis struct{ size, statements, flags, class uint32 }

func (s *session) analyse(sql string) (analysis, error) {
	a := analysis{size: uint32(unsafe.Sizeof(analysis{}))}
	if s.lib.classify(s.conn, text(sql), uint64(len(sql)), nil, 0, unsafe.Pointer(&a)) != 0 {
		return a, errors.New("the statement cannot be analysed")
	}
	return a, nil
}

// parameters are the values of {name:Type} in a statement.
type parameters map[string]string

// call hands a statement to one of the library's three ways of running it.
func (s *session) call(run queryFunc, sql, format string, params parameters) unsafe.Pointer {
	n := len(params)
	names, values := make([]unsafe.Pointer, 0, n+1), make([]unsafe.Pointer, 0, n+1)
	nameLens, valueLens := make([]uint64, 0, n+1), make([]uint64, 0, n+1)
	for name, value := range params {
		names, nameLens = append(names, text(name)), append(nameLens, uint64(len(name)))
		values, valueLens = append(values, text(value)), append(valueLens, uint64(len(value)))
	}
	r := run(s.conn, text(sql), uint64(len(sql)), text(format), uint64(len(format)),
		unsafe.Pointer(unsafe.SliceData(names)), unsafe.Pointer(unsafe.SliceData(nameLens)),
		unsafe.Pointer(unsafe.SliceData(values)), unsafe.Pointer(unsafe.SliceData(valueLens)), uint64(n))
	runtime.KeepAlive(names)
	runtime.KeepAlive(values)
	return r
}

// text gives the address of a string's bytes; the caller's argument keeps it alive during the call.
func text(s string) unsafe.Pointer {
	if s == "" {
		s = "\x00"
	}
	return unsafe.Pointer(unsafe.StringData(s))
}

// take hands the bytes of a result to use, which must not keep them, and frees the result.
func (s *session) take(result unsafe.Pointer, use func([]byte) error) (int, error) {
	if result == nil {
		return 0, errors.New("the library gave no result")
	}
	defer s.lib.destroy(result)
	if e := s.lib.failure(result); e != "" {
		return 0, engineError(e)
	}
	n := int(s.lib.length(result)) // #nosec G115 -- bytes in memory
	if n == 0 {
		return 0, nil
	}
	return n, use(unsafe.Slice((*byte)(s.lib.buffer(result)), n))
}

// run executes a statement whose answer is small.
func (s *session) run(sql, format string, params parameters, use func([]byte) error) error {
	_, err := s.take(s.call(s.lib.query, sql, format, params), use)
	return err
}

// answer runs a statement and gives its answer as text.
func (s *session) answer(sql string, params parameters) (string, error) {
	var out []byte
	err := s.run(sql, "TSVRaw", params, func(b []byte) error { out = slices.Clone(b); return nil })
	return string(out), err
}

// read executes a SELECT and hands over its answer block by block, so that no more than one is in memory.
func (s *session) read(sql, format string, params parameters, use func([]byte) error) error {
	stream := s.call(s.lib.stream, sql, format, params)
	if stream == nil {
		return errors.New("the library gave no stream")
	}
	defer s.lib.destroy(stream)
	if e := s.lib.failure(stream); e != "" {
		return engineError(e)
	}
	for {
		n, err := s.take(s.lib.fetch(s.conn, stream), use)
		var refused *exception
		switch {
		case errors.As(err, &refused): // the stream has ended itself
			return err
		case err != nil:
			s.lib.cancelStream(s.conn, stream)
			return err
		case n == 0:
			return nil
		}
	}
}

// errBody marks an error of the sender of the rows, as opposed to the engine's.
type errBody struct{ err error }

func (e errBody) Error() string { return fmt.Sprintf("read the rows: %v", e.err) }
func (e errBody) Unwrap() error { return e.err }

// write executes an INSERT (without its FORMAT clause) with the rows that next gives chunk by chunk until io.EOF. When
// next fails nothing is written.
func (s *session) write(sql, format string, params parameters, next func() ([]byte, error)) error {
	insert := s.call(s.lib.insert, sql, format, params)
	if insert == nil {
		return errors.New("the library gave no stream")
	}
	defer s.lib.endInsert(insert)
	if e := s.lib.insertError(insert); e != "" {
		return engineError(e)
	}
	for {
		chunk, err := next()
		if len(chunk) > 0 && s.lib.append(insert, unsafe.Pointer(&chunk[0]), uint64(len(chunk))) != 0 {
			break // done tells why
		}
		if err == io.EOF { // bare: a wrapped one is a cut
			break
		}
		if err != nil {
			s.lib.cancelInsert(insert)
			return errBody{err}
		}
	}
	_, err := s.take(s.lib.done(insert), func([]byte) error { return nil })
	return err
}
