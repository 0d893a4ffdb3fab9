package client

import (
	"context"
	"crypto/tls"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
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
}

func (x *exchange) RoundTrip(request *http.Request) (*http.Response, error) {
	start := time.Now()
	request.Header.Set("User-Agent", x.agent)
	end := x.persist(request)
	var token *Error
	if errors.As(end.err, &token) {
		return nil, token // there was none, so nothing was sent
	}
	failed := failure(request, end.response, end.err)
	if failed != nil {
		failed.Tries, failed.Lost = end.tries, end.lost
	}
	if x.trace != nil {
		x.trace(newExchange(request, end.response, failed, end.tries, time.Since(start)))
	}
	if failed != nil {
		return nil, failed
	}
	return end.response, nil
}

// failure returns what keeps an end from being a success, or nil.
func failure(request *http.Request, response *http.Response, err error) *Error {
	var e *Error
	switch {
	case err != nil:
		e = &Error{Err: withoutAddresses(err)}
	case response.StatusCode/100 == 2:
		return nil
	default:
		e = readError(response)
	}
	e.Method, e.Path = request.Method, request.URL.Path
	return e
}

// isOver tells whether a run ended before its request did.
func isOver(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// ending is how a request ended after all its tries.
type ending struct {
	response *http.Response
	err      error
	tries    int
	lost     bool // one of the tries may have been carried out, though the last one does not say so
}

// persist tries the request until its end is final, and says how often it did.
func (x *exchange) persist(request *http.Request) (end ending) {
	for {
		end.response, end.err = x.next.RoundTrip(request)
		end.tries++
		found := judge(end.response, end.err)
		end.lost = end.lost || request.Method != http.MethodGet && (found == unknown || isOver(end.err))
		if end.tries > maxRetries || !mayTryAgain(request, found, end.err) {
			return end
		}
		wait, told := waitFor(end.response, end.tries)
		if told && wait > maxTold {
			return end
		}
		why := failure(request, end.response, end.err)
		if stop := x.waiter.wait(request.Context(), Wait{request.Method, request.URL.Path, wait, "", why}); stop != nil {
			if found == early {
				end.response, end.err = nil, stop // otherwise what is known of the last try counts
			}
			return end
		}
		if request, end.err = again(request); end.err != nil {
			return end
		}
	}
}

// mayTryAgain tells whether a request that ended so may be sent once more. What may have been carried out is repeated
// if ours says what should be, or is about a token, of which one too many does no harm. A server that kept silent has
// had its time.
func mayTryAgain(request *http.Request, found verdict, err error) bool {
	path := request.URL.Path
	repeatable := request.Method != http.MethodPost || strings.HasSuffix(path, tokenPath) || strings.HasSuffix(path, revokePath)
	return found == early || found == unknown && repeatable && !errors.Is(err, errSilent)
}

// verdict is what the end of a try means for the next.
type verdict int

const (
	final   verdict = iota
	early           // it was refused for being too early, and not carried out
	unknown         // it may have been carried out
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
		refused     *WriteRefusedError
		token       *Error
		certificate *tls.CertificateVerificationError
		network     *net.OpError
	)
	switch {
	case errors.As(err, &refused), errors.As(err, &token), errors.As(err, &certificate),
		errors.Is(err, ErrInterrupted), errors.Is(err, errTooLong), isOver(err):
		return final
	case errors.As(err, &network) && network.Op == "dial":
		return early // nobody heard it
	}
	return unknown
}

// waitFor returns how long to wait before the next try, and whether Atlas said so.
func waitFor(response *http.Response, try int) (wait time.Duration, told bool) {
	if response != nil {
		if wait, told = toldToWait(response); told {
			return wait + rand.N(wait/10+time.Millisecond), true // a crowd should not return at once
		}
	}
	return rand.N(min(firstWait<<(try-1), maxBackoff)), false
}
