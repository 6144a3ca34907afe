package faults

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"posthaste/test/harness"
)

// Fault is one thing that goes wrong.
type Fault struct {
	Name string
	do   func(r *Round)
}

// EveryFault lists the kinds that a round goes through.
func EveryFault() []Fault {
	return []Fault{
		{"kill a dispatcher", func(r *Round) { r.kill(r.dispatcher()) }},
		{"kill both dispatchers", func(r *Round) { r.kill("dispatch-1", "dispatch-2") }},
		{"kill serve", func(r *Round) { r.kill("serve") }},
		{"kill Postgres", func(r *Round) { r.kill("postgres") }},
		{"kill ClickHouse", func(r *Round) { r.kill("clickhouse") }},
		{"kill serve and a dispatcher", func(r *Round) { r.serveAway(r.dispatcher()) }},
		{"kill serve after a webhook's 200", func(r *Round) { r.killAfterWebhook() }},
		{"stop the owner past its lease", func(r *Round) { r.freezeOwner() }},
	}
}

func (r *Round) dispatcher() string { return fmt.Sprintf("dispatch-%d", 1+r.random.IntN(2)) }

// kill ends parts as a power cut would and waits until they run again. What was under way around that moment may be
// doubtful; nothing else may.
func (r *Round) kill(parts ...string) {
	for _, part := range parts {
		r.spare(part)
	}
	begun := time.Now()
	var pids []int
	for _, part := range parts {
		pids = append(pids, r.box.Signal(r.t, part, syscall.SIGKILL))
	}
	if slices.ContainsFunc(parts, makesDoubt) {
		r.underWay(begun, time.Now())
	}
	for i, part := range parts {
		r.box.Reborn(r.t, part, pids[i])
	}
	if slices.Contains(parts, "postgres") {
		r.box.Answers(r.t)
	}
}

// spare lets a part live for a while after every few kills: the supervisor takes eight lives in a row of less than ten
// seconds for a part that cannot live, and would be right.
func (r *Round) spare(part string) {
	const long, few = 11 * time.Second, 3
	if r.deaths[part]++; r.deaths[part]%few != 0 {
		return
	}
	pid, since := 0, time.Now()
	harness.Eventually(r.t, 2*time.Minute, part+" lives for a while", func() bool {
		if now := r.box.Where(r.t).Pids[part]; now != pid {
			pid, since = now, time.Now()
		}
		return time.Since(since) > long
	})
}

// makesDoubt tells whether a part's death can leave calls without an outcome: who makes them, and who records them. The
// death of the server or of ClickHouse must leave none.
func makesDoubt(part string) bool { return strings.HasPrefix(part, "dispatch") || part == "postgres" }

// underWay counts the calls that the sandbox saw around a fault, once the time is over.
func (r *Round) underWay(from, to time.Time) {
	from, to = from.Add(-before), to.Add(after)
	time.Sleep(time.Until(to))
	r.mu.Lock()
	defer r.mu.Unlock()
	r.doubtful += r.sandbox.InFlight(r.t, from, to)
}

// serveAway kills a dispatcher and keeps the server down for a while: nobody hears the reports, so the waits for evidence
// must stand still.
func (r *Round) serveAway(part string) {
	r.spare("serve")
	serve := r.box.Signal(r.t, "serve", syscall.SIGKILL)
	r.kill(part)
	r.box.Reborn(r.t, "serve", serve)
	r.spare("serve")
	serve = r.box.Signal(r.t, "serve", syscall.SIGSTOP)
	time.Sleep(2 * evidence)
	if err := syscall.Kill(serve, syscall.SIGKILL); err != nil {
		r.t.Fatalf("kill the stopped server: %v", err)
	}
	r.box.Reborn(r.t, "serve", serve)
}

// killAfterWebhook reports what a person wrote and kills the server the moment it says 200: then it must be on disk,
// because a provider never says it again.
func (r *Round) killAfterWebhook() {
	phone := r.box.Phones(1)[0]
	body := fmt.Appendf(nil, `{"object":"whatsapp_business_account","entry":[{"id":%q,"changes":[{"field":"messages","value":{
		"messaging_product":"whatsapp","metadata":{"display_phone_number":"911100000000","phone_number_id":%q},
		"contacts":[{"profile":{"name":"Asha"},"wa_id":%q}],
		"messages":[{"from":%q,"id":"wamid.%s","timestamp":%q,"type":"text","text":{"body":"a question"}}]}}]}]}`,
		r.company.MetaWaba, r.company.PhoneNumber, phone[1:], phone[1:], harness.Letters(24), strconv.FormatInt(time.Now().Unix(), 10))
	mac := hmac.New(sha256.New, []byte(r.company.AppSecret))
	mac.Write(body)
	signature := "sha256=" + hex.EncodeToString(mac.Sum(nil))
	taken := false
	harness.Eventually(r.t, 30*time.Second, "a webhook is answered", func() bool {
		request, err := http.NewRequestWithContext(r.t.Context(), http.MethodPost, r.company.WebhookURL, bytes.NewReader(body))
		if err != nil {
			r.t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("X-Hub-Signature-256", signature)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return false
		}
		taken = response.StatusCode == http.StatusOK
		if taken {
			r.kill("serve")
		}
		_ = response.Body.Close()
		return taken
	})
	r.posted++
}

// freezeOwner stops the process that owns the portfolio for longer than its lease, so that another takes over; then it goes
// on as if nothing had happened. What it believes to own must not let it claim, and it has to start anew.
func (r *Round) freezeOwner() {
	for _, part := range []string{"dispatch-1", "dispatch-2"} {
		r.ready("dispatch-1")
		r.ready("dispatch-2")
		was := r.liveOwner()
		r.spare(part) // it will end itself
		begun := time.Now()
		pid := r.box.Signal(r.t, part, syscall.SIGSTOP)
		r.underWay(begun, time.Now())
		time.Sleep(time.Until(begun.Add(2 * lease)))
		is := r.liveOwner()
		if err := syscall.Kill(pid, syscall.SIGCONT); err != nil {
			r.t.Fatalf("let %s go on: %v", part, err)
		}
		r.box.Reborn(r.t, part, pid)
		if is != was {
			return
		}
	}
	r.t.Error("no stopped dispatcher was the owner: ownership did not move")
}

// ready waits until a dispatcher has its lease: one that is only just starting has nothing to lose by being stopped, and
// would not have to start anew.
func (r *Round) ready(part string) {
	harness.Eventually(r.t, 30*time.Second, part+" is ready", func() bool {
		response, err := http.Get("http://" + r.box.Where(r.t).Hosts[part] + "/readyz")
		if err != nil {
			return false
		}
		_ = response.Body.Close()
		return response.StatusCode == http.StatusOK
	})
}

// liveOwner is the epoch under which a live process owns the portfolio; it waits for one.
func (r *Round) liveOwner() (epoch int64) {
	harness.Eventually(r.t, 30*time.Second, "the portfolio has a live owner", func() bool {
		found := harness.Rows[int64](r.t, r.box, `SELECT o.epoch FROM portfolio_owner o JOIN process p ON p.id = o.process_id WHERE p.lease_until > clock_timestamp()`)
		if len(found) == 1 {
			epoch = found[0]
		}
		return len(found) == 1
	})
	return epoch
}
