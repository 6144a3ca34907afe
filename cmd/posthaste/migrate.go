package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"posthaste/analytics/clickhouse"
	"posthaste/store"
)

func migrateCommand() *cobra.Command {
	return &cobra.Command{
		Use: "migrate", Short: "Bring both databases to this version", Args: cobra.NoArgs,
		Long: "Safe to repeat, and to run while older processes serve: serve and dispatch refuse a schema that is not theirs.",
		RunE: withConfig(func(cmd *cobra.Command, _ []string, c *config) error {
			if err := migrateAll(cmd.Context(), c); err != nil {
				return err
			}
			fmt.Fprintln(cmd.OutOrStdout(), "both databases are at this version")
			return nil
		}),
	}
}

func migrateAll(ctx context.Context, c *config) error {
	ring, err := c.keyring()
	if err != nil {
		return err
	}
	options, err := c.postgres(ring)
	if err != nil {
		return err
	}
	if err := store.Migrate(ctx, options, time.Now()); err != nil {
		return err
	}
	url, err := c.clickHouseURL()
	if err != nil {
		return err
	}
	return clickhouse.Migrate(ctx, clickhouse.Options{URL: url})
}
