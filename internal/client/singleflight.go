package client

import (
	"context"

	"golang.org/x/sync/singleflight"
)

// singleFlight does work once for all callers that ask for it meanwhile. They share its result, success or failure.
type singleFlight struct{ group singleflight.Group }

// do does the work, or waits for the caller that does it. own tells whether the work was done for this caller. A caller may stop
// waiting; the work goes on.
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
