// Package frontend carries the built portal into the binary.
package frontend

import (
	"embed"
	"io/fs"
	"strings"
)

// dist holds only .gitkeep until the portal is built; the program then builds and says so when asked for a page.
//
//go:embed all:dist
var dist embed.FS

//go:embed csp.txt
var csp string

// Assets is the built portal: index.html, hashed files under assets/, and beside each text file its .br and .gz twin.
func Assets() fs.FS {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // the name is a constant that the compiler has already embedded
	}
	return sub
}

// CSP is the Content-Security-Policy under which the portal is tested. It allows no inline script, no inline style and
// no other origin.
func CSP() string {
	return strings.TrimSpace(csp)
}
