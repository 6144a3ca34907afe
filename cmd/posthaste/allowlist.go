package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"
)

// The shortest and the longest way back in: long enough to mend a list, too short to be forgotten.
const (
	shortestOpening = time.Minute
	longestOpening  = 24 * time.Hour
)

func allowlistCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "allowlist", Short: "Let a shut-out tenant back in"}
	var tenant, address string
	openFor := &cobra.Command{
		Use: "open-for DURATION", Short: "Let one address or network in for a while, whatever the tenant's list says", Args: cobra.ExactArgs(1),
		Long: `The way back in for a tenant that shut itself out. A change on trial ends. It is audited, and those who watch over
the tenant are told by mail. An address that is given is let in; password and second factor are asked for as always.`,
		Example: "  posthaste allowlist open-for 15m --tenant 7340032551937 --address 203.0.113.7",
		RunE: withToolArgs(func(ctx context.Context, cmd *cobra.Command, args []string, i *installation) error {
			length, err := time.ParseDuration(args[0])
			if err != nil || length < shortestOpening || length > longestOpening {
				return &usageError{errors.New("the duration is 1m to 24h, such as 15m")}
			}
			id, err := parseTenant(tenant)
			if err != nil {
				return err
			}
			access, err := i.hostAccess()
			if err != nil {
				return err
			}
			until := time.Now().Add(length)
			if _, err := access.BreakGlass(ctx, id, address, "opened from the host", until); err != nil {
				return noTenant(err)
			}
			fmt.Fprintf(cmd.OutOrStdout(), "open for %s until %s\n", address, until.UTC().Format(time.RFC3339))
			return nil
		}),
	}
	openFor.Flags().StringVar(&tenant, "tenant", "", "id of the tenant")
	openFor.Flags().StringVar(&address, "address", "", "IPv4 or IPv6 address or network to let in")
	for _, flag := range []string{"tenant", "address"} {
		_ = openFor.MarkFlagRequired(flag)
	}
	cmd.AddCommand(openFor)
	return cmd
}
