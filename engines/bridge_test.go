package engines

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/pressly/goose/v3"
)

// eventTable has every type that the program stores.
const eventTable = `CREATE TABLE events (tenant UInt64, money Int64, status Enum8('sent' = 1, 'read' = 2),
	at DateTime64(3, 'UTC'), day Date, country LowCardinality(String), key FixedString(8), name String,
	ratio Float64, flag UInt8, tags Array(String), attempt UInt16, count UInt32, maybe Nullable(Int64))
	ENGINE = MergeTree ORDER BY (tenant, at) SETTINGS non_replicated_deduplication_window = 1000`

var eventSettings = clickhouse.Settings{"async_insert": 0, "insert_deduplicate": 1,
	"deduplicate_blocks_in_dependent_materialized_views": 1, "max_partitions_per_insert_block": 0}

// sendEvents inserts rows [from, to) by columns.
func sendEvents(ctx context.Context, conn driver.Conn, from, to int, token string) error {
	settings := clickhouse.Settings{"insert_deduplication_token": token}
	for k, v := range eventSettings {
		settings[k] = v
	}
	batch, err := conn.PrepareBatch(clickhouse.Context(ctx, clickhouse.WithSettings(settings)), "INSERT INTO events")
	if err != nil {
		return err
	}
	defer batch.Close()
	n := to - from
	tenant, money, count := make([]uint64, n), make([]int64, n), make([]uint32, n)
	status, country, key, name := make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	at, day, ratio := make([]time.Time, n), make([]time.Time, n), make([]float64, n)
	flag, tags, attempt, maybe := make([]uint8, n), make([][]string, n), make([]uint16, n), make([]*int64, n)
	for i := range n {
		row := from + i
		tenant[i], money[i], count[i] = uint64(row%7)+1<<60, -int64(row), uint32(row)
		status[i], country[i] = [2]string{"sent", "read"}[row%2], [3]string{"DE", "IN", "BR"}[row%3]
		key[i], name[i] = fmt.Sprintf("%08d", row%100000000), fmt.Sprintf("it's \\ \"%d\"\n\x00\xff", row)
		at[i] = time.UnixMilli(1_700_000_000_000 + int64(row)).UTC()
		day[i] = time.Date(2024, 2, 1+row%28, 0, 0, 0, 0, time.UTC)
		ratio[i], flag[i], tags[i], attempt[i] = float64(row)/4, uint8(row%2), []string{"a", country[i]}, uint16(row%65536)
		if row%2 == 0 {
			maybe[i] = &money[i]
		}
	}
	for i, col := range []any{tenant, money, status, at, day, country, key, name, ratio, flag, tags, attempt, count, maybe} {
		if err := batch.Column(i).Append(col); err != nil {
			return fmt.Errorf("column %d: %w", i, err)
		}
	}
	return batch.Send()
}

