package terminal

import (
	"context"
	"errors"
	"fmt"

	"atlas-gitops/internal/interrupt"
)

// Options say how progress is shown.
type Options struct {
	Live    bool       // the screen is a terminal: show one live line instead of many lines
	Columns func() int // the width of the screen
	Verbose int        // 1: log every wait and request; 2: also bodies
}

// Observer shows the progress of a run. It implements [reconcile.Observer].
type Observer struct {
	*progress
	*announcer
	tracer
	screen *Screen
}

// NewObserver returns an observer that writes to a screen. When ctx ends, it removes the live line and shows it no more:
// another interrupt ends the program at once, and would leave the line on the screen.
func NewObserver(ctx context.Context, screen *Screen, o Options) *Observer {
	p := &progress{screen: screen, live: o.Live, columns: o.Columns}
	context.AfterFunc(ctx, p.quit)
	return &Observer{p, newAnnouncer(screen, p, o.Verbose > 0), tracer{screen, o.Verbose}, screen}
}

// Ending says that the run ends early. It removes the live line first, because the user may interrupt again at once.
func (o *Observer) Ending(ctx context.Context) {
	o.quit()
	why := "Interrupted: finishing the steps in progress. Interrupt again to stop at once."
	if cause := context.Cause(ctx); !errors.Is(cause, interrupt.Err) {
		why = fmt.Sprintf("Finishing the steps in progress: %s. Interrupt to stop at once.", cause)
	}
	fmt.Fprintln(o.screen, why)
}
