package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"

	"posthaste/auth"
	"posthaste/messaging"
	"posthaste/store"
)

// demoDoc is what the demo made for this installation alone: nothing in it is the same anywhere else. It lies in the data
// directory, readable by its owner only.
type demoDoc struct {
	Tenant messaging.ID `json:"tenant"`
	People []demoPerson `json:"people"`
	World  demoWorld    `json:"world"`
}

// demoPerson is somebody who can sign in to the demo.
type demoPerson struct {
	Name     string    `json:"name"`
	Email    string    `json:"email"`
	Role     auth.Role `json:"role"`
	Password string    `json:"password"`
	TOTP     string    `json:"totp,omitempty"` // for typing; empty: enrols at the first sign-in
	URI      string    `json:"uri,omitempty"`
	Codes    []string  `json:"recoveryCodes,omitempty"`
}

func demoFile(data string) string { return filepath.Join(data, "demo.json") }

func readDemoDoc(data string) (demoDoc, bool, error) {
	content, err := os.ReadFile(demoFile(data))
	if errors.Is(err, os.ErrNotExist) {
		return demoDoc{}, false, nil
	}
	if err != nil {
		return demoDoc{}, false, fmt.Errorf("read the demo's document: %w", err)
	}
	var d demoDoc
	return d, true, json.Unmarshal(content, &d)
}

func (d demoDoc) write(data string) error {
	content, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(demoFile(data), append(content, '\n'), 0o600)
}

// seedDemo makes the demo tenant once. The document is written last: a start that was broken off is not taken for whole.
func (b *box) seedDemo(ctx context.Context) error {
	d, there, err := readDemoDoc(b.data)
	if err != nil {
		return err
	}
	if !there {
		i, err := open(ctx, b.config, store.ToolProcess)
		if err != nil {
			return err
		}
		defer i.close()
		if d, err = i.makeDemo(ctx, b.data); err != nil {
			return fmt.Errorf("make the demo tenant: %w", err)
		}
		if err := d.write(b.data); err != nil {
			return err
		}
	}
	b.demoDoc = d
	return nil
}

func (i *installation) makeDemo(ctx context.Context, data string) (demoDoc, error) {
	publicURL, err := i.config.publicURL()
	if err != nil {
		return demoDoc{}, err
	}
	i.post = auth.Post{} // made-up people are told of nothing
	access := i.access(publicURL)
	tenants := i.tenants(access)
	if _, err := tenants.EnsurePlatform(ctx, "operator@posthaste.example"); err != nil {
		return demoDoc{}, err
	}
	tenant, _, err := tenants.Create(ctx, messaging.Actor{}, auth.NewTenant{
		Name: "Acme Tea Company", Brand: "Acme Tea", Zone: "Asia/Kolkata", Country: "IN", Currency: "INR", OwnerEmail: "cofounder@acme.example",
	})
	if err != nil {
		return demoDoc{}, err
	}
	d := demoDoc{Tenant: tenant.ID}
	loopback := []auth.EntryInput{{Network: "127.0.0.0/8", Label: "this computer"}, {Network: "::1/128", Label: "this computer"}}
	for _, home := range []messaging.ID{messaging.PlatformTenant, tenant.ID} {
		if _, err := access.SeedAllowList(ctx, home, loopback); err != nil {
			return d, err
		}
	}
	if d.People, err = seedPeople(ctx, access, tenant.ID); err != nil {
		return d, err
	}
	d.World, err = i.seedSending(ctx, tenant, data)
	return d, err
}

// seedPeople makes one person of each role, enrolled, and one who is not.
func seedPeople(ctx context.Context, access *auth.Access, tenant messaging.ID) ([]demoPerson, error) {
	people := []demoPerson{
		{Name: "Bina Brand", Email: "brand@acme.example", Role: auth.BrandManager},
		{Name: "Omar Owner", Email: "owner@acme.example", Role: auth.Owner},
		{Name: "Sara Security", Email: "security@acme.example", Role: auth.SecurityAdmin},
		{Name: "Ana Analyst", Email: "analyst@acme.example", Role: auth.Analyst},
		{Name: "Ravi Approver", Email: "approver@acme.example", Role: auth.Approver},
		{Name: "Gita Agent", Email: "agent@acme.example", Role: auth.Agent},
		{Name: "Dev Developer", Email: "developer@acme.example", Role: auth.Developer},
		{Name: "Olga Operator", Email: "operator@posthaste.example", Role: auth.Operator},
		{Name: "Nia Newcomer", Email: "newcomer@acme.example", Role: auth.BrandManager},
	}
	for n := range people {
		p := &people[n]
		home := tenant
		if p.Role == auth.Operator {
			home = messaging.PlatformTenant
		}
		password, err := drawPassphrase()
		if err != nil {
			return nil, err
		}
		p.Password = password
		seed := auth.Seed{Email: p.Email, Name: p.Name, Role: p.Role, Password: password}
		if n < len(people)-1 {
			if seed.TOTP, err = auth.NewTOTPSecret(rand.Reader); err != nil {
				return nil, err
			}
			if seed.Codes, err = auth.NewRecoveryCodes(rand.Reader); err != nil {
				return nil, err
			}
			p.TOTP, p.URI, p.Codes = seed.TOTP.Manual(), seed.TOTP.URI(access.Issuer, p.Email), seed.Codes
		}
		if _, err := access.SeedUser(ctx, home, seed); err != nil {
			return nil, fmt.Errorf("make %s: %w", p.Email, err)
		}
	}
	return people, nil
}

// drawPassphrase draws some 70 bits that are easy to type.
func drawPassphrase() (string, error) {
	const letters = "abcdefghjkmnpqrstuvwxyz23456789"
	groups := make([]string, 4)
	for g := range groups {
		var group strings.Builder
		for range 4 {
			n, err := rand.Int(rand.Reader, big.NewInt(int64(len(letters))))
			if err != nil {
				return "", fmt.Errorf("draw a password: %w", err)
			}
			group.WriteByte(letters[n.Int64()])
		}
		groups[g] = group.String()
	}
	return strings.Join(groups, "-"), nil
}

// greet says where to go, and how to come in.
func (b *box) greet() {
	u, err := b.config.publicURL()
	if err != nil {
		return
	}
	if b.demo && len(b.demoDoc.People) > 0 {
		fmt.Fprint(b.out, "\n  Demo people, made for this installation (kept in ", demoFile(b.data), "):\n\n")
		fmt.Fprintf(b.out, "    %-15s %-28s %-21s %s\n", "ROLE", "E-MAIL", "PASSWORD", "AUTHENTICATOR KEY")
		for _, p := range b.demoDoc.People {
			key := p.TOTP
			if key == "" {
				key = "enrols at the first sign-in"
			}
			fmt.Fprintf(b.out, "    %-15s %-28s %-21s %s\n", p.Role, p.Email, p.Password, key)
		}
		if code, err := auth.NewQRCode(b.demoDoc.People[0].URI); err == nil {
			fmt.Fprintf(b.out, "\n  Scan this for %s:\n\n%s\n", b.demoDoc.People[0].Email, code.Terminal())
		}
		fmt.Fprintf(b.out, "  An audience of 500 to send to: %s\n", audienceFile(b.data))
	}
	if b.run.SMTPURL != "" {
		fmt.Fprintf(b.out, "\n  Mails go nowhere; read them at http://%s/_sandbox/inbox\n", b.run.SandboxControl)
	}
	fmt.Fprintf(b.out, "\n  Open   %s\n  Log    %s\n  Stop   Ctrl-C\n", u, filepath.Join(b.data, "posthaste.log"))
}
