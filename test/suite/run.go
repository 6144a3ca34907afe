package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"time"
)

// tally counts tests.
type tally struct{ passed, failed int }

func (t tally) plus(o tally) tally { return tally{t.passed + o.passed, t.failed + o.failed} }

// reader reads a runner's output as it comes, shows what a person wants to see and counts. A step without one is a check:
// its exit code is its one result.
type reader func(output io.Reader, show io.Writer) tally

// run runs a step, and a second time where the runner itself broke the first time.
func run(s step, show io.Writer) tally {
	fmt.Fprintf(show, "\n── %s\n", s.name)
	if s.broke == nil {
		return once(s, show)
	}
	var said bytes.Buffer
	counted := once(s, io.MultiWriter(show, &said))
	if counted.failed == 0 || !s.broke(said.String()) {
		return counted
	}
	fmt.Fprintf(show, "── %s: the runner broke; once more\n", s.name)
	return once(s, show)
}

// once runs a step. A runner that fails without having named a failed test counts as one failure.
func once(s step, show io.Writer) tally {
	begun := time.Now()
	if s.needs != nil {
		if err := s.needs(); err != nil {
			fmt.Fprintf(show, "%s cannot run: %v\n", s.name, err)
			return tally{failed: 1}
		}
	}
	command := exec.Command(s.args[0], s.args[1:]...)
	command.Env, command.Dir = append(os.Environ(), s.env...), s.dir
	output, err := command.StdoutPipe()
	if err == nil {
		command.Stderr = os.Stderr
		err = command.Start()
	}
	if err != nil {
		fmt.Fprintf(show, "cannot start %s: %v\n", s.args[0], err)
		return tally{failed: 1}
	}
	var counted tally
	if s.read != nil {
		counted = s.read(output, show)
	} else {
		_, _ = io.Copy(show, output)
	}
	err = command.Wait()
	if err != nil && counted.failed == 0 {
		fmt.Fprintf(show, "%s ended with: %v\n", s.name, err)
		counted.failed = 1
	}
	if err == nil && s.read == nil {
		counted.passed = 1
	} else if err == nil && counted == (tally{}) {
		fmt.Fprintf(show, "%s ran no test\n", s.name)
		counted.failed = 1
	}
	fmt.Fprintf(show, "── %s: %d passed, %d failed in %s\n", s.name, counted.passed, counted.failed, time.Since(begun).Round(time.Second/10))
	return counted
}

// closingLine shows everything and reads the last line of the form "N passed, N failed".
func closingLine(output io.Reader, show io.Writer) tally {
	closing := regexp.MustCompile(`^(\d+) passed, (\d+) failed`)
	var counted tally
	lines := bufio.NewScanner(output)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		fmt.Fprintln(show, lines.Text())
		if match := closing.FindStringSubmatch(lines.Text()); match != nil {
			counted.passed, _ = strconv.Atoi(match[1])
			counted.failed, _ = strconv.Atoi(match[2])
		}
	}
	return counted
}

// vitest shows everything and reads Vitest's line "Tests  1 failed | 172 passed (173)". A skipped test is a failure here.
func vitest(output io.Reader, show io.Writer) tally {
	colour := regexp.MustCompile(`\x1b\[[0-9;]*m`)
	total := regexp.MustCompile(`^\s*Tests\s+\d`)
	count := regexp.MustCompile(`(\d+) (passed|failed|skipped|todo)`)
	var counted tally
	lines := bufio.NewScanner(output)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		fmt.Fprintln(show, lines.Text())
		line := colour.ReplaceAllString(lines.Text(), "")
		if !total.MatchString(line) {
			continue
		}
		counted = tally{}
		for _, match := range count.FindAllStringSubmatch(line, -1) {
			n, _ := strconv.Atoi(match[1])
			if match[2] == "passed" {
				counted.passed += n
			} else {
				counted.failed += n
			}
		}
	}
	return counted
}

// event is a line of go test -json.
type event struct {
	Action  string
	Package string
	// ImportPath names the package of build events.
	ImportPath string
	Test       string
	Output     string
	Elapsed    float64
}

// goJSON counts tests, shows a line a package, and of failed tests what they printed. A line that begins with "seed"
// is always shown.
func goJSON(output io.Reader, show io.Writer) tally {
	var counted tally
	kept, failing := map[string][]string{}, map[string]bool{}
	lines := bufio.NewScanner(output)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			fmt.Fprintln(show, lines.Text())
			continue
		}
		counted = counted.plus(e.note(kept, failing, show))
	}
	return counted
}

// note keeps what a test printed until it is known how it ended. A package that fails counts only when none of its tests
// did: then something outside them broke.
func (e event) note(kept map[string][]string, failing map[string]bool, show io.Writer) tally {
	key := e.Package + e.ImportPath + " " + e.Test
	switch e.Action {
	case "output", "build-output":
		if seed.MatchString(e.Output) {
			fmt.Fprint(show, e.Package, ": ", e.Output)
		}
		kept[key] = append(kept[key], e.Output)
	case "fail", "build-fail":
		for _, line := range kept[key] {
			fmt.Fprint(show, line)
		}
		delete(kept, key)
		fmt.Fprintf(show, "FAIL %s (%.1fs)\n", key, e.Elapsed)
		counts := e.Test != "" || !failing[e.Package+e.ImportPath]
		failing[e.Package+e.ImportPath] = true
		if !counts {
			return tally{}
		}
		return tally{failed: 1}
	case "pass":
		delete(kept, key)
		if e.Test != "" {
			return tally{passed: 1}
		}
		fmt.Fprintf(show, "ok   %s (%.1fs)\n", e.Package, e.Elapsed)
	case "skip":
		if e.Test != "" {
			fmt.Fprintf(show, "SKIP %s: a skipped test is a failure here\n", key)
			return tally{failed: 1}
		}
	}
	return tally{}
}

var seed = regexp.MustCompile(`\bseed[ =:]`)
