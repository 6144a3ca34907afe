package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"posthaste/messaging"
	"posthaste/store"
)

// connectDemo tells the sandbox of the demo tenant, as it is now: the sandbox forgets its accounts when it ends, ours are
// in the database. The webhook's handshake is done for real, so the server must run.
func (b *box) connectDemo(ctx context.Context) error {
	w := b.demoDoc.World
	publicURL, err := b.config.publicURL()
	if err != nil {
		return err
	}
	numbers := make([]map[string]any, len(w.Numbers))
	for n, number := range w.Numbers {
		numbers[n] = map[string]any{"id": number.ID, "display_phone_number": digitsOf(number.Display), "verified_name": number.Name}
	}
	templates, err := b.demoTemplates(ctx)
	if err != nil {
		return err
	}
	calls := []struct {
		method, path string
		body         map[string]any
	}{
		{"POST", "/apps", map[string]any{"id": w.AppID, "secret": w.AppSecret, "verify_token": w.VerifyToken, "tokens": []any{map[string]any{"value": w.Token}}}},
		{"POST", "/portfolios", map[string]any{"id": w.PortfolioID, "name": "Acme Tea", "tier": "TIER_100K", "verified": true, "wabas": []any{
			map[string]any{"id": w.WabaID, "name": "Acme Tea", "currency": "INR", "numbers": numbers, "templates": templates},
		}}},
		{"PUT", "/apps/" + w.AppID, map[string]any{"callback_url": messaging.WebhookURL(publicURL.String(), w.AppRoute), "verify_token": w.VerifyToken}},
	}
	for _, c := range calls {
		if err := b.sandboxCall(ctx, c.method, c.path, c.body); err != nil {
			return err
		}
	}
	return nil
}

// demoTemplates are the tenant's templates in the shape of the platform's create call, with their state.
func (b *box) demoTemplates(ctx context.Context) ([]map[string]any, error) {
	i, err := open(ctx, b.config, store.ToolProcess)
	if err != nil {
		return nil, err
	}
	defer i.close()
	list, err := i.store.Templates(ctx, b.demoDoc.Tenant, 0, 1000, messaging.TemplateFilter{})
	if err != nil {
		return nil, err
	}
	var out []map[string]any
	for _, t := range list {
		if t.MetaID == "" {
			continue
		}
		components, err := t.Draft().Components()
		if err != nil {
			return nil, err
		}
		out = append(out, map[string]any{
			"name": t.Name, "language": t.Language, "category": t.Category, "parameter_format": t.Format,
			"components": json.RawMessage(components), "status": t.State,
		})
	}
	return out, nil
}

func (b *box) sandboxCall(ctx context.Context, method, path string, body map[string]any) error {
	content, err := json.Marshal(body)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, method, "http://"+b.run.SandboxControl+"/_sandbox"+path, bytes.NewReader(content))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("tell the sandbox: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode/100 != 2 {
		said, _ := io.ReadAll(io.LimitReader(response.Body, 1000))
		return fmt.Errorf("the sandbox refused %s %s: %s", method, path, said)
	}
	return nil
}

func digitsOf(display string) string {
	out := make([]byte, 0, len(display))
	for _, c := range []byte(display) {
		if c >= '0' && c <= '9' {
			out = append(out, c)
		}
	}
	return string(out)
}
