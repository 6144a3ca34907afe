package faults

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"posthaste/test/harness"
)

// Plan is how large a round is.
type Plan struct {
	Seed     uint64
	Messages int
	Rate     int           // messages a second; the sandbox and the sender take perSec
	Rounds   int           // of every kind of fault
	Between  time.Duration // from one fault to the next, drawn around it
	Program  string        // the binary; empty: the one under test
}

const (
	lease     = 3 * time.Second
	heartbeat = time.Second
	evidence  = 4 * time.Second // how long an unknown outcome waits for a webhook

	perCall = 20 // recipients of one call of the API
	perSec  = 80 // the sandbox's and the sender's rate

	// before is how long before a fault a call can have been answered without its outcome being on disk, or cleared
	// without having been made: the gate's slice, the wait of outcomes and one commit on a busy machine. after is for an
	// answer that lies in a socket.
	before = 300 * time.Millisecond
	after  = 100 * time.Millisecond
)

// Round is one installation under faults.
type Round struct {
	t        *testing.T
	plan     Plan
	random   *rand.Rand
	box      *harness.Box
	company  *harness.Enterprise
	program  *harness.Client
	sandbox  harness.Sandbox
	template map[string]string // by category

	deaths map[string]int // by part: how often it was killed

	mu       sync.Mutex
	accepted map[string]bool
	refused  []string
	calls    int // of the API that were answered
	doubtful int // calls to the provider that were under way at faults
	posted   int // webhooks of ours that were answered 200
}

// NewRound starts an installation that is ready to send.
func NewRound(t *testing.T, plan Plan) *Round {
	t.Helper()
	if plan.Seed == 0 {
		plan.Seed = uint64(time.Now().UnixNano())
	}
	if plan.Rate == 0 {
		plan.Rate = perSec
	}
	fmt.Printf("seed %d: %d messages, %d rounds of faults\n", plan.Seed, plan.Messages, plan.Rounds)
	flags := []string{"--lease", lease.String(), "--heartbeat", heartbeat.String(), "--post-timeout", "3s",
		"--evidence-wait", evidence.String(), "--evidence-wait-code", evidence.String()}
	r := &Round{
		t: t, plan: plan, random: rand.New(rand.NewPCG(plan.Seed, 1)), accepted: map[string]bool{}, template: map[string]string{},
		deaths: map[string]int{},
		box:    harness.StartProgram(t, plan.Program, flags...),
	}
	r.sandbox = r.box.Sandbox(t)
	r.sandbox.Plain(t)
	r.company = r.box.Enterprise(t, "Acme Faults")
	r.company.Connect(t)
	for _, category := range []string{"MARKETING", "UTILITY"} {
		r.template[category] = r.company.Template(t, "news_"+harness.Letters(6), category)
		r.company.Approved(t, r.template[category])
	}
	r.program = r.company.Key(t, "shop", "MESSAGE_SEND", "MESSAGE_READ")
	r.watchClaims()
	return r
}

// watchClaims has the database itself note under which epoch each claim is made, and which epoch owned at that moment.
func (r *Round) watchClaims() {
	r.box.Execute(r.t, `CREATE TABLE claim_noted (at timestamptz NOT NULL, portfolio bigint NOT NULL, claimed bigint NOT NULL, owned bigint NOT NULL)`)
	r.box.Execute(r.t, `CREATE FUNCTION note_claim() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
		INSERT INTO public.claim_noted SELECT clock_timestamp(), NEW.portfolio_id, NEW.epoch, o.epoch FROM public.portfolio_owner o WHERE o.portfolio_id = NEW.portfolio_id;
		RETURN NULL; END $$`)
	r.box.Execute(r.t, `CREATE TRIGGER note_claim AFTER UPDATE ON chunk FOR EACH ROW WHEN (NEW.intent > OLD.intent) EXECUTE FUNCTION note_claim()`)
}

// Run sends at the sender's pace while the faults happen, then lets the installation come to rest.
func (r *Round) Run(faults ...Fault) {
	r.t.Helper()
	people := r.box.Phones(r.plan.Messages)
	r.company.Consent(r.t, people...)
	sent, over := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(sent)
		r.sendAll(people)
		r.sendOn(over)
	}()
	list := r.shuffled(faults)
	for i, fault := range list {
		pause := r.plan.Between/2 + time.Duration(r.random.Int64N(int64(r.plan.Between)))
		select {
		case <-time.After(pause):
		case <-r.t.Context().Done():
		}
		begun := time.Now()
		fault.do(r)
		r.t.Logf("%2d/%d %-32s %s", i+1, len(list), fault.Name, time.Since(begun).Round(time.Millisecond))
	}
	close(over)
	<-sent
	r.rest()
}

