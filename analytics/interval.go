package analytics

import (
	"time"

	"posthaste/messaging"
)

// interval is a resolved range: UTC slots [from, to) seen through a zone.
type interval struct {
	from, to int64
	zone     zoneSpans
}

func newInterval(zone *time.Location, from, to int64) interval {
	return interval{from, to, spansOf(zone, from-7*96, to+31*96)} // the first week and the last month reach over the ends
}

// wholeDays tells whether the interval begins and ends at midnights of its zone.
func (r interval) wholeDays() bool {
	return r.zone.startOf(r.zone.dayOf(r.from)) == r.from && r.zone.startOf(r.zone.dayOf(r.to)) == r.to
}

func (r interval) days() (first, beyond int64) { return r.zone.dayOf(r.from), r.zone.dayOf(r.to) }

// resolve makes an interval of a preset, or of two moments, which are widened to whole slots.
func (q Query) resolve(zone *time.Location, now time.Time) (interval, error) {
	if q.Preset == "" {
		from, to := floorDiv(q.From.Unix(), slotSeconds), -floorDiv(-q.To.Unix(), slotSeconds)
		switch {
		case q.From.IsZero() || q.To.IsZero():
			return interval{}, messaging.Refuse(messaging.CodeInvalid, "range", "give a preset, or from and to")
		case !q.From.Before(q.To):
			return interval{}, messaging.Refuse(messaging.CodeInvalid, "range.to", "a range ends after it begins")
		case q.From.Year() < 2000 || q.To.Year() > 2100:
			return interval{}, messaging.Refuse(messaging.CodeInvalid, "range", "a range lies between 2000 and 2100")
		}
		return newInterval(zone, from, to), nil
	}
	if !q.From.IsZero() || !q.To.IsZero() {
		return interval{}, messaging.Refuse(messaging.CodeInvalid, "range", "give a preset, or from and to, not both")
	}
	local := now.In(zone)
	today := dayOfDate(local.Date())
	month := func(offset int) int64 { return dayOfDate(local.Year(), local.Month()+time.Month(offset), 1) }
	var first, beyond int64
	switch q.Preset {
	case Today:
		first, beyond = today, today+1
	case Yesterday:
		first, beyond = today-1, today
	case Last7Days:
		first, beyond = today-6, today+1
	case Last28Days:
		first, beyond = today-27, today+1
	case Last30Days:
		first, beyond = today-29, today+1
	case Last90Days:
		first, beyond = today-89, today+1
	case Last365Days:
		first, beyond = today-364, today+1
	case ThisMonth:
		first, beyond = month(0), month(1)
	case LastMonth:
		first, beyond = month(-1), month(0)
	default:
		return interval{}, messaging.Refuse(messaging.CodeInvalid, "range.preset", "there is no such preset")
	}
	return daysOf(zone, first, beyond), nil
}

// daysOf is the interval of the dates [first, beyond) of a zone.
func daysOf(zone *time.Location, first, beyond int64) interval {
	wide := spansOf(zone, first*96-96, beyond*96+96)
	return newInterval(zone, wide.startOf(first), wide.startOf(beyond))
}

// compared is the interval to compare r with. Whole days stay whole days, whatever the clocks did; whole months are
// compared with as many months.
func (r interval) compared(zone *time.Location, c Comparison) interval {
	const day, week = 96, 7 * 96
	if !r.wholeDays() {
		length := r.to - r.from
		shift := length
		switch c {
		case PreviousMatchWeekday:
			shift = -floorDiv(-length, week) * week
		case LastYear:
			shift = r.from - floorDiv(slotTime(r.from).In(zone).AddDate(-1, 0, 0).Unix(), slotSeconds)
		}
		return newInterval(zone, r.from-shift, r.to-shift)
	}
	first, beyond := r.days()
	n := beyond - first
	from, to := dateOf(first), dateOf(beyond)
	switch {
	case c == PreviousMatchWeekday:
		shift := -floorDiv(-n, 7) * 7
		return daysOf(zone, first-shift, beyond-shift)
	case c == LastYear:
		was := floorDiv(from.AddDate(-1, 0, 0).Unix(), 86400)
		return daysOf(zone, was, was+n)
	case from.Day() == 1 && to.Day() == 1:
		months := (to.Year()-from.Year())*12 + int(to.Month()-from.Month())
		return daysOf(zone, floorDiv(from.AddDate(0, -months, 0).Unix(), 86400), first)
	}
	return daysOf(zone, first-n, first)
}
