package whatsapp

import (
	"bytes"
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strings"

	"posthaste/messaging"
)

// UploadMedia gives a file to the platform, which keeps it 30 days, and returns its media id. The file is read once and
// not held in memory. mimeType must be that of the content, not of the name's ending: a mismatch is the platform's
// commonest refusal.
func (c *Client) UploadMedia(ctx context.Context, token, sender, filename, mimeType string, file io.Reader) (string, error) {
	var head bytes.Buffer
	form := multipart.NewWriter(&head)
	part := textproto.MIMEHeader{
		"Content-Disposition": {`form-data; name="file"; filename="` + plainFilename(filename) + `"`},
		"Content-Type":        {mimeType},
	}
	for name, value := range map[string]string{"messaging_product": "whatsapp", "type": mimeType} {
		if err := form.WriteField(name, value); err != nil {
			return "", err
		}
	}
	if strings.ContainsAny(mimeType, "\r\n") {
		return "", messaging.Refuse(messaging.CodeInvalid, "mimeType", "Not a media type.")
	}
	if _, err := form.CreatePart(part); err != nil {
		return "", err
	}
	tail := strings.NewReader("\r\n--" + form.Boundary() + "--\r\n")
	var answer struct {
		ID string `json:"id"`
	}
	body := io.MultiReader(&head, file, tail)
	if err := c.exchange(ctx, http.MethodPost, token, nil, body, form.FormDataContentType(), &answer, sender, "media"); err != nil {
		return "", err
	}
	if answer.ID == "" {
		return "", messaging.Refuse(messaging.CodeUpstream, "", "WhatsApp did not name the file.")
	}
	return answer.ID, nil
}

// DeleteMedia removes a file from the platform.
func (c *Client) DeleteMedia(ctx context.Context, token, id string) error {
	var d done
	if err := c.call(ctx, http.MethodDelete, token, nil, nil, &d, id); err != nil {
		return err
	}
	return d.err()
}

// plainFilename keeps what cannot break out of the header.
func plainFilename(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || r == '"' || r == '\\' {
			return '_'
		}
		return r
	}, s)
	if s == "" {
		return "file"
	}
	return s
}
