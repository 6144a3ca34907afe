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
	cmd := &cobra.Command{Use: "tenant", Short: "Make, list, suspend and delete tenants, rotate their data keys"}
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
	cmd.AddCommand(create, list,
		suspendCommand("suspend", "Suspend a tenant: nothing is sent and nobody comes in; data stays", true),
		suspendCommand("resume", "Let a suspended tenant go on", false), deleteTenantCommand(),
		rotateDataKeyCommand(), dataKeysCommand())
	return cmd
}

func suspendCommand(use, short string, suspended bool) *cobra.Command {
	return &cobra.Command{
		Use: use + " NAME", Short: short, Args: cobra.ExactArgs(1),
		RunE: withToolArgs(func(ctx context.Context, cmd *cobra.Command, args []string, i *installation) error {
			t, err := i.tenantNamed(ctx, args[0])
			if err != nil {
				return err
			}
			if t, err = i.tenants(nil).SetSuspended(ctx, messaging.Actor{}, t.ID, suspended); err == nil {
				fmt.Fprintf(cmd.OutOrStdout(), "tenant %s is %s\n", t.ID, t.State)
			}
			return err
		}),
	}
}

func deleteTenantCommand() *cobra.Command {
	var again string
	cmd := &cobra.Command{
		Use: "delete NAME", Short: "Delete a suspended tenant for ever", Args: cobra.ExactArgs(1),
		Long: `Destroys the keys of a suspended tenant, so that nothing sealed of it opens again, and ends every way in, at once. A
server that runs removes its rows from both stores in the background. This cannot be undone, other than from a backup.`,
		Example: `  posthaste tenant suspend "Acme Tea Ltd"
  posthaste tenant delete "Acme Tea Ltd" --yes-delete "Acme Tea Ltd"`,
		RunE: withToolArgs(func(ctx context.Context, cmd *cobra.Command, args []string, i *installation) error {
			t, err := i.tenantNamed(ctx, args[0])
			if err != nil {
				return err
			}
			if t, err = i.tenants(nil).Delete(ctx, messaging.Actor{}, t.ID, again); err == nil {
				fmt.Fprintf(cmd.OutOrStdout(), "tenant %s is %s: its keys are destroyed; its rows are being removed\n", t.ID, t.State)
			}
			return err
		}),
	}
	cmd.Flags().StringVar(&again, "yes-delete", "", "the tenant's name, typed again")
	_ = cmd.MarkFlagRequired("yes-delete")
	return cmd
}

// tenantNamed finds a tenant by its name, or by its id where several have the name.
func (i *installation) tenantNamed(ctx context.Context, name string) (messaging.Tenant, error) {
	tenants, err := i.store.Tenants(ctx)
	if err != nil {
		return messaging.Tenant{}, err
	}
	var found []messaging.Tenant
	for _, t := range tenants {
		if t.ID.String() == name {
			return t, nil
		}
		if t.Name == name {
			found = append(found, t)
		}
	}
	switch len(found) {
	case 0:
		return messaging.Tenant{}, messaging.Refuse(messaging.CodeNotFound, "", "no tenant has this name")
	case 1:
		return found[0], nil
	}
	return messaging.Tenant{}, messaging.Refuse(messaging.CodeConflict, "", "several tenants have this name; give the id, which `tenant list` shows")
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
		return run(cmd.Context(), cmd, args, i)
	})
}
