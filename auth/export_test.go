package auth

import (
	"slices"
	"sync/atomic"

	"posthaste/messaging"
)

// CountDerivations lets a test see how much work sign-in does.
func (p *Passwords) CountDerivations() *atomic.Int64 {
	var n atomic.Int64
	derive := p.derive
	p.derive = func(password, salt []byte, time, memory uint32, threads uint8, keyLen uint32) []byte {
		n.Add(1)
		return derive(password, salt, time, memory, threads, keyLen)
	}
	return &n
}

// Quiet tells whether nobody is told of the action, on purpose.
func Quiet(action messaging.AuditAction) bool { return slices.Contains(quiet(), action) }
