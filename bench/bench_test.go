package bench

import (
	"context"
	"errors"
	"math"
	"os"
	"os/exec"
	"slices"
	"testing"
	"time"
)

func TestParseStatCountsFromTheNamesEnd(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]process{
		"7 (postgres) S 3 7 7 0 -1 4194560 1 2 3 4 100 20 3 1 20 0 1 0 9 0": {3, 1240 * time.Millisecond},
		"7 (a) b) S 1) S 3 7 7 0 -1 4194560 1 2 3 4 0 0 0 5 20 0 1 0 9 0":   {3, 50 * time.Millisecond},
	} {
		pid, got, err := parseStat(line)
		if err != nil || pid != 7 || got != want {
			t.Errorf("%q: %d %+v %v, want 7 %+v", line, pid, got, err, want)
		}
	}
	for _, line := range []string{"", "7", "7 (x", "x (y) S 1", "7 (y) S 1 2 3", "7 (y) S x 7 7 0 -1 4194560 1 2 3 4 100 20 3 1 20"} {
		if _, _, err := parseStat(line); err == nil {
			t.Errorf("%q was read", line)
		}
	}
}

// A child that has ended is in its parent's account: none of the time is lost.
func TestCPUOfCountsEndedChildren(t *testing.T) {
	t.Parallel()
	shell := exec.Command("sh", "-c", `sh -c 'i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done'; echo done; read line`)
	in, err := shell.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := shell.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := shell.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = in.Close(); _ = shell.Wait() }()
	if _, err := out.Read(make([]byte, 5)); err != nil {
		t.Fatal(err)
	}
	used, err := cpuOf(shell.Process.Pid)
	if err != nil || used < 5*tick {
		t.Errorf("used %s, %v; the loop of the ended child takes longer", used, err)
	}
	if other, err := cpuOf(1 << 30); err != nil || other != 0 {
		t.Errorf("a process that is not there used %s, %v", other, err)
	}
	if own, err := cpuOf(os.Getpid()); err != nil || own < used {
		t.Errorf("the parent of all used %s, less than the child's %s (%v)", own, used, err)
	}
}

func TestPairsTakeTurnsAndKeepMedians(t *testing.T) {
	t.Parallel()
	var turns []string
	n := 0
	ours := func(context.Context) (reading, error) {
		n++
		turns = append(turns, "ours")
		return reading{Rate: float64(n * 10), CPU: time.Millisecond, Ops: 10}, nil
	}
	floor := func(context.Context) (reading, error) {
		turns = append(turns, "floor")
		return reading{Rate: 40}, nil
	}
	o, err := Options{Pairs: 1}.complete()
	if err != nil {
		t.Fatal(err)
	}
	r, err := pair(t.Context(), o, "x", "things/s", ours, floor)
	if err != nil {
		t.Fatal(err)
	}
	// Rates 10, 20 … 70 to 40: ratios 0.25 … 1.75, quartiles 0.625 and 1.375.
	want := Result{Name: "x", Unit: "things/s", Value: 40, Floor: 40, Ratio: 1, CPU: 100, Spread: 0.75}
	if r != want {
		t.Errorf("got %+v, want %+v", r, want)
	}
	if first := turns[:6]; !slices.Equal(first, []string{"ours", "floor", "floor", "ours", "ours", "floor"}) || len(turns) != 2*leastPairs {
		t.Errorf("the turns were %v", turns)
	}
	broken := errors.New("broken")
	if _, err := pair(t.Context(), o, "x", "", ours, func(context.Context) (reading, error) { return reading{}, broken }); !errors.Is(err, broken) {
		t.Errorf("a broken floor gave %v", err)
	}
}

func TestQuantile(t *testing.T) {
	t.Parallel()
	list := []float64{4, 1, 3, 2}
	for q, want := range map[float64]float64{0: 1, 0.5: 2.5, 0.25: 1.75, 1: 4} {
		if got := quantile(list, q); math.Abs(got-want) > 1e-12 {
			t.Errorf("quantile %v is %v, want %v", q, got, want)
		}
	}
	if !slices.Equal(list, []float64{4, 1, 3, 2}) {
		t.Error("the list was changed")
	}
}

func TestRunRefusesWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	if _, err := Run(t.Context(), "everything", Options{}); !errors.Is(err, ErrUnknown) {
		t.Errorf("got %v", err)
	}
	if want := []string{"accept", "dispatch", "export", "kpi", "loop", "webhooks"}; !slices.Equal(Names(), want) {
		t.Errorf("there are %v, want %v", Names(), want)
	}
}

// Two people with one number would be one subject: fewer rows than counted. The last four digits must not be magic.
func TestPeopleDiffer(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for i := range 100_000 {
		p := phone(i)
		if seen[p] || len(p) != len("+919800001000") || p[len(p)-4:] < "0200" {
			t.Fatalf("person %d has the number %s", i, p)
		}
		seen[p] = true
	}
}
