package whatsapp_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"posthaste/channels"
	"posthaste/channels/whatsapp"
	"posthaste/messaging"
)

// TestMain turns the test binary into the benchmark's provider when asked: in a process of its own, so that the CPU
// measured is the client's alone.
func TestMain(m *testing.M) {
	if os.Getenv("WHATSAPP_BENCH_PROVIDER") != "" {
		serveAccepts()
		return
	}
	os.Exit(m.Run())
}

func serveAccepts() {
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"messaging_product":"whatsapp","contacts":[{"input":"+919811100022","wa_id":"919811100022"}],"messages":[{"id":"wamid.HBgMOTE5ODExMTAwMDIyFQIAERgSMjA3","message_status":"accepted"}]}`)
	})}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println("http://" + listener.Addr().String())
	_ = server.Serve(listener)
}

// BenchmarkSend posts the offer template over loopback from 32 goroutines and reports the client's own CPU per call.
func BenchmarkSend(b *testing.B) {
	provider := exec.Command(os.Args[0])
	provider.Env = append(os.Environ(), "WHATSAPP_BENCH_PROVIDER=1")
	out, err := provider.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := provider.Start(); err != nil {
		b.Fatal(err)
	}
	defer func() { _ = provider.Process.Kill(); _ = provider.Wait() }()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	client, err := whatsapp.New(whatsapp.Options{BaseURL: strings.TrimSpace(line)})
	if err != nil {
		b.Fatal(err)
	}
	message := outgoing(messaging.Content{Template: offer})
	message.Correlation = whatsapp.SignCorrelation(correlationKey, whatsapp.Correlation{Message: 1})
	send := func(n int) {
		var all sync.WaitGroup
		for range 32 {
			all.Go(func() {
				for range n {
					if o := client.Send(b.Context(), message); o.Verdict != channels.Accepted {
						b.Errorf("%v", o)
						return
					}
				}
			})
		}
		all.Wait()
	}
	send(20) // opens the connections
	b.ReportAllocs()
	before := cpu(b)
	b.ResetTimer()
	send((b.N + 31) / 32)
	b.StopTimer()
	b.ReportMetric(float64((cpu(b)-before).Microseconds())/float64((b.N+31)/32*32), "cpu-µs/op")
}

// cpu is what this process has used so far.
func cpu(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func thousandStatuses() []byte {
	var body strings.Builder
	body.WriteString(`{"object":"whatsapp_business_account","entry":[{"id":"55500011","time":1793000000,"changes":[`)
	for i := range 1000 {
		if i > 0 {
			body.WriteByte(',')
		}
		fmt.Fprintf(&body, `{"field":"messages","value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"911140001234","phone_number_id":"700100200"},`+
			`"contacts":[{"profile":{"name":"\u00c1sha"},"wa_id":"9198111%05d","user_id":"IN.90817263544120077"}],`+
			`"statuses":[{"id":"wamid.HBgMOTE5ODExMTAwMDIyFQIAERgSMjA3%05d","status":"delivered","timestamp":"1793000021","recipient_id":"9198111%05d","recipient_user_id":"IN.90817263544120077",`+
			`"biz_opaque_callback_data":"%s","pricing":{"billable":true,"pricing_model":"PMP","type":"regular","category":"marketing"}}]}}`,
			i, i, i, whatsapp.SignCorrelation(correlationKey, whatsapp.Correlation{Message: messaging.ID(i/2 + 1)}))
	}
	body.WriteString(`]}]}`)
	return []byte(body.String())
}

func BenchmarkParseWebhook1000(b *testing.B) {
	raw := thousandStatuses()
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		batch, err := whatsapp.ParseWebhook(raw)
		if err != nil || len(batch.Statuses) != 1000 {
			b.Fatal(err)
		}
	}
}

// The same with one malformed status: the slow way.
func BenchmarkParseWebhook1000Salvaged(b *testing.B) {
	raw := []byte(strings.Replace(string(thousandStatuses()), `"timestamp":"1793000021"`, `"timestamp":"soon"`, 1))
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		batch, err := whatsapp.ParseWebhook(raw)
		if err != nil || len(batch.Statuses) != 999 || len(batch.Unparsed) != 1 {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerifyAndFold1000(b *testing.B) {
	batch, err := whatsapp.ParseWebhook(thousandStatuses())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		progress, _ := whatsapp.Fold(batch.Statuses, func(s string) (whatsapp.Correlation, error) {
			return whatsapp.ParseCorrelation(s, correlationKey)
		})
		if len(progress) != 500 {
			b.Fatal(len(progress))
		}
	}
}
