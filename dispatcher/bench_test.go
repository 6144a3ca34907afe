package dispatcher_test

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"posthaste/dispatcher"
	"posthaste/messaging"
)

// BenchmarkDispatch sends through gate, a channel that costs nothing, and outcomes. It reports messages a second and CPU
// time per message, ours (with the test's provider) and that of Postgres where its processes are on this machine.
func BenchmarkDispatch(b *testing.B) {
	for _, portfolios := range []int{1, 4} {
		b.Run(fmt.Sprintf("portfolios=%d", portfolios), func(b *testing.B) {
			bench := newBench(b)
			const perChunk = 200
			var senders [][2]messaging.ID
			for range portfolios {
				p := bench.addPortfolio(1_000_000, 0)
				senders = append(senders, [2]messaging.ID{p, bench.addSender(p, 20_000)})
			}
			chunks := max(b.N/perChunk, 1)
			for i := range chunks {
				s := senders[i%portfolios]
				bench.enqueue(batch{n: perChunk, portfolio: s[0], sender: s[1], category: messaging.Marketing})
			}
			bench.exec("ANALYZE")
			config := dispatcher.Config{PerLane: 24, MaxInFlight: 4000}
			ours, theirs, begun := cpu(), bench.postgresCPU(), time.Now()
			b.ResetTimer()
			r := bench.start(config)
			bench.until("all is sent", func() bool { return bench.provider.total() >= chunks*perChunk && bench.idle() })
			b.StopTimer()
			n := float64(chunks * perChunk)
			b.ReportMetric(n/time.Since(begun).Seconds(), "msgs/s")
			b.ReportMetric((cpu()-ours).Seconds()*1e6/n, "µs-go/msg")
			b.ReportMetric((bench.postgresCPU()-theirs).Seconds()*1e6/n, "µs-pg/msg")
			if err := r.stop(); err != nil {
				b.Fatal(err)
			}
		})
	}
}

// cpu is the processor time that this process has used.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// postgresCPU is the processor time of the backends of the bench's database.
func (b *bench) postgresCPU() (total time.Duration) {
	rows, err := b.owner.Query(context.Background(), "SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
	if err != nil {
		b.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var pid int
		if err := rows.Scan(&pid); err != nil {
			b.t.Fatal(err)
		}
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			continue // on another machine
		}
		fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
		for _, field := range fields[11:13] {
			ticks, err := strconv.ParseInt(field, 10, 64)
			if err != nil {
				b.t.Fatal(err)
			}
			total += time.Duration(ticks) * 10 * time.Millisecond // USER_HZ is 100 on Linux
		}
	}
	return total
}
