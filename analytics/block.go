package analytics

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"slices"
	"time"
)

// A block is the packed form of one transaction's events, one value of the outbox:
//
//	version byte · uvarint rows · 21 columns · CRC-32C of all before, little endian
//
// A column begins with a byte that says how it is packed. Nearly every column of a transaction holds one value, a
// handful of values, or values that grow by small steps, so four simple packings come close to a general compressor at
// a fraction of its cost.
const blockVersion = 1

// How a column is packed.
const (
	packedOne   = 0 // one value for all rows
	packedSteps = 1 // zigzag varint differences
	packedList  = 2 // a list of at most 256 values, then a byte for each row
	packedRaw   = 3 // eight bytes for each row: hashes do not compress
)

// MaxBlockEvents bounds one block.
const MaxBlockEvents = 1 << 20

// ErrBlock says that bytes are not a block of this version, or damaged.
var ErrBlock = errors.New("analytics: not a block of events")

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// EncodeBlock packs events. It fails for an empty list, an unknown channel or category, a day outside 1970–2149 and a
// negative id: values that no reader could give back.
func EncodeBlock(events []Event) ([]byte, error) {
	if len(events) == 0 || len(events) > MaxBlockEvents {
		return nil, fmt.Errorf("analytics: a block has 1 to %d events", MaxBlockEvents)
	}
	for i := range events {
		if err := events[i].check(); err != nil {
			return nil, err
		}
	}
	// The closures below are called once a row; each reads one field.
	w := writer{events: events, scratch: make([]int64, len(events)), out: make([]byte, 0, 256+len(events)*16)}
	w.out = append(w.out, blockVersion)
	w.out = binary.AppendUvarint(w.out, uint64(len(events)))
	w.list(func(e *Event) int64 { return int64(e.Tenant) })
	w.steps(func(e *Event) int64 { return int64(e.Message) })
	w.list(func(e *Event) int64 { return int64(e.Attempt) })
	w.list(func(e *Event) int64 { return int64(e.Status) })
	w.list(func(e *Event) int64 { return int64(ChannelNumber(e.Channel)) })
	w.list(func(e *Event) int64 { return int64(CategoryNumber(e.Category)) })
	w.list(func(e *Event) int64 { return int64(e.Sender) })
	w.list(func(e *Event) int64 { return int64(e.Template) })
	w.list(func(e *Event) int64 { return int64(e.Campaign) })
	w.texts(func(e *Event) string { return e.Country })
	w.list(func(e *Event) int64 { return int64(e.Code) })
	w.texts(func(e *Event) string { return e.Button })
	w.steps(func(e *Event) int64 { return int64(e.Bucket) })
	w.days(func(e *Event) time.Time { return e.ReportDay })
	w.steps(func(e *Event) int64 { return e.At.UnixMilli() })
	w.raw(func(e *Event) uint64 { return e.Recipient })
	w.list(func(e *Event) int64 { return e.PriceMicro })
	w.texts(func(e *Event) string { return e.Currency })
	w.steps(func(e *Event) int64 { return int64(e.LatencyMS) })
	w.days(func(e *Event) time.Time { return e.Expires })
	w.days(func(e *Event) time.Time { return e.KPIExpires })
	if w.badDay {
		return nil, errors.New("analytics: an event has a day outside 1970-2149")
	}
	return binary.LittleEndian.AppendUint32(w.out, crc32.Checksum(w.out, castagnoli)), nil
}

func (e *Event) check() error {
	switch {
	case e.Tenant < 0 || e.Message < 0 || e.Sender < 0 || e.Template < 0 || e.Campaign < 0:
		return errors.New("analytics: an event has a negative id")
	case e.Status == 0 || e.Status > Retried:
		return errors.New("analytics: an event has no status")
	case ChannelNumber(e.Channel) == 0 || CategoryNumber(e.Category) == 0:
		return errors.New("analytics: an event has no channel or category")
	}
	return nil
}

// DecodeBlock unpacks a block that EncodeBlock made. Times are in UTC, to the millisecond.
func DecodeBlock(block []byte) ([]Event, error) {
	var c Columns
	if err := c.Append(block); err != nil {
		return nil, err
	}
	events := make([]Event, c.Len())
	for i := range events {
		var err error
		if events[i], err = c.Event(i); err != nil {
			return nil, err
		}
	}
	return events, nil
}

