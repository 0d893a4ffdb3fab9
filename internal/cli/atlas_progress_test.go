package cli

import (
	"io"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"atlas-gitops/internal/sandbox"
	"atlas-gitops/internal/terminal/terminaltest"
)

// TestProgressOnTerminal: one line tells how far it is and how long it waits, and is gone at the end. Other lines stand
// above it.
func TestProgressOnTerminal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newExample(t, false)
		settings := "/api/atlas/v2/orgs/5f1b0c0d0e0f0a0b0c0d0e01/settings"
		for _, f := range []sandbox.Fault{{Kind: "429-bare", Method: "PATCH", Path: settings}, {Kind: "503", Method: "DELETE", Times: 4}} {
			w.inject(f)
		}
		var screen terminaltest.Terminal
		env := w.env(io.Discard, &screen)
		env.ShowsErr = true
		if status := Main(t.Context(), env, []string{"apply", "--auto-approve", "examples/orgs", "--max-deletes", "3"}); status != ExitOK {
			t.Fatal(screen.Stay)
		}
		if len(screen.Stay) > 0 || screen.Last != "" {
			t.Errorf("this stays on the screen: %q, %q", screen.Stay, screen.Last)
		}
		for _, want := range []string{"Reading: 0 of 5 organizations", "Reading: 4 of 5 organizations", "Applying: 0 of 4 organizations, 0 of 7 steps",
			"Applying: 3 of 7 steps; waiting 58s (Atlas limits requests)",
			"Applying: 6 of 7 steps; waiting 1s to try again (status 503)", "Applying: 4 of 4 organizations, 7 of 7 steps"} {
			if !slices.ContainsFunc(screen.Live, func(line string) bool { return strings.HasPrefix(line, want) }) {
				t.Errorf("nobody saw %q in %q", want, screen.Live)
			}
		}
		if i := slices.IndexFunc(screen.Live, func(line string) bool { return len(line) > 79 }); i >= 0 {
			t.Errorf("this wraps: %s", screen.Live[i])
		}
	})
}
