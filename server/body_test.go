package server

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/vektah/gqlparser/v2/ast"
)

func TestBodiesArriveInTime(t *testing.T) {
	t.Parallel()
	quick := pace{pause: 300 * time.Millisecond, slow: 900 * time.Millisecond, second: 1000}
	for name, test := range map[string]struct {
		pieces int
		size   int
		rest   time.Duration
		whole  bool
	}{
		"a body that never goes on":         {1, 10, time.Minute, false},
		"one byte at a time":                {100, 1, 50 * time.Millisecond, false},
		"a long body that arrives steadily": {30, 500, 50 * time.Millisecond, true}, // 1.5 s, ten times as fast as need be
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			outcome := make(chan error, 1)
			alive := make(chan error, 1)
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body := quick.bound(http.NewResponseController(w), r.Body, r.ContentLength)
				_, err := io.ReadAll(body)
				outcome <- err
				if err == nil {
					select {
					case <-r.Context().Done(): // a stream that outlasts the deadlines must not be ended by them
						alive <- r.Context().Err()
					case <-time.After(2 * quick.pause):
						alive <- nil
					}
				}
			}))
			defer s.Close()
			c, err := net.Dial("tcp", s.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			fmt.Fprintf(c, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n", test.pieces*test.size+map[bool]int{false: 1}[test.whole])
			go func() {
				for range test.pieces {
					if _, err := io.WriteString(c, strings.Repeat("x", test.size)); err != nil {
						return
					}
					time.Sleep(test.rest)
				}
			}()
			select {
			case err := <-outcome:
				if (err == nil) != test.whole {
					t.Errorf("reading the body: %v", err)
				}
			case <-time.After(20 * time.Second):
				t.Fatal("the body is waited for without an end")
			}
			if test.whole {
				if err := <-alive; err != nil {
					t.Errorf("the request was ended: %v", err)
				}
				if _, err := http.ReadResponse(bufio.NewReader(c), nil); err != nil {
					t.Errorf("no answer: %v", err)
				}
			}
		})
	}
}

func TestLongQueriesAreNotKept(t *testing.T) {
	t.Parallel()
	cache := shortQueries{lru.New[*ast.QueryDocument](10)}
	for size, want := range map[int]bool{100: true, maxCachedQuery: true, maxCachedQuery + 1: false} {
		query := strings.Repeat("#", size)
		cache.Add(t.Context(), query, &ast.QueryDocument{})
		if _, kept := cache.Get(t.Context(), query); kept != want {
			t.Errorf("a document of %d bytes is kept: %t", size, kept)
		}
	}
}

// A body that comes too late is told apart from one that is too long: the one may be sent again.
func TestLateBodiesAreToldSo(t *testing.T) {
	t.Parallel()
	quick := pace{pause: 100 * time.Millisecond, slow: 300 * time.Millisecond, second: 1000}
	never := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a broken body was let through") })
	unread := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) })
	for name, test := range map[string]struct {
		handler    http.Handler
		late, long int
	}{
		"graphql": {checkBody(never), http.StatusRequestTimeout, http.StatusRequestEntityTooLarge},
		"webhook": {receive(nil), http.StatusRequestTimeout, http.StatusRequestEntityTooLarge},
		"unread":  {unread, http.StatusForbidden, http.StatusForbidden},
	} {
		for size, want := range map[int]int{50: test.late, 500: test.long} {
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				r.Body = quick.bound(http.NewResponseController(w), http.MaxBytesReader(w, r.Body, 100), r.ContentLength)
				test.handler.ServeHTTP(w, r)
			}))
			c, err := net.Dial("tcp", s.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			_ = c.SetReadDeadline(time.Now().Add(20 * time.Second))
			fmt.Fprintf(c, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n%s", strings.Repeat("x", size))
			if answer, err := http.ReadResponse(bufio.NewReader(c), nil); err != nil || answer.StatusCode != want {
				t.Errorf("%s, %d bytes of 1000: %+v, %v; want %d", name, size, answer, err, want)
			}
			_ = c.Close()
			s.Close()
		}
	}
}
