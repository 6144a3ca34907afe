package main

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// refusals starts the program where it cannot work. Each time it must end by itself, not with 0, and say in one line what
// is wrong and what to do.
func (p *place) refusals() error {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer taken.Close()
	attempts := map[string][]string{
		"the port is taken":    {"--listen", taken.Addr().String(), "--data", filepath.Join(p.dir, "data-port")},
		"an engine is missing": {"--listen", "127.0.0.1:0", "--data", filepath.Join(p.dir, "data-engine"), "--engines", filepath.Join(p.dir, "nothing")},
	}
	if os.Geteuid() == 0 {
		small, err := p.smallDisk()
		if err != nil {
			return err
		}
		defer func() { _ = syscall.Unmount(small, 0) }()
		attempts["the disk is full"] = []string{"--listen", "127.0.0.1:0", "--data", filepath.Join(small, "data")}
	}
	var all error
	for what, args := range attempts {
		if err := p.refused(what, append([]string{"up", "--sandbox"}, args...)); err != nil {
			all = errors.Join(all, fmt.Errorf("%s: %w", what, err))
		}
	}
	return all
}

// smallDisk mounts 4 MB of memory as a disk.
func (p *place) smallDisk() (string, error) {
	dir := filepath.Join(p.dir, "small")
	if err := os.Mkdir(dir, 0o755); err != nil {
		return "", err
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=4m,mode=0777"); err != nil {
		return "", fmt.Errorf("mount a small disk: %w", err)
	}
	return dir, nil
}

func (p *place) refused(what string, args []string) error {
	c := p.command(filepath.Join(p.clone, "bin", "posthaste"), args...)
	var out, complaint bytes.Buffer
	c.Stdout, c.Stderr = &out, &complaint
	if err := c.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	select {
	case err := <-ended:
		if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() < 1 {
			return fmt.Errorf("it ended with %v", err)
		}
	case <-time.After(2 * time.Minute):
		_ = syscall.Kill(-c.Process.Pid, syscall.SIGKILL)
		return errors.New("it did not end")
	}
	sentence, err := onlySentence(complaint.String())
	if err != nil {
		return err
	}
	fmt.Printf("  %-22s %s\n", what+":", sentence)
	return nil
}

// onlySentence takes the one line that is for a person: lines of the log are JSON and go elsewhere on a terminal.
func onlySentence(complaint string) (string, error) {
	var lines []string
	for line := range strings.Lines(complaint) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "{") {
			lines = append(lines, line)
		}
	}
	if len(lines) != 1 || !strings.HasPrefix(lines[0], "posthaste: ") || strings.Contains(complaint, "goroutine ") {
		return "", fmt.Errorf("it said %q, want one sentence", lines)
	}
	return lines[0], nil
}
