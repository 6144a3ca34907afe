package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"posthaste/auth"
	"posthaste/messaging"
	"posthaste/store"
)

func tenantCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "tenant", Short: "Make and list tenants"}
	var n auth.NewTenant
	create := &cobra.Command{
		Use: "create", Short: "Make a tenant and print the one-time address for its first owner", Args: cobra.NoArgs,
		RunE: withTool(func(ctx context.Context, cmd *cobra.Command, i *installation) error {
			publicURL, err := i.config.publicURL()
			if err != nil {
				return err
			}
			if n.Brand == "" {
				n.Brand = n.Name
			}
			tenant, code, err := i.tenants(i.access(publicURL)).Create(ctx, messaging.Actor{}, n)
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "tenant %s\ninvite %s/invite#%s\n", tenant.ID, publicURL, code)
			return nil
		}),
	}
	create.Flags().StringVar(&n.Name, "name", "", "name of the enterprise")
	create.Flags().StringVar(&n.Brand, "brand", "", "its brand as people know it (default: the name)")
	create.Flags().StringVar(&n.OwnerEmail, "owner", "", "e-mail of its first user, who becomes OWNER")
	create.Flags().StringVar(&n.Zone, "zone", "UTC", "IANA time zone: on which day a message counts")
	create.Flags().StringVar(&n.Country, "country", "IN", "ISO country in which numbers without + are read")
	create.Flags().StringVar(&n.Currency, "currency", "USD", "ISO currency")
	for _, flag := range []string{"name", "owner"} {
		_ = create.MarkFlagRequired(flag)
	}
	list := &cobra.Command{
		Use: "list", Short: "List the tenants", Args: cobra.NoArgs,
		RunE: withTool(func(ctx context.Context, cmd *cobra.Command, i *installation) error {
			tenants, err := i.store.Tenants(ctx)
			for _, t := range tenants {
				fmt.Fprintf(cmd.OutOrStdout(), "%s\t%s\t%s\n", t.ID, t.State, t.Name)
			}
			return err
		}),
	}
	cmd.AddCommand(create, list)
	return cmd
}

// withTool joins the installation for the length of a command.
func withTool(run func(ctx context.Context, cmd *cobra.Command, i *installation) error) func(*cobra.Command, []string) error {
	return withToolArgs(func(ctx context.Context, cmd *cobra.Command, _ []string, i *installation) error {
		return run(ctx, cmd, i)
	})
}

// withToolArgs is withTool for a command with arguments.
func withToolArgs(run func(ctx context.Context, cmd *cobra.Command, args []string, i *installation) error) func(*cobra.Command, []string) error {
	return withConfig(func(cmd *cobra.Command, args []string, c *config) error {
		i, err := open(cmd.Context(), c, store.ToolProcess)
		if err != nil {
			return err
		}
		defer i.close()
		err = run(cmd.Context(), cmd, args, i)
		if left := i.store.Leave(context.WithoutCancel(cmd.Context()), i.self.ID); err == nil {
			err = left
		}
		return err
	})
}
