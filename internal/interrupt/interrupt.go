// Package interrupt lets a program finish its work when a signal tells it to end.
package interrupt

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"slices"
)

// Err is the cause of a context that a signal ended.
var Err = errors.New("interrupted")

// Context returns a context that ends at the first signal that would end the program. After that, only a second SIGINT
// or SIGQUIT ends the program, at once. Other signals are ignored: when a terminal closes, the shell and the kernel
// each send a SIGHUP.
//
// A signal that was ignored when the program started stays ignored, such as SIGHUP under nohup. Go reports this only
// for SIGHUP and SIGINT. A write to a closed pipe, or beyond the size limit of files, returns an error and does not end
// the program.
//
// The returned function restores the default handling of signals, except for the signals about writes.
func Context(parent context.Context) (context.Context, context.CancelFunc) {
	signal.Ignore(brokenWrite()...)
	ctx, cancel := context.WithCancelCause(parent)
	first := make(chan os.Signal, 1)
	signal.Notify(first, slices.DeleteFunc(terminating(), signal.Ignored)...)
	go func() {
		select {
		case <-first:
			signal.Reset(repeated()...) // before the program prints that a second interrupt ends it
			cancel(Err)
		case <-ctx.Done():
		}
	}()
	return ctx, func() {
		signal.Stop(first)
		cancel(nil)
	}
}
