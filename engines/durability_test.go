package engines

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

func TestClickHouseKeepsWhatItAcknowledged(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	first := clickHouseChild(t, dir)
	conn := inDatabase(t, first.address, "default")
	must(t, conn, "CREATE DATABASE kept", strings.Replace(eventTable, "events", "kept.events", 1))
	if n := count(t, conn, "SELECT count() FROM system.merge_tree_settings WHERE name IN ('fsync_after_insert', 'fsync_part_directory') AND value = '1'"); n != 2 {
		t.Errorf("%d of 2 settings make an insert durable", n)
	}
	kept := inDatabase(t, first.address, "kept")
	// It is killed while inserts run: each acknowledged one must be there, whole, and nothing in halves.
	var acknowledged atomic.Int64
	var all sync.WaitGroup
	enough := make(chan struct{})
	for w := range 3 {
		all.Go(func() {
			for i := 0; ; i++ {
				if sendEvents(t.Context(), kept, 0, 1000, fmt.Sprintf("%d.%d", w, i)) != nil {
					return
				}
				if acknowledged.Add(1) == 20 {
					close(enough)
				}
			}
		})
	}
	<-enough
	if err := syscall.Kill(first.pid(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	all.Wait()
	<-first.done
	second := clickHouseChild(t, dir)
	again := inDatabase(t, second.address, "kept")
	n, acked := count(t, again, "SELECT count() FROM events"), uint64(acknowledged.Load())
	if n%1000 != 0 || n/1000 < acked || n/1000 > acked+3 {
		t.Errorf("%d rows after the kill, %d inserts of 1000 were acknowledged", n, acked)
	}
	// A retry of what was in doubt is still recognised.
	if err := sendEvents(t.Context(), again, 0, 1000, "0.0"); err != nil {
		t.Fatal(err)
	}
	if m := count(t, again, "SELECT count() FROM events"); m != n {
		t.Errorf("the token was forgotten: %d rows, were %d", m, n)
	}
}

func inDatabase(t *testing.T, address, name string) driver.Conn {
	t.Helper()
	conn, err := clickhouse.Open(&clickhouse.Options{Protocol: clickhouse.HTTP, Addr: []string{address}, Auth: clickhouse.Auth{Database: name}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func TestClickHouseStopsCleanly(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	first := clickHouseChild(t, dir)
	conn := inDatabase(t, first.address, "default")
	must(t, conn, eventTable)
	if err := sendEvents(t.Context(), conn, 0, 5000, "x"); err != nil {
		t.Fatal(err)
	}
	// One that ends within the grace, and one that would never end.
	ended := make(chan error, 2)
	for _, query := range []string{"SELECT toUInt64(sleepEachRow(0.1)) FROM numbers(5) SETTINGS max_block_size = 1",
		"SELECT sum(sipHash64(number)) FROM numbers(1000000000000)"} {
		go func() { ended <- conn.QueryRow(t.Context(), query).Scan(new(uint64)) }()
	}
	for count(t, conn, "SELECT count() FROM system.processes") < 3 {
	}
	if err := first.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if a, b := <-ended, <-ended; (a == nil) == (b == nil) {
		t.Errorf("want one to finish and one to be cancelled, got %v and %v", a, b)
	}
	<-first.done
	if first.err != nil {
		t.Errorf("the end was not clean: %v: %s", first.err, first.said)
	}
	second := clickHouseChild(t, dir)
	if n := count(t, inDatabase(t, second.address, "default"), "SELECT count() FROM events"); n != 5000 {
		t.Errorf("%d rows after the restart", n)
	}
}

// TestABigAnswerDoesNotSitInMemory reads 1.6 GB slowly from a child of its own and looks at what that child holds.
func TestABigAnswerDoesNotSitInMemory(t *testing.T) {
	t.Parallel()
	c := clickHouseChild(t, dataDir(t))
	conn := inDatabase(t, c.address, "default")
	before := residentBytes(t, c.pid())
	rows, err := conn.Query(t.Context(), "SELECT number, number + 1 FROM numbers(100000000) SETTINGS max_threads = 2")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var most int64
	for n := 0; rows.Next(); n++ {
		if n%5_000_000 == 0 {
			most = max(most, residentBytes(t, c.pid())-before)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if most > 300<<20 {
		t.Errorf("the child grew by %d MB over an answer of 1600 MB", most>>20)
	}
	t.Logf("grew by %d MB", most>>20)
}

// TestRequestsLeaveNoMemory sends many small requests of each kind, the refused among them.
func TestRequestsLeaveNoMemory(t *testing.T) {
	t.Parallel()
	c := clickHouseChild(t, dataDir(t))
	conn := inDatabase(t, c.address, "default")
	must(t, conn, "CREATE TABLE x (a UInt64) ENGINE = Memory")
	load := func(times int) int64 {
		for range times {
			must(t, conn, "SELECT 1", "INSERT INTO x VALUES (1)", "TRUNCATE TABLE x")
			if err := conn.Exec(t.Context(), "SELECT * FROM nowhere"); err == nil {
				t.Fatal("accepted")
			}
		}
		return residentBytes(t, c.pid())
	}
	warm := load(100)
	if grown := load(200) - warm; grown > 20<<20 {
		t.Errorf("800 requests left %d kB", grown>>10)
	}
}

func residentBytes(t *testing.T, pid int) int64 {
	t.Helper()
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		t.Fatal(err)
	}
	var size, resident int64
	if _, err := fmt.Sscan(string(b), &size, &resident); err != nil {
		t.Fatal(err)
	}
	return resident * int64(os.Getpagesize())
}
