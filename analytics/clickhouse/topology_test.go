package clickhouse

import (
	"strings"
	"testing"
)

func TestEveryEngineComesFromTheTopology(t *testing.T) {
	t.Parallel()
	single, cluster := Topology{}, Topology{Cluster: "main"}
	for _, file := range []string{"migrations/20261101000100_events.sql", "migrations/20261101000200_summaries.sql"} {
		one, err := single.statements(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, statement := range one {
			if strings.Contains(statement, "Replicated") || strings.Contains(statement, "Distributed") || strings.Contains(statement, "ON CLUSTER") {
				t.Errorf("a single node gets %q", statement)
			}
			if strings.Contains(statement, "MergeTree(") && !strings.Contains(statement, "non_replicated_deduplication_window = 100000") {
				t.Errorf("this table does not notice repeats: %q", statement)
			}
		}
		many, err := cluster.statements(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, statement := range many {
			if !strings.Contains(statement, "ON CLUSTER 'main'") {
				t.Errorf("not on the whole cluster: %q", statement)
			}
			if strings.Contains(statement, "MergeTree(") && (!strings.Contains(statement, "= Replicated") ||
				!strings.Contains(statement, "replicated_deduplication_window_seconds = 604800")) {
				t.Errorf("not replicated: %q", statement)
			}
		}
	}
}

func TestOptionsNeverRepeatAPassword(t *testing.T) {
	t.Parallel()
	_, err := Open(Options{URL: "http://user:hunter2@host:port:bad/db"})
	if err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Fatalf("got %v", err)
	}
}
