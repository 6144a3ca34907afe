package main

import (
	"io"
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
	level, err := c.logLevel()
	if err != nil {
		return nil, err
	}
	handler, err := c.logHandler(os.Stderr, level)
	return slog.New(handler), err
}

// boxLogger writes everything to the file, and to the terminal only what somebody should know at once: a box tells its
// story there in words of its own.
func (c *config) boxLogger(file io.Writer) (*slog.Logger, error) {
	level, err := c.logLevel()
	if err != nil {
		return nil, err
	}
	terminal, err := c.logHandler(os.Stderr, max(level, slog.LevelWarn))
	return slog.New(slog.NewMultiHandler(slog.NewJSONHandler(file, &slog.HandlerOptions{Level: level}), terminal)), err
}

func (c *config) logLevel() (level slog.Level, err error) {
	if level.UnmarshalText([]byte(c.text("log"))) != nil {
		err = badSetting("log", "one of debug, info, warn, error")
	}
	return level, err
}

func (c *config) logHandler(to *os.File, level slog.Level) (slog.Handler, error) {
	options := &slog.HandlerOptions{Level: level}
	format := c.text("log-format")
	if format == "auto" {
		format = "json"
		if info, err := to.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			format = "text"
		}
	}
	switch format {
	case "json":
		return slog.NewJSONHandler(to, options), nil
	case "text":
		return slog.NewTextHandler(to, options), nil
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

// postgres says how to open the database.
func (c *config) postgres(ring *privacy.Keyring) (store.Options, error) {
	url, err := c.postgresURL()
	if err != nil {
		return store.Options{}, err
	}
	return store.Options{URL: url}.Under(ring), nil
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
