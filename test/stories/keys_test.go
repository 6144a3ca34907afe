package stories

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"posthaste/auth/evidence"
	"posthaste/test/harness"
)

// The root key of a box is rotated and the older one retired, as the operations page says it; people and programs notice
// nothing.
func TestTheRootKeyOfABoxIsRotated(t *testing.T) {
	t.Parallel()
	box := harness.Start(t)
	e := box.Enterprise(t, "Rotation Tea")
	key := e.Key(t, "BI", "ANALYTICS_READ")
	works := func(what string) {
		t.Helper()
		e.Owner.Must(t, `{ viewer { address } users { email } }`, nil, &struct{}{})
		key.Must(t, `{ analyticsDatasets { __typename } }`, nil, &struct{}{})
		if box.Client(t).Password(t, e.Email, e.Password) == "" {
			t.Errorf("%s: the owner cannot begin a sign-in", what)
		}
	}
	old := regexp.MustCompile(`(?m)^([0-9a-f]{8}) primary`).FindStringSubmatch(box.Run(t, "keys", "list"))
	if old == nil {
		t.Fatal("the primary root key is not listed")
	}
	if said := box.Refused(t, "keys", "rotate"); !strings.Contains(said, "stop it first") {
		t.Errorf("a running box is not spared: %s", said)
	}
	proof := provenConsent(t, box, e)
	box.Stop(t)
	box.Run(t, "keys", "rotate")
	if listed := box.Run(t, "keys", "list"); !strings.Contains(listed, old[1]+" decrypt-only") {
		t.Fatalf("after the rotation:\n%s", listed)
	}
	box.Again(t)
	harness.Eventually(t, time.Minute, "the tenants' keys are moved", func() bool {
		used := box.Run(t, "keys", "use")
		return !strings.Contains(used, "tenants' keys") && !strings.Contains(used, "no process has it")
	})
	works("with both keys")
	if said := box.Refused(t, "keys", "retire", old[1]); !strings.Contains(said, "recovery codes") || strings.Contains(said, "passwords") || strings.Contains(said, "API keys") {
		t.Errorf("the older key is needed for: %s", said)
	}
	if listed := box.Run(t, "keys", "list"); !strings.Contains(listed, old[1]) {
		t.Fatalf("a refused key is gone:\n%s", listed)
	}
	box.Run(t, "keys", "retire", old[1], "--lose-credentials")
	if listed := box.Run(t, "keys", "list"); strings.Contains(listed, old[1]) {
		t.Fatalf("the retired key is there:\n%s", listed)
	}
	box.Stop(t)
	box.Again(t)
	works("with the new key alone")
	checkEvidence(t, box, e)
	checkProof(t, box, proof)
	if verified := box.Run(t, "audit", "verify", "--tenant", e.ID); !strings.Contains(verified, "verified") {
		t.Errorf("the ledger after the rotation: %s", verified)
	}
	box.NoLeaks(t)
}

