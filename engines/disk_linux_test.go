package engines

import (
	"os"
	"strings"
	"syscall"
	"testing"
)

// smallDisk mounts 4 MB at dir. Without the right to mount it fills what it may not: that needs root, as in CI.
func smallDisk(t *testing.T, dir string) {
	t.Helper()
	err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=4m,mode=755")
	if err != nil {
		t.Fatalf("mount a small disk (run this test as root): %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	if b, _ := os.ReadFile("/proc/mounts"); !strings.Contains(string(b), dir) {
		t.Fatal("the mount is not there")
	}
}
