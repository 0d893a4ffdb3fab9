package client

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"
)

// How often a request is tried that Atlas refuses for being too early, and how long it waits when Atlas does not say.
const (
	maxTries  = 5
	firstWait = 10 * time.Second // doubled each time, as documented
	maxWait   = 150 * time.Second
)

// throttle waits as long as Atlas asks and tries again. A request refused for being too early had no effect,
// whatever its method.
type throttle struct {
	next        http.RoundTripper
	waiting     func(Wait)
	interrupted <-chan struct{}
}

// ErrInterrupted ends a wait. The request that waits had no effect.
var ErrInterrupted = errors.New("interrupted while Atlas made it wait")

// Wait says that a request was refused for being too early, and for how long it now waits.
type Wait struct {
	Method, Path string
	For          time.Duration
}

func (t *throttle) RoundTrip(request *http.Request) (*http.Response, error) {
	for try := 1; ; try++ {
		response, err := t.next.RoundTrip(request)
		if err != nil || !isTooEarly(response) || try == maxTries {
			return response, err
		}
		wait := waitFor(response.Header.Get("Retry-After"), try)
		if wait > maxWait {
			return response, nil // whoever reads the error decides when to come back
		}
		drain(response)
		if t.waiting != nil {
			t.waiting(Wait{request.Method, request.URL.Path, wait})
		}
		if err := t.sleep(request.Context(), wait); err != nil {
			return nil, err
		}
		if request, err = again(request); err != nil {
			return nil, err
		}
	}
}

// isTooEarly: Atlas refuses more than about ten invitations a minute with a code of its own, and status 400.
func isTooEarly(response *http.Response) bool {
	return response.StatusCode == http.StatusTooManyRequests || response.Header.Get("X-Error-Code") == "RATE_LIMITED_IP"
}

// waitFor returns what Retry-After says, in seconds, with a little added so that a crowd does not return at once.
func waitFor(retryAfter string, try int) time.Duration {
	wait := firstWait << (try - 1)
	if seconds, err := strconv.Atoi(retryAfter); err == nil && seconds >= 0 {
		wait = time.Duration(min(seconds, 1<<20)) * time.Second
	}
	return wait + rand.N(wait/10+time.Millisecond)
}

func (t *throttle) sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-t.interrupted:
		return ErrInterrupted
	case <-timer.C:
		return nil
	}
}

// drain lets the connection be used again.
func drain(response *http.Response) {
	_, _ = io.CopyN(io.Discard, response.Body, 1<<20) // an error only costs the connection
	response.Body.Close()
}

// again returns a copy of the request with its body from the start.
func again(request *http.Request) (*http.Request, error) {
	next := request.Clone(request.Context())
	if request.GetBody == nil {
		return next, nil
	}
	body, err := request.GetBody()
	next.Body = body
	return next, err
}
