package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"posthaste/auth"
	"posthaste/auth/evidence"
	"posthaste/messaging"
	"posthaste/privacy"
	"posthaste/store"
)

func auditExportCommand() *cobra.Command {
	var tenant, from, to, directory string
	cmd := &cobra.Command{
		Use: "export", Short: "Write signed evidence for an auditor: people, keys, acts, allow-list and policy history", Args: cobra.NoArgs,
		Long: `Writes tables as CSV and JSON, a manifest with their SHA-256, and its Ed25519 signature. The period begins at the first
moment of --from and ends before the first moment of --to, in UTC. The export itself is audited before anything is read.
People's roles, states, second factors and last sign-ins are as of the end of the period.`,
		Example: "  posthaste audit export --tenant 7340032551937 --from 2026-01-01 --to 2026-04-01 --out evidence-q1",
		RunE: withTool(func(ctx context.Context, cmd *cobra.Command, i *installation) error {
			id, err := parseTenant(tenant)
			if err != nil {
				return err
			}
			p, err := parsePeriod(from, to, time.Now())
			if err != nil {
				return err
			}
			made, err := i.exportEvidence(ctx, id, p, directory)
			if err != nil {
				return err
			}
			for _, f := range made.Files {
				fmt.Fprintf(cmd.OutOrStdout(), "%s\t%d rows\t%s\n", f.Name, f.Rows, f.SHA256)
			}
			fmt.Fprintln(cmd.OutOrStdout(), "signed by", publicText(i.ring.SigningKeys(privacy.ForEvidence)[0]))
			if !made.Verification.Verified {
				return errBroken
			}
			return nil
		}),
	}
	cmd.Flags().StringVar(&tenant, "tenant", "", "id of the tenant")
	cmd.Flags().StringVar(&from, "from", "", "first day of the period, such as 2026-01-01")
	cmd.Flags().StringVar(&to, "to", "", "the day after the period, such as 2026-04-01; a later one than now means now")
	cmd.Flags().StringVar(&directory, "out", "", "directory to make")
	for _, flag := range []string{"tenant", "from", "to", "out"} {
		_ = cmd.MarkFlagRequired(flag)
	}
	return cmd
}

func parsePeriod(from, to string, now time.Time) (auth.Period, error) {
	first, err := time.Parse(time.DateOnly, from)
	if err != nil {
		return auth.Period{}, &usageError{errors.New("--from is a day such as 2026-01-01")}
	}
	end, err := time.Parse(time.DateOnly, to)
	if err != nil {
		return auth.Period{}, &usageError{errors.New("--to is a day such as 2026-04-01")}
	}
	if end.After(now) {
		end = now.UTC().Truncate(time.Second)
	}
	if !first.Before(end) {
		return auth.Period{}, &usageError{errors.New("the period ends before it begins, or begins in the future")}
	}
	return auth.Period{From: first, Before: end}, nil
}

// exportEvidence records the export, and then reads and writes.
func (i *installation) exportEvidence(ctx context.Context, tenant messaging.ID, p auth.Period, directory string) (evidence.Manifest, error) {
	now := time.Now()
	if _, err := i.keys.Of(ctx, tenant); err != nil {
		return evidence.Manifest{}, noTenant(err)
	}
	err := i.rows().Act(ctx, tenant, func(tx auth.AccessTx) error {
		return tx.Audit(ctx, now, messaging.AuditedHost(messaging.AuditExported, 0, map[string]string{
			"from": p.From.Format(time.RFC3339), "before": p.Before.Format(time.RFC3339),
		}))
	})
	if err != nil {
		return evidence.Manifest{}, err
	}
	return i.writeEvidence(ctx, tenant, p, directory, now)
}

// writeEvidence reads and writes what was recorded before.
func (i *installation) writeEvidence(ctx context.Context, tenant messaging.ID, p auth.Period, directory string, now time.Time) (evidence.Manifest, error) {
	keys, err := i.keys.Of(ctx, tenant)
	if err != nil {
		return evidence.Manifest{}, err
	}
	verification, err := i.verification(ctx, tenant)
	if err != nil {
		return evidence.Manifest{}, err
	}
	m := evidence.Manifest{
		Tenant: tenant.String(), From: p.From, Before: p.Before, MadeAt: now.UTC().Truncate(time.Second),
		Generator: "posthaste " + version, Verification: verification,
	}
	e := i.store.Evidence(tenant, keys, p.Before)
	return evidence.Write(directory, m, i.ring.SigningKeys(privacy.ForEvidence)[0],
		peopleTable(ctx, e), i.keyTable(ctx, e), apiKeyTable(ctx, i.rows(), tenant, p.Before), allowListTable(ctx, e),
		actTable("policy-history", e.Audit(ctx, time.Unix(0, 0), messaging.AuditPolicyChanged)),
		actTable("audit", e.Audit(ctx, p.From, "")),
	)
}

// sign makes a file of a statement, which the key of evidence signs.
func (i *installation) sign(statement any) ([]byte, error) {
	return evidence.Sign(statement, i.ring.SigningKeys(privacy.ForEvidence)[0])
}

// verification walks the tenant's ledger and compares it with the checkpoints that this host knows.
func (i *installation) verification(ctx context.Context, tenant messaging.ID) (v evidence.Verification, err error) {
	retired, err := i.config.retiredKeys(privacy.ForCheckpoints)
	if err != nil {
		return v, err
	}
	checkpoints, _, err := readCheckpointFiles(i.config.knownCheckpoints(), i.ring, retired)
	if err != nil {
		return v, err
	}
	err = i.store.CheckLedgers(ctx, i.keys, tenant, checkpoints, func(c store.LedgerCheck) {
		v = evidence.Verification{Verified: c.Err == nil, Links: c.Head.Seq, Head: hex.EncodeToString(c.Head.Link[:]), Checkpoints: c.Pinned}
		if c.Err != nil {
			v.Finding = c.Err.Error()
		}
	})
	return v, err
}

