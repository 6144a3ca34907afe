package main

import (
	"encoding/json"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"posthaste/bench"
)

func benchCommand() *cobra.Command {
	var o bench.Options
	cmd := &cobra.Command{
		Use: "bench [" + strings.Join(bench.Names(), "|") + "]", Short: "Measure against floors, on engines of its own", Args: cobra.MaximumNArgs(1),
		Long: "Prints a line of JSON per figure. See docs/performance.md for what each means and how far to trust it.",
		RunE: withConfig(func(cmd *cobra.Command, args []string, c *config) error {
			o.Words, o.Engines = cmd.ErrOrStderr(), c.text("engines")
			names := args
			if len(names) == 0 {
				names = bench.Names()
			}
			out := json.NewEncoder(cmd.OutOrStdout())
			for _, name := range names {
				results, err := bench.Run(cmd.Context(), name, o)
				for _, r := range results { // also those that come with an error
					err = errors.Join(err, out.Encode(r))
				}
				if err != nil {
					return err
				}
			}
			return nil
		}),
	}
	cmd.Flags().IntVar(&o.Pairs, "pairs", 7, "measured pairs of ours and the floor, at least 7")
	cmd.Flags().Float64Var(&o.Scale, "scale", 1, "of the work of one measurement; below 1 is for trying it out")
	cmd.Flags().StringVar(&o.Profiles, "profiles", "", "directory for CPU profiles of the measured processes")
	return cmd
}
