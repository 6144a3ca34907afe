package main

import (
	"net/http"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"posthaste/sandbox"
)

func sandboxCommand() *cobra.Command {
	var api, control, directory string
	var seed uint64
	var plain bool
	cmd := &cobra.Command{
		Use: "sandbox", Short: "Run a WhatsApp Cloud API that reaches nobody", Args: cobra.NoArgs,
		Long: "Simulates the Cloud API with people who read, answer and write STOP. Nothing leaves this machine.",
		RunE: withConfig(func(cmd *cobra.Command, _ []string, c *config) error {
			log, err := c.logger()
			if err != nil {
				return err
			}
			behaviour := sandbox.Realistic()
			if plain {
				behaviour = sandbox.Plain()
			}
			box, err := sandbox.New(sandbox.Options{
				Seed: seed, Logger: log, PublicURL: "http://" + api, Behaviour: &behaviour,
				CallLog: filepath.Join(directory, "calls.jsonl"),
			})
			if err != nil {
				return err
			}
			defer box.Close()
			return box.ListenAndServe(cmd.Context(), httpServer(api), httpServer(control))
		}),
	}
	cmd.Flags().StringVar(&api, "address", "127.0.0.1:8090", "loopback address of the API")
	cmd.Flags().StringVar(&control, "control", "127.0.0.1:8091", "loopback address of the controls")
	cmd.Flags().StringVar(&directory, "directory", ".", "where the call log is kept")
	cmd.Flags().Uint64Var(&seed, "seed", 1, "decides every choice")
	cmd.Flags().BoolVar(&plain, "plain", false, "everybody reads, nobody answers, nothing is lost")
	return cmd
}

func httpServer(address string) *http.Server {
	return &http.Server{Addr: address, ReadHeaderTimeout: 10 * time.Second}
}
