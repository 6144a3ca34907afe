// Command fresh proves that a stranger can use the project: it clones the repository into an empty home, runs the tests
// there, starts the demo, signs in, sends a campaign and compares the figures with the sandbox's. Then it starts the
// program where it cannot work and expects one plain sentence.
//
//	go run ./test/fresh [--user] [--no-tests]
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

func main() {
	asUser := flag.Bool("user", false, "run everything as an unprivileged user; needs root")
	noTests := flag.Bool("no-tests", false, "leave out make test")
	flag.Parse()
	p, err := prepare(*asUser)
	if err == nil {
		err = p.prove(!*noTests)
		if err == nil {
			err = os.RemoveAll(p.dir)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "fresh:", err)
		os.Exit(1)
	}
}

// place is an empty home with a clone in it.
type place struct {
	dir, clone string
	env        []string
	user       *syscall.Credential // nil: as we are
}

const nobody = 65534

func prepare(asUser bool) (*place, error) {
	dir, err := os.MkdirTemp("", "posthaste-fresh-")
	if err != nil {
		return nil, err
	}
	p := &place{dir: dir, clone: filepath.Join(dir, "posthaste")}
	if err := os.Chmod(dir, 0o755); err != nil {
		return nil, err
	}
	if asUser {
		if os.Geteuid() != 0 {
			return nil, errors.New("--user needs root")
		}
		p.user = &syscall.Credential{Uid: nobody, Gid: nobody}
	}
	if p.env, err = emptyHome(dir); err != nil {
		return nil, err
	}
	return p, nil
}

// emptyHome is an environment in which nothing was ever downloaded or built. Where packages come from is the machine's
// own affair and stays.
func emptyHome(dir string) ([]string, error) {
	home := filepath.Join(dir, "home")
	env := []string{
		"HOME=" + home, "GOPATH=" + filepath.Join(home, "go"), "GOCACHE=" + filepath.Join(home, "gocache"), "TMPDIR=" + filepath.Join(dir, "tmp"),
		"npm_config_cache=" + filepath.Join(home, "npm"), "XDG_CACHE_HOME=" + filepath.Join(home, "cache"), "GOFLAGS=-modcacherw",
	}
	for _, folder := range []string{home, filepath.Join(dir, "tmp")} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return nil, err
		}
	}
	for _, name := range []string{"PATH", "LANG", "SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"} {
		if value, set := os.LookupEnv(name); set {
			env = append(env, name+"="+value)
		}
	}
	for _, name := range []string{"GOPROXY", "GOSUMDB", "GONOSUMDB", "GOPRIVATE"} {
		out, err := exec.Command("go", "env", name).Output()
		if err != nil {
			return nil, fmt.Errorf("go env: %w", err)
		}
		env = append(env, name+"="+strings.TrimSpace(string(out)))
	}
	registry, err := exec.Command("npm", "config", "get", "registry").Output()
	if err != nil {
		return nil, fmt.Errorf("npm config: %w", err)
	}
	return append(env, "npm_config_registry="+strings.TrimSpace(string(registry))), nil
}

// command runs in the clone, in the empty home.
func (p *place) command(name string, args ...string) *exec.Cmd {
	c := exec.Command(name, args...)
	c.Dir, c.Env = p.clone, p.env
	c.SysProcAttr = &syscall.SysProcAttr{Credential: p.user, Setpgid: true}
	return c
}

func (p *place) run(name string, args ...string) error {
	c := p.command(name, args...)
	c.Stdout, c.Stderr = os.Stdout, os.Stderr
	if err := c.Run(); err != nil {
		return fmt.Errorf("%s %s: %w", name, strings.Join(args, " "), err)
	}
	return nil
}

func (p *place) prove(tests bool) error {
	for _, s := range []struct {
		name string
		do   func() error
		due  bool
	}{
		{"clone", p.fetch, true},
		{"make test", func() error { return p.run("make", "test") }, tests},
		{"make build", func() error { return p.run("make", "build") }, true},
		{"make run and a campaign", p.demo, true},
		{"a start where it cannot work", p.refusals, true},
	} {
		if !s.due {
			continue
		}
		begun := time.Now()
		if err := s.do(); err != nil {
			return fmt.Errorf("%s, after %s: %w", s.name, time.Since(begun).Round(time.Second), err)
		}
		fmt.Printf("✓ %-32s %s\n", s.name, time.Since(begun).Round(time.Second/10))
	}
	return nil
}

func (p *place) fetch() error {
	root, err := exec.Command("git", "rev-parse", "--show-toplevel").Output()
	if err != nil {
		return fmt.Errorf("find the repository: %w", err)
	}
	if out, err := exec.Command("git", "clone", "--quiet", "--no-hardlinks", strings.TrimSpace(string(root)), p.clone).CombinedOutput(); err != nil {
		return fmt.Errorf("git clone: %w: %s", err, out)
	}
	if p.user == nil {
		return nil
	}
	return filepath.WalkDir(p.dir, func(path string, _ os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, nobody, nobody)
	})
}
