// Package enginetest gives tests the real stores: a database of their own in PostgreSQL and in ClickHouse.
//
// A run over many packages starts both engines once:
//
//	go run ./engines/enginetest/cmd -- go test ./...
//
// A package tested alone starts its own, which end with the test program. Either way a test writes
//
//	url := enginetest.Postgres(t)
//	options := enginetest.ClickHouse(t)
//
// An engine that is not installed fails the test with the command that installs it.
package enginetest

import (
	"bufio"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// Variables that name the engines to use. The runner sets them; a person may, to test against other servers.
const (
	PostgresVariable   = "POSTHASTE_TEST_POSTGRES_URL"   // a superuser's URL
	ClickHouseVariable = "POSTHASTE_TEST_CLICKHOUSE_URL" // http://user:password@host:port
)

// Held is what the holder, `enginetest/cmd hold`, says on its first line of output.
type Held struct{ URL, Error string }

// One engine of each kind serves all tests of a test program; it is started by the first that asks.
var (
	ownPostgres   = sync.OnceValues(func() (*holder, error) { return hold("postgres") })
	ownClickHouse = sync.OnceValues(func() (*holder, error) { return hold("clickhouse") })
)

// holder is a process that runs one engine until its standard input closes, which the end of this test program does,
// however it ends.
type holder struct {
	url  string
	open io.WriteCloser // its standard input: kept from the garbage collector, who would close it
}

// server gives the URL of the engine that this test program is to use.
func server(t testing.TB, variable string, own func() (*holder, error)) string {
	t.Helper()
	if url := os.Getenv(variable); url != "" {
		return url
	}
	h, err := own()
	if err != nil {
		t.Fatalf("start an engine for the test: %v", err)
	}
	return h.url
}

// hold lets go build the holder, which costs a link the first time and nothing after that.
func hold(engine string) (*holder, error) {
	dir, err := os.MkdirTemp("", "posthaste-test-") // the holder removes it at its end
	if err != nil {
		return nil, err
	}
	said := filepath.Join(dir, "holder.log") // an inherited stderr would make `go test` wait for the holder
	log, err := os.Create(said)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	cmd := exec.Command("go", "run", "posthaste/engines/enginetest/cmd", "hold", engine, dir)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	cmd.Stderr = log
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		words, _ := os.ReadFile(said)
		return nil, errors.Join(fmt.Errorf("the holder of %s died: %s", engine, words), cmd.Wait(), os.RemoveAll(dir))
	}
	var held Held
	if err := json.Unmarshal(line, &held); err != nil {
		return nil, err
	}
	if held.Error != "" {
		return nil, errors.New(held.Error)
	}
	return &holder{held.URL, in}, nil
}

// databaseName is a new name that tells the test it belongs to.
func databaseName(t testing.TB) string {
	b := make([]byte, 5)
	_, _ = rand.Read(b) // never fails
	var name strings.Builder
	for _, c := range strings.ToLower(t.Name()) {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' {
			name.WriteRune(c)
		} else {
			name.WriteByte('_')
		}
		if name.Len() == 40 {
			break
		}
	}
	return "t_" + name.String() + "_" + hex.EncodeToString(b)
}
