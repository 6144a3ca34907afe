package main

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/confmap"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/providers/posflag"
	"github.com/knadh/koanf/v2"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"posthaste/auth"
)

// setting is one line of the configuration: a flag, an environment variable and a key of the file.
type setting struct {
	name   string // also POSTHASTE_NAME in the environment
	value  any    // the default; its type is the setting's
	secret bool   // never shown
	usage  string
}

// settings is the whole configuration, in the order of the documentation.
func settings() []setting {
	return []setting{
		{"listen", "127.0.0.1:8080", false, "address of the portal, the API and the webhooks; without TLS only a loopback address"},
		{"host-listen", "127.0.0.1:0", false, "loopback address of metrics, pprof and readiness (port 0: any free one)"},
		{"public-url", "", false, "what links and webhooks are built from, e.g. https://posthaste.example (default: from listen)"},
		{"data", "data", false, "directory of embedded engines, keys and media"},
		{"engines", "", false, "directory of the engines' packages (default: engines/node_modules near the program)"},
		{"postgres-url", "", true, "PostgreSQL 18, as the owner of the tables; with it no embedded PostgreSQL starts"},
		{"clickhouse-url", "", true, "ClickHouse over HTTP, http://user:password@host:8123/database; with it no embedded ClickHouse starts"},
		{"keys", "", true, "root keys, the content of a key file (default: the file data/keys)"},
		{"checkpoint-file", "", false, "file to which a server appends signed checkpoints of the ledgers each hour, best where the database's administrators cannot write"},
		{"tls-cert", "", false, "file of the certificate chain"},
		{"tls-key", "", false, "file of its private key"},
		{"trusted-proxies", "", false, "CIDRs of reverse proxies, by comma; without them forwarding headers are ignored"},
		{"proxy-header", "X-Forwarded-For", false, "the one header that the trusted proxies set"},
		{"whatsapp-url", "https://graph.facebook.com", false, "base address of the Cloud API"},
		{"whatsapp-version", "v25.0", false, "version of the Cloud API"},
		{"smtp-url", "", true, "mail server: smtp://user:password@host:587 (STARTTLS) or smtps://…:465; without it no mail is sent"},
		{"smtp-password", "", true, "its password, where the address does not hold it"},
		{"mail-from", "", false, "sender of mails, e.g. Acme Tea <no-reply@acme.example>"},
		{"insecure-hop", "", false, "hops beyond this host that may go without checked TLS, by comma: postgres, clickhouse, whatsapp, smtp"},
		{"allow-list-trial", auth.DefaultTrial, false, "how long a changed allow-list waits to be confirmed before it goes back by itself"},
		{"lease", 10 * time.Second, false, "how long a process lives without a heartbeat"},
		{"heartbeat", 3 * time.Second, false, "how often it beats"},
		{"post-timeout", 15 * time.Second, false, "how long a call to a provider may take"},
		{"evidence-wait", 15 * time.Minute, false, "how long a lost answer may be made good by a delivery report, counted while reports come in"},
		{"evidence-wait-code", time.Minute, false, "the same for authentication messages"},
		{"grace", 25 * time.Second, false, "how long a process may finish its work when it is stopped"},
		{"export-flush", time.Second, false, "how long events may wait for a fuller batch"},
		{"log", "info", false, "debug, info, warn or error"},
		{"log-format", "auto", false, "json, text, or auto: text on a terminal"},
	}
}

// addSettings makes a flag of each setting.
func addSettings(flags *pflag.FlagSet) {
	flags.String("config", "", "YAML file with any of these settings")
	for _, s := range settings() {
		switch v := s.value.(type) {
		case string:
			flags.String(s.name, v, s.usage)
		case time.Duration:
			flags.Duration(s.name, v, s.usage)
		case int:
			flags.Int(s.name, v, s.usage)
		}
	}
}

// configError says which setting is wrong and never repeats a secret.
type configError struct{ sentence string }

func (e *configError) Error() string { return e.sentence }

func badSetting(name, format string, args ...any) error {
	return &configError{fmt.Sprintf("setting %s (POSTHASTE_%s): %s", name, variable(name), fmt.Sprintf(format, args...))}
}

func variable(name string) string { return strings.ToUpper(strings.ReplaceAll(name, "-", "_")) }

// config is the configuration, read once.
type config struct {
	k *koanf.Koanf
}

