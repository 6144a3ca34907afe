package messaging

import (
	"strconv"
	"strings"
	"time"
)

// MessageRef names a message outside: "<id>-<week>". The week is the expiry week, so that every access touches the one
// partition that holds the row.
type MessageRef struct {
	ID   ID
	Week int
}

func (r MessageRef) String() string { return r.ID.String() + "-" + strconv.Itoa(r.Week) }

// ParseMessageRef reads the outside form.
func ParseMessageRef(s string) (MessageRef, error) {
	left, right, found := strings.Cut(s, "-")
	id, err := ParseID(left)
	week, badWeek := strconv.Atoi(right)
	if !found || err != nil || badWeek != nil || week < 0 || week > maxWeek || strconv.Itoa(week) != right {
		return MessageRef{}, Refuse(CodeInvalid, "id", "not a message's id")
	}
	return MessageRef{id, week}, nil
}

// maxWeek is what the smallint column and the correlation can hold.
const maxWeek = 1<<15 - 1

// WeekOf is the number of the week (Mondays since 2024-01-01) that holds the day: the partition of what expires then.
func WeekOf(day time.Time) int { return int(day.Sub(Epoch) / (7 * 24 * time.Hour)) }

// DayIn is the calendar day of a moment in a zone, as midnight UTC of that date.
func DayIn(t time.Time, zone *time.Location) time.Time {
	y, m, d := t.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}
