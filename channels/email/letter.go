package email

import (
	"html/template"
	"strings"
	"unicode"
)

// Letter is what a person is written: a few plain sentences and at most one thing to do.
type Letter struct {
	Title  string
	Lines  []string // paragraphs
	Button string   // what the link does
	Link   string   // or empty
	Foot   string   // why they get it
}

// Text is the letter as plain text.
func (l Letter) Text() string {
	var b strings.Builder
	for _, line := range l.Lines {
		b.WriteString(plain(line) + "\n\n")
	}
	if l.Link != "" {
		b.WriteString(plain(l.Button) + ":\n" + l.Link + "\n\n")
	}
	b.WriteString("-- \n" + plain(l.Foot) + "\n")
	return b.String()
}

// HTML is the same letter for those who like it set: nothing is fetched, nothing is counted.
func (l Letter) HTML() (string, error) {
	lines := make([]string, len(l.Lines))
	for i, line := range l.Lines {
		lines[i] = plain(line)
	}
	l.Lines = lines
	page, err := template.New("letter").Parse(letterPage)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	err = page.Execute(&b, l)
	return b.String(), err
}

const letterPage = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{.Title}}</title></head>
<body style="margin:0;padding:24px;background:#f4f5f7;font:16px/1.5 system-ui,sans-serif;color:#1c2330">
<div style="max-width:520px;margin:0 auto;padding:28px;background:#fff;border-radius:10px">
<h1 style="margin:0 0 16px;font-size:20px">{{.Title}}</h1>
{{range .Lines}}<p style="margin:0 0 14px">{{.}}</p>
{{end}}{{if .Link}}<p style="margin:22px 0"><a href="{{.Link}}" style="display:inline-block;padding:11px 20px;border-radius:8px;background:#0b6b4f;color:#fff;text-decoration:none">{{.Button}}</a></p>
<p style="margin:0 0 14px;font-size:13px;color:#5a6372;word-break:break-all">{{.Link}}</p>
{{end}}<p style="margin:24px 0 0;font-size:13px;color:#5a6372">{{.Foot}}</p>
</div></body></html>
`

// plain makes one line of a text that people wrote: a name must not be able to add lines.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, s)
}
