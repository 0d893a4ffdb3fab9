package client

import (
	"errors"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"
)

// How often a request is tried again, and how long it waits before each try if Atlas does not say.
const (
	maxRetries    = 5
	firstWait     = time.Second // doubled each time
	maxBackoff    = 40 * time.Second
	maxRetryAfter = 150 * time.Second // a request does not wait longer: its caller gets the error
)

// retrier turns every failure of a request into an [Error]. It retries a request that only reads. It sends a write only once:
// after a temporary failure or a wait the object may have changed, so the caller must read it again first.
type retrier struct {
	next         http.RoundTripper
	agent        string // User-Agent
	variables    string // the variables that hold the credential, for the advice of errors
	waiter       waiter
	trace        func(Exchange) // may be nil
	failedWrites failures       // that failed temporarily
}

// failures counts failures in a row. Requests that were under way at the same time count as one.
type failures struct {
	mu sync.Mutex
	n  int
	at time.Time // of the last one that counted
}

// add counts a failure of a request that began at a time, and returns the number.
func (f *failures) add(began time.Time) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.n == 0 || began.After(f.at) {
		f.n, f.at = f.n+1, time.Now()
	}
	return f.n
}

// end ends the row after a success, or a permanent failure, of a request that began at a time after the last failure.
func (f *failures) end(began time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if began.After(f.at) {
		f.n = 0
	}
}

func (r *retrier) RoundTrip(request *http.Request) (*http.Response, error) {
	start := time.Now()
	request.Header.Set("User-Agent", r.agent)
	end := r.retry(request)
	failed := end.failure(request, r.variables)
	var token *Error
	if r.trace != nil && (!errors.As(end.err, &token) || end.tries > 1) { // without a token the request was not sent
		r.trace(newExchange(request, end.response, failed, end.tries, time.Since(start)))
	}
	if failed != nil {
		return nil, failed
	}
	return end.response, nil
}

// ending is how a request ended after all its tries.
type ending struct {
	response   *http.Response
	err        error
	again      Retry // after the last try
	tries      int
	retryAfter time.Duration // the wait that Atlas asks for, if it is longer than maxRetryAfter; otherwise 0
}

// failure returns the error of the request, or nil if it succeeded. If there was no token, it is the error of the request
// for the token.
func (end ending) failure(request *http.Request, variables string) *Error {
	e := &Error{}
	var token *Error
	switch {
	case errors.As(end.err, &token):
		*e = *token
	case end.err != nil:
		e.Err = describeNetworkError(end.err)
	case end.response.StatusCode/100 == 2:
		return nil
	default:
		e = readError(end.response)
	}
	if token == nil {
		e.Method, e.Path, e.Tries = request.Method, request.URL.Path, end.tries
	}
	e.Retry, e.RetryAfter, e.Variables = end.again, end.retryAfter, variables
	if !mayChange(request) {
		e.Retry &^= Ambiguous
	}
	return e
}

// retry tries the request until it succeeds, or until another try would not help.
func (r *retrier) retry(request *http.Request) (end ending) {
	began := time.Now()
	for {
		end.response, end.err = r.next.RoundTrip(request)
		end.tries++
		end.again = judge(end.response, end.err)
		if mayChange(request) {
			return r.pause(request, began, end)
		}
		if end.tries > maxRetries || end.again&Retryable == 0 {
			return end
		}
		wait := backoff(end.response, end.tries)
		if wait > maxRetryAfter {
			end.retryAfter = wait
			return end
		}
		if stop := r.wait(request, end, wait); stop != nil {
			if end.again == Retryable { // otherwise the last try says more
				end.response, end.err, end.again = nil, stop, Permanent
			}
			return end
		}
		if request, end.err = cloneRequest(request); end.err != nil {
			return end
		}
	}
}

func (r *retrier) wait(request *http.Request, end ending, wait time.Duration) error {
	failed := end.failure(request, r.variables)
	return r.waiter.wait(request.Context(), Wait{Method: request.Method, Path: request.URL.Path, For: wait, Pace: invitationPace(failed), Err: failed})
}

// pause waits after a write that failed temporarily, so that the caller does not read and write again too early. Each failure
// in a row doubles the wait. If Atlas asks for a wait longer than maxRetryAfter, pause does not wait, and the write is not
// retryable.
func (r *retrier) pause(request *http.Request, began time.Time, end ending) ending {
	var waited *waitedError
	switch {
	case errors.As(end.err, &waited):
		return end
	case end.again&Retryable == 0:
		r.failedWrites.end(began)
		return end
	}
	wait := firstWait << min(r.failedWrites.add(began), maxRetries-1)
	if asked, ok := retryAfter(end.response); ok {
		wait = max(wait, asked)
	}
	if wait > maxRetryAfter {
		end.again, end.retryAfter = end.again&^Retryable, wait
		return end
	}
	_ = r.wait(request, end, wait) // if the run ends during this wait, the result of the request stays the same
	return end
}

// backoff returns how long to wait before the next try.
func backoff(response *http.Response, try int) time.Duration {
	asked, _ := retryAfter(response)
	switch {
	case asked > maxRetryAfter:
		return asked
	case asked > 0:
		return min(asked+rand.N(asked/10+time.Millisecond), maxRetryAfter) // clients that were refused together should not return together
	}
	return rand.N(min(firstWait<<(try-1), maxBackoff))
}
