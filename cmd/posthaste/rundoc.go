package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"time"
)

// runDoc says where the parts of a running box are. It lies in the data directory, readable by its owner only, so that
// the other commands on this host find the stores without being told.
type runDoc struct {
	PostgresURL   string `json:"postgres_url"`
	ClickHouseURL string `json:"clickhouse_url"`
	Listen        string `json:"listen"`
	ServeHost     string `json:"serve_host"`
	// Hosts are the loopback addresses of metrics and readiness, by process.
	Hosts          map[string]string `json:"hosts"`
	SandboxAPI     string            `json:"sandbox_api,omitempty"`
	SandboxControl string            `json:"sandbox_control,omitempty"`
	SMTPURL        string            `json:"smtp_url,omitempty"` // of the sandbox
	MailFrom       string            `json:"mail_from,omitempty"`
	Pids           map[string]int    `json:"pids"`
}

func runFile(data string) string { return filepath.Join(data, "run.json") }

func (d runDoc) write(data string) error {
	content, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return err
	}
	next := runFile(data) + ".next"
	if err := os.WriteFile(next, append(content, '\n'), 0o600); err != nil {
		return fmt.Errorf("write where the parts are: %w", err)
	}
	return os.Rename(next, runFile(data))
}

// readRunDoc gives the zero value where nothing runs.
func readRunDoc(data string) (runDoc, error) {
	content, err := os.ReadFile(runFile(data))
	if errors.Is(err, os.ErrNotExist) {
		return runDoc{}, nil
	}
	if err != nil {
		return runDoc{}, fmt.Errorf("read where the parts are: %w", err)
	}
	var d runDoc
	return d, json.Unmarshal(content, &d)
}

// keepRunDoc writes the document anew whenever a child was started again, until ctx ends; then it is removed.
func (b *box) keepRunDoc(ctx context.Context) {
	defer os.Remove(runFile(b.data))
	tick := time.NewTicker(250 * time.Millisecond)
	defer tick.Stop()
	for {
		pids := map[string]int{}
		for _, name := range b.names {
			pids[name] = b.children.Pid(name)
		}
		if !maps.Equal(pids, b.run.Pids) {
			b.run.Pids = pids
			if err := b.run.write(b.data); err != nil {
				b.log.Warn("the list of the parts could not be written", "error", err)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// fromRunDoc fills in the stores' addresses from a box that runs on this data directory.
func (c *config) fromRunDoc() error {
	data, err := c.dataDir()
	if err != nil {
		return err
	}
	d, err := readRunDoc(data)
	if err != nil {
		return err
	}
	for name, value := range map[string]string{"postgres-url": d.PostgresURL, "clickhouse-url": d.ClickHouseURL, "smtp-url": d.SMTPURL, "mail-from": d.MailFrom} {
		if c.text(name) == "" && value != "" {
			if err := c.k.Set(name, value); err != nil {
				return err
			}
		}
	}
	if c.text("public-url") == "" && d.Listen != "" {
		return c.k.Set("listen", d.Listen)
	}
	return nil
}
