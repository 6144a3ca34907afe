package messaging

import (
	"slices"

	"posthaste/privacy"
)

// Keeping is how a tenant's data is kept: the modes decide what stays once a message is final, the terms how long.
type Keeping struct {
	AddressMode privacy.Mode `json:"addressMode"`
	ContentMode privacy.Mode `json:"contentMode"`
	MessageDays int          `json:"messageDays"` // messages, what people wrote, their events
	SummaryDays int          `json:"summaryDays"` // figures
}

// MessageTerms is the ladder of terms in days.
func MessageTerms() []int { return []int{1, 7, 30, 90, 180, 365, 730} }

// SummaryTerms is the part of the ladder that figures can have.
func SummaryTerms() []int { return []int{30, 90, 180, 365, 730} }

// Check refuses what is no mode or no rung of the ladder, and figures that would go before what they count.
func (k Keeping) Check() error {
	switch {
	case !k.AddressMode.Valid():
		return Refuse(CodeInvalid, "addressMode", "a mode is PLAIN, HASHED or NONE")
	case !k.ContentMode.Valid():
		return Refuse(CodeInvalid, "contentMode", "a mode is PLAIN, HASHED or NONE")
	case !slices.Contains(MessageTerms(), k.MessageDays):
		return Refuse(CodeInvalid, "messageDays", "messages are kept for 1, 7, 30, 90, 180, 365 or 730 days")
	case !slices.Contains(SummaryTerms(), k.SummaryDays):
		return Refuse(CodeInvalid, "summaryDays", "figures are kept for 30, 90, 180, 365 or 730 days")
	case k.SummaryDays < k.MessageDays:
		return Refuse(CodeInvalid, "summaryDays", "figures are kept at least as long as the messages that they count")
	}
	return nil
}

// Tighter tells whether something of what is there has to go when before becomes k.
func (k Keeping) Tighter(before Keeping) bool {
	return k.AddressMode.StricterThan(before.AddressMode) || k.ContentMode.StricterThan(before.ContentMode) ||
		k.MessageDays < before.MessageDays || k.SummaryDays < before.SummaryDays
}

// Keeping is how the tenant's data is kept.
func (t Tenant) Keeping() Keeping {
	return Keeping{t.AddressMode, t.ContentMode, t.MessageDays, t.SummaryDays}
}
