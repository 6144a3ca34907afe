package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"posthaste/auth"
)

func userCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "user", Short: "Help people who cannot come in, and invite operators"}
	cmd.AddCommand(
		onUser("unlock", "Forget a person's failed tries, so that they need not wait", "no failed try counts any more",
			func(ctx context.Context, access *auth.Access, u auth.User) error {
				return access.Unlock(ctx, u.Tenant, u.ID)
			}),
		onUser("reset-factor", "Take a person's second factors and recovery codes away; the next sign-in leads to enrolment",
			"the next sign-in leads to the enrolment of a new factor; all sessions have ended",
			func(ctx context.Context, access *auth.Access, u auth.User) error {
				return access.HostResetFactors(ctx, u.Tenant, u.ID)
			}),
		createOperatorCommand(),
	)
	return cmd
}

// onUser is a command on one person, found by e-mail: an e-mail has one user in the whole installation.
func onUser(use, short, done string, do func(context.Context, *auth.Access, auth.User) error) *cobra.Command {
	var email string
	cmd := &cobra.Command{
		Use: use, Short: short, Args: cobra.NoArgs,
		Example: "  posthaste user " + use + " --email asha@acme.example",
		RunE: withTool(func(ctx context.Context, cmd *cobra.Command, i *installation) error {
			access, err := i.hostAccess()
			if err != nil {
				return err
			}
			user, err := access.UserByEmail(ctx, email)
			if err != nil {
				return err
			}
			if err := do(ctx, access, user); err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "user %s of tenant %s: %s\n", user.ID, user.Tenant, done)
			return nil
		}),
	}
	cmd.Flags().StringVar(&email, "email", "", "the person's e-mail")
	_ = cmd.MarkFlagRequired("email")
	return cmd
}

func createOperatorCommand() *cobra.Command {
	var email string
	cmd := &cobra.Command{
		Use: "create-operator", Short: "Invite an operator of the platform and print the one-time address", Args: cobra.NoArgs,
		Long:    "Operators make, suspend and delete tenants and see no content of theirs. The platform itself is made with the first of them.",
		Example: "  posthaste user create-operator --email olga@posthaste.example",
		RunE: withTool(func(ctx context.Context, cmd *cobra.Command, i *installation) error {
			publicURL, err := i.config.publicURL()
			if err != nil {
				return err
			}
			code, err := i.tenants(i.access(publicURL)).InviteOperator(ctx, email)
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "invite %s/invite#%s\n", publicURL, code)
			return nil
		}),
	}
	cmd.Flags().StringVar(&email, "email", "", "the operator's e-mail")
	_ = cmd.MarkFlagRequired("email")
	return cmd
}

// hostAccess is what the host's commands act through.
func (i *installation) hostAccess() (*auth.Access, error) {
	publicURL, err := i.config.publicURL()
	if err != nil {
		return nil, err
	}
	return i.access(publicURL), nil
}
