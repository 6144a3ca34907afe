package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// binary is what make has built; stories and fault runs drive it instead of building their own.
const binary = "bin/posthaste"

// step is one runner with the way to read its results.
type step struct {
	name string
	args []string
	env  []string
	dir  string // empty: the root of the project
	read reader
	// broke tells from the output of a failure that the runner failed and not what it ran; then it is run once more.
	broke func(output string) bool
	// needs tells why the step cannot run at all; nil where it always can.
	needs func() error
}

// engines starts both databases once, runs the command against them and stops them.
func engines(command ...string) []string {
	return append([]string{"go", "run", "./engines/enginetest/cmd", "--"}, command...)
}

func plan(what string, getenv func(string) string) ([]step, error) {
	path, err := filepath.Abs(binary)
	if err != nil {
		return nil, err
	}
	built := "POSTHASTE_TEST_PROGRAM=" + path
	switch what {
	case "quick":
		return []step{
			{name: "portal lint", args: npm("lint")},
			{name: "portal units", args: npm("test"), read: vitest},
			{name: "go vet", args: []string{"go", "vet", "./..."}},
			{name: "go tests", args: engines("go", "test", "-json", "-timeout=15m", "./..."), env: []string{built}, read: goJSON},
			{name: "portal in the browser", args: npm("harness"), read: closingLine},
		}, nil
	case "scan":
		return []step{gosec("./..."), govulncheck(getenv)}, nil
	case "soak":
		soak := []step{
			gosec("./..."),
			{name: "go tests with the race detector", args: engines("go", "test", "-json", "-race", "-timeout=30m", "./..."), env: []string{"CGO_ENABLED=1", built}, read: goJSON},
			{name: "faults", args: engines("go", "test", "-json", "-tags=soak", "-count=1", "-timeout=40m", "./test/..."), env: []string{built}, read: goJSON},
			{name: "portal in the browser, full matrix", args: npm("harness"), env: []string{"MATRIX=full"}, read: closingLine},
		}
		fuzz, err := fuzzSteps("20s")
		return append(soak, fuzz...), err
	case "fuzz":
		duration := getenv("FUZZTIME")
		if duration == "" {
			duration = "20s"
		}
		return fuzzSteps(duration)
	}
	return nil, fmt.Errorf("unknown suite %q: quick, soak, scan or fuzz", what)
}

func npm(script string) []string {
	return []string{"npm", "run", "--silent", script, "--prefix", "frontend"}
}

// fuzzSteps finds every fuzz target: go test fuzzes one target of one package at a time.
func fuzzSteps(duration string) ([]step, error) {
	files, err := exec.Command("git", "ls-files", "--cached", "--others", "--exclude-standard", "*_test.go").Output()
	if err != nil {
		return nil, fmt.Errorf("list the test files: %w", err)
	}
	target := regexp.MustCompile(`(?m)^func (Fuzz\w+)\(`)
	var steps []step
	for file := range strings.Lines(string(files)) {
		file = strings.TrimSpace(file)
		source, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("read a test file: %w", err)
		}
		for _, match := range target.FindAllSubmatch(source, -1) {
			name, folder := string(match[1]), "./"+filepath.Dir(file)
			steps = append(steps, step{
				name:  "fuzz " + folder + " " + name,
				args:  []string{"go", "test", "-run=^$", "-fuzz=^" + name + "$", "-fuzztime=" + duration, folder},
				broke: endedByItsClock,
			})
		}
	}
	slices.SortFunc(steps, func(a, b step) int { return strings.Compare(a.name, b.name) })
	return steps, nil
}

// endedByItsClock tells that go test took the end of -fuzztime for a failure (go.dev/issue/75804, mended in Go 1.27). A
// finding has its input written down and says something else.
func endedByItsClock(output string) bool {
	return regexp.MustCompile(`(?m)^--- FAIL: Fuzz\w+ \([\d.]+s\)\n    context deadline exceeded\nFAIL$`).MatchString(output)
}
