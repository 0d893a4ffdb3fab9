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

// Wait says how long a request waits before it is sent, and why.
type Wait struct {
	Method, Path string
	For          time.Duration
	Limit        string // the limit of Atlas that is used up; "" if the last try failed
	Pace         Pace   // of the limit of invitations, if it is used up or caused the refusal of the last try
	Err          *Error // how the last try failed; nil if a limit is used up
}

// IsForLimit reports whether the request waits because a limit of Atlas is used up, and not because Atlas fails.
func (w Wait) IsForLimit() bool {
	return w.Limit != "" || w.Err != nil && (w.Err.Status == http.StatusTooManyRequests || isInvitationLimit(w.Err.Code))
}

// Pace is how many requests a limit lets through in a period. The zero value means that this is not known.
type Pace struct {
	N   int
	Per time.Duration
}

// Time returns how long n requests take, or 0 if the pace is not known.
func (p Pace) Time(n int) time.Duration {
	if p.N == 0 {
		return 0
	}
	return time.Duration(float64(n) / float64(p.N) * float64(p.Per))
}

// ErrInterrupted is the error of a request that was interrupted while it waited. It was not sent.
var ErrInterrupted = errors.New("interrupted while it waited")

// unsentError is the reason why a request was not sent.
type unsentError struct{ error }

func (e *unsentError) Unwrap() error { return e.error }

// waitedError is the error of a write that was not sent because it had to wait. The object that the caller read before may have
// changed since.
type waitedError struct{ limit string }

func (e *waitedError) Error() string {
	return fmt.Sprintf("not sent, because it had to wait for Atlas's limit %q", e.limit)
}

// waiter waits, and reports each wait.
type waiter struct {
	notify      Waiting
	interrupted <-chan struct{}
}

func (w waiter) wait(ctx context.Context, wait Wait) error {
	if w.notify != nil && !w.isEnded(ctx) {
		defer w.notify(ctx, wait)()
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

// isEnded reports whether the run has ended or was interrupted.
func (w waiter) isEnded(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return true
	case <-w.interrupted:
		return true
	default:
		return false
	}
}

// cloneRequest returns a copy of the request, with a body that can be read from its start.
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

// contents returns the body of an answer that is in memory. The body can be read again afterwards.
func contents(response *http.Response) []byte {
	if body, ok := response.Body.(inMemory); ok {
		return body.data
	}
	data, _ := io.ReadAll(response.Body) // reading from memory does not fail
	response.Body = io.NopCloser(bytes.NewReader(data))
	return data
}
