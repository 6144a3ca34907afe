package sandbox

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"testing"
	"time"
)

func (w *world) upload(kind string, data []byte) (int, map[string]any) {
	w.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreatePart(textproto.MIMEHeader{"Content-Disposition": {`form-data; name="file"; filename="x"`}, "Content-Type": {kind}})
	if err == nil {
		_, err = part.Write(data)
	}
	if err == nil {
		err = form.WriteField("messaging_product", "whatsapp")
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		w.t.Fatal(err)
	}
	request, err := http.NewRequest("POST", w.api.URL+"/v25.0/"+testNumber+"/media", &body)
	if err != nil {
		w.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+testToken)
	request.Header.Set("Content-Type", form.FormDataContentType())
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		w.t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return response.StatusCode, decode(w.t, content)
}

func (w *world) download(address, token string) (int, []byte) {
	w.t.Helper()
	request, err := http.NewRequest("GET", address, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		w.t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return response.StatusCode, content
}

func TestMediaLife(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	code, answer := w.upload("image/png", []byte(samplePixel))
	if code != 200 {
		t.Fatal(answer)
	}
	id := answer["id"].(string)
	_, about := w.do("GET", id+"?phone_number_id="+testNumber, nil)
	sum := sha256.Sum256([]byte(samplePixel))
	if about["mime_type"] != "image/png" || about["file_size"] != fmt.Sprint(len(samplePixel)) || about["sha256"] != hex.EncodeToString(sum[:]) || about["id"] != id {
		t.Errorf("about %v", about)
	}
	address := about["url"].(string)
	if code, _ := w.download(address, ""); code != 401 {
		t.Errorf("without a token: %d", code)
	}
	if code, _ := w.download(address, "elsewhere"); code != 404 {
		t.Errorf("with a token of another account: %d", code)
	}
	if code, content := w.download(address, testToken); code != 200 || string(content) != samplePixel {
		t.Errorf("download: %d, %d bytes", code, len(content))
	}
	w.clock.move(5 * time.Minute)
	if code, _ := w.download(address, testToken); code != 404 {
		t.Errorf("after five minutes: %d", code)
	}
	w.clock.move(30*24*time.Hour - 6*time.Minute)
	if code, _ := w.do("GET", id, nil); code != 200 {
		t.Errorf("shortly before 30 days: %d", code)
	}
	w.clock.move(time.Minute)
	if code, _ := w.do("GET", id, nil); code != 400 {
		t.Errorf("after 30 days: %d", code)
	}
	_, answer = w.upload("image/png", []byte(samplePixel))
	id = answer["id"].(string)
	if code, answer := w.do("DELETE", id, nil); code != 200 || answer["success"] != true {
		t.Errorf("delete: %v", answer)
	}
	if code, _ := w.do("GET", id, nil); code != 400 {
		t.Errorf("after deletion: %d", code)
	}
}

func TestMediaRules(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	large := func(head string, n int) []byte { return append([]byte(head), make([]byte, n)...) }
	for name, c := range map[string]struct {
		kind string
		data []byte
		want float64
	}{
		"another type":     {"image/jpeg", []byte(samplePixel), 131053},
		"unknown type":     {"application/zip", []byte("PK"), 131053},
		"empty":            {"text/plain", nil, 131053},
		"text":             {"text/plain", []byte("hello"), 0},
		"pdf":              {"application/pdf", []byte("%PDF-1.7 "), 0},
		"large image":      {"image/png", large(samplePixel, 5<<20), 131053},
		"large sticker":    {"image/webp", large("RIFF\x00\x00\x00\x00WEBPVP8 ", 500<<10), 131053},
		"parameters after": {"audio/ogg; codecs=opus", []byte("OggS"), 0},
	} {
		_, answer := w.upload(c.kind, c.data)
		got := 0.0
		if e, refused := answer["error"].(map[string]any); refused {
			got = e["code"].(float64)
		}
		if got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestInboundPictureCanBeFetched(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.do("GET", testWABA, nil) // tells the sandbox its own address
	w.steer("POST", "persons/"+asha+"/send", map[string]any{"type": "image", "content": map[string]any{"image": map[string]any{"caption": "receipt"}}})
	w.pass(0)
	picture := w.hooks.items("messages")[0]["image"].(map[string]any)
	if code, content := w.download(picture["url"].(string), testToken); code != 200 || http.DetectContentType(content) != "image/png" || picture["caption"] != "receipt" {
		t.Errorf("%d, %v", code, picture)
	}
	w.clock.move(7 * 24 * time.Hour)
	if code, _ := w.do("GET", picture["id"].(string), nil); code != 400 {
		t.Errorf("after 7 days: %d", code)
	}
}

func TestResumableUpload(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	_, session := w.do("POST", "1001/uploads?file_length=5&file_type=image/png&file_name=x.png", nil)
	code, handle := w.do("POST", session["id"].(string), "12345")
	if code != 200 || len(handle["h"].(string)) < 5 || handle["h"].(string)[:3] != "4::" {
		t.Errorf("%d %v", code, handle)
	}
	if code, _ := w.do("POST", "999/uploads?file_length=5&file_type=image/png", nil); code != 400 {
		t.Errorf("another app: %d", code)
	}
}

func TestNumberFields(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	_, list := w.do("GET", testWABA+"/phone_numbers", nil)
	if got := list["data"].([]any)[0].(map[string]any); got["id"] != testNumber || got["quality_rating"] != "GREEN" || got["display_phone_number"] != "+91 11 4000 1234" {
		t.Errorf("list %v", got)
	}
	_, got := w.do("GET", testNumber+"?fields=throughput,whatsapp_business_manager_messaging_limit,name_status,status,health_status", nil)
	if fmt.Sprintf("%v %v %v %v", got["throughput"], got["whatsapp_business_manager_messaging_limit"], got["name_status"], got["status"]) != "map[level:STANDARD] TIER_UNLIMITED APPROVED CONNECTED" ||
		got["health_status"] == nil || got["verified_name"] != nil {
		t.Errorf("fields %v", got)
	}
	if code, answer := w.do("POST", testNumber+"/whatsapp_business_profile", map[string]any{"messaging_product": "whatsapp", "about": "Tea", "websites": []any{"https://tea.example"}}); code != 200 {
		t.Error(answer)
	}
	_, profile := w.do("GET", testNumber+"/whatsapp_business_profile?fields=about", nil)
	if got := profile["data"].([]any)[0].(map[string]any); got["about"] != "Tea" {
		t.Errorf("profile %v", got)
	}
	if code, _ := w.do("POST", testNumber+"/whatsapp_business_profile", map[string]any{"messaging_product": "whatsapp", "about": string(make([]byte, 140))}); code != 400 {
		t.Error("a long about was taken")
	}
}
