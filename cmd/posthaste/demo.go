package main

import (
	"context"
	"fmt"
)

// demoPerson is somebody who can sign in to the demo.
type demoPerson struct {
	Name, Email, Password, Role string
	TOTP                        string // base32; empty: not enrolled yet
}

func (b *box) seedDemo(ctx context.Context) error    { return nil }
func (b *box) connectDemo(ctx context.Context) error { return nil }

// greet says where to go, and how to come in.
func (b *box) greet() {
	u, err := b.config.publicURL()
	if err != nil {
		return
	}
	fmt.Fprintf(b.out, "\n  Open   %s\n  Log    %s\n  Stop   Ctrl-C\n", u, b.data+"/posthaste.log")
}
