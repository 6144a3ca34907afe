package faults

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A program that swallows one message in seventeen, and says that it was sent, must be found out by the same account.
func TestPlantedLossIsFound(t *testing.T) {
	t.Parallel()
	program := filepath.Join(t.TempDir(), "posthaste-with-planted-loss")
	build := exec.Command("go", "build", "-tags=plantedloss", "-o", program, "./cmd/posthaste")
	build.Dir, build.Env = "../..", append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	r := NewRound(t, Plan{Messages: 400, Rounds: 0, Between: time.Second, Program: program})
	r.Run()
	n, problems := r.Account()
	t.Logf("%+v %v", n, problems)
	found := false
	for _, problem := range problems {
		found = found || strings.Contains(problem, "messages are lost")
	}
	if !found {
		t.Errorf("messages were swallowed, and the account says: %v", problems)
	}
}
