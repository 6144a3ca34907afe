package stories

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"posthaste/test/harness"
)

// A security admin's day in a browser, as frontend/e2e/day tells it, against the whole program.
func TestASecurityAdminsDay(t *testing.T) {
	t.Parallel()
	box := harness.Start(t, "--allow-list-trial=12s")
	e := box.Enterprise(t, "Acme Day")
	e.Connect(t)
	var kept struct {
		SetKeeping struct{ UserErrors harness.UserErrors }
	}
	e.Owner.Must(t, `mutation($i: SetKeepingInput!) { setKeeping(input: $i) { userErrors { field code message } } }`, map[string]any{
		"i": map[string]any{"addressMode": "PLAIN", "contentMode": "PLAIN", "messageDays": 180, "summaryDays": 365},
	}, &kept)
	kept.SetKeeping.UserErrors.None(t)
	template := e.Template(t, "news_"+harness.Letters(6), "UTILITY")
	e.Approved(t, template)
	phone := box.Phones(1)[0]
	e.Consent(t, phone)
	sent := e.Send(t, e.Owner, "day", template, nil, phone)

	account := func(name, email, password, key string, spent int64) map[string]any {
		return map[string]any{"name": name, "email": email, "password": password, "key": key, "spent": spent}
	}
	key, spent := e.Owner.Authenticator().Carry()
	exported := filepath.Join(t.TempDir(), "evidence.zip")
	place, err := json.Marshal(map[string]any{
		"url": box.URL, "sandbox": "http://" + box.Where(t).SandboxControl, "brand": e.Name, "message": sent[0].MessageID, "phone": phone, "evidence": exported,
		"owner": account("Owner of "+e.Name, e.Email, e.Password, key, spent),
		"admin": account("Sara Security", box.Secret("security."+harness.Letters(12)+"@example.com"), box.Secret("otter "+harness.Letters(20)), "", 0),
	})
	if err != nil {
		t.Fatal(err)
	}
	runDay(t, box, place)

	file, err := os.ReadFile(exported)
	if err != nil {
		t.Fatal(err)
	}
	signed(t, box, e, unpacked(t, file))
	if said := box.Run(t, "audit", "verify", "--tenant", e.ID); !strings.Contains(said, "verified") {
		t.Errorf("audit verify says: %s", said)
	}
	if n := harness.Row[int64](t, box, `SELECT count(*) FROM audit_event WHERE action = 'message.revealed' AND tenant_id = `+e.ID); n != 1 {
		t.Errorf("%d reveals are on record, want 1", n)
	}
	box.NoLeaks(t)
}

// runDay runs the browser's part, and registers every secret that it saw.
func runDay(t *testing.T, box *harness.Box, place []byte) {
	t.Helper()
	pictures := t.TempDir()
	day := exec.CommandContext(t.Context(), "npm", "run", "--silent", "security-day", "--prefix", filepath.Join("..", "..", "frontend"))
	day.Env = append(os.Environ(), "PICTURES="+pictures)
	day.Stdin = bytes.NewReader(place)
	var refusal bytes.Buffer
	day.Stderr = &refusal
	out, err := day.Output()
	lines := bufio.NewScanner(bytes.NewReader(out))
	lines.Buffer(nil, 4<<20) // an answer is a line
	steps, secrets, answers := 0, 0, 0
	for lines.Scan() {
		var line struct {
			Step            string
			Seconds         float64
			Secrets, Codes  []string
			Asked, Answered string
			Status          int
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Fatalf("the browser's part said %q", lines.Text())
		}
		box.Overheard(line.Asked, line.Status, line.Answered, line.Secrets, line.Codes)
		secrets, answers = secrets+len(line.Secrets), answers+min(len(line.Answered), 1)
		if line.Step != "" {
			steps++
			t.Logf("%5.1f s  %s", line.Seconds, line.Step)
		}
	}
	if err != nil {
		kept := filepath.Join(os.TempDir(), "posthaste-day")
		if err := os.CopyFS(kept, os.DirFS(pictures)); err == nil {
			t.Logf("pictures of its last moment are in %s", kept)
		}
		t.Fatalf("after %d steps: %s", steps, refusal.String())
	}
	if lines.Err() != nil || secrets < 20 || answers < 50 {
		t.Errorf("the browser's part has told of %d secrets and %d answers only: %v", secrets, answers, lines.Err())
	}
	if steps < 14 {
		t.Errorf("the browser's part has told of %d steps only", steps)
	}
}