// provenConsent has the owner take a signed proof of one person's consent away, and gives its file.
func provenConsent(t *testing.T, box *harness.Box, e *harness.Enterprise) (file string) {
	t.Helper()
	phone := box.Phones(1)[0]
	e.Consent(t, phone)
	var issued struct {
		IssueConsentProof struct {
			Document   string
			UserErrors harness.UserErrors
		}
	}
	e.Owner.Must(t, `mutation($a: String!) { issueConsentProof(address: $a) { document userErrors { field code message } } }`, map[string]any{"a": phone}, &issued)
	issued.IssueConsentProof.UserErrors.None(t)
	if !strings.Contains(issued.IssueConsentProof.Document, phone) {
		t.Error("the proof does not name whom it is of")
	}
	file = filepath.Join(t.TempDir(), "proof.json")
	if err := os.WriteFile(file, []byte(issued.IssueConsentProof.Document), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// checkProof has the host check a proof that a retired root key has signed, and one that was changed.
func checkProof(t *testing.T, box *harness.Box, file string) {
	t.Helper()
	if said := box.Run(t, "audit", "check", file); !strings.Contains(said, "as it was signed\tposthaste/consent-proof/v1 as of 20") {
		t.Errorf("the proof is checked: %s", said)
	}
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(content), `"granted": true`, `"granted": false`, 1)
	if err := os.WriteFile(file, []byte(changed), 0o600); err != nil || changed == string(content) {
		t.Fatal("nothing was changed", err)
	}
	if said := box.Refused(t, "audit", "check", file); !strings.Contains(said, "proof.json: evidence: the statement is not signed by a known key, or was changed") {
		t.Errorf("a changed proof: %s", said)
	}
}

// evidenceOf has the owner export the last two days from the portal, and gives the directory of what came.
func evidenceOf(t *testing.T, box *harness.Box, e *harness.Enterprise) string {
	t.Helper()
	var asked struct {
		ExportEvidence struct {
			URL        string
			UserErrors harness.UserErrors
		}
	}
	now := time.Now().UTC()
	e.Owner.Must(t, `mutation($i: EvidenceInput!) { exportEvidence(input: $i) { url userErrors { field code message } } }`, map[string]any{
		"i": map[string]any{"from": now.AddDate(0, 0, -1).Format(time.DateOnly), "before": now.AddDate(0, 0, 1).Format(time.DateOnly)},
	}, &asked)
	asked.ExportEvidence.UserErrors.None(t)
	status, _, _ := visit(t, box, "GET", asked.ExportEvidence.URL, nil, nil)
	if status != http.StatusUnauthorized {
		t.Errorf("the link alone gives %d", status)
	}
	status, header, body := visit(t, box, "GET", asked.ExportEvidence.URL, nil, map[string]string{"Authorization": "Bearer " + e.Owner.Bearer})
	if status != http.StatusOK || header.Get("Content-Type") != "application/zip" || !strings.HasPrefix(header.Get("Content-Disposition"), "attachment; filename=") {
		t.Fatalf("evidence: %d %s", status, body)
	}
	return unpacked(t, []byte(body))
}

func unpacked(t *testing.T, file []byte) (directory string) {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	directory = t.TempDir()
	if err := os.CopyFS(directory, archive); err != nil {
		t.Fatal(err)
	}
	return directory
}

// signed compares evidence with the public key that the host shows.
func signed(t *testing.T, box *harness.Box, e *harness.Enterprise, directory string) {
	t.Helper()
	shown := regexp.MustCompile(`evidence (\S+)`).FindStringSubmatch(box.Run(t, "keys", "list"))
	key, err := base64.RawURLEncoding.DecodeString(shown[1])
	if err != nil {
		t.Fatal(err)
	}
	m, err := evidence.Check(directory, key)
	if err != nil || !m.Verification.Verified || m.Tenant != e.ID {
		t.Fatalf("the evidence says %+v: %v", m, err)
	}
}

func checkEvidence(t *testing.T, box *harness.Box, e *harness.Enterprise) {
	t.Helper()
	directory := evidenceOf(t, box, e)
	signed(t, box, e, directory)
	people, err := os.ReadFile(filepath.Join(directory, "people.csv"))
	if err != nil || !strings.Contains(string(people), e.Email+",") {
		t.Errorf("the people are %q: %v", people, err)
	}
	acts, err := os.ReadFile(filepath.Join(directory, "audit.csv"))
	if err != nil || !strings.Contains(string(acts), "root_keys.rewrapped") {
		t.Errorf("the acts are %q: %v", acts, err)
	}
	if told := e.Owner.Ask(t, `{ audit(first: 5, action: "evidence.exported") { edges { node { action } } } }`, nil); strings.Count(string(told.Raw), "evidence.exported") != 1 {
		t.Errorf("the export is in the audit log as %s", told.Raw)
	}
}
