// Package interrupt lets a program finish what it has begun when a signal tells it to end.
package interrupt

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"slices"
)

// Err is the cause of a context that a signal has ended.
var Err = errors.New("interrupted")

// Context returns a context that is done at the first signal that would end the program. After it only a second signal
// that somebody sends on purpose ends the program, at once. Others are passed over: a terminal that closes sends SIGHUP
// twice, once by the shell and once by the kernel.
//
// A signal that was ignored when the program began, as nohup does with SIGHUP, stays ignored. Go tells that of SIGHUP and
// SIGINT alone. What nobody reads, and what a limit does not let grow, fails with an error of the write and ends nothing.
//
// The function that it returns gives the signals back their usual meaning, but for those of writes.
func Context(parent context.Context) (context.Context, context.CancelFunc) {
	signal.Ignore(ofWrites()...)
	ctx, cancel := context.WithCancelCause(parent)
	first := make(chan os.Signal, 1)
	signal.Notify(first, slices.DeleteFunc(ending(), signal.Ignored)...)
	go func() {
		select {
		case <-first:
			signal.Reset(onPurpose()...) // before anybody is told to interrupt again
			cancel(Err)
		case <-ctx.Done():
		}
	}()
	return ctx, func() {
		signal.Stop(first)
		cancel(nil)
	}
}
