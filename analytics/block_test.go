package analytics

import (
	"bytes"
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"posthaste/messaging"
)

func anyEvent() *rapid.Generator[Event] {
	day := rapid.Custom(func(t *rapid.T) time.Time { return dayTime(rapid.Uint16().Draw(t, "day")) })
	id := rapid.Custom(func(t *rapid.T) messaging.ID {
		return messaging.ID(rapid.OneOf(rapid.Int64Range(0, 3), rapid.Int64Range(0, math.MaxInt64)).Draw(t, "id"))
	})
	return rapid.Custom(func(t *rapid.T) Event {
		return Event{
			Tenant: id.Draw(t, "tenant"), Message: id.Draw(t, "message"), Attempt: rapid.Uint8().Draw(t, "attempt"),
			Status:   Status(rapid.Uint8Range(1, 15).Draw(t, "status")),
			Channel:  rapid.SampledFrom([]messaging.Channel{messaging.WhatsApp, messaging.SMS, messaging.Email}).Draw(t, "channel"),
			Category: rapid.SampledFrom([]messaging.Category{messaging.Marketing, messaging.Utility, messaging.Authentication, messaging.Service}).Draw(t, "category"),
			Sender:   id.Draw(t, "sender"), Template: id.Draw(t, "template"), Campaign: id.Draw(t, "campaign"),
			Country: rapid.String().Draw(t, "country"), Code: rapid.Int32().Draw(t, "code"),
			Button: rapid.String().Draw(t, "button"), Bucket: rapid.Uint32().Draw(t, "bucket"), ReportDay: day.Draw(t, "report"),
			At:        time.UnixMilli(rapid.Int64Range(-1<<50, 1<<50).Draw(t, "at")).UTC(),
			Recipient: rapid.Uint64().Draw(t, "recipient"), PriceMicro: rapid.Int64().Draw(t, "price"),
			Currency: rapid.String().Draw(t, "currency"), LatencyMS: rapid.Uint32().Draw(t, "latency"),
			Expires: day.Draw(t, "expires"), KPIExpires: day.Draw(t, "kpi"),
		}
	})
}

func TestBlockGivesBackWhatWasPacked(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOfN(anyEvent(), 1, 400).Draw(t, "events")
		block, err := EncodeBlock(want)
		if err != nil {
			t.Fatal(err)
		}
		got, err := DecodeBlock(block)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}

func TestBlockWithMoreThan256ValuesInAListedColumn(t *testing.T) {
	t.Parallel()
	want := sample(1000)
	for i := range want {
		want[i].Campaign, want[i].Button = messaging.ID(i*7), string(rune('a'+i))
	}
	block, err := EncodeBlock(want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := DecodeBlock(block)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("a column of 1000 values came back otherwise (%v)", err)
	}
}

func TestBlockKeepsTheDateOfItsOwnZone(t *testing.T) {
	t.Parallel()
	events := sample(1)
	events[0].ReportDay = time.Date(2026, 11, 22, 0, 0, 0, 0, time.FixedZone("", 5*3600+1800)) // 21st in UTC
	block, err := EncodeBlock(events)
	if err != nil {
		t.Fatal(err)
	}
	got, err := DecodeBlock(block)
	if err != nil || !got[0].ReportDay.Equal(time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)) {
		t.Fatalf("got %v, %v", got, err)
	}
}

func TestBlockRefusesWhatItCannotKeep(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*Event){
		"channel":  func(e *Event) { e.Channel = "FAX" },
		"category": func(e *Event) { e.Category = "" },
		"status":   func(e *Event) { e.Status = 0 },
		"id":       func(e *Event) { e.Message = -1 },
		"day":      func(e *Event) { e.Expires = time.Date(1969, 12, 31, 0, 0, 0, 0, time.UTC) },
		"late day": func(e *Event) { e.KPIExpires = time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC) },
	} {
		events := sample(3)
		spoil(&events[1])
		if _, err := EncodeBlock(events); err == nil {
			t.Errorf("%s: was packed", name)
		}
	}
	if _, err := EncodeBlock(nil); err == nil {
		t.Error("an empty block was made")
	}
}

func TestEveryDamagedByteIsNoticed(t *testing.T) {
	t.Parallel()
	block, err := EncodeBlock(sample(20))
	if err != nil {
		t.Fatal(err)
	}
	var c Columns
	if err := c.Append(block); err != nil {
		t.Fatal(err)
	}
	for i := range block {
		damaged := bytes.Clone(block)
		damaged[i] ^= 0x10
		if err := c.Append(damaged); !errors.Is(err, ErrBlock) {
			t.Fatalf("byte %d: %v", i, err)
		}
		if err := c.Append(block[:i]); !errors.Is(err, ErrBlock) {
			t.Fatalf("cut at %d: %v", i, err)
		}
	}
	if c.Len() != 20 || len(c.KPIExpires) != 20 || len(c.Country) != 20 {
		t.Fatal("a damaged block left rows behind")
	}
}

// FuzzDecodeBlock gives foreign bytes a right checksum, so that the unpacking itself is tried.
func FuzzDecodeBlock(f *testing.F) {
	block, err := EncodeBlock(sample(5))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(block[:len(block)-4])
	f.Fuzz(func(t *testing.T, body []byte) {
		events, err := DecodeBlock(seal(body))
		if err != nil {
			return
		}
		again, err := EncodeBlock(events)
		if err != nil {
			t.Fatalf("a block that was read cannot be written: %v", err)
		}
		back, err := DecodeBlock(again)
		if err != nil || !reflect.DeepEqual(back, events) {
			t.Fatalf("read, written and read again differs: %v", err)
		}
	})
}

// sample is a bulk send as the gate reports it: one tenant, one campaign, three facts for each message.
func sample(n int) []Event {
	random := rand.New(rand.NewPCG(1, 2))
	ids := messaging.NewIDs(7, func() time.Time { return time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC) }).Take(n)
	at := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	out := make([]Event, n)
	for i := range out {
		status := [...]Status{Attempted, Sent, Delivered}[i%3]
		out[i] = Event{
			Tenant: 42, Message: ids[i/3], Attempt: 1, Status: status, Channel: messaging.WhatsApp,
			Category: messaging.Marketing, Sender: 9001, Template: 77, Campaign: 78,
			Country: [...]string{"IN", "BR", "ZZ"}[i%3], Bucket: BucketOf(at), ReportDay: at.Truncate(24 * time.Hour),
			At: at.Add(time.Duration(i) * time.Millisecond), Recipient: random.Uint64(), Currency: "INR",
			PriceMicro: 785_000, LatencyMS: uint32(random.IntN(4000)), Expires: at.Truncate(24*time.Hour).AddDate(0, 6, 0),
			KPIExpires: at.Truncate(24*time.Hour).AddDate(1, 0, 0),
		}
	}
	return out
}

func BenchmarkEncodeBlock(b *testing.B) {
	events := sample(600)
	b.ReportAllocs()
	var size int
	for b.Loop() {
		block, err := EncodeBlock(events)
		if err != nil {
			b.Fatal(err)
		}
		size = len(block)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/600, "ns/event")
	b.ReportMetric(float64(size)/600, "B/event")
}

func BenchmarkDecodeColumns(b *testing.B) {
	block, err := EncodeBlock(sample(600))
	if err != nil {
		b.Fatal(err)
	}
	var c Columns
	b.ReportAllocs()
	for b.Loop() {
		c.Reset()
		if err := c.Append(block); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/600, "ns/event")
}
