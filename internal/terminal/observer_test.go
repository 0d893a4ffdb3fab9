package terminal

import (
	"context"
	"errors"
	"strings"
	"testing"

	"atlas-gitops/internal/interrupt"
)

// TestEnding: why the run ends, and what another interrupt does.
func TestEnding(t *testing.T) {
	for cause, want := range map[error]string{
		interrupt.Err:                  "Interrupted: finishing the steps in progress. Interrupt again to stop at once.\n",
		errors.New("the time is over"): "Finishing the steps in progress: the time is over. Interrupt to stop at once.\n",
	} {
		var b strings.Builder
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(cause)
		NewObserver(NewScreen(&b), Options{}).Ending(ctx)
		if b.String() != want {
			t.Errorf("%v: got %q, want %q", cause, b.String(), want)
		}
	}
}
