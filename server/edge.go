package server

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path"
	"strconv"
	"sync"
	"time"

	"posthaste/auth"
	"posthaste/messaging"
)

// edge puts the doors before the routes, for every class in the same order: request id → panic guard → headers → client
// address → cross-origin check → body limit → the class's own door.
type edge struct {
	clientIP  auth.ClientIP
	door      Doorkeeper
	crossSite *http.CrossOriginProtection
	csp       string
	secure    bool // people reach us by TLS, ours or a proxy's: HSTS
	public    *limiter
	pace      pace
	strangers *limiter // who asks for something without a credential
	log       *slog.Logger
	metrics   *metrics
	now       func() time.Time
	unnamed   sync.Once // has told of a proxy that is not configured
}

// mux serves the routes of the classes. It never redirects: a client that was told http instead of https, or a path with
// dots in it, has to mend its ways, and a mux's own redirect would pass by the doors.
func (e *edge) mux(routes []Route, classes ...Class) (http.Handler, error) {
	mux := http.NewServeMux()
	serves := map[Class]bool{}
	for _, c := range classes {
		serves[c] = true
	}
	for _, r := range routes {
		if err := r.validate(); err != nil {
			return nil, err
		}
		if serves[r.Class] {
			mux.Handle(r.Method+" "+r.Pattern, e.wrap(r))
		}
	}
	// Whatever is not in the table still gets the headers, and nothing else.
	if serves[Host] {
		return mux, nil
	}
	unknown := e.wrap(Route{Method: "GET", Pattern: "/", Class: Public, Handler: http.NotFoundHandler()})
	mux.Handle("/", unknown)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if plain := path.Clean(r.URL.Path); plain != r.URL.Path && plain+"/" != r.URL.Path {
			unknown.ServeHTTP(w, r)
			return
		}
		mux.ServeHTTP(w, r)
	}), nil
}

func (e *edge) wrap(r Route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		begun := e.now()
		id := newRequestID()
		answer := &answer{ResponseWriter: w}
		log := e.log.With("request_id", id, "route", r.Pattern)
		defer func() {
			if cause := recover(); cause != nil && cause != http.ErrAbortHandler {
				answer.refuseError(messaging.Recovered(log, "a handler", cause), id, log)
			}
			e.metrics.request(r, answer.status, e.now().Sub(begun))
		}()
		e.headers(answer.Header(), id)
		e.admit(r, answer, request, id, log)
	})
}

// admit walks the doors; the first that refuses answers.
func (e *edge) admit(r Route, w *answer, request *http.Request, id string, log *slog.Logger) {
	ctx := withRequest(request.Context(), id, log)
	if r.Class != Host {
		address, err := e.clientIP.Resolve(request.RemoteAddr, request.Header)
		if err != nil {
			if errors.Is(err, auth.ErrUnnamedProxy) {
				e.unnamed.Do(func() {
					log.Warn("a proxy on this host hands requests on, and all of them are refused: name it in trusted-proxies, for example 127.0.0.1/32, and make sure that it sets proxy-header")
				})
			}
			w.refuse(http.StatusForbidden, messaging.CodeAddressNotListed, id)
			return
		}
		if err := e.crossSite.Check(request); err != nil {
			w.refuse(http.StatusForbidden, messaging.CodeForbidden, id)
			return
		}
		ctx = auth.WithVisit(ctx, visit(w, request, address))
		stranger := r.Class == API && request.Header.Get("Authorization") == ""
		if r.Class == Public && !e.public.allow(address, e.now()) || stranger && !e.strangers.allow(address, e.now()) {
			e.metrics.limited.WithLabelValues("address").Inc()
			w.refuseError(messaging.Refuse(messaging.CodeLimited, "", "too many requests").After(time.Second), id, log)
			return
		}
	}
	request.Body = e.pace.bound(http.NewResponseController(w), http.MaxBytesReader(w, request.Body, r.MaxBody), request.ContentLength)
	if !r.Streams {
		// The listener has no write limit, because streams may stay open; every other answer has one.
		_ = http.NewResponseController(w).SetWriteDeadline(e.now().Add(answerLimit))
	}
	if r.Class == Portal || r.Class == API {
		actor, err := e.enter(request.WithContext(ctx))
		if err != nil {
			if messaging.CodeOf(err) == messaging.CodeLimited {
				e.metrics.limited.WithLabelValues("key").Inc()
			}
			w.refuseError(err, id, log)
			return
		}
		if actor != nil {
			ctx = messaging.WithActor(ctx, *actor)
		}
	}
	r.Handler.ServeHTTP(w, request.WithContext(ctx))
}

