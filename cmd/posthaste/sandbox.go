package main

import (
	"net"
	"net/http"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"posthaste/sandbox"
	"posthaste/server"
)

func sandboxCommand() *cobra.Command {
	var api, control, mails, directory string
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
			if mails == "" {
				return box.ListenAndServe(cmd.Context(), httpServer(api), httpServer(control))
			}
			listener, err := listen("mails", mails, func() (net.Listener, error) { return server.Listen(mails, false) })
			if err != nil {
				return err
			}
			group, running := errgroup.WithContext(cmd.Context())
			group.Go(func() error { return box.Mails().Serve(running, listener) })
			group.Go(func() error { return box.ListenAndServe(running, httpServer(api), httpServer(control)) })
			return group.Wait()
		}),
	}
	cmd.Flags().StringVar(&api, "address", "127.0.0.1:8090", "loopback address of the API")
	cmd.Flags().StringVar(&control, "control", "127.0.0.1:8091", "loopback address of the controls")
	cmd.Flags().StringVar(&mails, "mails", "", "loopback address of a mail server that keeps what it gets; empty for none")
	cmd.Flags().StringVar(&directory, "directory", ".", "where the call log is kept")
	cmd.Flags().Uint64Var(&seed, "seed", 1, "decides every choice")
	cmd.Flags().BoolVar(&plain, "plain", false, "everybody reads, nobody answers, nothing is lost")
	return cmd
}

func httpServer(address string) *http.Server {
	return &http.Server{Addr: address, ReadHeaderTimeout: 10 * time.Second}
}
