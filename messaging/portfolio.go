package messaging

import "time"

// Portfolio is Meta's business portfolio: the owner of the 24-hour limit, which all its senders share. For SMS and
// e-mail it stands for the account at the provider.
type Portfolio struct {
	ID         ID
	MetaID     string
	Name       string
	DailyLimit int // unique recipients in a rolling 24 h outside a service window, or Unlimited
	Reserve    int // of it, kept free for authentication and utility
	TokenSet   bool
	CreatedAt  time.Time
}

// Waba is a WhatsApp Business account: the owner of templates.
type Waba struct {
	ID          ID
	PortfolioID ID
	AppID       ID // of our provider_app row
	MetaID      string
	Name        string
	CreatedAt   time.Time
}

// ProviderApp is the tenant's app at Meta. Its id is in the address of its webhooks, its secret signs them.
type ProviderApp struct {
	ID        ID
	MetaAppID string
	CreatedAt time.Time
}

// PortfolioUse is what the limit window holds now.
type PortfolioUse struct {
	PortfolioID ID
	Used        int
	Oldest      time.Time // the newest message to the person who leaves next; zero when nobody is inside
	LastHour    int       // people whose newest message is of the last hour
}

// Budget is the 24-hour limit now.
type Budget struct {
	Used       int
	Left       *int       // nil: unlimited
	NextFreeAt *time.Time // when the next place becomes free; nil when none is taken
	EmptyAt    *time.Time // when nothing is left at the pace of the last hour; nil when that is over a day away
}

// BudgetOf reads the budget from the use. The pace counts people by their newest message, so repeats are not counted
// twice and the forecast errs towards caution.
func BudgetOf(p Portfolio, use PortfolioUse, now time.Time) Budget {
	b := Budget{Used: use.Used}
	if use.Used > 0 {
		free := use.Oldest.Add(LimitSpan)
		b.NextFreeAt = &free
	}
	if p.DailyLimit == Unlimited {
		return b
	}
	left := max(p.DailyLimit-use.Used, 0)
	b.Left = &left
	switch {
	case left == 0:
		b.EmptyAt = &now
	case use.LastHour > 0:
		// In seconds, for a Duration would overflow with a large budget and a slow pace.
		if seconds := float64(left) / float64(use.LastHour) * 3600; seconds < 24*3600 {
			at := now.Add(time.Duration(seconds * float64(time.Second)))
			b.EmptyAt = &at
		}
	}
	return b
}
