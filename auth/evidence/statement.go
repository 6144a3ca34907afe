package evidence

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"

	"github.com/gowebpki/jcs"
)

// signedStatement is a file that a person reads and any tool checks: the signature is over the canonical form of the
// statement (RFC 8785: no spaces, members by name), so that indenting the file does not break it.
type signedStatement struct {
	Statement json.RawMessage    `json:"statement"`
	Signature statementSignature `json:"signature"`
}

type statementSignature struct {
	Algorithm        string `json:"algorithm"`
	Canonicalization string `json:"canonicalization"`
	PublicKey        string `json:"public_key"`     // as "keys list" on the host shows it, for comparing
	PublicKeyPEM     string `json:"public_key_pem"` // the same, for tools
	Value            string `json:"value"`          // base64
}

// Sign writes the statement, which must be plain JSON without fractions, into one signed file.
func Sign(statement any, key ed25519.PrivateKey) ([]byte, error) {
	content, err := json.Marshal(statement)
	if err != nil {
		return nil, fmt.Errorf("evidence: write a statement: %w", err)
	}
	canonical, err := jcs.Transform(content)
	if err != nil {
		return nil, fmt.Errorf("evidence: canonical form of a statement: %w", err)
	}
	public := key.Public().(ed25519.PublicKey)
	text, err := publicPEM(public)
	if err != nil {
		return nil, err
	}
	file, err := json.MarshalIndent(signedStatement{content, statementSignature{
		Algorithm: "Ed25519", Canonicalization: "RFC 8785", PublicKey: base64.RawURLEncoding.EncodeToString(public),
		PublicKeyPEM: string(text), Value: base64.StdEncoding.EncodeToString(ed25519.Sign(key, canonical)),
	}}, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("evidence: write a statement: %w", err)
	}
	return append(file, '\n'), nil
}

// CheckStatement reads a file that Sign has made: what it states, if it is signed by one of the keys. The key that the
// file itself names proves nothing.
func CheckStatement(file []byte, keys ...ed25519.PublicKey) (json.RawMessage, error) {
	bad := errors.New("evidence: this is no signed statement")
	// Exactly these two members, each once and spelt so: what is checked must be what every other reader sees.
	if _, err := jcs.Transform(file); err != nil {
		return nil, bad
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(file, &members); err != nil || len(members) != 2 {
		return nil, bad
	}
	signed := signedStatement{Statement: members["statement"]}
	if err := json.Unmarshal(members["signature"], &signed.Signature); err != nil {
		return nil, bad
	}
	canonical, err := jcs.Transform(signed.Statement)
	if err != nil {
		return nil, bad
	}
	signature, err := base64.StdEncoding.DecodeString(signed.Signature.Value)
	if err != nil {
		return nil, errors.New("evidence: the signature is malformed")
	}
	for _, key := range keys {
		if ed25519.Verify(key, canonical, signature) {
			return signed.Statement, nil
		}
	}
	return nil, errors.New("evidence: the statement is not signed by a known key, or was changed")
}

func publicPEM(key ed25519.PublicKey) ([]byte, error) {
	public, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return nil, fmt.Errorf("evidence: write the public key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public}), nil
}
