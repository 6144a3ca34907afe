package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// publicHoles is the Go project's database of known holes.
const publicHoles = "https://vuln.go.dev"

// govulncheck looks for known holes that our code reaches, in the database that GOVULNDB names or the public one. It has a
// module file of its own, so that its needs do not move the versions that other tools are built with.
func govulncheck(getenv func(string) string) step {
	database := getenv("GOVULNDB")
	if database == "" {
		database = publicHoles
	}
	return step{
		name: "govulncheck", args: []string{"go", "tool", "-modfile=tools/govulncheck/go.mod", "govulncheck", "-db=" + database, "./..."},
		needs: func() error { return reachHoles(database) },
	}
}

// reachHoles tells whether a database of known holes is there, before minutes are spent on a scan.
func reachHoles(database string) error {
	err := askHoles(database)
	if err != nil {
		return fmt.Errorf("no database of known holes can be reached at %s: %w\nGive one with GOVULNDB: the address of a mirror, or file:///… of a copy", database, err)
	}
	return nil
}

func askHoles(database string) error {
	address, err := url.Parse(database)
	if err != nil {
		return err
	}
	if address.Scheme == "file" {
		_, err := os.Stat(filepath.Join(address.Path, "index", "db.json"))
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimRight(database, "/")+"/index/db.json", nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("it answers %s", response.Status)
	}
	return nil
}
