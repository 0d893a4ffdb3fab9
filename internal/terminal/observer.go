package terminal

import (
	"context"
	"errors"
	"fmt"
	"time"

	"atlas-gitops/internal/interrupt"
)

// Options say what a person gets to see of a run while it is at work.
type Options struct {
	Live    bool       // a person sees the screen: one live line takes the place of many
	Columns func() int // how wide it is; nil for what most are
	Verbose int        // 1: every wait and request; 2: also what was said
}

// Observer tells how a run comes along. It is a [reconcile.Observer].
type Observer struct {
	*progress
	*announcer
	tracer
	screen *Screen
}

// NewObserver returns an observer that tells it on a screen.
func NewObserver(screen *Screen, o Options) *Observer {
	p := newProgress(screen, o.Live, o.Columns)
	return &Observer{p, &announcer{w: screen, all: o.Verbose > 0, progress: p, said: map[string]time.Time{}}, tracer{screen, o.Verbose}, screen}
}

// Ending says that the run is to end early.
func (o *Observer) Ending(ctx context.Context) {
	why := "Interrupted: finishing what was begun. Interrupt again to end at once."
	if cause := context.Cause(ctx); !errors.Is(cause, interrupt.Err) {
		why = fmt.Sprintf("Finishing what was begun: %s. Interrupt to end at once.", cause)
	}
	fmt.Fprintln(o.screen, why)
}
