package client

import (
	"context"

	"golang.org/x/sync/singleflight"
)

// singleFlight does work once for all callers that ask for it at the same time. They share its result, also an error.
type singleFlight struct{ group singleflight.Group }

// do does the work, or waits for another caller that does it. own reports whether this caller did it. If ctx ends, do stops
// waiting, but the work continues.
func (f *singleFlight) do(ctx context.Context, work func() (any, error)) (value any, own bool, err error) {
	mine := false
	done := f.group.DoChan("", func() (any, error) { mine = true; return work() })
	select {
	case result := <-done:
		return result.Val, mine, result.Err
	case <-ctx.Done():
		return nil, false, &unsentError{context.Cause(ctx)}
	}
}
