package server

import "posthaste/messaging"

// Waiting is how many webhooks of the app wait for the group before theirs.
func (w *WhatsApp) Waiting(app messaging.ID) int {
	g := w.gathering()
	g.mu.Lock()
	defer g.mu.Unlock()
	if q := g.queues[app]; q != nil {
		return len(q.shares)
	}
	return 0
}
