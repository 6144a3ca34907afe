// Package guards keeps the shape of the project: what may import what, what every statement and field must carry. Each
// guard has a test that plants a breach and must see it found.
package guards

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// allowed says which of our packages a package may import, itself and its sub-packages aside. What is not listed may not
// exist.
func allowed() map[string][]string {
	return map[string][]string{
		"privacy":              {},
		"loopback":             {},
		"messaging":            {"privacy"},
		"analytics":            {"messaging", "privacy"},
		"analytics/clickhouse": {"analytics", "messaging"},
		"channels":             {"messaging"},
		"channels/email":       {"channels", "messaging", "loopback"},
		"channels/whatsapp":    {"channels", "messaging", "privacy"},
		"channels/channeltest": {"channels", "messaging"},
		"auth":                 {"messaging", "privacy"},
		"auth/ledger":          {"messaging", "privacy"},
		"jobs":                 {"messaging"},
		"store":                {"messaging", "privacy", "analytics", "auth", "store/sqlcgen", "auth/ledger", "jobs"},
		"store/sqlcgen":        {},
		"store/storetest":      {"store", "messaging", "privacy", "engines/enginetest", "auth", "analytics"},
		"graph":                {"messaging", "analytics"},
		"resolvers":            {"graph", "messaging", "analytics", "auth", "privacy"},
		"dispatcher":           {"messaging", "channels", "analytics", "privacy"},
		"server":               {"resolvers", "graph", "auth", "channels", "channels/whatsapp", "dispatcher", "messaging", "privacy", "frontend", "loopback"},
		"engines":              {"loopback"},
		"engines/enginetest":   {"engines"},
		"sandbox":              {},
		"frontend":             {},
	}
}

// outside says which foreign packages a package must not import, even through others of ours.
func outside() map[string][]string {
	drivers := []string{"github.com/jackc/pgx", "github.com/ClickHouse", "database/sql"}
	return map[string][]string{
		"messaging":  append([]string{"net/http", "github.com/99designs/gqlgen"}, drivers...),
		"privacy":    append([]string{"net/http", "github.com/99designs/gqlgen"}, drivers...),
		"analytics":  append([]string{"net/http"}, drivers...),
		"resolvers":  drivers,
		"dispatcher": drivers,
		"auth":       drivers,
	}
}

type pkg struct {
	ImportPath string
	Imports    []string
	Deps       []string
}

func packages(t *testing.T) []pkg {
	t.Helper()
	command := exec.Command("go", "list", "-json=ImportPath,Imports,Deps", "posthaste/...")
	command.Dir = "../.."
	out, err := command.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []pkg
	decoder := json.NewDecoder(bytes.NewReader(out))
	for {
		var p pkg
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatalf("read go list: %v", err)
		}
		all = append(all, p)
	}
}

// top are trees that may import anything; nothing of the product may import them, the last column apart.
func free(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return first == "cmd" || first == "test" || first == "bench" || first == "tools"
}

func breaches(all []pkg) []string {
	var found []string
	for _, p := range all {
		name := strings.TrimPrefix(p.ImportPath, "posthaste/")
		if free(name) {
			continue
		}
		may, known := allowed()[name]
		if !known {
			if parent, ok := nearest(name); ok {
				may, known = append(allowed()[parent], parent), true
			}
		}
		if !known {
			found = append(found, name+" is in no layer")
		}
		for _, imported := range p.Imports {
			ours, isOurs := strings.CutPrefix(imported, "posthaste/")
			if isOurs && !slices.Contains(may, ours) && !strings.HasPrefix(ours, name+"/") {
				found = append(found, name+" imports "+ours)
			}
		}
		for _, banned := range outside()[name] {
			for _, d := range p.Deps {
				if d == banned || strings.HasPrefix(d, banned+"/") && banned != "database/sql" { // its /driver holds only the Valuer
					found = append(found, name+" depends on "+d)
				}
			}
		}
	}
	return found
}

// nearest finds the listed package above an unlisted one: a sub-package keeps its parent's rules.
func nearest(name string) (string, bool) {
	for {
		i := strings.LastIndexByte(name, '/')
		if i < 0 {
			return "", false
		}
		name = name[:i]
		if _, ok := allowed()[name]; ok {
			return name, true
		}
	}
}

func TestDirection(t *testing.T) {
	t.Parallel()
	for _, breach := range breaches(packages(t)) {
		t.Error(breach)
	}
}

func TestDirectionFindsPlantedBreaches(t *testing.T) {
	t.Parallel()
	for want, planted := range map[string]pkg{
		"messaging imports store":                {ImportPath: "posthaste/messaging", Imports: []string{"posthaste/store"}},
		"messaging depends on net/http":          {ImportPath: "posthaste/messaging", Deps: []string{"net/http"}},
		"resolvers depends on database/sql":      {ImportPath: "posthaste/resolvers", Deps: []string{"database/sql"}},
		"sandbox imports messaging":              {ImportPath: "posthaste/sandbox", Imports: []string{"posthaste/messaging"}},
		"store imports test/harness":             {ImportPath: "posthaste/store", Imports: []string{"posthaste/test/harness"}},
		"helpers is in no layer":                 {ImportPath: "posthaste/helpers"},
		"channels/whatsapp imports channels/sms": {ImportPath: "posthaste/channels/whatsapp", Imports: []string{"posthaste/channels/sms"}},
	} {
		if found := breaches([]pkg{planted}); !slices.Contains(found, want) {
			t.Errorf("planted %q was not found: %v", want, found)
		}
	}
}
