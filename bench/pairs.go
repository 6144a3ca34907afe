package bench

import (
	"context"
	"slices"
	"time"
)

// leastPairs is below which a median says too little.
const leastPairs = 7

// reading is what one measurement of one side gave.
type reading struct {
	Rate float64       // operations a second, or whatever the result's unit is
	CPU  time.Duration // of what is measured; 0 where it is not
	Ops  int           // operations behind CPU
}

// side does its work once and tells how it went.
type side func(ctx context.Context) (reading, error)

// pair measures ours and the floor in turns, each first in every other pair.
func pair(ctx context.Context, o Options, name, unit string, ours, floor side) (Result, error) {
	var a, b []reading
	for i := range o.Pairs {
		sides, into := []side{ours, floor}, []*[]reading{&a, &b}
		if i%2 == 1 {
			slices.Reverse(sides)
			slices.Reverse(into)
		}
		for j, measure := range sides {
			r, err := measure(ctx)
			if err != nil {
				return Result{}, err
			}
			*into[j] = append(*into[j], r)
		}
		o.say("%s: pair %d of %d: %.0f to %.0f %s, ratio %.3f", name, i+1, o.Pairs, a[i].Rate, b[i].Rate, unit, a[i].Rate/b[i].Rate)
	}
	return summary(name, unit, a, b), nil
}

// alone measures what has no floor.
func alone(ctx context.Context, o Options, name, unit string, ours side) (Result, error) {
	var all []reading
	for i := range o.Pairs {
		r, err := ours(ctx)
		if err != nil {
			return Result{}, err
		}
		all = append(all, r)
		o.say("%s: %d of %d: %.0f %s", name, i+1, o.Pairs, r.Rate, unit)
	}
	return summary(name, unit, all, nil), nil
}

func summary(name, unit string, ours, floor []reading) Result {
	r := Result{Name: name, Unit: unit, Value: median(rates(ours)), Spread: spread(rates(ours))}
	var cpu time.Duration
	var ops int
	for _, one := range ours {
		cpu, ops = cpu+one.CPU, ops+one.Ops
	}
	if cpu > 0 && ops > 0 {
		r.CPU = float64(cpu.Microseconds()) / float64(ops)
	}
	if len(floor) == 0 {
		return r
	}
	ratios := make([]float64, len(ours))
	for i := range ours {
		ratios[i] = ours[i].Rate / floor[i].Rate
	}
	r.Floor, r.Ratio, r.Spread = median(rates(floor)), median(ratios), spread(ratios)
	return r
}

func rates(readings []reading) []float64 {
	list := make([]float64, len(readings))
	for i, r := range readings {
		list[i] = r.Rate
	}
	return list
}

// quantile of a list that is not empty, by linear interpolation.
func quantile(list []float64, q float64) float64 {
	sorted := slices.Sorted(slices.Values(list))
	at := q * float64(len(sorted)-1)
	low := int(at)
	if low == len(sorted)-1 {
		return sorted[low]
	}
	return sorted[low] + (at-float64(low))*(sorted[low+1]-sorted[low])
}

func median(list []float64) float64 { return quantile(list, 0.5) }

// spread is how far the middle half lies apart, as a part of the median.
func spread(list []float64) float64 {
	return (quantile(list, 0.75) - quantile(list, 0.25)) / median(list)
}

// connections are the numbers of connections of which the best is taken.
func connections() []int { return []int{1, 8, 32, 64} }

// bestConns finds the number of connections with which the work goes fastest.
func bestConns(ctx context.Context, o Options, name string, run func(ctx context.Context, conns int) (reading, error)) (int, error) {
	best, rate := 0, 0.0
	for _, conns := range connections() {
		r, err := run(ctx, conns)
		if err != nil {
			return 0, err
		}
		o.say("%s: %d connections: %.0f a second", name, conns, r.Rate)
		if r.Rate > rate {
			best, rate = conns, r.Rate
		}
	}
	return best, nil
}
