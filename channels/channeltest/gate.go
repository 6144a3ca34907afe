package channeltest

import (
	"net"
	"sync"
)

// gate is a listener that can be shut, so that connections are refused, and opened again on the same address.
type gate struct {
	address net.Addr
	mu      sync.Mutex
	changed *sync.Cond
	inner   net.Listener // nil while shut
	ended   bool
}

func newGate(l net.Listener) *gate {
	g := &gate{address: l.Addr(), inner: l}
	g.changed = sync.NewCond(&g.mu)
	return g
}

// Accept waits while the gate is shut; it fails only once the gate was closed for good.
func (g *gate) Accept() (net.Conn, error) {
	for {
		g.mu.Lock()
		for g.inner == nil && !g.ended {
			g.changed.Wait()
		}
		l, ended := g.inner, g.ended
		g.mu.Unlock()
		if ended {
			return nil, net.ErrClosed
		}
		if conn, err := l.Accept(); err == nil {
			return conn, nil
		}
	}
}

func (g *gate) Addr() net.Addr { return g.address }

// Close ends the listener for good.
func (g *gate) Close() error {
	g.mu.Lock()
	g.ended = true
	g.mu.Unlock()
	g.shut()
	return nil
}

func (g *gate) shut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.inner != nil {
		_ = g.inner.Close()
		g.inner = nil
	}
	g.changed.Broadcast()
}

func (g *gate) open() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.inner != nil || g.ended {
		return nil
	}
	l, err := net.Listen(g.address.Network(), g.address.String())
	if err != nil {
		return err
	}
	g.inner = l
	g.changed.Broadcast()
	return nil
}
