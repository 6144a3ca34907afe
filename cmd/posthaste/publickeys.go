package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"posthaste/privacy"
)

// publicKeyFile lies beside the key file and keeps the public keys of retired root keys, so that old checkpoints and
// evidence can be checked. It is no secret, and as trusted as its neighbour.
func publicKeyFile(path string) string { return path + ".public" }

func keepPublicKeys(path, line string) error {
	file, err := os.OpenFile(publicKeyFile(path), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("keep the public keys: %w", err)
	}
	_, err = file.WriteString(line + "\n")
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return fmt.Errorf("keep the public keys: %w", err)
	}
	return nil
}

// retiredKeys are the public keys that check what retired root keys have signed for the purpose.
func (c *config) retiredKeys(purpose privacy.Purpose) ([]string, error) {
	path, err := c.keyFilePath()
	if err != nil {
		return nil, nil // the keys are given by value: nothing lies beside them
	}
	content, err := os.ReadFile(publicKeyFile(path))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the public keys: %w", err)
	}
	var keys []string
	for line := range strings.Lines(string(content)) {
		fields := strings.Fields(line)
		if at := slices.Index(fields, signedAs(purpose)); len(fields) == 5 && at > 0 && at < 4 {
			keys = append(keys, fields[at+1])
		}
	}
	return keys, nil
}

// signedAs is how lists call what a key of the purpose signs.
func signedAs(purpose privacy.Purpose) string {
	if purpose == privacy.ForCheckpoints {
		return "checkpoints"
	}
	return "evidence"
}

// publicKeysOf is the line of the key: its id, and the public keys that check its signatures.
func publicKeysOf(ring *privacy.Keyring, id privacy.KeyID) string {
	checkpoints, evidence := ring.SigningKeys(privacy.ForCheckpoints), ring.SigningKeys(privacy.ForEvidence)
	for n, key := range ring.Info() {
		if key.ID == id {
			return fmt.Sprintf("%s %s %s %s %s", id, signedAs(privacy.ForCheckpoints), publicText(checkpoints[n]), signedAs(privacy.ForEvidence), publicText(evidence[n]))
		}
	}
	return ""
}
