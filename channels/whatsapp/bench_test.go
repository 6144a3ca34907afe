package whatsapp_test

import (
	"bufio"
	"bytes"
	"context"
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

// BenchmarkSend posts the offer template over loopback from 32 goroutines and reports the client's own CPU per call, beside
// the same number of bytes through bare net/http: the floor to judge it by.
func BenchmarkSend(b *testing.B) {
	base := startProvider(b)
	// As the dispatcher does: one deadline for a batch of calls.
	ctx, cancel := context.WithTimeout(b.Context(), time.Minute)
	defer cancel()
	b.Run("floor", func(b *testing.B) {
		transport := whatsapp.NewTransport()
		content := bytes.Repeat([]byte("x"), 640)
		measure(b, func() bool {
			request, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/v25.0/700100200/messages", bytes.NewReader(content))
			if err != nil {
				return false
			}
			response, err := transport.RoundTrip(request)
			if err != nil {
				return false
			}
			defer response.Body.Close()
			_, err = io.Copy(io.Discard, response.Body)
			return err == nil
		})
	})
	b.Run("client", func(b *testing.B) {
		client, err := whatsapp.New(whatsapp.Options{BaseURL: base, Timeout: time.Hour})
		if err != nil {
			b.Fatal(err)
		}
		message := outgoing(messaging.Content{Template: offer})
		message.Correlation = whatsapp.SignCorrelation(correlationKey, whatsapp.Correlation{Message: 1})
		measure(b, func() bool { return client.Send(ctx, message).Verdict == channels.Accepted })
	})
}

func startProvider(b *testing.B) (base string) {
	provider := exec.Command(os.Args[0])
	provider.Env = append(os.Environ(), "WHATSAPP_BENCH_PROVIDER=1")
	out, err := provider.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := provider.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = provider.Process.Kill(); _ = provider.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	return strings.TrimSpace(line)
}

// measure runs call from 32 goroutines, after some calls that open the connections.
func measure(b *testing.B, call func() bool) {
	run := func(each int) {
		var all sync.WaitGroup
		for range 32 {
			all.Go(func() {
				for range each {
					if !call() {
						b.Error("the call failed")
						return
					}
				}
			})
		}
		all.Wait()
	}
	run(20)
	each := (b.N + 31) / 32
	b.ReportAllocs()
	before := cpu(b)
	b.ResetTimer()
	run(each)
	b.StopTimer()
	b.ReportMetric(float64((cpu(b)-before).Microseconds())/float64(each*32), "cpu-µs/op")
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
