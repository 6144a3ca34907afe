package keeping

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/jackc/pgx/v5"

	"posthaste/analytics"
	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store"
	"posthaste/store/storetest"
)

// found is what a scan has seen of the planted person.
type found struct {
	Address      []string // columns that open to the address
	Content      []string // columns that open to a text
	PlainBytes   []string // the address or a text, readable, in a row or a file
	LastingHash  []string // columns with the keyed hash of the address
	PassingHash  []string // columns with its hash under a day's key
	ContentHash  []string
	ProviderHash []string
	Linked       []string // rows of the past that name the person's number
	Counted      bool     // ClickHouse tells the person from others
	HashBytes    []string // files with the keyed hash, raw or in hexadecimal
	ProviderByte []string // files with the keyed hash of our message's id at the provider
}

// scan looks with everything that the installation still has: the tenant's keys and those of its days.
type scan struct {
	*world
	t    *testing.T
	conn *pgx.Conn
	keys *privacy.TenantKeys
	days []*privacy.DayKey
	out  found
}

func (w *world) scan(t *testing.T) found {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, w.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	s := &scan{world: w, t: t, conn: conn}
	if s.keys, err = w.Keys.Of(ctx, w.tenant.ID); err != nil {
		t.Fatal(err)
	}
	s.openDays()
	for name, c := range columns() {
		table, column, _ := strings.Cut(name, ".")
		switch c.holds {
		case sealed:
			s.openAll(table, column)
		case hashed:
			s.compareAll(table, column)
		case packed:
			s.unpackAll(table)
		}
	}
	s.rows()
	s.events()
	s.files()
	return s.out
}

