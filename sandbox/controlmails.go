package sandbox

import (
	html "html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

func (s *Sandbox) controlMails(r *http.Request) (any, error) {
	return map[string]any{"mails": s.mails.Kept(r.URL.Query().Get("to"))}, nil
}

func (s *Sandbox) controlRefuseMails(r *http.Request) (any, error) {
	code, err := strconv.Atoi(r.PathValue("code"))
	if err != nil || code != 0 && (code < 400 || code > 599) {
		return nil, inputError("code is 0, or a refusal from 400 to 599")
	}
	s.mails.Refuse(code)
	return done()
}

// inbox is the same list for a person with a browser, the newest first.
func (s *Sandbox) inbox(w http.ResponseWriter, r *http.Request) {
	page, err := html.New("inbox").Funcs(html.FuncMap{
		"isLink": func(line string) bool {
			return strings.HasPrefix(line, "http://") || strings.HasPrefix(line, "https://")
		},
	}).Parse(inboxPage)
	if err != nil {
		http.Error(w, "the page cannot be made", http.StatusInternalServerError)
		return
	}
	type shown struct {
		Mail
		Lines []string
	}
	var mails []shown
	for _, m := range s.mails.Kept(r.URL.Query().Get("to")) {
		mails = append(mails, shown{m, strings.Split(m.Text, "\n")})
	}
	slices.Reverse(mails)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	w.Header().Set("Cache-Control", "no-store")
	_ = page.Execute(w, mails) // the browser went away
}

const inboxPage = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Mails that went nowhere</title>
<style>body{font:15px/1.5 system-ui,sans-serif;max-width:720px;margin:2rem auto;padding:0 1rem}article{border:1px solid #ccd;border-radius:8px;padding:1rem;margin:1rem 0}pre{white-space:pre-wrap;word-break:break-word;font:inherit}small{color:#556}</style></head>
<body><h1>Mails that went nowhere</h1>
{{range .}}<article><h2>{{.Subject}}</h2><small>to {{range .To}}{{.}} {{end}}· {{.At.Format "2006-01-02 15:04:05"}}</small><pre>{{range .Lines}}{{if isLink .}}<a href="{{.}}">{{.}}</a>{{else}}{{.}}{{end}}
{{end}}</pre></article>
{{else}}<p>None yet.</p>{{end}}</body></html>
`
