// Package bench measures the program against floors: the least that any program has to do for the same work, measured
// in the same run and in turns with ours, so that a busy or a slow machine hurts both alike. The ratio and the CPU time
// of an operation are the figures that can be compared between machines; the rate by itself is not.
//
// docs/performance.md says what each figure means and how to repeat it.
package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
)

// Options says how to measure. The zero value is good.
type Options struct {
	Program  string    // the program whose processes are measured; this one if empty
	Engines  string    // directory of the engines' packages, as the setting of that name
	Pairs    int       // measured pairs of ours and the floor; 0 and fewer than 7 are 7
	Scale    float64   // of the work of one measurement; 0 is 1. Below 1 is for trying the bench out
	Profiles string    // directory for CPU profiles of the measured processes; empty takes none
	Words    io.Writer // what is going on; nil drops it
}

func (o Options) complete() (Options, error) {
	if o.Program == "" {
		o.Program = os.Getenv("POSTHASTE_TEST_PROGRAM")
	}
	if o.Program == "" {
		program, err := os.Executable()
		if err != nil {
			return o, fmt.Errorf("find this program: %w", err)
		}
		o.Program = program
	}
	if o.Words == nil {
		o.Words = io.Discard
	}
	if o.Scale <= 0 {
		o.Scale = 1
	}
	o.Pairs = max(o.Pairs, leastPairs)
	return o, nil
}

// of scales an amount of work.
func (o Options) of(n int) int { return max(int(float64(n)*o.Scale), 1) }

func (o Options) say(format string, args ...any) { fmt.Fprintf(o.Words, format+"\n", args...) }

// Result is one figure.
type Result struct {
	Name   string  `json:"name"`
	Value  float64 `json:"value"` // the median
	Unit   string  `json:"unit"`
	Floor  float64 `json:"floor,omitempty"`         // the median of the floor, in the same unit
	Ratio  float64 `json:"ratio,omitempty"`         // the median of the pairs' ratios, ours to the floor
	CPU    float64 `json:"cpu_us_per_op,omitempty"` // CPU time of our processes and the engines for one operation, in µs
	Spread float64 `json:"spread"`                  // the middle half of the ratios (or values), as a part of their median
	Void   string  `json:"void,omitempty"`          // why the figure says nothing
}

type measure func(context.Context, Options) ([]Result, error)

func measures() map[string]measure {
	return map[string]measure{
		"accept": measureAccept, "dispatch": measureDispatch, "webhooks": measureWebhooks, "export": measureExport,
		"kpi": measureKPI, "loop": measureLoop,
	}
}

// Names lists what can be measured.
func Names() []string { return slices.Sorted(maps.Keys(measures())) }

// ErrUnknown says that there is no measurement of the name.
var ErrUnknown = errors.New("bench: no such measurement")

// Run measures one of Names. It starts engines and processes of its own on loopback addresses and a temporary
// directory, and ends them. The results come with an error when the measuring broke off after them.
func Run(ctx context.Context, what string, o Options) ([]Result, error) {
	m, known := measures()[what]
	if !known {
		return nil, fmt.Errorf("%w: %q; there are %s", ErrUnknown, what, strings.Join(Names(), ", "))
	}
	o, err := o.complete()
	if err != nil {
		return nil, err
	}
	return m(ctx, o)
}
