package clickhouse

import "context"

// CountBatch tells how many rows of a batch are in the store, for a batch whose insert was never answered.
func (s *Store) CountBatch(ctx context.Context, batch int64) (int64, error) {
	ctx, cancel := context.WithTimeout(ctx, s.query)
	defer cancel()
	var n int64
	err := s.conn.QueryRow(ctx, "SELECT toInt64(count()) FROM events WHERE batch = {batch:UInt64}", named("batch", batch)).Scan(&n)
	return n, judge("count a batch", err)
}