func TestEveryTypeThereAndBack(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*clickhouse.Options){
		"plain": func(*clickhouse.Options) {},
		"lz4": func(o *clickhouse.Options) {
			o.Compression = &clickhouse.Compression{Method: clickhouse.CompressionLZ4}
		},
		"zstd": func(o *clickhouse.Options) {
			o.Compression = &clickhouse.Compression{Method: clickhouse.CompressionZSTD}
		},
		"gzip": func(o *clickhouse.Options) {
			o.Compression = &clickhouse.Compression{Method: clickhouse.CompressionGZIP, Level: 1}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn := client(t, change)
			must(t, conn, eventTable)
			if err := sendEvents(t.Context(), conn, 0, 20000, "x"); err != nil {
				t.Fatal(err)
			}
			if n := count(t, conn, "SELECT count() FROM system.parts WHERE database = currentDatabase() AND active"); n != 1 {
				t.Errorf("one block became %d parts", n)
			}
			rows, err := conn.Query(t.Context(), "SELECT * FROM events WHERE count IN ({a:UInt32}, {b:UInt32}) ORDER BY count",
				clickhouse.Named("a", 12344), clickhouse.Named("b", 12345))
			if err != nil {
				t.Fatal(err)
			}
			defer rows.Close()
			var got []string
			for rows.Next() {
				var tenant uint64
				var money int64
				var status, country, key, name string
				var at, day time.Time
				var ratio float64
				var flag uint8
				var tags []string
				var attempt uint16
				var count uint32
				var maybe *int64
				if err := rows.Scan(&tenant, &money, &status, &at, &day, &country, &key, &name, &ratio, &flag, &tags, &attempt, &count, &maybe); err != nil {
					t.Fatal(err)
				}
				sure := int64(0)
				if maybe != nil {
					sure = *maybe
				}
				got = append(got, fmt.Sprint(tenant, money, status, at.Format(time.RFC3339Nano), day.Format(time.DateOnly), country, key,
					fmt.Sprintf("%q", name), ratio, flag, tags, attempt, count, maybe == nil, sure))
			}
			if err := rows.Err(); err != nil {
				t.Fatal(err)
			}
			want := []string{
				`1152921504606846979 -12344 sent 2023-11-14T22:13:32.344Z 2024-02-25 BR 00012344"it's \\ \"12344\"\n\x00\xff"3086 0 [a BR] 12344 12344 false -12344`,
				`1152921504606846980 -12345 read 2023-11-14T22:13:32.345Z 2024-02-26 DE 00012345"it's \\ \"12345\"\n\x00\xff"3086.25 1 [a DE] 12345 12345 true 0`,
			}
			if len(got) != 2 || strings.ReplaceAll(got[0], " ", "") != strings.ReplaceAll(want[0], " ", "") ||
				strings.ReplaceAll(got[1], " ", "") != strings.ReplaceAll(want[1], " ", "") {
				t.Errorf("got  %q\nwant %q", got, want)
			}
		})
	}
}

func TestATokenCountsOnceInTheTableAndItsViews(t *testing.T) {
	t.Parallel()
	conn := client(t)
	must(t, conn, eventTable,
		`CREATE TABLE totals (country LowCardinality(String), n SimpleAggregateFunction(sum, UInt64), people AggregateFunction(uniq, UInt64))
			ENGINE = AggregatingMergeTree ORDER BY country SETTINGS non_replicated_deduplication_window = 1000`,
		`CREATE TABLE sums (country LowCardinality(String), n UInt64) ENGINE = SummingMergeTree ORDER BY country
			SETTINGS non_replicated_deduplication_window = 1000`,
		`CREATE MATERIALIZED VIEW to_totals TO totals AS SELECT country, toUInt64(count()) AS n, uniqState(tenant) AS people FROM events GROUP BY country`,
		`CREATE MATERIALIZED VIEW to_sums TO sums AS SELECT country, toUInt64(count()) AS n FROM events GROUP BY country`)
	for range 3 {
		if err := sendEvents(t.Context(), conn, 0, 3000, "one.1.it's"); err != nil {
			t.Fatal(err)
		}
	}
	check := func(want uint64) {
		t.Helper()
		for _, q := range []string{"SELECT count() FROM events", "SELECT sum(n) FROM sums"} {
			if n := count(t, conn, q); n != want {
				t.Errorf("%s gives %d, want %d", q, n, want)
			}
		}
		if n := count(t, conn, "SELECT uniqMerge(people) FROM totals"); n != 7 {
			t.Errorf("%d people, want 7", n)
		}
	}
	check(3000)
	if err := sendEvents(t.Context(), conn, 0, 3000, "one.2"); err != nil { // the same rows under another token are new
		t.Fatal(err)
	}
	check(6000)
	if err := sendEvents(t.Context(), conn, 3000, 6000, "one.2"); err != nil { // other rows under a used token are not
		t.Fatal(err)
	}
	check(6000)
}

