package dispatcher

import "sync/atomic"

// crew makes calls in goroutines that are used again: a new one for each call would grow its stack each time anew.
type crew struct {
	next chan *call
	idle atomic.Int32
	quit chan struct{}
}

// maxIdle is how many goroutines wait for the next call, about as many as make calls at the busiest; beyond it they end.
const maxIdle = 2000

func newCrew() *crew { return &crew{next: make(chan *call), quit: make(chan struct{})} }

// make has someone make the call, at once.
func (c *crew) make(one *call) {
	select {
	case c.next <- one:
	default:
		go c.work(one)
	}
}

func (c *crew) work(one *call) {
	for {
		one.make()
		if c.idle.Add(1) > maxIdle {
			c.idle.Add(-1)
			return
		}
		select {
		case one = <-c.next:
			c.idle.Add(-1)
		case <-c.quit:
			return
		}
	}
}

// end lets those go who wait. No call is given after it.
func (c *crew) end() { close(c.quit) }
