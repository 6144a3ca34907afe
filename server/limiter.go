package server

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// limiter bounds the requests per client address. Old addresses are forgotten, so memory stays flat.
type limiter struct {
	rate  rate.Limit
	burst int

	mu      sync.Mutex
	buckets map[netip.Addr]*bucket
	swept   time.Time
}

type bucket struct {
	*rate.Limiter
	seen time.Time
}

func newLimiter(perSecond float64, burst int) *limiter {
	return &limiter{rate: rate.Limit(perSecond), burst: burst, buckets: map[netip.Addr]*bucket{}}
}

func (l *limiter) allow(address netip.Addr, now time.Time) bool {
	// An IPv6 client owns its whole /64.
	if address.Is6() {
		if prefix, err := address.Prefix(64); err == nil {
			address = prefix.Addr()
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sweep(now)
	b := l.buckets[address]
	if b == nil {
		b = &bucket{Limiter: rate.NewLimiter(l.rate, l.burst)}
		l.buckets[address] = b
	}
	b.seen = now
	return b.AllowN(now, 1)
}

const forgetAfter = time.Minute

func (l *limiter) sweep(now time.Time) {
	if now.Sub(l.swept) < forgetAfter {
		return
	}
	l.swept = now
	for address, b := range l.buckets {
		if now.Sub(b.seen) > forgetAfter {
			delete(l.buckets, address)
		}
	}
}