func TestErrorsAreTheServers(t *testing.T) {
	t.Parallel()
	conn := client(t)
	must(t, conn, eventTable)
	for query, want := range map[string]struct {
		code int32
		name string
	}{
		"SELECT * FROM nowhere":                 {60, "UNKNOWN_TABLE"},
		"SELECT nothing FROM events":            {47, "UNKNOWN_IDENTIFIER"},
		"SELEKT 1":                              {62, "SYNTAX_ERROR"},
		"exit":                                  {62, "SYNTAX_ERROR"},
		"1 + 1":                                 {62, "SYNTAX_ERROR"},
		"SELECT 1; SELECT 2":                    {62, "SYNTAX_ERROR"},
		"SELECT throwIf(1)":                     {395, "FUNCTION_THROW_IF_VALUE_IS_NON_ZERO"},
		"SELECT 1 SETTINGS no_such_setting = 1": {115, "UNKNOWN_SETTING"},
		"SELECT 1 INTO OUTFILE '/tmp/x'":        {232, "INTO_OUTFILE_NOT_ALLOWED"},
		"SELECT * FROM file('/etc/passwd', RawBLOB)":   {497, "ACCESS_DENIED"},
		"SELECT * FROM `file`('/etc/passwd')":          {497, "ACCESS_DENIED"},
		"SELECT file('/etc/passwd')":                   {497, "ACCESS_DENIED"},
		"INSERT INTO FUNCTION file('x') SELECT 1":      {497, "ACCESS_DENIED"},
		"CREATE TABLE f (a Int8) ENGINE = File(CSV)":   {497, "ACCESS_DENIED"},
		"CREATE TABLE events (a Int8) ENGINE = Memory": {57, "TABLE_ALREADY_EXISTS"},
		"DESCRIBE TABLE nowhere":                       {60, "UNKNOWN_TABLE"},
		"DROP TABLE nowhere":                           {60, "UNKNOWN_TABLE"},
	} {
		rows, err := conn.Query(t.Context(), query)
		var e *clickhouse.Exception
		if err == nil {
			err = errors.Join(rows.Err(), rows.Close())
		}
		if !errors.As(err, &e) || e.Code != want.code || e.CodeName != want.name || e.Name != "DB::Exception" {
			t.Errorf("%s: %v, want code %d %s", query, err, want.code, want.name)
		}
	}
	var e *clickhouse.Exception
	if _, err := conn.PrepareBatch(t.Context(), "INSERT INTO nowhere"); !errors.As(err, &e) || e.Code != 60 {
		t.Errorf("INSERT into a table that is not there: %v", err)
	}
	strange := clickhouse.Context(t.Context(), clickhouse.WithSettings(clickhouse.Settings{"max_treads": 1}))
	if err := conn.Exec(strange, "SELECT 1"); !errors.As(err, &e) || e.Code != 115 {
		t.Errorf("a setting that does not exist: %v", err)
	}
}

func TestAFailureInTheMiddleOfAnAnswerArrives(t *testing.T) {
	t.Parallel()
	conn := client(t)
	rows, err := conn.Query(t.Context(), "SELECT number, throwIf(number = 1500000) FROM numbers(3000000) SETTINGS max_threads = 1")
	if err != nil {
		t.Fatalf("the answer should have begun: %v", err)
	}
	defer rows.Close()
	n := 0
	for rows.Next() {
		n++
	}
	var e *clickhouse.Exception
	if err := rows.Err(); !errors.As(err, &e) || e.Code != 395 {
		t.Errorf("after %d rows: %v", n, err)
	}
	whole := clickhouse.Context(t.Context(), clickhouse.WithSettings(clickhouse.Settings{"wait_end_of_query": 1}))
	var he *clickhouse.HTTPError
	if _, err := conn.Query(whole, "SELECT throwIf(number = 1500000) FROM numbers(3000000)"); !errors.As(err, &he) || he.StatusCode != 500 {
		t.Errorf("with wait_end_of_query: %v", err)
	}
}

