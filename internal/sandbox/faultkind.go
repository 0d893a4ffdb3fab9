package sandbox

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
)

// faultKind is one way in which a request can fail.
type faultKind struct {
	name       string
	fits       func(*http.Request) bool // nil: fits any request
	first      func(encounter)          // runs before everything else; nil: nothing
	carriedOut bool                     // the request is carried out, with all checks
	answer     func(encounter) *answer  // the answer; nil: the answer of the request that was carried out
	deliver    delivery
}

// encounter is a request that meets a fault.
type encounter struct {
	r          *http.Request
	access     *access
	limit      limitSet // of the operation that the request asks for
	carriedOut *answer  // empty if the request was not carried out
}

// faultKinds lists every kind. "before" and "after" give the same answer, so that a caller cannot know whether the
// request was carried out.
func faultKinds() []faultKind {
	return []faultKind{
		{name: "reset-before", answer: nothing, deliver: reset},
		{name: "reset-after", carriedOut: true, answer: nothing, deliver: reset},
		{name: "500-before", answer: unexpected},
		{name: "500-after", carriedOut: true, answer: unexpected},
		{name: "503", answer: unavailable},
		{name: "503-retry-after", answer: unavailableForASecond},
		{name: "408", answer: gateway(http.StatusRequestTimeout)},
		{name: "502", answer: gateway(http.StatusBadGateway)},
		{name: "504", answer: gateway(http.StatusGatewayTimeout)},
		{name: "429", answer: emptyBucket},
		{name: "429-bare", answer: limited},
		{name: "rate-limited-ip", answer: throttled},
		{name: "404-no-code", answer: nameless},
		{name: "410", answer: ended},
		{name: "html", answer: gateway(http.StatusOK)},
		{name: "html-after", carriedOut: true, answer: gateway(http.StatusOK)},
		{name: "truncated", carriedOut: true, answer: unlessEmpty, deliver: truncate},
		{name: "not-json", carriedOut: true, answer: cutJSON},
		{name: "silence", answer: nothing, deliver: keepSilent},
		{name: "silence-after", carriedOut: true, answer: nothing, deliver: keepSilent},
		{name: "expired-token", fits: hasScheme(bearerScheme), first: dropToken, carriedOut: true},
		{name: "stale-nonce", fits: hasScheme(digestScheme), first: dropNonce, carriedOut: true},
		{name: "token-limit", fits: asksForToken, answer: tokenLimit},
		{name: "app-upgrade", answer: upgrading},
	}
}

// faultKindNamed returns the kind with that name, or nil.
func faultKindNamed(name string) *faultKind {
	for _, k := range faultKinds() {
		if k.name == name {
			return &k
		}
	}
	return nil
}

func hasScheme(wanted string) func(*http.Request) bool {
	return func(r *http.Request) bool {
		scheme, _ := authorization(r)
		return scheme == wanted
	}
}

func asksForToken(r *http.Request) bool {
	return r.Method == http.MethodPost && r.URL.Path == tokenPath
}

func dropToken(e encounter) { e.access.tokens.forget(e.r) }

func dropNonce(e encounter) { e.access.keys.forget(e.r) }

func nothing(encounter) *answer { return &answer{} }

func failed(f *failure) *answer {
	a := newAnswer()
	writeFailure(a, f)
	return a
}

func unexpected(encounter) *answer {
	return failed(refuse(http.StatusInternalServerError, "UNEXPECTED_ERROR", "Unexpected error."))
}

func unavailable(encounter) *answer {
	return failed(refuse(http.StatusServiceUnavailable, "SERVICE_UNAVAILABLE", "The service is unavailable."))
}

// unavailableForASecond has the header Retry-After, which a 503 may have, too [api].
func unavailableForASecond(e encounter) *answer {
	a := unavailable(e)
	a.header.Set("Retry-After", "1")
	return a
}

