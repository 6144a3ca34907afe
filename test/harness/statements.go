package harness

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// statements are what whoever watches the databases sees of the statements under way, looked at all through a story:
// pg_stat_activity.query of PostgreSQL and system.processes of ClickHouse. Each text is kept once.
type statements struct {
	stop  context.CancelFunc
	ended sync.WaitGroup

	mu                   sync.Mutex
	postgres, clickHouse map[string]bool
}

// Between two looks. Most statements are over within a millisecond: one look sees few of them, a story's thousands see
// every kind.
const (
	postgresRhythm   = 20 * time.Millisecond
	clickHouseRhythm = 100 * time.Millisecond
)

// own is the application name by which the harness's own statements are known: they hold what they look for.
const own = "harness"

// Each of these is asked by one kind of process alone: so both kinds were looked at.
var (
	servesStatement     = regexp.MustCompile(`-- name: (UserAccess|FindUser|FindKey|FindInvite|LockTry|SetTry|ClearTries|SessionTenant|AllowEntriesOf|NoteSessionVisit|TouchSession|InsertSession)\b`)
	dispatchesStatement = regexp.MustCompile(`-- name: (LiveDispatchers|OwnedPortfolios|WaitingPortfolios|TakePortfolios|DueChunks|HoldExport|OldestOpenBatch|FreeBlocks)\b`)
)

// watch looks at the databases of the box until it is stopped. They may die and come back meanwhile.
func watch(data string) *statements {
	ctx, stop := context.WithCancel(context.Background())
	s := &statements{stop: stop, postgres: map[string]bool{}, clickHouse: map[string]bool{}}
	s.ended.Go(func() { s.look(ctx, data, postgresRhythm, s.postgres, postgresLooks) })
	s.ended.Go(func() { s.look(ctx, data, clickHouseRhythm, s.clickHouse, clickHouseLooks) })
	return s
}

// end leaves the databases alone, so that they can stop.
func (s *statements) end() {
	s.stop()
	s.ended.Wait()
}

// opener connects to a database, and gives how to look at it and how to leave.
type opener func(context.Context, Where) (ask func() ([]string, error), leave func(), err error)

// look opens a connection and asks again and again; when it breaks, another.
func (s *statements) look(ctx context.Context, data string, rhythm time.Duration, into map[string]bool, open opener) {
	tick := time.NewTicker(rhythm)
	defer tick.Stop()
	for wait(ctx, tick) {
		ask, leave, err := open(ctx, whereNow(data))
		if err != nil {
			continue
		}
		for err == nil && wait(ctx, tick) {
			var texts []string
			texts, err = ask()
			s.keep(into, texts)
		}
		leave()
	}
}

func wait(ctx context.Context, tick *time.Ticker) bool {
	select {
	case <-ctx.Done():
		return false
	case <-tick.C:
		return true
	}
}

func (s *statements) keep(into map[string]bool, texts []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, text := range texts {
		into[text] = true
	}
}

// texts are those of one database, one after the other.
func (s *statements) texts(of map[string]bool) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(slices.Sorted(maps.Keys(of)), "\n")
}

func whereNow(data string) (w Where) {
	content, err := os.ReadFile(filepath.Join(data, "run.json"))
	if err == nil {
		_ = json.Unmarshal(content, &w) // half written: the next look reads it whole
	}
	return w
}

func postgresLooks(ctx context.Context, w Where) (ask func() ([]string, error), leave func(), err error) {
	db, err := openPostgres(ctx, w)
	if err != nil {
		return nil, nil, err
	}
	ask = func() ([]string, error) {
		rows, err := db.Query(ctx, "SELECT query FROM pg_stat_activity WHERE application_name <> $1 AND query <> ''", own)
		if err != nil {
			return nil, err
		}
		return pgx.CollectRows(rows, pgx.RowTo[string])
	}
	return ask, func() { _ = db.Close(context.Background()) }, nil
}

func clickHouseLooks(ctx context.Context, w Where) (ask func() ([]string, error), leave func(), err error) {
	db, err := openClickHouse(w)
	if err != nil {
		return nil, nil, err
	}
	ask = func() ([]string, error) {
		var texts []string
		rows, err := db.Query(ctx, "SELECT query FROM system.processes WHERE query NOT LIKE '%system.processes%'")
		if err != nil {
			return nil, err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var text string
			if err := rows.Scan(&text); err != nil {
				return nil, err
			}
			texts = append(texts, text)
		}
		return texts, rows.Err()
	}
	return ask, func() { _ = db.Close() }, nil
}

// errNowhere is told while the box has not yet said where its databases are.
var errNowhere = errors.New("the box has not said where its databases are")

// openPostgres connects as the owner of the tables.
func openPostgres(ctx context.Context, w Where) (*pgx.Conn, error) {
	config, err := pgx.ParseConfig(w.PostgresURL)
	if err == nil && w.PostgresURL == "" {
		err = errNowhere
	}
	if err != nil {
		return nil, err
	}
	config.RuntimeParams["application_name"] = own
	return pgx.ConnectConfig(ctx, config)
}
