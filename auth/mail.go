package auth

import (
	"time"

	"posthaste/messaging"
)

// Mail is one mail to one person. From the transaction that asks for it until it is sent it is kept sealed: it holds an
// address and may hold a link that opens a door.
type Mail struct {
	ID      messaging.ID `json:"id"`
	To      string       `json:"to"`
	Subject string       `json:"subject"`
	Lines   []string     `json:"lines"` // paragraphs
	Button  string       `json:"button,omitempty"`
	Link    string       `json:"link,omitempty"`
	Foot    string       `json:"foot"`
	Until   time.Time    `json:"until,omitzero"` // of no use from then on
	Made    time.Time    `json:"made"`
}

// Post says whether mails are sent, and what their links are built from: never from what a request says of its host.
type Post struct {
	URL string // the installation's public address; empty where no mail server is set
}

// On tells whether mails are sent.
func (p Post) On() bool { return p.URL != "" }

// Links carry their token behind "#", which browsers send to no server.
func (p Post) inviteLink(token string) string { return p.URL + "/invite#" + token }
func (p Post) resetLink(token string) string  { return p.URL + "/reset#" + token }

func (p Post) inviteMail(id messaging.ID, i Invite, token string, now time.Time) Mail {
	return Mail{
		ID: id, To: i.Email, Subject: "Your invitation to Posthaste", Made: now, Until: i.ExpiresAt,
		Lines: []string{
			"You are invited to work with " + i.Brand + " on Posthaste.",
			"Choose a password and set up an authenticator app to begin. The link serves once, until " + moment(i.ExpiresAt) + ".",
		},
		Button: "Accept the invitation", Link: p.inviteLink(token),
		Foot: "You get this mail because somebody at " + i.Brand + " invited this address. If you do not know them, do nothing.",
	}
}

func (p Post) resetMail(id messaging.ID, u User, token string, until, now time.Time) Mail {
	return Mail{
		ID: id, To: u.Email, Subject: "Set a new password", Made: now, Until: until,
		Lines: []string{
			"Somebody asked for a new password for your account on Posthaste.",
			"The link serves once, until " + moment(until) + ". Your authenticator app stays as it is: you will need it to sign in.",
		},
		Button: "Set a new password", Link: p.resetLink(token),
		Foot: "If it was not you, do nothing: your password stays as it is.",
	}
}

// moment is a time as mails show it.
func moment(t time.Time) string { return t.UTC().Format("2 January 2006, 15:04 UTC") }
