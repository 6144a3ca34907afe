package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"posthaste/auth"
	"posthaste/engines"
	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store"
)

func keysRotateCommand() *cobra.Command {
	var prepare bool
	cmd := &cobra.Command{
		Use: "rotate", Short: "Draw a new root key; the ones before it go on opening what they have sealed", Args: cobra.NoArgs,
		Long: `Changes the key file and nothing else; processes read it when they start. With all processes stopped, one call does it:
"up" sets the database's passwords when it starts again, other installations run "posthaste migrate" first. Without a stop:
--prepare draws a key that opens only; give every host the file and start its processes again, one after the other. Then
rotate makes that key the primary; give every host the file, start the processes again, and run "posthaste migrate".
A server then moves what the older keys have sealed to the new one, and a new key to sign tokens takes its turn.`,
		Example: "  posthaste keys rotate --data data\n  posthaste keys rotate --prepare",
		RunE: withConfig(func(cmd *cobra.Command, _ []string, c *config) error {
			path, err := c.keyFilePath()
			if err != nil {
				return err
			}
			return changeKeyFile(path, func(old []byte) ([]byte, error) {
				if prepare {
					return announce(cmd.OutOrStdout(), path, privacy.Next)(privacy.PrepareKeyFile(rand.Reader, time.Now(), old))
				}
				if err := c.refuseRunning(); err != nil {
					return nil, err
				}
				return announce(cmd.OutOrStdout(), path, privacy.Primary)(privacy.RotateKeyFile(rand.Reader, time.Now(), old))
			})
		}),
	}
	cmd.Flags().BoolVar(&prepare, "prepare", false, "only draw the next key, which opens and does not seal yet")
	return cmd
}

// announce says which key has the state in the new content.
func announce(out io.Writer, path string, state privacy.KeyState) func([]byte, error) ([]byte, error) {
	return func(content []byte, err error) ([]byte, error) {
		if err != nil {
			return nil, err
		}
		ring, err := privacy.ParseKeyring(content)
		if err != nil {
			return nil, err
		}
		for _, key := range ring.Info() {
			if key.State == state {
				fmt.Fprintf(out, "%s is the %s root key in %s; keep a copy of the file somewhere safe\n", key.ID, state, path)
			}
		}
		return content, nil
	}
}

func keysRetireCommand() *cobra.Command {
	var lose bool
	cmd := &cobra.Command{
		Use: "retire ID", Short: "Take an older root key out of the key file, when nothing needs it any more", Args: cobra.ExactArgs(1),
		Long: `Asks the database first, and refuses while something is sealed, peppered or hashed by this key, or the primary has
served for less than seven days. --lose-credentials retires it all the same, after a theft: whose password, API key or
recovery codes only an older key knows then needs new ones, reports of older messages are not believed, and open sessions
end. What is sealed is never lost. Backups that were made before need the key: keep it for them, apart.`,
		Example: "  posthaste keys retire 1f0c2a7e",
		RunE: withToolArgs(func(ctx context.Context, cmd *cobra.Command, args []string, i *installation) error {
			id, err := privacy.ParseKeyID(args[0])
			if err != nil {
				return &usageError{errors.New("ID is that of a root key, as \"posthaste keys list\" shows it")}
			}
			return i.retire(ctx, cmd.OutOrStdout(), id, lose, time.Now())
		}),
	}
	cmd.Flags().BoolVar(&lose, "lose-credentials", false, "retire it although people and programs need new credentials then")
	return cmd
}

// retire moves what can be moved, judges what is left, records it, and changes the file last.
func (i *installation) retire(ctx context.Context, out io.Writer, id privacy.KeyID, lose bool, now time.Time) error {
	path, err := i.config.keyFilePath()
	if err != nil {
		return err
	}
	old, err := readKeyFile(path)
	if err != nil {
		return err
	}
	content, err := privacy.RetireKey(now, old, id)
	if err != nil {
		return &usageError{err}
	}
	if _, err := i.store.Rewrap(ctx, i.ring, i.keys, i.ids, rand.Reader, now); err != nil {
		return err
	}
	uses, err := i.store.RootKeyUse(ctx, i.ring, now)
	if err != nil {
		return err
	}
	if err := mayRetire(uses[id], lose, now); err != nil {
		return err
	}
	if err := i.opensWithout(ctx, content); err != nil {
		return err
	}
	if err := i.auditInstallation(ctx, now, messaging.AuditedHost(messaging.AuditRootKeyRetired, 0, map[string]string{"root_key": id.String()})); err != nil {
		return err
	}
	if err := keepPublicKeys(path, publicKeysOf(i.ring, id)); err != nil {
		return err
	}
	if err := changeKeyFile(path, func(old []byte) ([]byte, error) { return privacy.RetireKey(now, old, id) }); err != nil {
		return err
	}
	fmt.Fprintf(out, "%s is gone from %s; start the processes again. The public keys that check what it has signed are kept in %s\n", id, path, publicKeyFile(path))
	return nil
}

