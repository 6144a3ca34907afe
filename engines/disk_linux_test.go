package engines

import (
	"errors"
	"os"
	osexec "os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

const capSysAdmin = 21

// TestPostgresOnAFullDisk mounts a disk of 4 MB. Whoever may not mount does it as the same user in a namespace of their
// own, where the test runs again.
func TestPostgresOnAFullDisk(t *testing.T) {
	const inside = "ENGINES_TEST_NAMESPACE"
	if os.Geteuid() != 0 && os.Getenv(inside) == "" {
		cmd := osexec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
		cmd.Env = append(os.Environ(), inside+"=1")
		cmd.SysProcAttr = &syscall.SysProcAttr{
			Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
			UidMappings: []syscall.SysProcIDMap{{ContainerID: os.Geteuid(), HostID: os.Geteuid(), Size: 1}},
			GidMappings: []syscall.SysProcIDMap{{ContainerID: os.Getegid(), HostID: os.Getegid(), Size: 1}},
			AmbientCaps: []uintptr{capSysAdmin},
		}
		out, err := cmd.CombinedOutput()
		if err != nil || !strings.Contains(string(out), "PASS: "+t.Name()) {
			t.Errorf("in a namespace: %v\n%s", err, out)
		}
		return
	}
	dir := dataDir(t)
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=4m,mode=755"); err != nil {
		t.Fatalf("mount a small disk: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	place := filepath.Join(dir, "p")
	wantProblem(t, second(StartPostgres(t.Context(), PostgresOptions{DataDir: place})), "is full")
	if _, err := os.Stat(filepath.Join(place, "pgdata")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("half a cluster was left: %v", err)
	}
}
