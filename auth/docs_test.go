package auth

import (
	"os"
	"strings"
	"testing"
)

func TestThePageOfPermissionsIsThatOfTheTable(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/permissions.md")
	if err != nil {
		t.Fatal(err)
	}
	if string(page) != Docs() {
		t.Error("docs/permissions.md is not the table's; run: go run ./auth/docgen")
	}
}

func TestThePageExplainsEveryRoleAndPermission(t *testing.T) {
	t.Parallel()
	for _, r := range Roles() {
		if r.Purpose() == "" {
			t.Errorf("role %s has no purpose", r)
		}
	}
	for _, g := range grants() {
		if lets(g.permission) == "" {
			t.Errorf("permission %s has no explanation", g.permission)
		}
	}
	// Two rows by hand, so that a shifted column shows.
	for _, row := range []string{
		"| `TENANTS_OPERATE` | list, make, suspend and delete tenants |   |   |   |   |   |   |   | ● |   |",
		"| `KEY_MANAGE` | see, make and revoke API keys | ● | ● |   |   |   |   | ● |   |   |",
	} {
		if !strings.Contains(Docs(), row+"\n") {
			t.Errorf("the page lacks the row %s", row)
		}
	}
}
