package server

import (
	"fmt"
	"net/http"
	"slices"
)

// Class says who may come to a route, and so which doors stand before it.
type Class int

const (
	// Portal routes serve people with a session; they stand behind the allow-list and both factors.
	Portal Class = iota + 1
	// API routes serve programs with a key, and people with a session; they stand behind the allow-list too.
	API
	// Provider routes serve Meta and carriers, who prove themselves by a signature over the body.
	Provider
	// Public routes carry no credential, are rate-limited and tell nothing about whether a person exists.
	Public
	// Host routes answer on the host's loopback listener alone.
	Host
)

// Classes lists every class.
func Classes() []Class { return []Class{Portal, API, Provider, Public, Host} }

func (c Class) String() string {
	return [...]string{"none", "portal", "api", "provider", "public", "host"}[c]
}

// Route is one line of the table: nothing is served that is not in it.
type Route struct {
	Method  string
	Pattern string // of http.ServeMux
	Class   Class
	MaxBody int64 // bytes; 0 refuses any body
	Streams bool  // may outlast the normal time limit: an upload, an event stream
	Handler http.Handler
}

func (r Route) validate() error {
	switch {
	case !slices.Contains(Classes(), r.Class):
		return fmt.Errorf("route %s %s has no class", r.Method, r.Pattern)
	case r.Handler == nil:
		return fmt.Errorf("route %s %s has no handler", r.Method, r.Pattern)
	case r.Method == "" || r.Pattern == "" || r.Pattern[0] != '/':
		return fmt.Errorf("route %q %q is not complete", r.Method, r.Pattern)
	}
	return nil
}