const answerLimit = 30 * time.Second

// headers are the same for every answer, errors included.
func (e *edge) headers(h http.Header, id string) {
	h.Set("X-Request-Id", id)
	h.Set("Content-Security-Policy", e.csp)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()")
	h.Set("Cache-Control", "no-store")
	if e.secure {
		h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	}
}

func newRequestID() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	return hex.EncodeToString(b[:])
}

// answer remembers the status, and refuses in one form.
type answer struct {
	http.ResponseWriter
	status int
}

func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(b []byte) (int, error) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	return a.ResponseWriter.Write(b)
}

// Flush lets event streams through.
func (a *answer) Flush() {
	if f, ok := a.ResponseWriter.(http.Flusher); ok {
		f.Flush()
	}
}

// refuse answers with a code only: a refusal says nothing about what is behind the door.
func (a *answer) refuse(status int, code messaging.Code, id string) {
	a.refuseFor(status, code, 0, id)
}

// refuseFor says also for how long, where that is known.
func (a *answer) refuseFor(status int, code messaging.Code, wait time.Duration, id string) {
	if a.status != 0 {
		return // too late: the answer has begun
	}
	retry := ""
	if wait > 0 {
		a.Header().Set("Retry-After", strconv.Itoa(seconds(wait)))
		retry = fmt.Sprintf(`,"retryAfter":%d`, seconds(wait))
	}
	a.Header().Set("Content-Type", "application/json")
	a.WriteHeader(status)
	fmt.Fprintf(a, `{"errors":[{"message":%q,"extensions":{"code":%q,"requestId":%q%s}}]}`+"\n", sentence(code), code, id, retry)
}

func (a *answer) refuseError(err error, id string, log *slog.Logger) {
	code := messaging.CodeOf(err)
	told, known := errors.AsType[*messaging.Error](err)
	if !known {
		if code == messaging.CodeInternal {
			log.Error("a request failed at the door", "error", err)
		}
		told = &messaging.Error{}
	}
	a.refuseFor(httpStatus(code), code, told.Wait, id)
}

func sentence(code messaging.Code) string {
	switch code {
	case messaging.CodeUnauthenticated:
		return "sign in first"
	case messaging.CodeAddressNotListed, messaging.CodeForbidden:
		return "not allowed"
	case messaging.CodeLimited:
		return "too many requests; try again later"
	case messaging.CodeUnavailable:
		return "try again in a moment"
	}
	return "the request could not be served"
}

func httpStatus(code messaging.Code) int {
	switch code {
	case messaging.CodeUnauthenticated, messaging.CodeSecondFactor:
		return http.StatusUnauthorized
	case messaging.CodeForbidden, messaging.CodeAddressNotListed, messaging.CodeStepUp:
		return http.StatusForbidden
	case messaging.CodeNotFound:
		return http.StatusNotFound
	case messaging.CodeConflict:
		return http.StatusConflict
	case messaging.CodeLimited:
		return http.StatusTooManyRequests
	case messaging.CodeUnavailable:
		return http.StatusServiceUnavailable
	case messaging.CodeInternal:
		return http.StatusInternalServerError
	}
	return http.StatusBadRequest
}

// tooLarge tells whether reading stopped at the route's body limit.
func tooLarge(err error) bool {
	_, ok := errors.AsType[*http.MaxBytesError](err)
	return ok
}

// bodyStatus answers a body that could not be read to its end: too long, too slow, or broken off.
func bodyStatus(err error) int {
	switch {
	case tooLarge(err):
		return http.StatusRequestEntityTooLarge
	case errors.Is(err, os.ErrDeadlineExceeded):
		return http.StatusRequestTimeout
	}
	return http.StatusBadRequest
}
