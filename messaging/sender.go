package messaging

import (
	"time"
)

// SenderState says whether a sender may send.
type SenderState string

const (
	SenderActive  SenderState = "ACTIVE"
	SenderStopped SenderState = "STOPPED" // by a failure that someone must look at
)

// Sender is what messages are sent from: a WhatsApp number, an SMS sender, an e-mail from-address.
type Sender struct {
	ID             ID
	PortfolioID    ID
	WabaID         ID // WhatsApp only
	AppID          ID // whose webhooks report on it; WhatsApp only
	Channel        Channel
	ProviderID     string // WhatsApp: the phone-number id
	Display        string // the brand's own number as people see it
	VerifiedName   string
	State          SenderState
	StopReason     string
	StopCode       int
	Quality        Quality
	MessagesSecond int // in and out together
	CreatedAt      time.Time
}