func TestSessionsLeaveNothingBehind(t *testing.T) {
	t.Parallel()
	conn := client(t)
	must(t, conn, "USE system", "SET max_threads = 3", "CREATE TEMPORARY TABLE mine (a Int8)")
	for range 20 { // as many as there are connections, and more
		var db string
		var threads uint64
		if err := conn.QueryRow(t.Context(), "SELECT currentDatabase(), toUInt64(getSetting('max_threads'))").Scan(&db, &threads); err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(db, "t_") || threads == 3 {
			t.Fatalf("a request began in %s with %d threads", db, threads)
		}
	}
	if n := count(t, conn, "SELECT count() FROM system.tables WHERE name = 'mine'"); n != 0 {
		t.Error("the temporary table stayed")
	}
}

func TestACancelledQueryEnds(t *testing.T) {
	t.Parallel()
	address := clickHouseChild(t, dataDir(t)).address // its process list is ours alone
	conn := clientAt(t, address)
	must(t, conn, "CREATE TABLE x (a UInt64) ENGINE = MergeTree ORDER BY a")
	for name, query := range map[string]string{
		"nothing sent yet": "SELECT sum(sipHash64(number)) FROM numbers(1000000000000)",
		"in the middle":    "SELECT number FROM numbers(1000000000000)",
		"an insert":        "INSERT INTO x SELECT sipHash64(number) FROM numbers(1000000000000)",
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			ended := make(chan error, 1)
			go func() {
				rows, err := conn.Query(ctx, query)
				if err == nil {
					for rows.Next() {
					}
					err = rows.Err()
				}
				ended <- err
			}()
			running := func(want uint64) {
				t.Helper()
				for end := time.Now().Add(20 * time.Second); ; {
					n := count(t, conn, "SELECT count() FROM system.processes WHERE query LIKE '%1000000000000%' AND query NOT LIKE '%processes%'")
					if n == want {
						return
					}
					if time.Now().After(end) {
						t.Fatalf("%d statements run, want %d", n, want)
					}
				}
			}
			running(1)
			cancel()
			if err := <-ended; err == nil {
				t.Error("the cancelled query succeeded")
			}
			running(0)
		})
	}
}

