package auth

import (
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"io"
	"strings"

	"posthaste/messaging"
)

const (
	// RecoveryCodes is how many are drawn at a time.
	RecoveryCodes = 10
	recoveryBytes = 10 // 80 bits, 16 characters of base32
)

// NewRecoveryCodes draws the ten codes that stand in for a lost authenticator, each 80 random bits as
// ABCD-EFGH-IJKL-MNOP. They are shown once; RecoveryHashes are stored.
func NewRecoveryCodes(random io.Reader) ([]string, error) {
	codes := make([]string, RecoveryCodes)
	for i := range codes {
		b := make([]byte, recoveryBytes)
		if _, err := io.ReadFull(random, b); err != nil {
			return nil, fmt.Errorf("auth: draw recovery codes: %w", err)
		}
		codes[i] = strings.ReplaceAll(grouped(base32.StdEncoding.EncodeToString(b)), " ", "-")
	}
	return codes, nil
}

// RecoveryHash is what is stored for one code of a user. The user is part of it, so no code serves another.
func RecoveryHash(d Digester, user messaging.ID, code string) ([32]byte, error) {
	normal, err := normalRecoveryCode(code)
	if err != nil {
		return [32]byte{}, err
	}
	return d.Digest(idBytes(user), []byte(normal)), nil
}

// RecoveryCandidates are the hashes under which a presented code may be stored. It is consumed by one statement:
//
//	DELETE FROM … WHERE user = $user AND hash = ANY($candidates) RETURNING id
//
// A code of another form is refused with the same INVALID as a wrong one should be.
func RecoveryCandidates(d Digester, user messaging.ID, code string) ([][]byte, error) {
	normal, err := normalRecoveryCode(code)
	if err != nil {
		return nil, err
	}
	return d.Candidates(idBytes(user), []byte(normal)), nil
}

// normalRecoveryCode undoes what people do to a code when they type it: case, spaces, dashes, and the digits that look
// like letters and do not occur in base32.
func normalRecoveryCode(code string) (string, error) {
	bad := messaging.Refuse(messaging.CodeInvalid, "code", "the code is wrong")
	if len(code) > 64 {
		return "", bad
	}
	normal := strings.NewReplacer(" ", "", "-", "", "0", "O", "1", "I", "8", "B").Replace(strings.ToUpper(code))
	b, err := base32.StdEncoding.DecodeString(normal)
	if err != nil || len(b) != recoveryBytes || len(normal) != 16 {
		return "", bad
	}
	return normal, nil
}

// grouped parts a text into fours.
func grouped(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i += 4 {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(s[i:min(i+4, len(s))])
	}
	return b.String()
}

func idBytes(id messaging.ID) []byte { return binary.BigEndian.AppendUint64(nil, id.Uint64()) }
