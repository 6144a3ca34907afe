package analytics

import (
	"fmt"
	"strings"
	"time"
)

// slotSeconds is the length of a slot. Every zone's offset since 1972 is a whole number of slots, so any zone's days and
// hours can be put together from UTC slots without a zone's rules in the store.
const slotSeconds = 900

// span is a time in which a zone keeps one offset: UTC slots [from, to) and the offset in slots.
type span struct{ from, to, offset int64 }

// zoneSpans are the spans of a zone that cover the slots [from, to), and a day and a half around them.
type zoneSpans []span

func spansOf(zone *time.Location, from, to int64) zoneSpans {
	const margin = 144
	var spans zoneSpans
	for at := from - margin; at < to+margin; {
		t := time.Unix(at*slotSeconds, 0).In(zone)
		_, offset := t.Zone()
		_, end := t.ZoneBounds()
		next := to + margin
		if !end.IsZero() {
			next = min(next, floorDiv(end.Unix(), slotSeconds))
		}
		spans = append(spans, span{at, next, floorDiv(int64(offset), slotSeconds)})
		at = max(next, at+1)
	}
	return spans
}

// local is a UTC slot as the zone's clock shows it.
func (z zoneSpans) local(slot int64) int64 {
	for _, s := range z {
		if slot < s.to {
			return slot + s.offset
		}
	}
	return slot + z[len(z)-1].offset
}

// dayOf is the zone's date at a slot, in days since 1970.
func (z zoneSpans) dayOf(slot int64) int64 { return floorDiv(z.local(slot), 96) }

// startOf is the first slot of a date, also where midnight does not exist or comes twice.
func (z zoneSpans) startOf(day int64) int64 {
	for _, s := range z {
		slot := max(day*96-s.offset, s.from)
		if slot < s.to && floorDiv(slot+s.offset, 96) == day {
			return slot
		}
	}
	return day*96 - z[len(z)-1].offset
}

// sql is the expression of local for a column of slots between from and to.
func (z zoneSpans) sql(column string, from, to int64) string {
	var branches []string
	var last int64
	n := 0
	for _, s := range z {
		if s.to <= from || s.from >= to {
			continue
		}
		last = s.offset
		n++
		branches = append(branches, fmt.Sprintf("%s < %d, %d", column, s.to, s.offset))
	}
	switch {
	case n <= 1 && last == 0:
		return "toInt64(" + column + ")"
	case n <= 1:
		return fmt.Sprintf("(toInt64(%s) + %d)", column, last)
	}
	return fmt.Sprintf("(toInt64(%s) + multiIf(%s, %d))", column, strings.Join(branches[:n-1], ", "), last)
}

// same tells whether two zones show the same time in the slots [from, to).
func sameClock(a, b *time.Location, from, to int64) bool {
	x, y := spansOf(a, from, to), spansOf(b, from, to)
	for at := from; at < to; {
		if x.local(at) != y.local(at) {
			return false
		}
		at = min(x.next(at), y.next(at))
	}
	return true
}

func (z zoneSpans) next(slot int64) int64 {
	for _, s := range z {
		if slot < s.to {
			return s.to
		}
	}
	return slot + 96
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}

func slotTime(slot int64) time.Time { return time.Unix(slot*slotSeconds, 0).UTC() }

func dateOf(day int64) time.Time { return time.Unix(day*86400, 0).UTC() }

func dayOfDate(y int, m time.Month, d int) int64 {
	return floorDiv(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix(), 86400)
}
