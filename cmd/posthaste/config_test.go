package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
)

// load reads the configuration as a command with these arguments would.
func load(t *testing.T, args ...string) (*config, error) {
	t.Helper()
	var loaded *config
	cmd := &cobra.Command{Use: "x", RunE: func(cmd *cobra.Command, _ []string) (err error) {
		loaded, err = loadConfig(cmd)
		return err
	}}
	addSettings(cmd.Flags())
	cmd.SetArgs(args)
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	err := cmd.Execute()
	return loaded, err
}

func TestFlagsBeatTheEnvironmentAndThatBeatsTheFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "posthaste.yaml")
	if err := os.WriteFile(file, []byte("listen: 127.0.0.1:1\ndata: from-file\nlease: 20s\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("POSTHASTE_DATA", "from-environment")
	t.Setenv("POSTHASTE_LISTEN", "127.0.0.1:2")
	c, err := load(t, "--config", file, "--listen", "127.0.0.1:3")
	if err != nil {
		t.Fatal(err)
	}
	if got := c.text("listen") + " " + c.text("data"); got != "127.0.0.1:3 from-environment" {
		t.Errorf("listen and data are %q", got)
	}
	if c.duration("lease") != 20*time.Second || c.duration("heartbeat") != 3*time.Second {
		t.Errorf("lease %s and heartbeat %s", c.duration("lease"), c.duration("heartbeat"))
	}
}

func TestSecretsComeFromFilesAndAreNeverShown(t *testing.T) {
	file := filepath.Join(t.TempDir(), "url")
	if err := os.WriteFile(file, []byte("postgres://u:hunter2@db/x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("POSTHASTE_POSTGRES_URL_FILE", file)
	c, err := load(t)
	if err != nil {
		t.Fatal(err)
	}
	if c.text("postgres-url") != "postgres://u:hunter2@db/x" {
		t.Errorf("the file's value is not taken")
	}
	cmd := root()
	var out bytes.Buffer
	cmd.SetOut(&out)
	cmd.SetArgs([]string{"config", "show", "--data", t.TempDir()})
	if err := cmd.Execute(); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), "hunter2") || !strings.Contains(out.String(), "(set)") {
		t.Errorf("config show says:\n%s", out.String())
	}
}

func TestBadSettingsAreNamed(t *testing.T) {
	unknown := filepath.Join(t.TempDir(), "posthaste.yaml")
	if err := os.WriteFile(unknown, []byte("lissten: x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := load(t, "--config", unknown); err == nil || !strings.Contains(err.Error(), `"lissten"`) || exitCode(err) != exitConfig {
		t.Errorf("an unknown setting: %v", err)
	}
	t.Setenv("POSTHASTE_KEYS_FILE", filepath.Join(t.TempDir(), "absent"))
	if _, err := load(t); err == nil || !strings.Contains(err.Error(), "POSTHASTE_KEYS") {
		t.Errorf("an absent file: %v", err)
	}
}

func TestPublicURL(t *testing.T) {
	for args, want := range map[string]string{
		"--listen 127.0.0.1:8080":                          "http://localhost:8080",
		"--public-url https://posthaste.example":           "https://posthaste.example",
		"--public-url https://posthaste.example/":          "https://posthaste.example",
		"--public-url ftp://posthaste.example":             "",
		"--public-url https://posthaste.example/with/path": "",
		"--listen 127.0.0.1:1 --tls-cert a --tls-key b":    "https://localhost:1",
	} {
		c, err := load(t, strings.Fields(args)...)
		if err != nil {
			t.Fatal(err)
		}
		u, err := c.publicURL()
		if want == "" {
			if err == nil {
				t.Errorf("%s is taken as %s", args, u)
			}
			continue
		}
		if err != nil || u.String() != want {
			t.Errorf("%s gives %v, %v; want %s", args, u, err, want)
		}
	}
}

func TestKeyFilesAreNeverReplaced(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "deep", "keys")
	if made, err := createKeyFile(path, time.Now()); err != nil || !made {
		t.Fatalf("made %v, %v", made, err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if made, err := createKeyFile(path, time.Now()); err != nil || made {
		t.Fatalf("made a second time %v, %v", made, err)
	}
	after, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(before, after) {
		t.Errorf("the key file changed (%v)", err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

func TestRunDocIsFoundByOtherCommands(t *testing.T) {
	data := t.TempDir()
	if err := (runDoc{PostgresURL: "postgres://x", ClickHouseURL: "http://y", Listen: "127.0.0.1:9"}).write(data); err != nil {
		t.Fatal(err)
	}
	c, err := load(t, "--data", data, "--clickhouse-url", "http://given")
	if err != nil {
		t.Fatal(err)
	}
	if err := c.fromRunDoc(); err != nil {
		t.Fatal(err)
	}
	if got := c.text("postgres-url") + " " + c.text("clickhouse-url"); got != "postgres://x http://given" {
		t.Errorf("the stores are %q", got)
	}
}

func TestSandboxedOnlyOnThisHost(t *testing.T) {
	for url, want := range map[string]bool{
		"https://graph.facebook.com": false, "http://127.0.0.1:8090": true, "http://[::1]:8090": true, "http://localhost:1": true,
		"https://127.0.0.1.example.com": false, "": false,
	} {
		c, err := load(t, "--whatsapp-url", url)
		if err != nil {
			t.Fatal(err)
		}
		if c.sandboxed() != want {
			t.Errorf("%q counts as sandboxed: %v", url, !want)
		}
	}
}

func TestLengthsOfTimeThatAreNoneAreNamed(t *testing.T) {
	for variable, value := range map[string]string{"LEASE": "soon", "HEARTBEAT": "-3s", "ALLOW_LIST_TRIAL": "2s", "GRACE": "0s"} {
		t.Run(variable, func(t *testing.T) {
			t.Setenv("POSTHASTE_"+variable, value)
			if _, err := load(t); err == nil || !strings.Contains(err.Error(), "POSTHASTE_"+variable) {
				t.Errorf("%s=%s: %v", variable, value, err)
			}
		})
	}
}
