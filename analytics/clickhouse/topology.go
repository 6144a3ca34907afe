package clickhouse

import (
	"fmt"
	"strings"
)

// Topology decides how tables are made. Every name of an engine in the migrations comes from here. The zero value is a
// single node; with a Cluster each table is replicated under "<name>_local" and reached through a distributed table.
type Topology struct {
	// Cluster is the name of the cluster in ClickHouse's configuration, empty for a single node.
	Cluster string
}

// How far back a repeated insert is noticed: blocks, and seconds where the engine counts them. The default of tables
// that are not replicated is 0: nothing would be noticed.
const (
	dedupBlocks  = 100_000
	dedupSeconds = 7 * 24 * 3600
)

// Local is the name of the table that holds rows on this node.
func (t Topology) Local(table string) string {
	if t.Cluster == "" {
		return table
	}
	return table + "_local"
}

// OnCluster makes a statement run on all nodes.
func (t Topology) OnCluster() string {
	if t.Cluster == "" {
		return ""
	}
	return "ON CLUSTER " + quote(t.Cluster)
}

// Engine is the engine of a table that holds rows; columns are those that a SummingMergeTree sums.
func (t Topology) Engine(family string, columns ...string) string {
	var arguments []string
	if t.Cluster != "" {
		family = "Replicated" + family
		arguments = append(arguments, "'/clickhouse/tables/{shard}/{database}/{table}'", "'{replica}'")
	}
	if len(columns) > 0 {
		arguments = append(arguments, "("+strings.Join(columns, ", ")+")")
	}
	return family + "(" + strings.Join(arguments, ", ") + ")"
}

// TableSettings are the settings of a table that holds rows: repeated inserts are noticed, and a part is on the disk
// before its insert is answered (a cluster has its replicas for that).
func (t Topology) TableSettings() string {
	if t.Cluster != "" {
		return fmt.Sprintf("replicated_deduplication_window = %d, replicated_deduplication_window_seconds = %d", dedupBlocks, dedupSeconds)
	}
	return fmt.Sprintf("non_replicated_deduplication_window = %d, fsync_after_insert = 1, fsync_part_directory = 1", dedupBlocks)
}

// Distributed makes the table through which a cluster is asked. All rows of a tenant are on one shard.
func (t Topology) Distributed(table string) string {
	if t.Cluster == "" {
		return ""
	}
	return fmt.Sprintf("CREATE TABLE %s %s AS %s ENGINE = Distributed(%s, currentDatabase(), %s, cityHash64(tenant_id));\n",
		table, t.OnCluster(), t.Local(table), quote(t.Cluster), quote(t.Local(table)))
}

func quote(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'"
}
