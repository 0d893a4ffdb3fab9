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

// persistent carries a request out and turns every end but success into an [Error]. What reads is tried again. What
// writes is sent once: when it fails in a way that passes, or had to wait, what was looked at before it may have
// changed, so whoever writes has to look again.
type persistent struct {
	next    http.RoundTripper
	agent   string // User-Agent
	waiter  waiter
	trace   func(Exchange) // may be nil
	failing atomic.Int32   // how many writes in a row failed in a way that passes
}

func (p *persistent) RoundTrip(request *http.Request) (*http.Response, error) {
	start := time.Now()
	request.Header.Set("User-Agent", p.agent)
	end := p.persist(request)
	failed := end.failure(request)
	var token *Error
	if p.trace != nil && (!errors.As(end.err, &token) || end.tries > 1) { // without a token nothing was sent
		p.trace(newExchange(request, end.response, failed, end.tries, time.Since(start)))
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
	lost     bool          // it may have been carried out
	told     time.Duration // how long Atlas wants to be left alone, if that is too long; or 0
}

// failure returns what keeps an end from being a success, or nil. Where there was no token, that is what it tells.
func (end ending) failure(request *http.Request) *Error {
	e := &Error{}
	var token *Error
	switch {
	case errors.As(end.err, &token):
		*e = *token
	case end.err != nil:
		e.Err = plainly(end.err)
	case end.response.StatusCode/100 == 2:
		return nil
	default:
		e = readError(end.response)
	}
	if token == nil {
		e.Method, e.Path, e.Tries = request.Method, request.URL.Path, end.tries
	}
	e.Lost, e.Passing, e.Told = end.lost, end.found.passes(), end.told
	return e
}

// persist tries the request until its end is final.
func (p *persistent) persist(request *http.Request) (end ending) {
	for {
		end.response, end.err = p.next.RoundTrip(request)
		end.tries++
		end.found = judge(end.response, end.err)
		if mayChange(request) {
			end.lost = end.found == unknown || end.found == doubtful
			return p.pause(request, end)
		}
		if end.tries > maxRetries || !end.found.passes() {
			return end
		}
		wait := waitFor(end.response, end.tries)
		if wait > maxTold {
			end.told = wait
			return end
		}
		if stop := p.wait(request, end, wait); stop != nil {
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

func (p *persistent) wait(request *http.Request, end ending, wait time.Duration) error {
	return p.waiter.wait(request.Context(), Wait{request.Method, request.URL.Path, wait, "", end.failure(request)})
}

// pause waits after a write that failed in a way that passes, so that who looks and writes again does not do so too
// early. Each failure in a row makes the next wait longer, as the tries of what reads do. It returns the ending, which
// is final if Atlas wants a longer wait.
func (p *persistent) pause(request *http.Request, end ending) ending {
	var waited *waitedError
	switch {
	case errors.As(end.err, &waited):
		return end
	case !end.found.passes():
		p.failing.Store(0)
		return end
	}
	wait := firstWait << min(p.failing.Add(1), maxRetries-1)
	if told, ok := toldToWait(end.response); ok {
		wait = max(wait, told)
	}
	if wait > maxTold {
		end.found, end.told = final, wait
		return end
	}
	_ = p.wait(request, end, wait) // the run may end now; the request ended before
	return end
}

// verdict is what the end of a try means for the next.
type verdict int

const (
	final    verdict = iota
	early            // it was not carried out, and may go better later
	unknown          // it may have been carried out, and may go better later
	doubtful         // it may have been carried out, and will not go better
)

// passes tells whether a try may go better later.
func (v verdict) passes() bool { return v == early || v == unknown }

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
	return isInvitationLimit(code) || code == "access_denied" || code == "WRITES_NOT_ALLOWED_DURING_APP_UPGRADES"
}

// judgeError tells the network's troubles from our own, which stay.
func judgeError(err error) verdict {
	var (
		unsent      *unsentError
		waited      *waitedError
		refused     *WriteRefusedError
		token       *Error
		certificate *tls.CertificateVerificationError
		plain       tls.RecordHeaderError
		name        *net.DNSError
		network     *net.OpError
	)
	switch {
	case errors.As(err, &name) && name.IsNotFound:
		return final
	case errors.As(err, &unsent), errors.As(err, &refused), errors.As(err, &token), errors.As(err, &certificate), errors.As(err, &plain):
		return final
	case errors.As(err, &waited):
		return early
	case errors.As(err, &network) && (network.Op == "dial" || network.Op == "proxyconnect"):
		return early // nobody heard it
	case errors.Is(err, errTooLong), errors.Is(err, errSilent): // a server that kept silent has had its time
		return doubtful
	}
	return unknown
}

// mayChange tells whether a request is one that could change an organization: it writes, and is of the Administration
// API, which tokens are not.
func mayChange(request *http.Request) bool {
	return request.Method != http.MethodGet && strings.Contains(request.URL.Path, prefix)
}

// waitFor returns how long to wait before the next try.
func waitFor(response *http.Response, try int) time.Duration {
	told, _ := toldToWait(response)
	switch {
	case told > maxTold:
		return told
	case told > 0:
		return min(told+rand.N(told/10+time.Millisecond), maxTold) // a crowd should not return at once
	}
	return rand.N(min(firstWait<<(try-1), maxBackoff))
}
