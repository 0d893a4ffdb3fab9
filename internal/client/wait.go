package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// Wait says for how long a request waits before it is sent, and why.
type Wait struct {
	Method, Path string
	For          time.Duration
	Limit        string // the limit of Atlas that is used up; "" when the last try failed
	Err          *Error // how the last try ended; nil when a limit is used up
}

// ErrInterrupted ends a wait. The request that waited was not carried out.
var ErrInterrupted = errors.New("interrupted while it waited")

// unsentError is what kept a request from being sent.
type unsentError struct{ error }

func (e *unsentError) Unwrap() error { return e.error }

// waitedError keeps a write from being sent that had to wait: what was looked at before may have changed meanwhile.
type waitedError struct{ limit string }

func (e *waitedError) Error() string {
	return fmt.Sprintf("it had to wait for Atlas's limit %q", e.limit)
}

// waiter waits, and tells of it.
type waiter struct {
	notify      func(Wait)
	interrupted <-chan struct{}
}

func (w waiter) wait(ctx context.Context, wait Wait) error {
	if w.notify != nil && !w.isOver(ctx) {
		w.notify(wait)
	}
	timer := time.NewTimer(wait.For)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return &unsentError{context.Cause(ctx)}
	case <-w.interrupted:
		return &unsentError{ErrInterrupted}
	case <-timer.C:
		return nil
	}
}

// isOver tells whether nobody waits any more.
func (w waiter) isOver(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return true
	case <-w.interrupted:
		return true
	default:
		return false
	}
}

// cloneRequest returns a copy of the request with its body from the start.
func cloneRequest(request *http.Request) (*http.Request, error) {
	next := request.Clone(request.Context())
	if request.GetBody == nil {
		return next, nil
	}
	body, err := request.GetBody()
	next.Body = body
	return next, err
}

// bodyOf returns the body of a request, or nil.
func bodyOf(request *http.Request) ([]byte, error) {
	if request.GetBody == nil {
		return nil, nil
	}
	body, err := request.GetBody()
	if err != nil {
		return nil, err
	}
	return io.ReadAll(body)
}

// contents returns the body of an answer that is in memory. It can be read again.
func contents(response *http.Response) []byte {
	data, _ := io.ReadAll(response.Body) // it is in memory, where no reading fails
	response.Body = io.NopCloser(bytes.NewReader(data))
	return data
}
