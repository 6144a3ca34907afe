package server

import (
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
)

// portal serves the embedded pages. Files with a hash in their name may be kept for ever; every other path that is no
// file is a screen of the portal and gets the page.
func portal(assets fs.FS) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
		if info, err := fs.Stat(assets, name); name == "" || err != nil || info.IsDir() {
			if strings.HasPrefix(name, "assets/") {
				http.NotFound(w, r)
				return
			}
			name = "index.html"
		}
		if strings.HasPrefix(name, "assets/") {
			w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		} else {
			w.Header().Set("Cache-Control", "no-cache")
		}
		serveFile(w, r, assets, name)
	})
}

// serveFile prefers what the build compressed.
func serveFile(w http.ResponseWriter, r *http.Request, assets fs.FS, name string) {
	kind := mime.TypeByExtension(path.Ext(name))
	if kind == "" {
		kind = "application/octet-stream"
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Add("Vary", "Accept-Encoding")
	for _, c := range []struct{ encoding, suffix string }{{"br", ".br"}, {"gzip", ".gz"}} {
		if !strings.Contains(r.Header.Get("Accept-Encoding"), c.encoding) {
			continue
		}
		if content, err := fs.ReadFile(assets, name+c.suffix); err == nil {
			w.Header().Set("Content-Encoding", c.encoding)
			write(w, r, content)
			return
		}
	}
	content, err := fs.ReadFile(assets, name)
	if err != nil {
		http.Error(w, "the portal is not built into this program; run: make build", http.StatusNotFound)
		return
	}
	write(w, r, content)
}

func write(w http.ResponseWriter, r *http.Request, content []byte) {
	if r.Method != http.MethodHead {
		_, _ = w.Write(content)
	}
}
