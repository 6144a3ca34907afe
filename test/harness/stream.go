package harness

import (
	"bufio"
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// First opens a stream, as the portal does, and reads the data of its first event into out.
func (c *Client) First(t testing.TB, subscription string, out any) {
	t.Helper()
	question, err := json.Marshal(map[string]any{"query": subscription})
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.box.URL+"/graphql", bytes.NewReader(question))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "text/event-stream")
	response, err := c.do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	lines := bufio.NewScanner(response.Body)
	for lines.Scan() {
		event, told := strings.CutPrefix(lines.Text(), "data: ")
		if !told {
			continue
		}
		var answer struct {
			Data   json.RawMessage
			Errors []struct{ Message string }
		}
		if err := json.Unmarshal([]byte(event), &answer); err != nil || len(answer.Errors) > 0 {
			t.Fatalf("the stream says %s: %v", event, err)
		}
		if err := json.Unmarshal(answer.Data, out); err != nil {
			t.Fatalf("the stream says %s: %v", event, err)
		}
		return
	}
	t.Fatalf("the stream ended with status %d before it said anything: %v", response.StatusCode, lines.Err())
}
