package store

import "math"

// What PostgreSQL keeps in fewer bits than we count with. A number that its column cannot hold is kept as the nearest that
// it can: a plain conversion would keep another one, which may even be a sensible one (1<<32 becomes 0), and a failure would
// stop all the rows beside it. Whoever takes a number from outside refuses what is too much; here nothing is left to refuse.

// smallint fits a number into a column of that type.
func smallint[N ~int | ~int64](n N) int16 {
	return int16(max(math.MinInt16, min(n, math.MaxInt16))) // #nosec G115 -- between the bounds
}

// integer fits a number into a column of that type.
func integer[N ~int | ~int64 | ~uint32](n N) int32 {
	return int32(max(math.MinInt32, min(int64(n), math.MaxInt32))) // #nosec G115 -- between the bounds
}

// tries fits the number of an attempt into an event.
func tries(n int) uint8 { return uint8(max(0, min(n, math.MaxUint8))) } // #nosec G115 -- between the bounds

// natural reads an integer column that holds nothing below zero.
func natural(n int32) uint32 { return uint32(max(n, 0)) } // #nosec G115 -- not below zero
