package analytics

import (
	"fmt"
	"time"
)

// Buckets are numbered, so that stores, cursors and comparisons need no dates: a slot for MINUTE_15 and HOUR (the hour's
// first), days since 1970 for DAY, weeks since Monday 1969-12-29 for WEEK, months since year 0 for MONTH, 0 for NONE.

// bucketOf is the bucket that holds a slot.
func bucketOf(g Granularity, z zoneSpans, slot int64) int64 {
	switch g {
	case Quarter:
		return slot
	case Hourly:
		return slot - floorMod(z.local(slot), 4)
	case Daily, Weekly, Monthly:
		return bucketOfDay(g, z.dayOf(slot))
	}
	return 0
}

func bucketOfDay(g Granularity, day int64) int64 {
	switch g {
	case Daily:
		return day
	case Weekly:
		return floorDiv(day+3, 7)
	case Monthly:
		t := dateOf(day)
		return int64(t.Year())*12 + int64(t.Month()) - 1
	}
	return 0
}

// bucketSQL is bucketOf for a column of slots, or bucketOfDay for one of days.
func (r interval) bucketSQL(g Granularity, daily bool) string {
	local := r.zone.sql("bucket", r.from, r.to)
	day := "intDiv(" + local + ", 96)"
	if daily {
		day = "toInt64(toUInt16(report_day))"
	}
	switch g {
	case Quarter:
		return "toInt64(bucket)"
	case Hourly:
		return "toInt64(bucket) - " + local + " % 4"
	case Daily:
		return day
	case Weekly:
		return "intDiv(" + day + " + 3, 7)"
	case Monthly:
		date := "toDate(" + day + ")"
		if daily {
			date = "report_day"
		}
		return "toInt64(toYear(" + date + ")) * 12 + toMonth(" + date + ") - 1"
	}
	return "toInt64(0)"
}

// buckets lists all buckets of an interval in order.
func (r interval) buckets(g Granularity) []int64 {
	var out []int64
	add := func(b int64) {
		if len(out) == 0 || out[len(out)-1] != b {
			out = append(out, b)
		}
	}
	switch g {
	case Quarter, Hourly:
		for slot := r.from; slot < r.to; slot++ {
			add(bucketOf(g, r.zone, slot))
		}
	case Daily, Weekly, Monthly:
		for day := r.zone.dayOf(r.from); day <= r.zone.dayOf(r.to-1); day++ {
			add(bucketOfDay(g, day))
		}
	default:
		out = []int64{0}
	}
	return out
}

// BucketStart is the moment at which a bucket begins, and its label in the zone. NONE has neither.
func (r interval) bucketStart(g Granularity, bucket int64) (start time.Time, label string) {
	switch g {
	case Quarter, Hourly:
		return slotTime(bucket), slotTime(r.zone.local(bucket)).Format("2006-01-02T15:04")
	case Daily:
		return slotTime(r.zone.startOf(bucket)), dateOf(bucket).Format(time.DateOnly)
	case Weekly:
		monday := bucket*7 - 3
		year, week := dateOf(monday).ISOWeek()
		return slotTime(r.zone.startOf(monday)), fmt.Sprintf("%04d-W%02d", year, week)
	case Monthly:
		first := dayOfDate(int(bucket/12), time.Month(bucket%12+1), 1)
		return slotTime(r.zone.startOf(first)), dateOf(first).Format("2006-01")
	}
	return time.Time{}, ""
}

func floorMod(a, b int64) int64 { return a - floorDiv(a, b)*b }