func TestAnInsertThatIsCutWritesNothing(t *testing.T) {
	t.Parallel()
	address, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	conn := client(t)
	must(t, conn, "CREATE TABLE x (a UInt64) ENGINE = MergeTree ORDER BY a")
	var db string
	if err := conn.QueryRow(t.Context(), "SELECT currentDatabase()").Scan(&db); err != nil {
		t.Fatal(err)
	}
	rows := native(t, address, "SELECT number AS a FROM numbers(50000)")
	// One whole block and most of a second: neither may appear, whichever way the body is cut.
	for name, body := range map[string]cutBody{
		"ends early":  {data: append(rows[:len(rows):len(rows)], rows[:len(rows)-1]...)},
		"disconnects": {data: append(rows[:len(rows):len(rows)], rows[:len(rows)-1]...), err: errors.New("gone")},
	} {
		if err := post(t, address, "database="+db+"&query=INSERT+INTO+x+FORMAT+Native", &body); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if n := count(t, conn, "SELECT count() FROM x"); n != 0 {
		t.Errorf("%d rows of cut inserts were written", n)
	}
	if err := post(t, address, "database="+db+"&query=INSERT+INTO+x+FORMAT+Native", &cutBody{data: rows}); err != nil {
		t.Fatal(err)
	}
	if n := count(t, conn, "SELECT count() FROM x"); n != 50000 {
		t.Errorf("%d rows", n)
	}
}

func TestEightConnectionsOfMixedLoad(t *testing.T) {
	t.Parallel()
	conn := client(t, func(o *clickhouse.Options) { o.MaxOpenConns, o.MaxIdleConns = 12, 12 })
	must(t, conn, eventTable,
		`CREATE TABLE sums (country LowCardinality(String), n UInt64) ENGINE = SummingMergeTree ORDER BY country
			SETTINGS non_replicated_deduplication_window = 1000`,
		`CREATE MATERIALIZED VIEW to_sums TO sums AS SELECT country, toUInt64(count()) AS n FROM events GROUP BY country`)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	var sent, read, failed, cancelled atomic.Int64
	var all sync.WaitGroup
	work := func(do func(i int) error) {
		all.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				if err := do(i); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for w := range 4 {
		work(func(i int) error {
			rows := 1 + rand.IntN(5000)
			// No cancel inside an insert: whether it counted would be unknown.
			err := sendEvents(t.Context(), conn, 0, rows, fmt.Sprintf("%d.%d", w, i))
			sent.Add(int64(rows))
			return err
		})
	}
	for range 2 {
		work(func(int) error {
			var a, b uint64
			err := conn.QueryRow(t.Context(), "SELECT sum(n), (SELECT count() FROM events) FROM sums").Scan(&a, &b)
			read.Add(1)
			return err
		})
	}
	work(func(int) error { // a big answer
		rows, err := conn.Query(t.Context(), "SELECT number, toString(number) FROM numbers(300000)")
		if err != nil {
			return err
		}
		n := 0
		for rows.Next() {
			n++
		}
		if n != 300000 {
			return fmt.Errorf("%d rows of 300000: %w", n, rows.Err())
		}
		return rows.Close()
	})
	work(func(int) error {
		var e *clickhouse.Exception
		if err := conn.Exec(t.Context(), "SELECT * FROM nowhere"); !errors.As(err, &e) || e.Code != 60 {
			return fmt.Errorf("a wrong query: %w", err)
		}
		failed.Add(1)
		return nil
	})
	work(func(int) error {
		short, stop := context.WithTimeout(t.Context(), time.Duration(rand.IntN(20))*time.Millisecond)
		defer stop()
		if err := conn.QueryRow(short, "SELECT sum(sipHash64(number)) FROM numbers(10000000000)").Scan(new(uint64)); err == nil {
			return errors.New("a long query ended in no time")
		}
		cancelled.Add(1)
		return nil
	})
	all.Wait()
	want := uint64(sent.Load())
	if a, b := count(t, conn, "SELECT count() FROM events"), count(t, conn, "SELECT sum(n) FROM sums"); a != want || b != want {
		t.Errorf("%d rows sent, %d in the table, %d in the view", want, a, b)
	}
	if read.Load() == 0 || failed.Load() == 0 || cancelled.Load() == 0 {
		t.Error("some of the load did not run")
	}
	t.Logf("%d rows in, %d reads, %d refused, %d cancelled", want, read.Load(), failed.Load(), cancelled.Load())
}

func TestGooseMigrates(t *testing.T) {
	t.Parallel()
	address, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	name := "t_" + newTag(12)
	must(t, client(t), "CREATE DATABASE "+name)
	db := clickhouse.OpenDB(&clickhouse.Options{Protocol: clickhouse.HTTP, Addr: []string{address}, Auth: clickhouse.Auth{Database: name}})
	defer db.Close()
	files := fstest.MapFS{
		"1_first.sql":  {Data: []byte("-- +goose Up\nCREATE TABLE a (n UInt64) ENGINE = MergeTree ORDER BY n;\nINSERT INTO a VALUES (1), (2);\n-- +goose Down\nDROP TABLE a;\n")},
		"2_second.sql": {Data: []byte("-- +goose Up\nALTER TABLE a ADD COLUMN s String DEFAULT 'x';\n-- +goose Down\nALTER TABLE a DROP COLUMN s;\n")},
	}
	provider, err := goose.NewProvider(goose.DialectClickHouse, db, files)
	if err != nil {
		t.Fatal(err)
	}
	if done, err := provider.Up(t.Context()); err != nil || len(done) != 2 {
		t.Fatalf("%d migrations: %v", len(done), err)
	}
	var s string
	if err := db.QueryRowContext(t.Context(), "SELECT s FROM a WHERE n = ?", 2).Scan(&s); err != nil || s != "x" {
		t.Errorf("%q %v", s, err)
	}
	if v, err := provider.GetDBVersion(t.Context()); err != nil || v != 2 {
		t.Errorf("version %d: %v", v, err)
	}
	if _, err := provider.DownTo(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), "DROP DATABASE "+name); err != nil {
		t.Error(err)
	}
}
