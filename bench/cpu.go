package bench

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// tick is the unit of /proc/<pid>/stat: USER_HZ, which is 100 on every Linux.
const tick = 10 * time.Millisecond

type process struct {
	parent int
	cpu    time.Duration // its own and that of children that it has waited for
}

// cpuOf gives the CPU time that a process and all below it have used so far. Children that ended in between are in
// their parent's account, so the difference of two answers is complete.
func cpuOf(top int) (time.Duration, error) {
	files, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return 0, err
	}
	all := make(map[int]process, len(files))
	for _, file := range files {
		text, err := os.ReadFile(file) // #nosec G304 -- the kernel's list of processes
		if err != nil {
			continue // it has ended
		}
		pid, p, err := parseStat(string(text))
		if err != nil {
			return 0, err
		}
		all[pid] = p
	}
	var sum time.Duration
	for pid, p := range all {
		if below(all, pid, top) {
			sum += p.cpu
		}
	}
	return sum, nil
}

func below(all map[int]process, pid, top int) bool {
	for pid > 1 && pid != top {
		pid = all[pid].parent
	}
	return pid == top
}

// parseStat reads a line as proc(5) describes it. The name in brackets may hold anything, so the fields are counted from
// its end.
func parseStat(line string) (pid int, p process, err error) {
	open, end := strings.IndexByte(line, '('), strings.LastIndexByte(line, ')')
	if open < 1 || end < open {
		return 0, p, fmt.Errorf("bench: cannot read a line of /proc")
	}
	if pid, err = strconv.Atoi(strings.TrimSpace(line[:open])); err != nil {
		return 0, p, err
	}
	fields := strings.Fields(line[end+1:]) // from the third on: state, ppid …
	if len(fields) < 15 {
		return 0, p, fmt.Errorf("bench: a line of /proc is too short")
	}
	if p.parent, err = strconv.Atoi(fields[1]); err != nil {
		return 0, p, err
	}
	for _, field := range fields[11:15] { // utime, stime, cutime, cstime
		ticks, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return 0, p, err
		}
		p.cpu += time.Duration(ticks) * tick
	}
	return pid, p, nil
}
