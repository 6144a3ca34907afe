package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"posthaste/engines"
)

func enginesCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "engines", Short: "Run an embedded engine by itself"}
	var data, address, passwordFile string
	clickhouse := &cobra.Command{
		Use: "clickhouse", Short: "Serve ClickHouse's HTTP interface from the embedded library", Args: cobra.NoArgs,
		RunE: withConfig(func(cmd *cobra.Command, _ []string, c *config) error {
			log, err := c.logger()
			if err != nil {
				return err
			}
			password, err := os.ReadFile(passwordFile) // #nosec G304 -- an argument on the host
			if err != nil {
				return &usageError{errors.New("the file of --password-file cannot be read")}
			}
			return engines.ServeClickHouse(cmd.Context(), engines.ClickHouseOptions{
				DataDir: data, Password: strings.TrimSpace(string(password)), Engines: c.text("engines"), Listen: address, Log: log,
				Ready: func(at net.Addr) { fmt.Fprintln(cmd.OutOrStdout(), "clickhouse listens on", at) },
			})
		}),
	}
	clickhouse.Flags().StringVar(&data, "directory", "", "its data")
	clickhouse.Flags().StringVar(&address, "address", "127.0.0.1:8123", "loopback address")
	clickhouse.Flags().StringVar(&passwordFile, "password-file", "", "file with the password of its user default")
	_ = clickhouse.MarkFlagRequired("directory")
	_ = clickhouse.MarkFlagRequired("password-file")
	cmd.AddCommand(clickhouse)
	return cmd
}
