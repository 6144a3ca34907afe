package engines

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// initialise makes the cluster, or reads the password of the one that is there. A cluster appears under its name only
// when it is whole, so an interrupted first start leaves nothing that looks like data.
func (p *Postgres) initialise(ctx context.Context, root string) error {
	secret := filepath.Join(root, "superuser.password")
	if isFile(filepath.Join(p.data, "PG_VERSION")) {
		return p.readPassword(secret)
	}
	var err error
	if p.password, err = newPassword(p.opts.Random); err != nil {
		return err
	}
	if err := writeSynced(secret, p.password+"\n"); err != nil {
		return err
	}
	fresh := p.data + ".init"
	if err := os.RemoveAll(fresh); err != nil {
		return err
	}
	if err := os.Mkdir(fresh, 0o700); err != nil {
		return err
	}
	if err := p.owner.give(fresh); err != nil {
		return err
	}
	if err := p.initdb(ctx, fresh); err != nil {
		return errors.Join(err, os.RemoveAll(fresh))
	}
	return os.Rename(fresh, p.data)
}

func (p *Postgres) readPassword(secret string) error {
	b, err := os.ReadFile(secret) // #nosec G304 -- a path of our own data directory, or a setting of the host
	if err != nil {
		return &Problem{
			What: "the password of the embedded PostgreSQL cannot be read from " + secret,
			Help: "put the file back as it was, or move the data directory away to begin anew",
			Err:  err,
		}
	}
	p.password = strings.TrimSpace(string(b))
	return nil
}

func (p *Postgres) initdb(ctx context.Context, dir string) error {
	secret := dir + ".password" // the owner must read it, and cannot read a pipe that we opened
	if err := writeSynced(secret, p.password+"\n"); err != nil {
		return err
	}
	defer os.Remove(secret)
	if err := p.owner.give(secret); err != nil {
		return err
	}
	args := []string{"-D", dir, "--username=" + postgresUser, "--pwfile=" + secret, "--auth=scram-sha-256",
		"--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"}
	if p.opts.Tuning == Disposable {
		args = append(args, "--no-sync")
	}
	cmd := exec.CommandContext(ctx, filepath.Join(p.bin, "initdb"), args...) // #nosec G204 -- the engine that the operator installed
	cmd.Dir = dir
	cmd.Env = []string{"TZ=UTC", "LC_ALL=C", "PATH=" + os.Getenv("PATH")}
	cmd.SysProcAttr = p.owner.attributes()
	said := &tail{}
	cmd.Stdout, cmd.Stderr = said, said
	err := cmd.Run()
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case fullDisk(err, said.String()):
		return diskProblem(p.opts.DataDir, err)
	}
	return &Problem{What: "initdb failed", Help: "it said: " + said.lastLine(), Err: err}
}

// removeStaleLock removes the lock file of a server that was killed when its process number now belongs to another
// program, which happens after each restart of a container. PostgreSQL itself clears the other cases.
func (p *Postgres) removeStaleLock() error {
	path := filepath.Join(p.data, "postmaster.pid")
	b, err := os.ReadFile(path) // #nosec G304 -- a path of our own data directory, or a setting of the host
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	first, _, _ := strings.Cut(string(b), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(first))
	if err != nil || pid <= 0 {
		return os.Remove(path) // cut short by a full disk
	}
	if syscall.Kill(pid, 0) == syscall.ESRCH {
		return nil
	}
	works, known := p.worksOn(pid)
	switch {
	case !known: // PostgreSQL decides
		return nil
	case !works:
		return os.Remove(path)
	}
	return &Problem{
		What: fmt.Sprintf("another PostgreSQL (process %d) already uses %s", pid, p.data),
		Help: "stop it or choose another data directory",
	}
}

// worksOn tells whether a process has the cluster as its working directory, which all of PostgreSQL's do; it is not
// known where there is no /proc or the process is not ours to look at.
func (p *Postgres) worksOn(pid int) (works, known bool) {
	cwd, err := os.Readlink(fmt.Sprintf("/proc/%d/cwd", pid))
	return cwd == p.data, err == nil
}

// killOrphans ends the backends that a killed server left behind. One in the middle of a computation does not notice
// the death for minutes, and as long as it holds the shared memory no new server starts. What it did is not committed.
func (p *Postgres) killOrphans() {
	b, _ := os.ReadFile(filepath.Join(p.data, "postmaster.pid"))
	first, _, _ := strings.Cut(string(b), "\n")
	if pid, err := strconv.Atoi(strings.TrimSpace(first)); err == nil && pid > 0 {
		if works, _ := p.worksOn(pid); works { // a living server, whose backends are no orphans
			return
		}
	}
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return
	}
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil || pid == os.Getpid() {
			continue
		}
		program, err := os.Readlink(filepath.Join("/proc", e.Name(), "exe"))
		if works, _ := p.worksOn(pid); works && err == nil && filepath.Base(program) == "postgres" {
			_ = syscall.Kill(pid, syscall.SIGKILL) // an error means that it has gone
		}
	}
}

func writeSynced(path, text string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600) // #nosec G304 -- a path of our own data directory, or a setting of the host
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Sync(), f.Close())
}
