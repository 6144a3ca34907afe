package analytics

import (
	"time"

	"posthaste/messaging"
)

// Live is what the truth store knows of a tenant's last minutes.
type Live struct {
	Accepted  int64     // in the last 15 minutes; a million stands for more
	Queued    int64     // waiting to be sent
	Unsettled int64     // attempts whose outcome is not known yet
	Through   time.Time // events up to here are in the summaries
}

// Names are the names of rows by id, of those that still exist.
type Names struct{ Senders, Templates, Campaigns map[messaging.ID]string }
