package main

import (
	"os"
	"testing"

	"posthaste/auth"
)

func TestWritesThePageWhereItIsRun(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.Mkdir("docs", 0o755); err != nil {
		t.Fatal(err)
	}
	main()
	page, err := os.ReadFile("docs/permissions.md")
	if err != nil || string(page) != auth.Docs() {
		t.Errorf("the page is not the table's: %v", err)
	}
}
