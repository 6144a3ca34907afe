package main

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"posthaste/auth/ledger"
	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store"
)

// errBroken ends a verification that has found something: the lines above it say what.
var errBroken = errors.New("a ledger is not what was written")

func auditCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "audit", Short: "Verify and export the ledger of audit and consent"}
	cmd.AddCommand(auditVerifyCommand(), auditExportCommand(), auditCheckCommand())
	return cmd
}

func auditVerifyCommand() *cobra.Command {
	var tenant string
	var files, public []string
	cmd := &cobra.Command{
		Use: "verify", Short: "Walk each tenant's chain of audit and consent and compare it with signed checkpoints", Args: cobra.NoArgs,
		Long: `Finds a changed, added, removed or reordered entry. What was removed at the end shows only against checkpoints:
give every file that a server has written. Ends with another code than 0 when a ledger is broken.`,
		Example: "  posthaste audit verify\n  posthaste audit verify --tenant 7340032551937 --checkpoints /mnt/worm/checkpoints.jsonl",
		RunE: withTool(func(ctx context.Context, cmd *cobra.Command, i *installation) error {
			only, err := optionalTenant(tenant)
			if err != nil {
				return err
			}
			if len(files) == 0 {
				files = i.config.knownCheckpoints()
			}
			retired, err := i.config.retiredKeys(privacy.ForCheckpoints)
			if err != nil {
				return err
			}
			checkpoints, cut, err := readCheckpointFiles(files, i.ring, append(public, retired...))
			if err != nil {
				return err
			}
			out := cmd.OutOrStdout()
			if len(files) == 0 {
				fmt.Fprintln(out, "no checkpoints: what was removed at the end of a ledger is not found")
			}
			if cut > 0 {
				fmt.Fprintf(out, "%d unfinished lines of the checkpoints were left out\n", cut)
			}
			verified, broken := 0, 0
			err = i.store.CheckLedgers(ctx, i.keys, only, checkpoints, func(c store.LedgerCheck) {
				verdict := "verified"
				if c.Err != nil {
					verdict = "BROKEN: " + c.Err.Error()
					broken++
				} else {
					verified++
				}
				if c.Deleted && c.Err == nil {
					verdict = "deleted, as the platform's ledger tells; its checkpoints agree"
				}
				fmt.Fprintf(out, "%s\t%d links\t%d checkpoints\t%s\n", c.Tenant, c.Head.Seq, c.Pinned, verdict)
			})
			if err != nil {
				return err
			}
			fmt.Fprintf(out, "%d verified, %d broken\n", verified, broken)
			switch {
			case broken > 0:
				return errBroken
			case verified == 0:
				return errNoTenant()
			}
			return nil
		}),
	}
	cmd.Flags().StringVar(&tenant, "tenant", "", "id of the only tenant to verify (default: all)")
	cmd.Flags().StringArrayVar(&files, "checkpoints", nil, "file of signed checkpoints; may be repeated (default: the setting checkpoint-file, or data/checkpoints.jsonl)")
	cmd.Flags().StringArrayVar(&public, "public-key", nil, "public key of a root key that is gone, as \"keys list\" showed it; may be repeated")
	return cmd
}

// optionalTenant reads an id; 0 for none.
func optionalTenant(text string) (messaging.ID, error) {
	if text == "" {
		return 0, nil
	}
	return parseTenant(text)
}

func parseTenant(text string) (messaging.ID, error) {
	id, err := messaging.ParseID(text)
	if err != nil {
		return 0, &usageError{fmt.Errorf("--tenant is an id as \"posthaste tenant list\" shows it")}
	}
	return id, nil
}

func errNoTenant() error {
	return messaging.Refuse(messaging.CodeNotFound, "tenant", "there is no such tenant; see: posthaste tenant list")
}

// noTenant says in the host's words what was not found.
func noTenant(err error) error {
	if messaging.CodeOf(err) == messaging.CodeNotFound {
		return errNoTenant()
	}
	return err
}

// checkpointFile is where "up" has checkpoints written.
func checkpointFile(data string) string { return filepath.Join(data, "checkpoints.jsonl") }

// knownCheckpoints is the file that a server of this configuration writes, if there is one: within the first hour there may
// be none yet, and nothing to compare a ledger with.
func (c *config) knownCheckpoints() []string {
	path := c.text("checkpoint-file")
	if path == "" {
		data, err := c.dataDir()
		if err != nil {
			return nil
		}
		path = checkpointFile(data)
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return []string{path} // one that cannot be read is told when it is
}

func readCheckpointFiles(files []string, ring *privacy.Keyring, public []string) (all []ledger.Checkpoint, cut int, err error) {
	keys, err := checkingKeys(ring, privacy.ForCheckpoints, public)
	if err != nil {
		return nil, 0, err
	}
	for _, path := range files {
		file, err := os.Open(path) // #nosec G304 -- an argument on the host
		if err != nil {
			return nil, 0, &usageError{errors.New("a file of --checkpoints cannot be read: " + rootCause(err))}
		}
		list, unfinished, err := ledger.ReadCheckpoints(file, keys...)
		_ = file.Close()
		if err != nil {
			return nil, 0, fmt.Errorf("%s: %w", filepath.Base(path), err)
		}
		all, cut = append(all, list...), cut+unfinished
	}
	return all, cut, nil
}

// checkingKeys are the public keys of the root keys for the purpose, and those of root keys that are gone.
func checkingKeys(ring *privacy.Keyring, purpose privacy.Purpose, more []string) ([]ed25519.PublicKey, error) {
	var keys []ed25519.PublicKey
	for _, key := range ring.SigningKeys(purpose) {
		keys = append(keys, key.Public().(ed25519.PublicKey))
	}
	for _, text := range more {
		key, err := base64.RawURLEncoding.DecodeString(text)
		if err != nil || len(key) != ed25519.PublicKeySize {
			return nil, &usageError{errors.New("--public-key is 43 characters of base64url")}
		}
		keys = append(keys, key)
	}
	return keys, nil
}

func publicText(key ed25519.PrivateKey) string {
	return base64.RawURLEncoding.EncodeToString(key.Public().(ed25519.PublicKey))
}

// checkpoints writes the ends of all ledgers to the file of the setting, if it is set.
func (i *installation) checkpoints() func(ctx context.Context, now time.Time) error {
	path := i.config.text("checkpoint-file")
	if path == "" {
		return nil
	}
	file := ledger.NewCheckpointFile(path, i.ring.SigningKeys(privacy.ForCheckpoints)[0])
	return func(ctx context.Context, now time.Time) error {
		ends, err := i.store.Checkpoints(ctx, now)
		if err != nil {
			return err
		}
		_, err = file.Append(ends)
		return err
	}
}
