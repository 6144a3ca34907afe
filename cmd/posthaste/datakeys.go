package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"posthaste/messaging"
	"posthaste/store"
)

func rotateDataKeyCommand() *cobra.Command {
	return &cobra.Command{
		Use: "rotate-key NAME", Short: "Draw a new data key for a tenant, and have what the old one sealed sealed anew", Args: cobra.ExactArgs(1),
		Long: `The new key opens at once and seals two minutes later, when every process knows it. A server that runs then seals anew what
the old one has sealed, while the tenant goes on sending, and destroys the old key when nothing is left under it. Give the
id 1 for the platform, where the operators are. "posthaste tenant keys" shows how far it has come.`,
		Example: `  posthaste tenant rotate-key "Acme Tea Ltd"
  posthaste tenant keys "Acme Tea Ltd"`,
		RunE: withToolArgs(func(ctx context.Context, cmd *cobra.Command, args []string, i *installation) error {
			tenant, err := i.keyedTenant(ctx, args[0])
			if err != nil {
				return err
			}
			fresh, err := i.store.RotateDataKey(ctx, i.ring, i.keys, i.ids, rand.Reader, tenant, time.Now())
			if err == nil {
				fmt.Fprintf(cmd.OutOrStdout(), "%s will be the data key of tenant %s, when every process knows it; a server that runs does the rest\n", fresh, tenant)
			}
			return err
		}),
	}
}

func dataKeysCommand() *cobra.Command {
	return &cobra.Command{
		Use: "keys NAME", Short: "Show a tenant's data keys, and how far a rotation has come", Args: cobra.ExactArgs(1),
		RunE: withToolArgs(func(ctx context.Context, cmd *cobra.Command, args []string, i *installation) error {
			tenant, err := i.keyedTenant(ctx, args[0])
			if err != nil {
				return err
			}
			stands, err := i.store.DataKeys(ctx, i.keys, tenant, time.Now())
			if err == nil {
				fmt.Fprint(cmd.OutOrStdout(), dataKeysText(stands))
			}
			return err
		}),
	}
}

// keyedTenant is tenantNamed, and the platform by its id: it has keys too.
func (i *installation) keyedTenant(ctx context.Context, name string) (messaging.ID, error) {
	if name == messaging.PlatformTenant.String() {
		return messaging.PlatformTenant, nil
	}
	t, err := i.tenantNamed(ctx, name)
	return t.ID, err
}

func dataKeysText(k store.DataKeys) string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s seals and opens\n", k.Seals)
	for _, id := range k.Opens {
		fmt.Fprintf(&text, "%s opens\n", id)
	}
	if k.Rotation == nil {
		return text.String()
	}
	r := *k.Rotation
	switch {
	case r.Waits:
		fmt.Fprintf(&text, "%s will seal", r.Fresh)
	case r.Mails:
		fmt.Fprintf(&text, "%d values are sealed anew; %s goes when mails that wait to be sent are gone", r.Resealed, r.Old)
	default:
		fmt.Fprintf(&text, "%d values are sealed anew; round %d", r.Resealed, r.Round)
		if r.Column != "" {
			fmt.Fprintf(&text, " is at %s", r.Column)
		}
	}
	if !r.Begins.IsZero() {
		fmt.Fprintf(&text, ", not before %s", r.Begins.UTC().Format(time.RFC3339))
	}
	text.WriteByte('\n')
	if r.Left > 0 {
		fmt.Fprintf(&text, "%d values of %s do not open where they are: %s stays until they are gone\n", r.Left, r.LeftIn, r.Old)
	}
	return text.String()
}
