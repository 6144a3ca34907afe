package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"time"

	"github.com/spf13/cobra"

	"posthaste/store"
)

func dbaCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "dba", Short: "Let named database administrators read masked views for a while"}
	cmd.AddCommand(dbaGrantCommand(), dbaListCommand(), dbaRevokeCommand())
	return cmd
}

func (i *installation) dbas() *store.DBAs {
	return store.NewDBAs(i.rows(), i.options, rand.Reader)
}

func dbaGrantCommand() *cobra.Command {
	var name string
	var length time.Duration
	cmd := &cobra.Command{
		Use: "grant", Short: "Make a login role of PostgreSQL that ends by itself, and print its password once", Args: cobra.NoArgs,
		Long: `The role reads the views of the schema dba (message, contact, consent, suppression: no address, no text, no hash) and
nothing else. It is audited in every tenant's ledger. A server drops it when its time is over.`,
		Example: "  posthaste dba grant --name asha --for 2h",
		RunE: withTool(func(ctx context.Context, cmd *cobra.Command, i *installation) error {
			grant, password, err := i.dbas().Grant(ctx, name, length, time.Now())
			if err != nil {
				return err
			}
			out := cmd.OutOrStdout()
			if u, err := url.Parse(i.options.URL); err == nil {
				u.User = url.User(grant.Role)
				fmt.Fprintf(out, "connect  %s\n", u)
			}
			fmt.Fprintf(out, "role     %s\npassword %s\nuntil    %s\n", grant.Role, password.Reveal(), grant.ExpiresAt.Format(time.RFC3339))
			return nil
		}),
	}
	cmd.Flags().StringVar(&name, "name", "", "who it is for: a-z, 0-9 and _")
	cmd.Flags().DurationVar(&length, "for", 0, "5m to 24h")
	for _, flag := range []string{"name", "for"} {
		_ = cmd.MarkFlagRequired(flag)
	}
	return cmd
}

func dbaListCommand() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List who was let in, the newest first", Args: cobra.NoArgs, Example: "  posthaste dba list",
		RunE: withTool(func(ctx context.Context, cmd *cobra.Command, i *installation) error {
			grants, err := i.dbas().List(ctx)
			for _, g := range grants {
				state := "open until " + g.ExpiresAt.UTC().Format(time.RFC3339)
				if !g.EndedAt.IsZero() {
					state = "ended " + g.EndedAt.UTC().Format(time.RFC3339)
				}
				fmt.Fprintf(cmd.OutOrStdout(), "%s\t%s\tfrom %s\t%s\n", g.Name, g.Role, g.GrantedAt.UTC().Format(time.RFC3339), state)
			}
			return err
		}),
	}
}

func dbaRevokeCommand() *cobra.Command {
	var name string
	cmd := &cobra.Command{
		Use: "revoke", Short: "End a grant now, with the sessions of its role", Args: cobra.NoArgs, Example: "  posthaste dba revoke --name asha",
		RunE: withTool(func(ctx context.Context, cmd *cobra.Command, i *installation) error {
			if err := i.dbas().Revoke(ctx, name, time.Now()); err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s has no role any more\n", name)
			return nil
		}),
	}
	cmd.Flags().StringVar(&name, "name", "", "whose grant")
	_ = cmd.MarkFlagRequired("name")
	return cmd
}