func (s *scan) openDays() {
	rows, err := s.conn.Query(context.Background(), "SELECT day FROM tenant_key WHERE tenant_id = $1 AND purpose = 'DAY'", int64(s.tenant.ID))
	if err != nil {
		s.t.Fatal(err)
	}
	var days []privacy.Day
	for rows.Next() {
		var day pgDate
		if err := rows.Scan(&day.t); err != nil {
			s.t.Fatal(err)
		}
		days = append(days, privacy.DayOf(day.t))
	}
	err = s.Store.InTenant(context.Background(), s.tenant.ID, func(tx *store.Tx) error {
		for _, day := range days {
			key, err := s.Keys.ExistingDayKey(context.Background(), tx, day)
			if err != nil {
				return err
			}
			s.days = append(s.days, key)
		}
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

// openAll opens every value of a sealed column with every key, and says where the person comes out.
func (s *scan) openAll(table, column string) {
	rows, err := s.conn.Query(context.Background(), fmt.Sprintf("SELECT id, %s FROM %s WHERE tenant_id = $1 AND %[1]s IS NOT NULL", column, table), int64(s.tenant.ID))
	if err != nil {
		s.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var value []byte
		if err := rows.Scan(&id, &value); err != nil {
			s.t.Fatal(err)
		}
		at := privacy.AAD{Tenant: int64(s.tenant.ID), Table: table, Column: column, Row: id}
		plain, err := s.keys.Open(nil, at, value)
		for _, day := range s.days {
			if err != nil {
				plain, err = day.Open(nil, at, value)
			}
		}
		if err != nil {
			continue // its key is gone
		}
		if holdsAny(plain, spellings(s.phone)) {
			note(&s.out.Address, table+"."+column)
		}
		if holdsAny(plain, append(spellings(s.said), spellings(s.heard)...)) {
			note(&s.out.Content, table+"."+column)
		}
	}
	if rows.Err() != nil {
		s.t.Fatal(rows.Err())
	}
}

// compareAll makes every hash of the person anew and looks for it in a column.
func (s *scan) compareAll(table, column string) {
	lasting := s.lasting()
	wanted := map[string]*[]string{string(lasting[:]): &s.out.LastingHash}
	for _, day := range s.days {
		hash := day.Passing(lasting)
		wanted[string(hash[:])] = &s.out.PassingHash
	}
	for _, content := range s.contents() {
		hash := s.keys.ContentHash(content)
		wanted[string(hash[:])] = &s.out.ContentHash
	}
	for value, list := range wanted {
		var n int
		err := s.conn.QueryRow(context.Background(), fmt.Sprintf("SELECT count(*) FROM %s WHERE %s = $1", table, column), []byte(value)).Scan(&n)
		if err != nil {
			s.t.Fatal(err)
		}
		if n > 0 {
			note(list, table+"."+column)
		}
	}
}

func (s *scan) lasting() [32]byte {
	address, err := messaging.ParseAddress(s.phone, "IN")
	if err != nil {
		s.t.Fatal(err)
	}
	return messaging.KeyOf(s.keys, address).Key
}

// contents are the canonical forms of what was said and heard.
func (s *scan) contents() [][]byte {
	said, err := json.Marshal(messaging.Content{Text: &messaging.Text{Body: s.said}})
	if err != nil {
		s.t.Fatal(err)
	}
	return [][]byte{said, []byte(s.heard)}
}

func (s *scan) unpackAll(table string) {
	var blocks [][]byte
	if err := s.conn.QueryRow(context.Background(), "SELECT COALESCE(array_agg(block), '{}') FROM "+table).Scan(&blocks); err != nil {
		s.t.Fatal(err)
	}
	for _, block := range blocks {
		events, err := analytics.DecodeBlock(block)
		if err != nil {
			s.t.Fatal(err)
		}
		for _, e := range events {
			s.out.Counted = s.out.Counted || e.Recipient != 0
		}
	}
}

// rows reads every row of every table as text, and what of the past names the person's number.
func (s *scan) rows() {
	ctx := context.Background()
	var tables []string
	err := s.conn.QueryRow(ctx, `SELECT array_agg(quote_ident(n.nspname) || '.' || quote_ident(c.relname)) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname IN ('public', 'river') AND c.relkind IN ('r', 'p') AND NOT c.relispartition`).Scan(&tables)
	if err != nil {
		s.t.Fatal(err)
	}
	needles := s.readable()
	for _, table := range tables {
		rows, err := s.conn.Query(ctx, "SELECT t::text FROM "+table+" AS t")
		if err != nil {
			s.t.Fatal(err)
		}
		for rows.Next() {
			if holdsAny(rows.RawValues()[0], needles) {
				note(&s.out.PlainBytes, table)
			}
		}
		if rows.Err() != nil {
			s.t.Fatal(rows.Err())
		}
	}
	for _, table := range []string{"message", "inbound"} {
		var n int
		if err := s.conn.QueryRow(ctx, "SELECT count(*) FROM "+table+" WHERE tenant_id = $1 AND subject <> 0", int64(s.tenant.ID)).Scan(&n); err != nil {
			s.t.Fatal(err)
		}
		if n > 0 {
			note(&s.out.Linked, table)
		}
	}
	var n int
	hash := store.ProviderHash(s.keys, privacy.NewSecret(s.wamid))
	if err := s.conn.QueryRow(ctx, "SELECT count(*) FROM message_state WHERE provider_hash = $1", hash).Scan(&n); err != nil {
		s.t.Fatal(err)
	}
	if n > 0 {
		note(&s.out.ProviderHash, "message_state")
	}
}

// events reads every row of every table of ClickHouse as text.
func (s *scan) events() {
	ctx := context.Background()
	rows, err := s.clickhouse.Query(ctx, "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree'")
	if err != nil {
		s.t.Fatal(err)
	}
	var tables []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			s.t.Fatal(err)
		}
		tables = append(tables, name)
	}
	rows.Close()
	needles := s.readable()
	for _, table := range tables {
		s.eachRow(table, func(row []byte) {
			if holdsAny(row, needles) {
				note(&s.out.PlainBytes, "clickhouse."+table)
			}
		})
	}
	for _, asked := range []string{
		"SELECT countIf(recipient != 0) FROM events", "SELECT toUInt64(sum(finalizeAggregation(recipients))) FROM kpi_day_people",
		"SELECT toUInt64(sum(finalizeAggregation(recipients))) FROM kpi_day_campaign_people",
	} {
		var n uint64
		if err := s.clickhouse.QueryRow(ctx, asked).Scan(&n); err != nil {
			s.t.Fatalf("%s: %v", asked, err)
		}
		s.out.Counted = s.out.Counted || n > 0
	}
}

func (s *scan) eachRow(table string, see func([]byte)) {
	rows, err := s.clickhouse.Query(context.Background(), "SELECT formatRow('TSV', *) FROM "+table)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func(r driver.Rows) { _ = r.Close() }(rows)
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			s.t.Fatal(err)
		}
		see([]byte(line))
	}
	if rows.Err() != nil {
		s.t.Fatal(rows.Err())
	}
}