func mayRetire(use store.RootKeyUse, lose bool, now time.Time) error {
	switch {
	case use.Sealed():
		return fmt.Errorf("this root key has sealed what is still kept: %s", useText(use))
	case lose:
		return nil
	case use.Credentials() > 0:
		return fmt.Errorf("this root key is still needed: %s", useText(use))
	case use.Young(now):
		return fmt.Errorf("the primary root key has served since %s; an older one may go after seven days", sinceText(use.PrimarySince))
	}
	return nil
}

// opensWithout makes sure that the roles have a password that one of the remaining keys makes.
func (i *installation) opensWithout(ctx context.Context, content []byte) error {
	ring, err := privacy.ParseKeyring(content)
	if err != nil {
		return err
	}
	options, err := i.config.postgres(ring)
	if err != nil {
		return err
	}
	db, err := store.Open(ctx, options)
	if err != nil {
		return &engines.Problem{What: "the database's roles have no password of the remaining root keys", Help: "run: posthaste migrate", Err: err}
	}
	db.Close()
	return nil
}

// auditInstallation records what concerns everybody in the operators' ledger, if there are operators.
func (i *installation) auditInstallation(ctx context.Context, now time.Time, event messaging.AuditEvent) error {
	err := i.rows().Act(ctx, messaging.PlatformTenant, func(tx auth.AccessTx) error { return tx.Audit(ctx, now, event) })
	if messaging.CodeOf(err) == messaging.CodeNotFound {
		return nil
	}
	return err
}

func useText(u store.RootKeyUse) string {
	var parts []string
	for _, part := range []struct {
		n    int64
		what string
	}{
		{u.TenantKeys, "tenants' keys"}, {u.SigningKeys, "keys that sign tokens"}, {u.Passwords, "passwords, until they are next used"},
		{u.APIKeys, "API keys, until they are next used"}, {u.RecoveryCodes, "people's recovery codes, until they draw new ones"},
	} {
		if part.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", part.n, part.what))
		}
	}
	if len(parts) == 0 {
		return "nothing"
	}
	return strings.Join(parts, "; ")
}

func sinceText(t time.Time) string {
	if t.IsZero() {
		return "no process has it yet"
	}
	return t.UTC().Format(time.RFC3339)
}

// keyFilePath is the file that the keys come from, where they come from one.
func (c *config) keyFilePath() (string, error) {
	if path := os.Getenv("POSTHASTE_KEYS_FILE"); path != "" {
		return path, nil
	}
	if c.text("keys") != "" {
		return "", badSetting("keys", "the keys are given by value; put them into a file and name it with POSTHASTE_KEYS_FILE")
	}
	data, err := c.dataDir()
	return keyFile(data), err
}

// refuseRunning keeps a new primary from half of a box: a part that is started again would seal what the others cannot open.
func (c *config) refuseRunning() error {
	data, err := c.dataDir()
	if err != nil {
		return err
	}
	running, err := readRunDoc(data)
	if err != nil || running.Listen == "" {
		return err
	}
	return &engines.Problem{What: "posthaste runs on this data directory and does not know the new key", Help: "stop it first", Err: errors.New("running")}
}

func readKeyFile(path string) ([]byte, error) {
	content, err := os.ReadFile(path) // #nosec G304 -- the host's setting
	if errors.Is(err, fs.ErrNotExist) {
		return nil, badSetting("keys", "there is no key file at %s; make one with: posthaste keys create", path)
	}
	if err != nil {
		return nil, fmt.Errorf("read the key file: %w", err)
	}
	return content, nil
}

// changeKeyFile replaces the file as a whole: at no moment is there a half of it.
func changeKeyFile(path string, change func(old []byte) ([]byte, error)) error {
	old, err := readKeyFile(path)
	if err != nil {
		return err
	}
	content, err := change(old)
	if err != nil {
		return err
	}
	next, err := os.CreateTemp(filepath.Dir(path), ".keys-*") // mode 0600
	if err != nil {
		return fmt.Errorf("write the key file: %w", err)
	}
	defer os.Remove(next.Name())
	_, err = next.Write(content)
	if err = errors.Join(err, next.Sync(), next.Close()); err != nil {
		return fmt.Errorf("write the key file: %w", err)
	}
	if err := os.Rename(next.Name(), path); err != nil {
		return fmt.Errorf("replace the key file: %w", err)
	}
	return nil
}

// rewrap is the upkeep that follows a rotation.
func (i *installation) rewrap(ctx context.Context, now time.Time) error {
	moved, err := i.store.Rewrap(ctx, i.ring, i.keys, i.ids, rand.Reader, now)
	if moved > 0 {
		i.log.Info("tenants' keys are sealed by the primary root key now", "tenants", moved)
	}
	return err
}