func loadConfig(cmd *cobra.Command) (*config, error) {
	k := koanf.New(".")
	defaults := map[string]any{}
	known := map[string]bool{}
	for _, s := range settings() {
		defaults[s.name], known[s.name] = s.value, true
	}
	if err := k.Load(confmap.Provider(defaults, "."), nil); err != nil {
		return nil, err
	}
	if path, _ := cmd.Flags().GetString("config"); path != "" {
		if err := k.Load(file.Provider(path), yaml.Parser()); err != nil {
			return nil, &configError{"the file of --config cannot be read: " + rootCause(err)}
		}
		for _, key := range k.Keys() {
			if !known[key] {
				return nil, &configError{fmt.Sprintf("the file of --config holds the unknown setting %q", key)}
			}
		}
	}
	if err := k.Load(env.Provider(".", env.Opt{Prefix: "POSTHASTE_", TransformFunc: fromEnvironment(known)}), nil); err != nil {
		return nil, err
	}
	if err := loadFiles(k); err != nil {
		return nil, err
	}
	c := &config{k}
	err := k.Load(posflag.ProviderWithFlag(cmd.Flags(), ".", k, func(f *pflag.Flag) (string, any) {
		if !known[f.Name] {
			return "", nil
		}
		return f.Name, posflag.FlagVal(cmd.Flags(), f)
	}), nil)
	if err != nil {
		return nil, err
	}
	return c, c.checkTimes()
}

// checkTimes finds lengths of time that do not read as one, which would count as none.
func (c *config) checkTimes() error {
	for _, s := range settings() {
		if _, isTime := s.value.(time.Duration); isTime && c.duration(s.name) <= 0 {
			return badSetting(s.name, "write a length of time, such as 10s or 5m")
		}
	}
	if trial := c.duration("allow-list-trial"); trial < auth.MinTrial || trial > auth.MaxTrial {
		return badSetting("allow-list-trial", "between %s and %s", auth.MinTrial, auth.MaxTrial)
	}
	return nil
}

// fromEnvironment maps POSTHASTE_POSTGRES_URL to postgres-url. Variables that are no setting belong to someone else.
func fromEnvironment(known map[string]bool) func(k, v string) (string, any) {
	return func(k, v string) (string, any) {
		name := strings.ReplaceAll(strings.ToLower(strings.TrimPrefix(k, "POSTHASTE_")), "_", "-")
		if !known[name] {
			return "", nil
		}
		return name, v
	}
}

// loadFiles reads POSTHASTE_…_FILE: the way to give a secret without showing it in the environment.
func loadFiles(k *koanf.Koanf) error {
	for _, s := range settings() {
		path := os.Getenv("POSTHASTE_" + variable(s.name) + "_FILE")
		if path == "" {
			continue
		}
		content, err := os.ReadFile(path) // #nosec G304 -- the host's environment
		if err != nil {
			return badSetting(s.name, "its file cannot be read: %s", rootCause(err))
		}
		if err := k.Set(s.name, strings.TrimSpace(string(content))); err != nil {
			return err
		}
	}
	return nil
}

func rootCause(err error) string {
	for next := errors.Unwrap(err); next != nil; next = errors.Unwrap(err) {
		err = next
	}
	return err.Error()
}

func (c *config) text(name string) string            { return c.k.String(name) }
func (c *config) duration(name string) time.Duration { return c.k.Duration(name) }

// publicURL is where people and Meta reach us.
func (c *config) publicURL() (*url.URL, error) {
	text := c.text("public-url")
	if text == "" {
		scheme := "http"
		if c.text("tls-cert") != "" {
			scheme = "https"
		}
		// A passkey's home cannot be an IP address, so a loopback address is called localhost.
		_, port, found := strings.Cut(c.text("listen"), ":")
		if !found {
			return nil, badSetting("listen", "not host:port")
		}
		text = scheme + "://localhost:" + port
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.Path != "" && u.Path != "/" {
		return nil, badSetting("public-url", "give scheme and host only, such as https://posthaste.example")
	}
	u.Path = ""
	return u, nil
}

// sandboxed tells whether the Cloud API is one on this host: the real one never is.
func (c *config) sandboxed() bool {
	u, err := url.Parse(c.text("whatsapp-url"))
	if err != nil {
		return false
	}
	return onThisHost(u.Hostname())
}

// trustedProxies reads the CIDRs.
func (c *config) trustedProxies() ([]netip.Prefix, error) {
	var out []netip.Prefix
	for text := range strings.FieldsFuncSeq(c.text("trusted-proxies"), func(r rune) bool { return r == ',' || r == ' ' }) {
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, badSetting("trusted-proxies", "%q is no CIDR", text)
		}
		out = append(out, prefix.Masked())
	}
	return out, nil
}

// dataDir is the data directory, absolute.
func (c *config) dataDir() (string, error) { return filepath.Abs(c.text("data")) }

func configCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "config", Short: "Show the settings"}
	cmd.AddCommand(&cobra.Command{
		Use: "show", Short: "Print each setting as it counts; secrets only as set or not", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			for _, s := range settings() {
				value := c.k.String(s.name)
				if s.secret && value != "" {
					value = "(set)"
				}
				fmt.Fprintf(cmd.OutOrStdout(), "%-18s %s\n", s.name, value)
			}
			return nil
		},
	})
	return cmd
}
