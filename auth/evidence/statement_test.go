package evidence_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"posthaste/auth/evidence"
)

type claim struct {
	Zone  string   `json:"zone"`
	Count int      `json:"count"`
	Notes []string `json:"notes"`
	About struct {
		Name string `json:"name"`
	} `json:"about"`
}

func aClaim() claim {
	c := claim{Zone: "Asia/Kolkata", Count: 12, Notes: []string{"a <b> & \"c\"", "Zoë"}}
	c.About.Name = "Tea"
	return c
}

// The canonical form is written here by hand: members by name, no spaces, nothing escaped that needs not be.
func TestAStatementIsSignedInItsCanonicalForm(t *testing.T) {
	t.Parallel()
	file, err := evidence.Sign(aClaim(), key(1))
	if err != nil {
		t.Fatal(err)
	}
	var parts struct {
		Statement claim
		Signature struct {
			Algorithm, Canonicalization, Value string
			PublicKey                          string `json:"public_key"`
			PEM                                string `json:"public_key_pem"`
		}
	}
	if err := json.Unmarshal(file, &parts); err != nil {
		t.Fatal(err)
	}
	public := key(1).Public().(ed25519.PublicKey)
	value, err := base64.StdEncoding.DecodeString(parts.Signature.Value)
	canonical := `{"about":{"name":"Tea"},"count":12,"notes":["a <b> & \"c\"","Zoë"],"zone":"Asia/Kolkata"}`
	if err != nil || !ed25519.Verify(public, []byte(canonical), value) {
		t.Errorf("the signature is not over the canonical form: %v\n%s", err, file)
	}
	if parts.Signature.PublicKey != base64.RawURLEncoding.EncodeToString(public) || !strings.HasPrefix(parts.Signature.PEM, "-----BEGIN PUBLIC KEY-----\n") {
		t.Errorf("the public key is shown as %+v", parts.Signature)
	}
	stated, err := evidence.CheckStatement(file, key(2).Public().(ed25519.PublicKey), public)
	var read claim
	if err != nil || json.Unmarshal(stated, &read) != nil || read.Count != 12 || read.Notes[0] != aClaim().Notes[0] {
		t.Errorf("read back: %s, %v", stated, err)
	}
}

func TestAChangedStatementIsFound(t *testing.T) {
	t.Parallel()
	file, err := evidence.Sign(aClaim(), key(1))
	if err != nil {
		t.Fatal(err)
	}
	public := key(1).Public().(ed25519.PublicKey)
	var packed bytes.Buffer
	if err := json.Compact(&packed, file); err != nil {
		t.Fatal(err)
	}
	if _, err := evidence.CheckStatement(packed.Bytes(), public); err != nil {
		t.Errorf("other spaces between the same words: %v", err)
	}
	if _, err := evidence.CheckStatement(file, key(2).Public().(ed25519.PublicKey)); err == nil {
		t.Error("another key was taken")
	}
	if _, err := evidence.CheckStatement(file); err == nil {
		t.Error("the key that the file names was trusted")
	}
	for name, breach := range map[string][2]string{
		"a number":                {`"count": 12`, `"count": 13`},
		"a text":                  {`Zoë`, `Zoe`},
		"a member more":           {`"count": 12`, `"count": 12, "more": true`},
		"a member twice":          {`"count": 12`, `"count": 13, "count": 12`},
		"a member less":           {`"count": 12,`, ``},
		"another statement":       {`{`, `{"statement": {"count": 13},`},
		"one of another spelling": {`"statement"`, `"statement": {"count": 13}, "Statement"`},
		"a malformed signature":   {`"value": "`, `"value": "!`},
		"no JSON":                 {`{`, ``},
	} {
		changed := strings.Replace(string(file), breach[0], breach[1], 1)
		if changed == string(file) {
			t.Fatalf("%s: nothing was changed", name)
		}
		if _, err := evidence.CheckStatement([]byte(changed), public); err == nil {
			t.Errorf("%s is not found", name)
		}
	}
}
