package terminal

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/interrupt"
	"atlas-gitops/internal/reconcile"
	"atlas-gitops/internal/terminal/terminaltest"
)

// TestEnding: the line says why the run ends, and what another interrupt does.
func TestEnding(t *testing.T) {
	for cause, want := range map[error]string{
		interrupt.Err:                  "Interrupted: finishing the steps in progress. Interrupt again to stop at once.\n",
		errors.New("the time is over"): "Finishing the steps in progress: the time is over. Interrupt to stop at once.\n",
	} {
		var b strings.Builder
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(cause)
		NewObserver(t.Context(), NewScreen(&b), Options{}).Ending(ctx)
		if b.String() != want {
			t.Errorf("%v: got %q, want %q", cause, b.String(), want)
		}
	}
}

// TestInterruptedLine: an interrupt removes the live line. Another interrupt ends the program at once, and must not leave it there.
func TestInterruptedLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var shown terminaltest.Terminal
		ctx, cancel := context.WithCancel(t.Context())
		o := NewObserver(ctx, NewScreen(&shown), Options{Live: true, Columns: func() int { return 80 }})
		o.Begin(reconcile.Applying, reconcile.Work{Orgs: 1, Steps: 1})
		if shown.Last == "" {
			t.Error("there is no live line")
		}
		cancel()
		synctest.Wait()
		o.StepEnded(apply.Outcome{})
		time.Sleep(3 * time.Second)
		if shown.Last != "" {
			t.Errorf("%q is left", shown.Last)
		}
		o.End()
	})
}
