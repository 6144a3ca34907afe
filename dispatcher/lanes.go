package dispatcher

import (
	"slices"
	"time"

	"posthaste/messaging"
)

// sender is the work of one sender in memory.
type sender struct {
	id       messaging.ID
	rate     *messaging.Rate
	inFlight int
	lanes    [3]lane // by priority
	credit   [3]float64

	inbound   int64 // messages received, ever, when last looked at
	inboundAt time.Time
}

func (p *portfolio) sender(id messaging.ID) *sender {
	s := p.senders[id]
	if s == nil {
		s = &sender{id: id, rate: messaging.NewRate(usualRate, p.d.clock())}
		p.senders[id] = s
	}
	return s
}

// usualRate is what a sender may do before the gate has read its own: the platform's default, in messages a second.
const usualRate = 80

// observe takes over what the gate read of the sender.
func (s *sender) observe(g messaging.GateSender, now time.Time) {
	perSecond := 0.0
	if passed := now.Sub(s.inboundAt).Seconds(); !s.inboundAt.IsZero() && passed > 0 {
		perSecond = float64(g.Inbound-s.inbound) / passed
	}
	s.rate.Set(g.MessagesSecond, perSecond)
	if s.inboundAt.IsZero() || now.Sub(s.inboundAt) > 10*time.Second {
		s.inbound, s.inboundAt = g.Inbound, now
	}
}

func (s *sender) queue(w *work)   { s.lanes[w.chunk.Priority].put(w) }
func (s *sender) unqueue(w *work) { s.lanes[w.chunk.Priority].remove(w) }

// queued is how many recipients wait.
func (s *sender) queued() (n int) {
	for i := range s.lanes {
		n += s.lanes[i].size()
	}
	return n
}

// pick chooses the recipients of the next slice: for each sender as many as it may send.
func (p *portfolio) pick(now time.Time) []messaging.Claim {
	var claims []messaging.Claim
	for _, s := range p.senders {
		room := p.room(s, now)
		if room <= 0 || s.queued() == 0 {
			continue
		}
		sizes := [3]int{s.lanes[0].size(), s.lanes[1].size(), s.lanes[2].size()}
		for priority, n := range quotas(room, sizes, &s.credit) {
			claims = append(claims, s.lanes[priority].claims(n)...)
			if n > 0 && n >= sizes[priority]/2 {
				p.d.nudge() // soon empty: look for more
			}
		}
	}
	return claims
}

// lowShare is what a lane keeps of a slice although one of higher priority could use it, so that it never starves.
const lowShare = 1.0 / 8

// quotas divides room among the lanes: higher priority first, but each lower one keeps its share. credit carries the
// fractions of slices that are too small to divide.
func quotas(room int, sizes [3]int, credit *[3]float64) (take [3]int) {
	for lane := 1; lane < len(sizes); lane++ {
		if sizes[lane] == 0 {
			credit[lane] = 0
			continue
		}
		credit[lane] = min(credit[lane]+float64(room)*lowShare, float64(max(room, 1)))
		n := min(int(credit[lane]), sizes[lane], room)
		take[lane] = n
		room -= n
		credit[lane] -= float64(n)
	}
	for lane := range sizes {
		n := min(room, sizes[lane]-take[lane])
		take[lane] += n
		room -= n
	}
	return take
}

// lane is the work of one priority, campaign by campaign: none waits until another is done.
type lane struct {
	campaigns []*campaign // in turn
}

type campaign struct {
	id     messaging.ID // 0: all that belongs to none
	chunks []*work
}

func (l *lane) put(w *work) {
	i := slices.IndexFunc(l.campaigns, func(c *campaign) bool { return c.id == w.chunk.Campaign })
	if i < 0 {
		i = len(l.campaigns)
		l.campaigns = append(l.campaigns, &campaign{id: w.chunk.Campaign})
	}
	c := l.campaigns[i]
	at, _ := slices.BinarySearchFunc(c.chunks, w, func(a, b *work) int {
		if order := a.chunk.RunAt.Compare(b.chunk.RunAt); order != 0 {
			return order
		}
		return int(min(max(a.chunk.ID-b.chunk.ID, -1), 1))
	})
	c.chunks = slices.Insert(c.chunks, at, w)
	w.queued = true
}

func (l *lane) remove(w *work) {
	w.queued = false
	for i, c := range l.campaigns {
		if at := slices.Index(c.chunks, w); at >= 0 {
			if c.chunks = slices.Delete(c.chunks, at, at+1); len(c.chunks) == 0 {
				l.campaigns = slices.Delete(l.campaigns, i, i+1)
			}
			return
		}
	}
}

// drop empties the lane and gives what was in it.
func (l *lane) drop() (all []*work) {
	for _, c := range l.campaigns {
		all = append(all, c.chunks...)
	}
	for _, w := range all {
		w.queued = false
	}
	l.campaigns = nil
	return all
}

func (l *lane) size() (n int) {
	for _, c := range l.campaigns {
		for _, w := range c.chunks {
			n += w.chunk.Len() - w.chunk.Intent
		}
	}
	return n
}

// claims names the next n recipients, the campaigns' shares alike; who begins moves on each time.
func (l *lane) claims(n int) (claims []messaging.Claim) {
	if n <= 0 || len(l.campaigns) == 0 {
		return nil
	}
	l.campaigns = append(l.campaigns[1:], l.campaigns[0])
	next := make([]int, len(l.campaigns)) // chunk to go on with
	from := map[*work]int{}
	for left := len(l.campaigns); n > 0 && left > 0; {
		share := (n + left - 1) / left
		left = 0
		for i, c := range l.campaigns {
			want := min(share, n)
			for ; want > 0 && next[i] < len(c.chunks); next[i]++ {
				w := c.chunks[next[i]]
				begin := max(from[w], w.chunk.Intent)
				took := min(want, w.chunk.Len()-begin)
				from[w] = begin + took
				want, n = want-took, n-took
				if from[w] < w.chunk.Len() {
					break
				}
			}
			if next[i] < len(c.chunks) {
				left++
			}
		}
	}
	for _, c := range l.campaigns {
		for _, w := range c.chunks {
			if to := from[w]; to > w.chunk.Intent {
				claims = append(claims, messaging.Claim{Chunk: w.chunk, To: to})
			}
		}
	}
	return claims
}