func (r *Round) shuffled(faults []Fault) []Fault {
	var list []Fault
	for range r.plan.Rounds {
		list = append(list, faults...)
	}
	r.random.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list
}

// sendAll sends to everybody in calls of a few recipients, at the pace at which the provider takes them. A call without
// an answer is made again under its key until it has one: so the caller knows each id, whatever dies.
func (r *Round) sendAll(people []string) {
	tick := time.NewTicker(time.Second * perCall / time.Duration(r.plan.Rate))
	defer tick.Stop()
	var calls sync.WaitGroup
	for i := 0; len(people) > 0; i++ {
		part := people[:min(len(people), perCall)]
		people = people[len(part):]
		category := []string{"MARKETING", "UTILITY"}[i%2]
		calls.Go(func() { r.sendUntilAnswered(fmt.Sprintf("call-%d-%s", i, harness.Letters(8)), category, part) })
		select {
		case <-tick.C:
		case <-r.t.Context().Done():
			return
		}
	}
	calls.Wait()
}

// sendOn sends one message now and then until the faults are over: a fault that meets no work proves nothing.
func (r *Round) sendOn(over <-chan struct{}) {
	for {
		select {
		case <-over:
			return
		case <-r.t.Context().Done():
			return
		case <-time.After(300 * time.Millisecond):
			r.sendUntilAnswered("on-"+harness.Letters(12), "UTILITY", r.late())
		}
	}
}

// late draws one more person, who has agreed.
func (r *Round) late() []string {
	phone := r.box.Phones(1)
	consents := map[string]any{"i": []any{map[string]any{"address": phone[0], "purpose": "ALL", "source": "WEBSITE"}}}
	for r.t.Context().Err() == nil {
		answer, err := r.company.Owner.Try(r.t, `mutation($i: [ConsentInput!]!) { recordConsents(input: $i) { recorded } }`, consents)
		if err == nil && answer.Code() == "" {
			break
		}
		time.Sleep(200 * time.Millisecond) // the server is down
	}
	return phone
}

func (r *Round) sendUntilAnswered(key, category string, people []string) {
	recipients := make([]any, len(people))
	for i, phone := range people {
		recipients[i] = map[string]any{"to": phone, "variables": []any{map[string]any{"name": "1", "value": "valued guest"}}}
	}
	variables := map[string]any{"i": map[string]any{"idempotencyKey": key, "senderId": r.company.Sender, "templateId": r.template[category], "recipients": recipients}}
	for r.t.Context().Err() == nil {
		answer, err := r.program.Try(r.t, harness.SendMutation, variables)
		if err == nil && len(answer.Errors) == 0 {
			r.take(answer)
			return
		}
		if code := answer.Code(); err == nil && code != "UNAVAILABLE" && code != "INTERNAL" && code != "LIMITED" {
			r.note("a call was refused: " + code)
			return
		}
		time.Sleep(200 * time.Millisecond) // it is down, and nothing would tell when it is up
	}
}

func (r *Round) take(answer harness.Answer) {
	var sent struct {
		SendMessages struct {
			Results    []harness.Result
			UserErrors harness.UserErrors
		}
	}
	if err := json.Unmarshal(answer.Data, &sent); err != nil || len(sent.SendMessages.UserErrors) > 0 {
		r.note(fmt.Sprintf("an answer was refused: %v %v", err, sent.SendMessages.UserErrors))
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls++
	for _, result := range sent.SendMessages.Results {
		if result.Error != nil {
			r.refused = append(r.refused, "a recipient was refused: "+result.Error.Code)
			continue
		}
		id, _, _ := strings.Cut(result.MessageID, "-")
		r.accepted[id] = true
	}
}

func (r *Round) note(problem string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.refused = append(r.refused, problem)
}

// rest waits until nothing is under way. The wait for evidence counts only while later reports of the sender are heard,
// so a message now and then goes on being sent.
func (r *Round) rest() {
	harness.Eventually(r.t, 5*time.Minute, "nothing is waiting any more", func() bool {
		open := harness.Row[int64](r.t, r.box, `SELECT (SELECT count(*) FROM chunk) + (SELECT count(*) FROM unsettled) + (SELECT count(*) FROM outbox)`)
		if open == 0 {
			stats := r.sandbox.Stats(r.t)
			return stats.Waiting == 0 && stats.Webhooks.Pending == 0
		}
		if doubts := harness.Row[int64](r.t, r.box, `SELECT count(*) FROM unsettled`); doubts > 0 {
			r.sendUntilAnswered("rest-"+harness.Letters(12), "UTILITY", r.late())
		}
		time.Sleep(300 * time.Millisecond)
		return false
	})
}
