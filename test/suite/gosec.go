package main

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// leftOut are the rules of gosec that are wrong for all of this code, each with the reason. What is wrong in one place only
// is marked there, "#nosec Gxxx -- why".
func leftOut() map[string]string {
	return map[string]string{
		"G103": "only engines/libchdb.go uses unsafe, to call ClickHouse's library; a test keeps it the only one",
	}
}

// gosec scans packages for insecure code. Left out are what generators wrote, which are pinned, what only tests run, and what
// npm brought. It has a module file of its own: with newer golang.org/x/tools than it was made for, half of its rules look at
// nothing, and it says so only in its log, which is read here.
func gosec(packages ...string) step {
	args := []string{"go", "tool", "-modfile=tools/gosec/go.mod", "gosec", "-log=/dev/stdout", "-color=false", "-exclude-generated"}
	args = append(args, "-exclude-dir=test(/|$)", "-exclude-dir=node_modules", "-exclude="+strings.Join(slices.Sorted(maps.Keys(leftOut())), ","))
	return step{name: "gosec", args: append(args, packages...), read: scanned}
}

// scanned leaves out the log's everyday lines. A scan that finds nothing has passed, unless it has looked at no file, or the
// log tells that something could not be looked at.
func scanned(output io.Reader, show io.Writer) tally {
	summary := regexp.MustCompile(`^\s*(Files|Issues)\s*: (\d+)`)
	counted, files := tally{}, 0
	lines := bufio.NewScanner(output)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := lines.Text()
		logged := strings.HasPrefix(line, "[gosec]")
		blind := logged && (strings.Contains(line, "Panic") || strings.Contains(line, "Error"))
		if blind {
			counted.failed++
		}
		if !logged || blind {
			fmt.Fprintln(show, line)
		}
		if match := summary.FindStringSubmatch(line); match != nil {
			n, _ := strconv.Atoi(match[2])
			if match[1] == "Files" {
				files = n
			} else {
				counted.failed += n
			}
		}
	}
	if files > 0 && counted.failed == 0 {
		counted.passed = 1
	}
	return counted
}
