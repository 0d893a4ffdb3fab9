package client

import (
	"crypto/tls"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
)

// How often a request is tried again, and how long it waits before that when Atlas does not say.
const (
	maxRetries = 5
	firstWait  = time.Second // doubled each time
	maxBackoff = 40 * time.Second
	maxTold    = 150 * time.Second // whoever is told to wait longer decides for himself
)

// exchange carries a request out: it tries again what may be tried again, and turns every end but success into an
// [Error].
type exchange struct {
	next   http.RoundTripper
	agent  string // User-Agent
	waiter waiter
	trace  func(Exchange) // may be nil
	lost   atomic.Int32   // how many answers in a row got lost to requests that are not repeated
}

func (x *exchange) RoundTrip(request *http.Request) (*http.Response, error) {
	start := time.Now()
	request.Header.Set("User-Agent", x.agent)
	end := x.persist(request)
	failed := end.failure(request)
	var token *Error
	if x.trace != nil && (!errors.As(end.err, &token) || end.tries > 1) { // without a token nothing was sent
		x.trace(newExchange(request, end.response, failed, end.tries, time.Since(start)))
	}
	if failed != nil {
		return nil, failed
	}
	return end.response, nil
}

// ending is how a request ended after all its tries.
type ending struct {
	response *http.Response
	err      error
	found    verdict // of the last try
	tries    int
	lost     bool // one of the tries may have been carried out, though the last one does not say so
}

// failure returns what keeps an end from being a success, or nil. Where there was no token, that is what it tells.
func (end ending) failure(request *http.Request) *Error {
	e := &Error{}
	var token *Error
	switch {
	case errors.As(end.err, &token):
		*e = *token
	case end.err != nil:
		e.Err = withoutAddresses(end.err)
	case end.response.StatusCode/100 == 2:
		return nil
	default:
		e = readError(end.response)
	}
	if token == nil {
		e.Method, e.Path, e.Tries = request.Method, request.URL.Path, end.tries
	}
	e.Lost, e.Passing = end.lost, end.found == unknown || end.found == early
	return e
}

// persist tries the request until its end is final.
func (x *exchange) persist(request *http.Request) (end ending) {
	for {
		end.response, end.err = x.next.RoundTrip(request)
		end.tries++
		end.found = judge(end.response, end.err)
		end.lost = end.lost || mayChange(request) && (end.found == unknown || end.found == doubtful)
		if !mayRepeat(request) && end.found != early {
			x.pause(request, end)
			return end
		}
		if end.tries > maxRetries || end.found == final || end.found == doubtful || request.Context().Err() != nil {
			return end
		}
		wait, ok := waitFor(end.response, end.tries)
		if !ok {
			return end
		}
		if stop := x.wait(request, end, wait); stop != nil {
			if end.found == early {
				end.response, end.err, end.found = nil, stop, final // otherwise what is known of the last try counts
			}
			return end
		}
		if request, end.err = again(request); end.err != nil {
			return end
		}
	}
}

func (x *exchange) wait(request *http.Request, end ending, wait time.Duration) error {
	return x.waiter.wait(request.Context(), Wait{request.Method, request.URL.Path, wait, "", end.failure(request)})
}

// pause waits after a request whose answer got lost and that is not repeated: who looks what became of it should not
// look too early. Each one in a row makes the next wait longer, as the tries of other requests do.
func (x *exchange) pause(request *http.Request, end ending) {
	if end.found != unknown {
		x.lost.Store(0)
		return
	}
	wait := firstWait << min(x.lost.Add(1), maxRetries)
	if told, ok := toldToWait(end.response); ok {
		wait = max(wait, min(told, maxTold))
	}
	_ = x.wait(request, end, wait) // the run may end now; the request ended before
}

// verdict is what the end of a try means for the next.
type verdict int

const (
	final    verdict = iota
	early            // it was not carried out, and may be tried again
	unknown          // it may have been carried out, and may be tried again if that does no harm
	doubtful         // it may have been carried out, and is not tried again
)

// judge tells what to make of a try.
func judge(response *http.Response, err error) verdict {
	if err != nil {
		return judgeError(err)
	}
	switch response.StatusCode {
	case http.StatusRequestTimeout, http.StatusInternalServerError, http.StatusBadGateway,
		http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return unknown
	case http.StatusTooManyRequests:
		return early
	case http.StatusBadRequest, http.StatusForbidden, http.StatusMethodNotAllowed:
		if isThrottling(readError(response).Code) {
			return early
		}
	}
	if response.StatusCode >= 500 {
		return doubtful
	}
	return final
}

// isThrottling knows the codes of refusals that pass by themselves. More than about ten invitations a minute from one
// address give a 400; a service account with too many tokens gets a 403 from OAuth; an upgrade of Atlas a 405.
func isThrottling(code string) bool {
	return strings.HasSuffix(code, "RATE_LIMITED_IP") || code == "access_denied" || code == "WRITES_NOT_ALLOWED_DURING_APP_UPGRADES"
}

// judgeError tells the network's troubles from our own, which stay.
func judgeError(err error) verdict {
	var (
		unsent      *unsentError
		refused     *WriteRefusedError
		token       *Error
		certificate *tls.CertificateVerificationError
		network     *net.OpError
	)
	switch {
	case errors.As(err, &unsent), errors.As(err, &refused), errors.As(err, &token), errors.As(err, &certificate):
		return final
	case errors.As(err, &network) && (network.Op == "dial" || network.Op == "proxyconnect"):
		return early // nobody heard it
	case errors.Is(err, errTooLong), errors.Is(err, errSilent): // a server that kept silent has had its time
		return doubtful
	}
	return unknown
}

// mayChange tells whether a request is one that could change an organization.
func mayChange(request *http.Request) bool {
	path := request.URL.Path
	return request.Method != http.MethodGet && !strings.HasSuffix(path, tokenPath) && !strings.HasSuffix(path, revokePath)
}

// mayRepeat tells whether a request may be sent again that perhaps was carried out. Ours say what should be, but for
// those that make something. A token too many does no harm.
func mayRepeat(request *http.Request) bool {
	return request.Method != http.MethodPost || !mayChange(request)
}

// waitFor returns how long to wait before the next try. It is not ok if Atlas wants a longer wait than a run should
// decide on.
func waitFor(response *http.Response, try int) (wait time.Duration, ok bool) {
	told, _ := toldToWait(response)
	if told > 0 {
		return told + rand.N(told/10+time.Millisecond), told <= maxTold // a crowd should not return at once
	}
	return rand.N(min(firstWait<<(try-1), maxBackoff)), true
}
