package engines

import "strconv"

// settings are given on the command line, so that a new version of this program changes them without an edit of the
// cluster's files. The log carries no statement, parameter or detail: those hold addresses and texts of people.
func (p *Postgres) settings() []string {
	s := []string{
		"listen_addresses=127.0.0.1",
		"port=" + strconv.Itoa(p.opts.Port),
		"unix_socket_directories=", // a path under the data directory may be longer than a socket's 107 bytes
		"shared_buffers=256MB",
		"wal_compression=off", // pglz, the only method of these binaries, costs more than the bytes
		"max_wal_size=2GB",
		"checkpoint_timeout=15min", // after each, every page is logged whole once
		"random_page_cost=1.1",
		"jit=off", // short statements: compiling them costs more than it saves
		"timezone=UTC",
		"log_timezone=UTC",
		"log_destination=stderr",
		"logging_collector=off",
		"log_error_verbosity=terse",
		"log_min_error_statement=panic",
		"log_parameter_max_length=0",
		"log_parameter_max_length_on_error=0",
		// Chunks, outbox and state rows are updated and deleted all day: vacuum early, often and without a nap.
		"autovacuum_naptime=10s",
		"autovacuum_vacuum_scale_factor=0.05",
		"autovacuum_vacuum_insert_scale_factor=0.1",
		"autovacuum_analyze_scale_factor=0.05",
		"autovacuum_vacuum_cost_limit=2000",
		"autovacuum_vacuum_cost_delay=1ms",
	}
	if p.opts.Tuning == Disposable {
		return append(s, "max_connections=600", "fsync=off", "synchronous_commit=off", "full_page_writes=off",
			"autovacuum_max_workers=2", "max_locks_per_transaction=128")
	}
	return append(s, "max_connections=200", "fsync=on", "synchronous_commit=on", "full_page_writes=on")
}
