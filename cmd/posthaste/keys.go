package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"posthaste/privacy"
)

// createKeyFile draws root keys unless there are some. It never replaces a key file: that would lose every secret.
func createKeyFile(path string, now time.Time) (made bool, err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return false, fmt.Errorf("make the directory of the root keys: %w", err)
	}
	content, err := privacy.NewKeyFile(rand.Reader, now)
	if err != nil {
		return false, err
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) // #nosec G304 -- the host's setting
	if errors.Is(err, os.ErrExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("write the root keys: %w", err)
	}
	_, err = file.Write(content)
	return true, errors.Join(err, file.Sync(), file.Close())
}

func keysCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "keys", Short: "Make, list, rotate and retire the root keys"}
	cmd.AddCommand(
		&cobra.Command{
			Use: "create", Short: "Draw root keys into the data directory; an existing file is kept", Args: cobra.NoArgs,
			RunE: withConfig(func(cmd *cobra.Command, _ []string, c *config) error {
				data, err := c.dataDir()
				if err != nil {
					return err
				}
				made, err := createKeyFile(keyFile(data), time.Now())
				if err != nil {
					return err
				}
				if !made {
					fmt.Fprintln(cmd.OutOrStdout(), "root keys exist already in", keyFile(data))
					return nil
				}
				fmt.Fprintln(cmd.OutOrStdout(), "root keys are in", keyFile(data)+": keep a copy somewhere safe; without them nothing that is sealed can be read")
				return nil
			}),
		},
		&cobra.Command{
			Use: "list", Short: "Show the ids and states of the root keys, and the public keys that check their signatures", Args: cobra.NoArgs,
			RunE: withConfig(func(cmd *cobra.Command, _ []string, c *config) error {
				ring, err := c.keyring()
				if err != nil {
					return err
				}
				checkpoints, evidence := ring.SigningKeys(privacy.ForCheckpoints), ring.SigningKeys(privacy.ForEvidence)
				for n, key := range ring.Info() {
					fmt.Fprintf(cmd.OutOrStdout(), "%s %-12s checkpoints %s evidence %s\n", key.ID, key.State, publicText(checkpoints[n]), publicText(evidence[n]))
				}
				return nil
			}),
		},
		&cobra.Command{
			Use: "use", Short: "Ask the database since when the primary root key serves, and what still needs each of the others", Args: cobra.NoArgs,
			RunE: withTool(func(ctx context.Context, cmd *cobra.Command, i *installation) error {
				uses, err := i.store.RootKeyUse(ctx, i.ring, time.Now())
				if err != nil {
					return err
				}
				fmt.Fprintf(cmd.OutOrStdout(), "%s is the primary root key since: %s\n", i.ring.RootID(), sinceText(uses[i.ring.RootID()].PrimarySince))
				for _, key := range i.ring.Info()[1:] {
					fmt.Fprintf(cmd.OutOrStdout(), "%s (%s) is needed for: %s\n", key.ID, key.State, useText(uses[key.ID]))
				}
				return nil
			}),
		},
		keysRotateCommand(), keysRetireCommand(),
	)
	return cmd
}
