package sandbox

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	uploadedLife = 30 * 24 * time.Hour
	inboundLife  = 7 * 24 * time.Hour
	linkLife     = 5 * time.Minute
	maxUpload    = 101 << 20
	maxMediaHeld = 512 << 20 // bytes of all media together
)

// asset is one media object.
type asset struct {
	id      string
	waba    *waba
	mime    string
	sha256  string
	data    []byte
	expires time.Time
}

type mediaStore struct {
	assets map[string]*asset
	links  map[string]mediaLink // by secret
	bytes  int
}

type mediaLink struct {
	id      string
	expires time.Time
}

func newMediaStore() *mediaStore {
	return &mediaStore{assets: map[string]*asset{}, links: map[string]mediaLink{}}
}

func (m *mediaStore) find(id string, now time.Time) *asset {
	found := m.assets[id]
	if found == nil || !now.Before(found.expires) {
		return nil
	}
	return found
}

func (m *mediaStore) remove(id string) {
	if found := m.assets[id]; found != nil {
		m.bytes -= len(found.data)
		delete(m.assets, id)
	}
}

// forget drops what has expired.
func (m *mediaStore) forget(now time.Time) {
	for id, held := range m.assets {
		if !now.Before(held.expires) {
			m.remove(id)
		}
	}
	for secret, link := range m.links {
		if !now.Before(link.expires) {
			delete(m.links, secret)
		}
	}
}

// mediaKind tells what a MIME type may be sent as, and how large it may be.
func mediaKind(kind string) (sendable []string, limit int) {
	switch base, _, _ := mime.ParseMediaType(kind); base {
	case "audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg":
		return []string{"audio"}, 16 << 20
	case "image/jpeg", "image/png":
		return []string{"image"}, 5 << 20
	case "image/webp":
		return []string{"sticker"}, 500 << 10
	case "video/mp4", "video/3gpp":
		return []string{"video", "gif"}, 16 << 20
	case "application/pdf", "text/plain", "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint",
		"application/vnd.openxmlformats-officedocument.wordprocessingml.document",
		"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		"application/vnd.openxmlformats-officedocument.presentationml.presentation":
		return []string{"document"}, 100 << 20
	}
	return nil, 0
}

func (a *asset) suits(kind string) bool {
	sendable, _ := mediaKind(a.mime)
	return slices.Contains(sendable, kind)
}

// uploadMedia answers POST /{number}/media.
func (s *Sandbox) uploadMedia(w http.ResponseWriter, n *number, r *http.Request) (any, *apiError) {
	r.Body = http.MaxBytesReader(w, r.Body, maxUpload)
	if err := r.ParseMultipartForm(8 << 20); err != nil {
		return nil, refuse(codeParameter, "The body is not multipart/form-data of at most 100 MB.")
	}
	defer func() { _ = r.MultipartForm.RemoveAll() }() // temporary files only
	if r.FormValue("messaging_product") != "whatsapp" {
		return nil, refuse(codeParameterMissing, "The parameter messaging_product is required.")
	}
	file, header, err := r.FormFile("file")
	if err != nil {
		return nil, refuse(codeParameterMissing, "The parameter file is required.")
	}
	data, err := io.ReadAll(file)
	if err != nil {
		return nil, refuse(codeMediaUpload, "The file could not be read.")
	}
	kind := orDefault(r.FormValue("type"), header.Header.Get("Content-Type"))
	if refusal := checkMedia(kind, data); refusal != nil {
		return nil, refusal
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	id, refusal := s.keep(n.waba, "", kind, data, uploadedLife)
	if refusal != nil {
		return nil, refusal
	}
	return map[string]string{"id": id}, nil
}

// checkMedia judges type, size and, where it can be told, content.
func checkMedia(kind string, data []byte) *apiError {
	_, limit := mediaKind(kind)
	found := http.DetectContentType(data)
	base, _, _ := mime.ParseMediaType(kind)
	telling := strings.HasPrefix(base, "image/") || base == "application/pdf"
	switch {
	case limit == 0:
		return refusef(codeMediaUpload, "Files of type %.80q are not supported.", kind)
	case len(data) == 0:
		return refuse(codeMediaUpload, "The file is empty.")
	case len(data) > limit:
		return refusef(codeMediaUpload, "A file of type %s has at most %d bytes.", base, limit)
	case telling && found != base:
		return refusef(codeMediaUpload, "The content is of type %s, not %s.", found, base)
	}
	return nil
}

// keep stores media under the id, or a new one for "". mu must be held.
func (s *Sandbox) keep(w *waba, id, kind string, data []byte, life time.Duration) (string, *apiError) {
	now := s.now()
	if s.media.bytes+len(data) > maxMediaHeld {
		s.media.forget(now)
	}
	if s.media.bytes+len(data) > maxMediaHeld {
		return "", refuse(codeUnknown, "The sandbox holds no more media than 512 MB.")
	}
	if id == "" {
		id = s.newID()
	}
	sum := sha256.Sum256(data)
	s.media.remove(id)
	s.media.assets[id] = &asset{id, w, kind, hex.EncodeToString(sum[:]), data, now.Add(life)}
	s.media.bytes += len(data)
	return id, nil
}

// link makes a short-lived download address. mu must be held.
func (s *Sandbox) link(id string) string {
	now := s.now()
	if len(s.media.links) > 10_000 {
		s.media.forget(now)
	}
	secret := fmt.Sprintf("%016x", hashOf(s.opts.Seed, "link", id, now.Format(time.RFC3339Nano)))
	s.media.links[secret] = mediaLink{id, now.Add(linkLife)}
	return s.baseURL + "/media/" + secret
}

func (s *Sandbox) viewMedia(a *asset) any {
	return map[string]any{"messaging_product": "whatsapp", "id": a.id, "mime_type": a.mime, "sha256": a.sha256,
		"file_size": strconv.Itoa(len(a.data)), "url": s.link(a.id)}
}

// download answers the addresses that link makes. It asks for the bearer token
// as the platform does, and forgets after five minutes.
func (s *Sandbox) download(w http.ResponseWriter, r *http.Request) {
	caller, refusal := s.authenticate(r)
	if refusal != nil {
		s.refuse(w, refusal)
		return
	}
	s.mu.Lock()
	now := s.now()
	link, known := s.media.links[r.PathValue("secret")]
	var found *asset
	if known && now.Before(link.expires) {
		found = s.media.find(link.id, now)
	}
	s.mu.Unlock()
	if found == nil || !caller.reaches(found.waba) {
		http.Error(w, "", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", found.mime)
	w.Header().Set("Content-Length", strconv.Itoa(len(found.data)))
	_, _ = w.Write(found.data) // the caller may have gone
}

// samplePixel is a PNG of one grey pixel, for people who send pictures.
const samplePixel = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU" +
	"\x00\x00\x00\nIDATx\x9cch\x00\x00\x00\x82\x00\x81w\xcdr\xb6\x00\x00\x00\x00IEND\xaeB`\x82"
