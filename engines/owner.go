package engines

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// owner is the unprivileged user that PostgreSQL runs as when we are root, whom it refuses. A nil owner is ourselves.
type owner struct {
	uid, gid uint32
	name     string
}

// systemDir is where things go that the owner could not reach at the place asked for.
const systemDir = "/var/lib/posthaste"

// dropTo says who is to own a data directory: whoever owns the cluster in it, else the user postgres, else nobody.
// initdb wants a user with a name, so a bare number would not do.
func dropTo(dataDir string) (*owner, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	if info, err := os.Stat(filepath.Join(dataDir, "pgdata", "PG_VERSION")); err == nil {
		if st, ok := info.Sys().(*syscall.Stat_t); ok && st.Uid != 0 {
			return &owner{uid: st.Uid, gid: st.Gid, name: strconv.Itoa(int(st.Uid))}, nil
		}
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		if err := errors.Join(err1, err2); err != nil {
			return nil, err
		}
		return &owner{uid: uint32(uid), gid: uint32(gid), name: name}, nil
	}
	return nil, &Problem{
		What: "PostgreSQL refuses to run as root and there is no user postgres or nobody to run it as",
		Help: "create one of them or start as another user",
	}
}

func (o *owner) attributes() *syscall.SysProcAttr {
	if o == nil {
		return &syscall.SysProcAttr{}
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: o.uid, Gid: o.gid, NoSetGroups: false}}
}

func (o *owner) give(path string) error {
	if o == nil {
		return nil
	}
	return os.Chown(path, int(o.uid), int(o.gid))
}

// reachable makes the data directory and gives its real path. When a directory above it keeps the owner out, the data
// lies in /var/lib/posthaste and the place asked for is a link to it.
func (o *owner) reachable(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	// #nosec G301 -- PostgreSQL's user must get through to its own directory
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return "", err
	}
	if o == nil || o.mayEnter(filepath.Dir(dir)) {
		return dir, o.enterable(dir)
	}
	if entries, err := os.ReadDir(dir); err == nil && len(entries) > 0 {
		return "", &Problem{
			What: fmt.Sprintf("the user %s, whom PostgreSQL runs as, cannot enter %s", o.name, dir),
			Help: "choose a data directory whose parents others may enter",
		}
	}
	sum := sha256.Sum256([]byte(dir))
	real := filepath.Join(systemDir, "data", hex.EncodeToString(sum[:8]))
	// #nosec G301 -- PostgreSQL's user must get in; the cluster in it is its own, 0700
	if err := os.MkdirAll(real, 0o755); err != nil {
		return "", err
	}
	if err := os.Remove(dir); err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", err
	}
	return real, os.Symlink(real, dir)
}

func (o *owner) enterable(dir string) error {
	// #nosec G301 -- PostgreSQL's user must get in; the cluster in it is its own, 0700
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if o == nil || o.allowed(dir, 0o1) {
		return nil
	}
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	return os.Chmod(dir, info.Mode().Perm()|0o011)
}

// mayEnter tells whether each directory down to dir lets the owner through.
func (o *owner) mayEnter(dir string) bool {
	for at := dir; ; at = filepath.Dir(at) {
		if !o.allowed(at, 0o1) {
			return false
		}
		if at == filepath.Dir(at) {
			return true
		}
	}
}

// allowed reads the permission bits want (4 read, 1 enter or execute) for the owner.
func (o *owner) allowed(path string, want fs.FileMode) bool {
	info, err := os.Stat(path)
	if err != nil {
		return false
	}
	mode := info.Mode().Perm()
	st, ok := info.Sys().(*syscall.Stat_t)
	switch {
	case ok && st.Uid == o.uid:
		return mode&(want<<6) == want<<6
	case ok && st.Gid == o.gid:
		return mode&(want<<3) == want<<3
	}
	return mode&want == want
}

// readable gives a place of the binaries that the owner can read and whose links are made: where they are installed,
// or a copy.
func (o *owner) readable(native string) (string, error) {
	linked := hydrate(native)
	if linked == nil && (o == nil || o.mayEnter(filepath.Join(native, "bin")) && o.allowed(filepath.Join(native, "bin", "postgres"), 0o5)) {
		return native, nil
	}
	cache := filepath.Join(systemDir, "engines")
	if o == nil { // a read-only installation without links
		dir, err := os.UserCacheDir()
		if err != nil {
			return "", errors.Join(linked, err)
		}
		cache = filepath.Join(dir, "posthaste", "engines")
	}
	return copyOnce(native, cache)
}

// copyOnce copies the binaries below cache, under a name that a new version changes; it appears when it is whole.
func copyOnce(native, cache string) (string, error) {
	sum := sha256.New()
	for _, name := range []string{"../package.json", "bin/postgres"} {
		info, err := os.Stat(filepath.Join(native, name))
		if err != nil {
			return "", err
		}
		fmt.Fprintln(sum, native, name, info.Size(), info.ModTime().UnixNano())
	}
	target := filepath.Join(cache, "postgres-"+hex.EncodeToString(sum.Sum(nil)[:8]))
	if isFile(filepath.Join(target, "native", "bin", "postgres")) {
		return filepath.Join(target, "native"), nil
	}
	// #nosec G301 -- a copy of the engine's published files, which PostgreSQL's user runs
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return "", err
	}
	fresh, err := os.MkdirTemp(cache, "copy-*")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(fresh)
	// #nosec G302 -- a copy of the engine's published files, which PostgreSQL's user runs
	if err := os.Chmod(fresh, 0o755); err != nil {
		return "", err
	}
	copied := filepath.Join(fresh, "native")
	if err := os.CopyFS(copied, os.DirFS(native)); err != nil {
		return "", fmt.Errorf("copy PostgreSQL to %s: %w", cache, err)
	}
	if err := hydrate(copied); err != nil {
		return "", err
	}
	if err := os.Rename(fresh, target); err != nil && !isFile(filepath.Join(target, "native", "bin", "postgres")) {
		return "", err // unless another process was quicker
	}
	return filepath.Join(target, "native"), nil
}