func emptyBucket(e encounter) *answer {
	a := failed(tooMany(e.limit, 1))
	a.header.Set("RateLimit-Limit", strconv.Itoa(e.limit.capacity))
	a.header.Set("RateLimit-Remaining", "0")
	return a
}

func limited(e encounter) *answer {
	return failed(tooManyRequests(e.r.URL.Path))
}

func throttled(encounter) *answer { return failed(tooManyInvitations()) }

func tokenLimit(encounter) *answer {
	a := newAnswer()
	tooManyTokens(a)
	return a
}

// nameless is an error without a code and parameters. Both can be null [seen null-error-code], although [api] requires
// a code. Assumed: the detail is null, too.
func nameless(encounter) *answer {
	a := newAnswer()
	writeJSON(a, "application/json", http.StatusNotFound,
		fields{"detail": nil, "error": http.StatusNotFound, "errorCode": nil, "parameters": nil, "reason": http.StatusText(http.StatusNotFound)}, false)
	return a
}

// ended is the answer of a version after its sunset [seen version-gone] (with other resources).
func ended(e encounter) *answer {
	version, path := acceptedDate(e.r.Header.Get("Accept")), strings.TrimPrefix(e.r.URL.Path, "/")
	return failed(refuse(http.StatusGone, "VERSION_GONE", "Version "+version+" of "+path+" is no longer available.", version, path))
}

// upgrading is the answer while Atlas is upgraded. Its code is for writes [doc error-codes].
func upgrading(encounter) *answer {
	return failed(refuse(http.StatusMethodNotAllowed, "WRITES_NOT_ALLOWED_DURING_APP_UPGRADES",
		"Writes are not allowed while the application is upgraded."))
}

// gateway answers with the error page of a proxy between client and Atlas.
func gateway(status int) func(encounter) *answer {
	return func(encounter) *answer {
		a := newAnswer()
		a.header.Set("Content-Type", "text/html; charset=utf-8")
		a.status = status
		title := strconv.Itoa(status) + " " + http.StatusText(status)
		fmt.Fprintf(a, "<!DOCTYPE html>\n<html><head><title>%s</title></head><body><h1>%[1]s</h1></body></html>\n", title)
		return a
	}
}

// unlessEmpty returns the answer to cut off. An answer without a body is not sent at all.
func unlessEmpty(e encounter) *answer {
	if e.carriedOut.body.Len() == 0 {
		return &answer{}
	}
	return e.carriedOut
}

// cutJSON is a success whose body ends early. Its Content-Length is that of the short body, so only the JSON shows the
// fault.
func cutJSON(e encounter) *answer {
	a := newAnswer()
	mediaType := e.carriedOut.header.Get("Content-Type")
	if !strings.Contains(mediaType, "json") {
		mediaType = "application/json"
	}
	a.header.Set("Content-Type", mediaType)
	body := e.carriedOut.body.Bytes()
	if len(body) == 0 {
		body = []byte("{}")
	}
	_, _ = a.Write(body[:len(body)/2])
	return a
}

// truncate sends half of the body. The Content-Length is that of the whole body.
func truncate(a *answer, w http.ResponseWriter, _ *http.Request) {
	if a.status == 0 {
		panic(http.ErrAbortHandler)
	}
	body := a.body.Bytes()
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(a.status)
	_, _ = w.Write(body[:len(body)/2]) // net/http closes the connection if a handler writes less than the Content-Length
}

// reset closes the connection without an answer, with a TCP RST if possible.
func reset(_ *answer, w http.ResponseWriter, _ *http.Request) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // the connection is closed in any case
	}
	_ = conn.Close()
}

// keepSilent sends nothing. It returns when the client disconnects or the server ends.
func keepSilent(_ *answer, _ http.ResponseWriter, r *http.Request) {
	// net/http notices that a client disconnected only after the whole body was read.
	if _, err := io.Copy(io.Discard, r.Body); err == nil {
		<-r.Context().Done()
	}
	panic(http.ErrAbortHandler)
}
