package sandbox

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
)

// faultKind is one way in which a request can go wrong.
type faultKind struct {
	name       string
	fits       func(*http.Request) bool // nil: any request
	first      func(encounter)          // is done before all else; nil: nothing
	carriedOut bool                     // with all checks
	answer     func(encounter) *answer  // what is answered; nil: what carrying out did
	deliver    delivery
}

// encounter is a request that meets a fault.
type encounter struct {
	r          *http.Request
	access     *access
	limit      limitSet // of the operation that is asked for
	carriedOut *answer  // empty if the request was not carried out
}

// faultKinds lists every kind. A caller cannot tell "before" from "after": the answer is the same, but the request was
// carried out or not.
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

// faultKindNamed is the kind of that name, or nil.
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

// unavailableForASecond has the header that the API description gives a 503 too.
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

// nameless is an error without a code and parameters. Both were observed to be null, against the API description; that the
// detail is null, too, is assumed.
func nameless(encounter) *answer {
	a := newAnswer()
	writeJSON(a, "application/json", http.StatusNotFound,
		fields{"detail": nil, "error": http.StatusNotFound, "errorCode": nil, "parameters": nil, "reason": http.StatusText(http.StatusNotFound)}, false)
	return a
}

// ended is the answer of a version after its sunset (observed with other resources).
func ended(e encounter) *answer {
	version, path := acceptedDate(e.r.Header.Get("Accept")), strings.TrimPrefix(e.r.URL.Path, "/")
	return failed(refuse(http.StatusGone, "VERSION_GONE", "Version "+version+" of "+path+" is no longer available.", version, path))
}

// upgrading is Atlas being upgraded; its code is documented, for writes.
func upgrading(encounter) *answer {
	return failed(refuse(http.StatusMethodNotAllowed, "WRITES_NOT_ALLOWED_DURING_APP_UPGRADES",
		"Writes are not allowed while the application is upgraded."))
}

// gateway answers with a page of something between client and Atlas.
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

// unlessEmpty is the answer to be cut; one without body is lost wholly.
func unlessEmpty(e encounter) *answer {
	if e.carriedOut.body.Len() == 0 {
		return &answer{}
	}
	return e.carriedOut
}

// cutJSON is a success whose body ends early and says that this is all.
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

// truncate sends half of what it says it will.
func truncate(a *answer, w http.ResponseWriter, _ *http.Request) {
	if a.status == 0 {
		panic(http.ErrAbortHandler)
	}
	body := a.body.Bytes()
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(a.status)
	_, _ = w.Write(body[:len(body)/2]) // net/http closes a connection that is owed more
}

// reset ends the connection without a word, by TCP's RST where it is TCP.
func reset(_ *answer, w http.ResponseWriter, _ *http.Request) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // the connection is lost in any case
	}
	_ = conn.Close()
}

// keepSilent returns when the client is gone or the server ends.
func keepSilent(_ *answer, _ http.ResponseWriter, r *http.Request) {
	// net/http notices a client that goes away only after the whole body was read.
	if _, err := io.Copy(io.Discard, r.Body); err == nil {
		<-r.Context().Done()
	}
	panic(http.ErrAbortHandler)
}