// readable are all spellings of the address and of both texts.
func (s *scan) readable() [][]byte {
	list := append(spellings(s.phone), spellings(strings.TrimPrefix(s.phone, "+"))...)
	return append(append(list, spellings(s.said)...), spellings(s.heard)...)
}

// spellings are the ways in which a text may stand in a row or a file.
func spellings(text string) [][]byte {
	list := [][]byte{[]byte(text), []byte(hex.EncodeToString([]byte(text))), []byte(strings.ToUpper(hex.EncodeToString([]byte(text)))), []byte(url.QueryEscape(text))}
	for shift := range 3 { // base64 of a longer text has one of three forms; its ends depend on the neighbours
		code := base64.StdEncoding.EncodeToString(append(bytes.Repeat([]byte{'x'}, shift), text...))
		list = append(list, []byte(code[4:len(code)-4]))
		code = base64.URLEncoding.EncodeToString(append(bytes.Repeat([]byte{'x'}, shift), text...))
		list = append(list, []byte(code[4:len(code)-4]))
	}
	return list
}

// files reads every file of the tenant's database in both engines, and the log that Postgres writes ahead.
func (s *scan) files() {
	ctx := context.Background()
	if _, err := s.conn.Exec(ctx, "CHECKPOINT"); err != nil {
		s.t.Fatal(err)
	}
	var directory, database string
	if err := s.conn.QueryRow(ctx, "SELECT current_setting('data_directory'), oid::text FROM pg_database WHERE datname = current_database()").Scan(&directory, &database); err != nil {
		s.t.Fatal(err)
	}
	lasting := s.lasting()
	readable := s.readable()
	hashes := [][]byte{lasting[:], []byte(hex.EncodeToString(lasting[:]))}
	provider := binary.LittleEndian.AppendUint64(nil, uint64(store.ProviderHash(s.keys, privacy.NewSecret(s.wamid))))
	read := 0
	look := func(engine, root string) {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return ignoreGone(err)
			}
			content, err := os.ReadFile(path)
			if err != nil {
				return ignoreGone(err)
			}
			read += len(content)
			name := engine
			if holdsAny(content, readable) {
				note(&s.out.PlainBytes, name)
			}
			if holdsAny(content, hashes) {
				note(&s.out.HashBytes, name)
			}
			if bytes.Contains(content, provider) {
				note(&s.out.ProviderByte, name)
			}
			return nil
		})
		if err != nil {
			s.t.Fatal(err)
		}
	}
	look("heap", filepath.Join(directory, "base", database))
	look("log", filepath.Join(directory, "pg_wal"))
	if read == 0 {
		s.t.Fatal("no file of Postgres was read")
	}
	read = 0
	for _, path := range s.dataPaths() {
		look("clickhouse", path)
	}
	if read == 0 {
		s.t.Fatal("no file of ClickHouse was read")
	}
}

func (s *scan) dataPaths() (paths []string) {
	rows, err := s.clickhouse.Query(context.Background(), "SELECT DISTINCT arrayJoin(data_paths) FROM system.tables WHERE database = currentDatabase()")
	if err != nil {
		s.t.Fatal(err)
	}
	defer func(r driver.Rows) { _ = r.Close() }(rows)
	for rows.Next() {
		var path string
		if err := rows.Scan(&path); err != nil {
			s.t.Fatal(err)
		}
		paths = append(paths, path)
	}
	return paths
}

// ignoreGone lets a file go that an engine has removed meanwhile.
func ignoreGone(err error) error {
	if os.IsNotExist(err) {
		return nil
	}
	return err
}

func holdsAny(text []byte, needles [][]byte) bool {
	for _, n := range needles {
		if bytes.Contains(text, n) {
			return true
		}
	}
	return false
}

func note(list *[]string, name string) {
	for _, n := range *list {
		if n == name {
			return
		}
	}
	*list = append(*list, name)
}

// ddl changes the schema as the owner.
func ddl(ctx context.Context, b *storetest.Bench, sql string) error {
	conn, err := pgx.Connect(ctx, b.URL)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, sql)
	return err
}

func hexOf(b []byte) string { return hex.EncodeToString(b) }