// BlockLen tells how many events a block says it holds, without unpacking it.
func BlockLen(block []byte) (int, error) {
	if len(block) < 6 || block[0] != blockVersion {
		return 0, ErrBlock
	}
	n, size := binary.Uvarint(block[1:])
	// A row takes at least the eight bytes of its hash, so a short block cannot ask for much memory.
	if size <= 0 || n == 0 || n > MaxBlockEvents || n > uint64(len(block))/8 {
		return 0, ErrBlock
	}
	return int(n), nil
}

// Append unpacks a block at the end of the columns. After an error the columns are as they were.
func (c *Columns) Append(block []byte) error {
	n, err := BlockLen(block)
	if err != nil {
		return err
	}
	body := block[:len(block)-4]
	if crc32.Checksum(body, castagnoli) != binary.LittleEndian.Uint32(block[len(body):]) {
		return ErrBlock
	}
	_, size := binary.Uvarint(body[1:])
	before := c.Len()
	r := reader{in: body[1+size:], rows: n}
	c.Tenant = take(&r, c.Tenant)
	c.Message = take(&r, c.Message)
	c.Attempt = take(&r, c.Attempt)
	c.Status = take(&r, c.Status)
	c.Channel = take(&r, c.Channel)
	c.Category = take(&r, c.Category)
	c.Sender = take(&r, c.Sender)
	c.Template = take(&r, c.Template)
	c.Campaign = take(&r, c.Campaign)
	c.Country = r.texts(c.Country)
	c.Code = take(&r, c.Code)
	c.Button = r.texts(c.Button)
	c.Bucket = take(&r, c.Bucket)
	c.ReportDay = take(&r, c.ReportDay)
	c.At = take(&r, c.At)
	c.Recipient = r.raw(c.Recipient)
	c.PriceMicro = take(&r, c.PriceMicro)
	c.Currency = r.texts(c.Currency)
	c.LatencyMS = take(&r, c.LatencyMS)
	c.Expires = take(&r, c.Expires)
	c.KPIExpires = take(&r, c.KPIExpires)
	if r.bad || len(r.in) != 0 {
		c.truncate(before)
		return ErrBlock
	}
	return nil
}

type writer struct {
	events  []Event
	scratch []int64
	out     []byte
	badDay  bool
}

// gather puts a column into scratch and tells whether it holds one value only.
func (w *writer) gather(value func(*Event) int64) (one bool) {
	first := value(&w.events[0])
	one = true
	for i := range w.events {
		v := value(&w.events[i])
		w.scratch[i] = v
		one = one && v == first
	}
	if one {
		w.out = binary.AppendVarint(append(w.out, packedOne), first)
	}
	return one
}

func (w *writer) steps(value func(*Event) int64) {
	if !w.gather(value) {
		w.differences()
	}
}

// days packs dates. Neighbours mostly share one, and asking a time for its date is the dearest thing here.
func (w *writer) days(value func(*Event) time.Time) {
	var last time.Time
	number := dayNumber(last)
	w.steps(func(e *Event) int64 {
		if t := value(e); t != last {
			last, number = t, dayNumber(t)
		}
		w.badDay = w.badDay || number < 0 || number > math.MaxUint16
		return number
	})
}

func (w *writer) differences() {
	w.out = append(w.out, packedSteps)
	var last int64
	for _, v := range w.scratch {
		w.out = binary.AppendVarint(w.out, v-last)
		last = v
	}
}

// list packs a column of few values; one with more than 256 goes as differences.
func (w *writer) list(value func(*Event) int64) {
	if !w.gather(value) {
		w.places()
	}
}

// places packs scratch as a list of values and a byte for each row.
func (w *writer) places() {
	var values index[int64]
	places := make([]byte, len(w.scratch))
	for i, v := range w.scratch {
		place := values.place(v)
		if place == 256 {
			w.differences()
			return
		}
		places[i] = byte(place)
	}
	w.out = binary.AppendUvarint(append(w.out, packedList), uint64(len(values.all)))
	for _, v := range values.all {
		w.out = binary.AppendVarint(w.out, v)
	}
	w.out = append(w.out, places...)
}

// texts packs the distinct strings and then their places as a column of numbers.
func (w *writer) texts(value func(*Event) string) {
	var values index[string]
	for i := range w.events {
		w.scratch[i] = int64(values.place(value(&w.events[i])))
	}
	w.out = binary.AppendUvarint(w.out, uint64(len(values.all)))
	for _, v := range values.all {
		w.out = append(binary.AppendUvarint(w.out, uint64(len(v))), v...)
	}
	if len(values.all) == 1 {
		w.out = append(w.out, packedOne, 0)
		return
	}
	w.places()
}

// index numbers distinct values in the order in which they come. A search through a few values is faster than a map.
type index[T comparable] struct {
	all   []T
	known map[T]int
	last  int
}

