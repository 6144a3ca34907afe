package main

import (
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"posthaste/engines"
	"posthaste/privacy"
	"posthaste/store"
)

// logger writes to standard error: text for a person, JSON for a machine.
func (c *config) logger() (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.text("log"))); err != nil {
		return nil, badSetting("log", "one of debug, info, warn, error")
	}
	options := &slog.HandlerOptions{Level: level}
	switch c.text("log-format") {
	case "json":
		return slog.New(slog.NewJSONHandler(os.Stderr, options)), nil
	case "text":
		return slog.New(slog.NewTextHandler(os.Stderr, options)), nil
	case "auto":
		if info, err := os.Stderr.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			return slog.New(slog.NewTextHandler(os.Stderr, options)), nil
		}
		return slog.New(slog.NewJSONHandler(os.Stderr, options)), nil
	}
	return nil, badSetting("log-format", "one of json, text, auto")
}

// keyring reads the root keys from the setting, or from the key file of the data directory.
func (c *config) keyring() (*privacy.Keyring, error) {
	material := []byte(c.text("keys"))
	if len(material) == 0 {
		data, err := c.dataDir()
		if err != nil {
			return nil, err
		}
		if material, err = os.ReadFile(keyFile(data)); err != nil {
			return nil, badSetting("keys", "there are no root keys; make them with: posthaste keys create --data %s", c.text("data"))
		}
	}
	ring, err := privacy.ParseKeyring(material)
	if err != nil {
		return nil, badSetting("keys", "%s", err)
	}
	return ring, nil
}

func keyFile(data string) string { return filepath.Join(data, "keys") }

// postgres says how to open the database. The passwords of the two roles come from the root key, so no secret is stored.
func (c *config) postgres(ring *privacy.Keyring) (store.Options, error) {
	url := c.text("postgres-url")
	if url == "" {
		return store.Options{}, badSetting("postgres-url", "say where PostgreSQL is, or use: posthaste up")
	}
	return store.Options{
		URL: url, AppPassword: rolePassword(ring, "app"), AcrossPassword: rolePassword(ring, "across"),
	}, nil
}

// listen opens an address and says clearly when it is taken.
func listen(setting, address string, open func() (net.Listener, error)) (net.Listener, error) {
	l, err := open()
	if err == nil {
		return l, nil
	}
	if strings.Contains(err.Error(), "address already in use") {
		return nil, &engines.Problem{
			What: "address " + address + " is taken by another program",
			Help: "choose another with --" + setting + " 127.0.0.1:PORT", Err: err,
		}
	}
	return nil, badSetting(setting, "%s", err)
}

// withConfig gives a command its configuration.
func withConfig(run func(cmd *cobra.Command, args []string, c *config) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		c, err := loadConfig(cmd)
		if err != nil {
			return err
		}
		if cmd.Name() != "up" { // which writes it
			if err := c.fromRunDoc(); err != nil {
				return err
			}
		}
		return run(cmd, args, c)
	}
}
