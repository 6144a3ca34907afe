package guards

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// tenantTables are the tables that hold tenants' rows, read from the migrations: those with a tenant_id column.
func tenantTables(t *testing.T) []string {
	t.Helper()
	create := regexp.MustCompile(`(?ms)^CREATE TABLE (\w+) \((.*?)^\)`)
	var tables []string
	for _, file := range glob(t, "../../store/migrations/*.sql") {
		for _, match := range create.FindAllStringSubmatch(read(t, file), -1) {
			if strings.Contains(match[2], "tenant_id") {
				tables = append(tables, match[1])
			}
		}
	}
	return tables
}

// unbound lists the statements that touch a tenant's table without naming tenant_id once per table they read or write.
func unbound(queries string, tables []string) []string {
	var found []string
	for _, statement := range strings.Split(queries, "-- name: ")[1:] {
		name, body, _ := strings.Cut(statement, " ")
		body = regexp.MustCompile(`--[^\n]*`).ReplaceAllString(body, "")
		touched := 0
		for _, table := range tables {
			touched += len(regexp.MustCompile(`(?i)\b(FROM|JOIN|UPDATE|INTO)\s+`+table+`\b`).FindAllString(body, -1))
		}
		if touched > 0 && strings.Count(body, "tenant_id") < touched {
			found = append(found, name)
		}
	}
	return found
}

func TestEveryStatementNamesTheTenant(t *testing.T) {
	t.Parallel()
	tables := tenantTables(t)
	if len(tables) < 20 {
		t.Fatalf("only %d tables with a tenant were found", len(tables))
	}
	for _, file := range glob(t, "../../store/queries/*.sql") {
		for _, name := range unbound(read(t, file), tables) {
			t.Errorf("%s: statement %s does not bind the tenant of each table", filepath.Base(file), name)
		}
	}
}

func TestStatementGuardFindsPlantedBreaches(t *testing.T) {
	t.Parallel()
	tables := []string{"message", "campaign"}
	for _, planted := range []string{
		"-- name: Bad :many\nSELECT id FROM message WHERE id = $1;",
		"-- name: Bad :many\nSELECT m.id FROM message m JOIN campaign c ON c.id = m.campaign_id WHERE m.tenant_id = $1;",
		"-- name: Bad :exec\nDELETE FROM campaign WHERE id = $1; -- tenant_id is in a comment only",
	} {
		if len(unbound(planted, tables)) != 1 {
			t.Errorf("planted breach not found: %s", planted)
		}
	}
	if found := unbound("-- name: Good :one\nSELECT 1 FROM message WHERE tenant_id = $1;", tables); len(found) != 0 {
		t.Errorf("a good statement was refused: %v", found)
	}
}

func glob(t *testing.T, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("no files match %s", pattern)
	}
	return files
}

func read(t *testing.T, file string) string {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
