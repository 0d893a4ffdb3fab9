package client

import (
	"context"

	"golang.org/x/sync/singleflight"
)

// singleFlight does something once for all who want it meanwhile. They share what comes of it, success or failure.
type singleFlight struct{ group singleflight.Group }

// do does the work, or waits for the one who is at it. own tells whether it was done for this caller in the first place.
// Who is waiting may leave; the work goes on.
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
