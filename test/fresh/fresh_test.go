package main

import (
	"strings"
	"testing"
)

func TestOnlySentence(t *testing.T) {
	t.Parallel()
	got, err := onlySentence("{\"level\":\"INFO\"}\nposthaste: the disk is full; make room\n")
	if err != nil || got != "posthaste: the disk is full; make room" {
		t.Errorf("%q, %v", got, err)
	}
	for _, bad := range []string{"", "panic: x\n\ngoroutine 1 [running]:\n", "posthaste: one\nposthaste: two\n", "usage: …\n"} {
		if _, err := onlySentence(bad); err == nil {
			t.Errorf("%q was taken for one sentence", bad)
		}
	}
}

func TestEmptyHomeKnowsNothingOfOurs(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	env, err := emptyHome(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"HOME", "GOPATH", "GOCACHE", "npm_config_cache"} {
		found := false
		for _, entry := range env {
			found = found || strings.HasPrefix(entry, name+"="+dir)
		}
		if !found {
			t.Errorf("%s does not lie in the empty home", name)
		}
	}
	for _, entry := range env {
		if strings.HasPrefix(entry, "POSTHASTE_") || strings.HasPrefix(entry, "GOMODCACHE=") {
			t.Errorf("%s is handed on", entry)
		}
	}
}
