package graph

import "sync"

// Siblings lets the nodes of one page share their look-ups. gqlgen batches the relations of a plain list, but not those of
// nodes below edges: there each node asks by itself. Safe for concurrent use.
type Siblings struct {
	Messages  []*Message
	Campaigns []*Campaign

	mu    sync.Mutex
	known map[string]sibling
}

type sibling struct {
	value any
	err   error
}

// Once reads what the name stands for when the first node asks, and gives all others the same.
func (s *Siblings) Once(name string, read func() (any, error)) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if k, ok := s.known[name]; ok {
		return k.value, k.err
	}
	value, err := read()
	if s.known == nil {
		s.known = map[string]sibling{}
	}
	s.known[name] = sibling{value, err}
	return value, err
}
