package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"posthaste/test/harness"
)

// demo starts the demo as the README says, sends a campaign as one of its people and compares the figures.
func (p *place) demo() error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		return err
	}
	data := filepath.Join(p.dir, "data")
	c := p.command("make", "run", "LISTEN="+address, "DATA="+data)
	out, err := c.StdoutPipe()
	if err != nil {
		return err
	}
	c.Stderr = os.Stderr
	if err := c.Start(); err != nil {
		return err
	}
	defer func() {
		_ = syscall.Kill(-c.Process.Pid, syscall.SIGINT)
		_ = c.Wait()
	}()
	begun := time.Now()
	if err := greeted(out); err != nil {
		return err
	}
	fmt.Printf("  started after %s\n", time.Since(begun).Round(time.Second/10))
	return campaign(harness.Attach("http://"+strings.Replace(address, "127.0.0.1", "localhost", 1), data))
}

// greeted reads until the program says how to stop it, and goes on reading.
func greeted(out io.Reader) error {
	ready := make(chan struct{})
	go func() {
		lines := bufio.NewScanner(out)
		for open := true; lines.Scan(); {
			fmt.Println(" ", lines.Text())
			if open && strings.Contains(lines.Text(), "Ctrl-C") {
				open = false
				close(ready)
			}
		}
	}()
	select {
	case <-ready:
		return nil
	case <-time.After(10 * time.Minute):
		return errors.New("the demo was not ready in ten minutes")
	}
}

const audience = 500

// campaign sends to people whose consent it records first, and holds messageStats against the sandbox.
func campaign(box *harness.Box) (err error) {
	t := &teller{ctx: context.Background()}
	defer func() {
		if failure, ok := recover().(failed); ok {
			err = errors.New(string(failure))
		}
		t.end()
	}()
	e := &harness.Enterprise{Box: box, Name: "demo", Owner: box.Client(t)}
	signIn(t, box, e)
	sandbox := box.Sandbox(t)
	sandbox.Plain(t)
	sandbox.Quiet(t, time.Minute)
	template, columns, header := choose(t, e)

	phones := box.Phones(audience)
	e.Consent(t, phones...)
	before, told := settled(t, e, sandbox), sandbox.Stats(t).Statuses["delivered"]
	var csv strings.Builder
	csv.WriteString(header + "\n")
	for _, phone := range phones {
		csv.WriteString(phone + strings.Repeat(",guest", len(columns)-1) + "\n")
	}
	begun := time.Now()
	c := harness.NewCampaign(t, e, "A first campaign", template)
	c.Upload(t, csv.String(), columns)
	if ready := c.Reach(t, "READY"); ready.Progress.Accepted != audience {
		t.Fatalf("%d of %d rows were accepted: %v", ready.Progress.Accepted, audience, ready.Refusals)
	}
	c.Start(t)
	c.Reach(t, "DONE")
	sandbox.Quiet(t, 2*time.Minute)
	grown := int(sandbox.Stats(t).Statuses["delivered"] - told)
	got := 0
	harness.Eventually(t, time.Minute, "messageStats has counted the campaign", func() bool {
		got = e.Owner.Figures(t).Delivered - before
		return got >= grown
	})
	if got != grown || grown != audience {
		t.Fatalf("messageStats grew by %d, the sandbox has delivered %d of %d", got, grown, audience)
	}
	fmt.Printf("  %d sent, delivered and counted in %s\n", audience, time.Since(begun).Round(time.Second/10))
	return nil
}

// settled reads the delivered figure once it stands still.
func settled(t *teller, e *harness.Enterprise, sandbox harness.Sandbox) int {
	last, since := -1, time.Now()
	harness.Eventually(t, time.Minute, "the figures stand still", func() bool {
		if now := e.Owner.Figures(t).Delivered; now != last {
			last, since = now, time.Now()
		}
		return time.Since(since) > 5*time.Second
	})
	return last
}

// signIn is done by somebody of the demo who may do all that a campaign needs.
func signIn(t *teller, box *harness.Box, e *harness.Enterprise) {
	content, err := os.ReadFile(filepath.Join(box.Dir, "demo.json"))
	if err != nil {
		t.Fatal(err)
	}
	var demo struct {
		People []struct{ Email, Role, Password, TOTP string }
	}
	if err := json.Unmarshal(content, &demo); err != nil {
		t.Fatal(err)
	}
	for _, person := range demo.People {
		if person.Role == "OWNER" && person.TOTP != "" {
			e.Owner.SignIn(t, person.Email, person.Password, harness.NewAuthenticator(strings.ReplaceAll(person.TOTP, " ", "")))
			return
		}
	}
	t.Fatal("the demo has no owner who is enrolled")
}

// choose takes a template that may be sent, a sender for it, and names a column for each of its variables.
func choose(t *teller, e *harness.Enterprise) (template string, columns map[string]string, header string) {
	var found struct {
		Senders   []struct{ ID, State string }
		Templates struct {
			Edges []struct {
				Node struct {
					ID        string
					Sendable  bool
					Variables []string
					Header    string
					Buttons   []struct{ URL string }
				}
			}
		}
	}
	e.Owner.Must(t, `{ senders { id state } templates(first: 100) { edges { node { id sendable variables header buttons { url } } } } }`, nil, &found)
	for _, s := range found.Senders {
		if s.State == "ACTIVE" {
			e.Sender = s.ID
		}
	}
	for _, edge := range found.Templates.Edges {
		n := edge.Node
		plain := !strings.Contains(n.Header, "{{")
		for _, b := range n.Buttons {
			plain = plain && !strings.Contains(b.URL, "{{")
		}
		if !n.Sendable || !plain {
			continue
		}
		columns, header = map[string]string{"to": "phone"}, "phone"
		for i, variable := range n.Variables {
			columns[variable] = fmt.Sprintf("column %d", i)
			header += fmt.Sprintf(",column %d", i)
		}
		return n.ID, columns, header
	}
	t.Fatal("the demo has no template that may be sent")
	return "", nil, ""
}

// failed carries a failure out of the harness, which speaks to a test.
type failed string

// teller stands in for a test.
type teller struct {
	testing.TB
	ctx  context.Context
	last []func()
}

func (t *teller) Helper()                           {}
func (t *teller) Context() context.Context          { return t.ctx }
func (t *teller) Cleanup(f func())                  { t.last = append(t.last, f) }
func (t *teller) Failed() bool                      { return false }
func (t *teller) Logf(format string, args ...any)   { fmt.Printf(format+"\n", args...) }
func (t *teller) Fatal(args ...any)                 { panic(failed(fmt.Sprint(args...))) }
func (t *teller) Fatalf(format string, args ...any) { panic(failed(fmt.Sprintf(format, args...))) }
func (t *teller) Error(args ...any)                 { t.Fatal(args...) }
func (t *teller) Errorf(format string, args ...any) { t.Fatalf(format, args...) }

func (t *teller) end() {
	for _, f := range t.last {
		f()
	}
}
