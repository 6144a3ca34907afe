package main

import (
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"posthaste/auth/evidence"
	"posthaste/privacy"
)

func auditCheckCommand() *cobra.Command {
	var public []string
	cmd := &cobra.Command{
		Use: "check PATH...", Short: "Tell whether evidence and proofs are what this installation has signed", Args: cobra.MinimumNArgs(1),
		Long: `Each PATH is a directory of evidence, or a signed file such as a proof of consent. Needs the root keys and no database.
Ends with another code than 0 when one is not as it was signed.`,
		Example: "  posthaste audit check evidence-q1 consent-proof.json",
		RunE: withConfig(func(cmd *cobra.Command, paths []string, c *config) error {
			ring, err := c.keyring()
			if err != nil {
				return err
			}
			retired, err := c.retiredKeys(privacy.ForEvidence)
			if err != nil {
				return err
			}
			keys, err := checkingKeys(ring, privacy.ForEvidence, append(public, retired...))
			if err != nil {
				return err
			}
			for _, path := range paths {
				said, err := checkSigned(path, keys)
				if err != nil {
					return fmt.Errorf("%s: %w", filepath.Base(path), err)
				}
				fmt.Fprintf(cmd.OutOrStdout(), "%s\tas it was signed\t%s\n", filepath.Base(path), said)
			}
			return nil
		}),
	}
	cmd.Flags().StringArrayVar(&public, "public-key", nil, "public key of a root key that is gone, as \"keys list\" showed it; may be repeated")
	return cmd
}

// checkSigned checks a directory of evidence or one signed file, and gives in short what it is.
func checkSigned(path string, keys []ed25519.PublicKey) (string, error) {
	about, err := os.Stat(path)
	if err != nil {
		return "", fmt.Errorf("it cannot be read: %s", rootCause(err))
	}
	if about.IsDir() {
		m, err := evidence.Check(path, keys...)
		return fmt.Sprintf("evidence of tenant %s, made %s", m.Tenant, m.MadeAt.Format("2006-01-02 15:04")), err
	}
	content, err := os.ReadFile(path) // #nosec G304 -- an argument on the host
	if err != nil {
		return "", fmt.Errorf("it cannot be read: %s", rootCause(err))
	}
	statement, err := evidence.CheckStatement(content, keys...)
	if err != nil {
		return "", err
	}
	// Not the address: what is printed on a terminal stays in its history.
	var brief struct {
		Type     string
		AsOf     string `json:"as_of"`
		IssuedAt string `json:"issued_at"`
	}
	if err := json.Unmarshal(statement, &brief); err != nil {
		return "", fmt.Errorf("read the statement: %w", err)
	}
	return fmt.Sprintf("%s as of %s, issued %s", brief.Type, brief.AsOf, brief.IssuedAt), nil
}
