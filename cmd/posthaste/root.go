package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

// version is set by the release build: -ldflags "-X main.version=…".
var version = "dev"

type usageError struct{ error }

func root() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "posthaste",
		Short: "WhatsApp Business messaging and analytics, on your own machine",
		Long: `Posthaste sends WhatsApp messages to people who opted in and shows what became of them.

Start everything here, with a demo tenant:   posthaste up --demo
Settings come from flags, then from the environment (POSTHASTE_POSTGRES_URL …, or POSTHASTE_…_FILE for a
file that holds the value), then from the file named by --config.`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Version:       version,
	}
	cmd.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return &usageError{err} })
	addSettings(cmd.PersistentFlags())
	cmd.AddCommand(
		upCommand(), serveCommand(), dispatchCommand(), migrateCommand(), sandboxCommand(), enginesCommand(),
		tenantCommand(), userCommand(), allowlistCommand(), auditCommand(), dbaCommand(), keysCommand(), configCommand(), benchCommand(), versionCommand(),
	)
	return cmd
}

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version", Args: cobra.NoArgs,
		Run: func(cmd *cobra.Command, _ []string) { fmt.Fprintln(cmd.OutOrStdout(), version) },
	}
}