func (x *index[T]) place(v T) int {
	if len(x.all) > 0 && x.all[x.last] == v {
		return x.last
	}
	x.last = x.find(v)
	return x.last
}

func (x *index[T]) find(v T) int {
	const few = 16
	if x.known == nil {
		if i := slices.Index(x.all, v); i >= 0 {
			return i
		}
	} else if i, ok := x.known[v]; ok {
		return i
	}
	x.all = append(x.all, v)
	if x.known == nil && len(x.all) > few {
		x.known = make(map[T]int, 4*few)
		for i, known := range x.all {
			x.known[known] = i
		}
	} else if x.known != nil {
		x.known[v] = len(x.all) - 1
	}
	return len(x.all) - 1
}

func (w *writer) raw(value func(*Event) uint64) {
	w.out = append(w.out, packedRaw)
	for i := range w.events {
		w.out = binary.LittleEndian.AppendUint64(w.out, value(&w.events[i]))
	}
}

// reader unpacks columns one after the other. Once it has met something wrong it is bad and gives no more rows.
type reader struct {
	in   []byte
	rows int
	bad  bool
}

func (r *reader) fail() { r.bad, r.in = true, nil }

func (r *reader) byte() byte {
	if len(r.in) == 0 {
		r.fail()
		return 0
	}
	b := r.in[0]
	r.in = r.in[1:]
	return b
}

func (r *reader) uvarint() uint64 {
	if len(r.in) > 0 && r.in[0] < 0x80 {
		return uint64(r.byte())
	}
	v, n := binary.Uvarint(r.in)
	if n <= 0 {
		r.fail()
		return 0
	}
	r.in = r.in[n:]
	return v
}

func (r *reader) varint() int64 {
	u := r.uvarint()
	return int64(u>>1) ^ -int64(u&1) // #nosec G115 -- 63 bits and one bit
}

func (r *reader) bytes(n uint64) []byte {
	if n > uint64(len(r.in)) {
		r.fail()
		return nil
	}
	b := r.in[:n]
	r.in = r.in[n:]
	return b
}

type integer interface {
	~int8 | ~int32 | ~int64 | ~uint8 | ~uint16 | ~uint32 | ~uint64
}

// fit narrows a value to the column's type; one that does not fit is damage.
func fit[T integer](r *reader, v int64) T {
	t := T(v)
	if int64(t) != v || (t < 0) != (v < 0) {
		r.fail()
	}
	return t
}

// take appends a column of numbers. It always appends as many values as there are rows, so that columns stay level.
func take[T integer](r *reader, to []T) []T {
	to = slices.Grow(to, r.rows)
	to = to[:len(to)+r.rows]
	rows := to[len(to)-r.rows:]
	switch r.byte() {
	case packedOne:
		v := fit[T](r, r.varint())
		for i := range rows {
			rows[i] = v
		}
	case packedSteps:
		var v int64
		for i := range rows {
			v += r.varint()
			rows[i] = fit[T](r, v)
		}
	case packedList:
		var values [256]T
		n := r.uvarint()
		if n == 0 || n > 256 {
			r.fail()
			break
		}
		for i := range n {
			values[i] = fit[T](r, r.varint())
		}
		// #nosec G115 -- there are 1 to MaxBlockEvents rows
		for i, place := range r.bytes(uint64(r.rows)) {
			if uint64(place) >= n {
				r.fail()
				break
			}
			rows[i] = values[place]
		}
	default:
		r.fail()
	}
	return to
}

func (r *reader) texts(to []string) []string {
	n := r.uvarint()
	// #nosec G115 -- there are 1 to MaxBlockEvents rows
	if n > uint64(r.rows) {
		r.fail()
	}
	var values []string
	for i := uint64(0); i < n && !r.bad; i++ {
		values = append(values, string(r.bytes(r.uvarint())))
	}
	places := take(r, make([]uint32, 0, r.rows))
	to = slices.Grow(to, r.rows)
	for _, place := range places {
		v := ""
		if int(place) < len(values) {
			v = values[place]
		} else {
			r.fail()
		}
		to = append(to, v)
	}
	return to
}

func (r *reader) raw(to []uint64) []uint64 {
	if r.byte() != packedRaw {
		r.fail()
	}
	b := r.bytes(uint64(r.rows) * 8)
	to = slices.Grow(to, r.rows)
	for i := range r.rows {
		var v uint64
		if !r.bad {
			v = binary.LittleEndian.Uint64(b[i*8:])
		}
		to = append(to, v)
	}
	return to
}