// table makes a table of what read gives when its turn has come.
func table[T any](name string, columns []string, read func() ([]T, error), row func(T) []string) evidence.Table {
	return evidence.Table{Name: name, Columns: columns, Rows: func(yield func([]string, error) bool) {
		list, err := read()
		if err != nil {
			yield(nil, err)
			return
		}
		for _, entry := range list {
			if !yield(row(entry), nil) {
				return
			}
		}
	}}
}

func peopleTable(ctx context.Context, e store.Evidence) evidence.Table {
	columns := []string{"id", "email", "name", "role", "state", "created_at", "last_sign_in_at", "totp", "passkeys", "recovery_codes"}
	return table("people", columns, func() ([]store.EvidenceUser, error) { return e.Users(ctx) }, func(u store.EvidenceUser) []string {
		state := "ACTIVE"
		if u.Disabled {
			state = "DISABLED"
		}
		return []string{
			u.ID.String(), u.Email, u.Name, string(u.Role), state, when(u.CreatedAt), when(u.LastSignIn),
			strconv.FormatBool(u.Factors.TOTP), strconv.Itoa(u.Factors.Passkeys), strconv.Itoa(u.Factors.RecoveryCodes),
		}
	})
}

// keyTable lists the root keys and the tenant's stored keys.
func (i *installation) keyTable(ctx context.Context, e store.Evidence) evidence.Table {
	read := func() ([][]string, error) {
		var rows [][]string
		wrapping := i.ring.Keys(privacy.ForWrapping)
		sealers := map[privacy.KeyID]string{} // by which root key, where it was one
		for n, root := range i.ring.Info() {
			sealers[wrapping[n].ID()] = "root " + root.ID.String()
			rows = append(rows, []string{"ROOT", root.ID.String(), string(root.State), "", "", ""})
		}
		keys, err := e.Keys(ctx)
		for _, k := range keys {
			day := ""
			if !k.Day.IsZero() {
				day = k.Day.Format(time.DateOnly)
			}
			by, known := sealers[k.SealedBy]
			if !known {
				by = "tenant's data key " + k.SealedBy.String()
			}
			rows = append(rows, []string{k.Purpose, "", "stored sealed", day, by, when(k.CreatedAt)})
		}
		return rows, err
	}
	return table("keys", []string{"purpose", "id", "state", "day", "sealed_by", "created_at"}, read, func(row []string) []string { return row })
}

func apiKeyTable(ctx context.Context, rows *store.Access, tenant messaging.ID, before time.Time) evidence.Table {
	columns := []string{"id", "name", "hint", "test", "scopes", "networks", "quota_per_minute", "created_by", "created_at", "expires_at", "last_used_at", "revoked_at"}
	read := func() ([]auth.ListedKey, error) {
		keys, err := rows.Keys(ctx, tenant, time.Now())
		var made []auth.ListedKey
		for _, k := range keys {
			if k.CreatedAt.Before(before) {
				made = append(made, k)
			}
		}
		return made, err
	}
	return table("api-keys", columns, read, func(k auth.ListedKey) []string {
		return []string{
			k.ID.String(), k.Name, k.Hint, strconv.FormatBool(k.Test), spaced(k.Scopes), spaced(k.Addresses), strconv.Itoa(k.Quota), k.Creator.String(),
			when(k.CreatedAt), when(k.ExpiresAt), when(k.LastUsed), when(k.RevokedAt),
		}
	})
}

func allowListTable(ctx context.Context, e store.Evidence) evidence.Table {
	columns := []string{"revision", "state", "created_by", "created_at", "confirmed_at", "network", "label", "enabled", "expires_at"}
	return table("allow-list-history", columns, func() ([]store.EvidenceAllowEntry, error) { return e.AllowLists(ctx) }, func(a store.EvidenceAllowEntry) []string {
		network := ""
		if a.Network != (netip.Prefix{}) {
			network = a.Network.String()
		}
		return []string{
			a.Revision.String(), a.State, idText(a.By), when(a.CreatedAt), when(a.ConfirmedAt), network, a.Label,
			strconv.FormatBool(!a.Disabled), when(a.Expires),
		}
	})
}

func actTable(name string, acts iter.Seq2[messaging.AuditRecord, error]) evidence.Table {
	return evidence.Table{
		Name: name, Columns: []string{"link", "id", "at", "action", "user", "api_key", "address", "target", "detail"},
		Rows: func(yield func([]string, error) bool) {
			for r, err := range acts {
				var row []string
				if err == nil {
					row, err = actRow(r)
				}
				if !yield(row, err) || err != nil {
					return
				}
			}
		},
	}
}

func actRow(r messaging.AuditRecord) ([]string, error) {
	detail, err := json.Marshal(r.Detail)
	address := ""
	if r.Address.IsValid() {
		address = r.Address.String()
	}
	return []string{
		strconv.FormatInt(r.Seq, 10), r.ID.String(), when(r.At), string(r.Action), idText(r.User), idText(r.Key), address, idText(r.Target), string(detail),
	}, err
}

func when(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

func idText(id messaging.ID) string {
	if id == 0 {
		return ""
	}
	return id.String()
}

func spaced[T any](list []T) string {
	texts := make([]string, len(list))
	for i, entry := range list {
		texts[i] = fmt.Sprint(entry)
	}
	return strings.Join(texts, " ")
}
