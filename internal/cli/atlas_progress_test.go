package cli

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"atlas-gitops/internal/sandbox"
	"atlas-gitops/internal/terminal/terminaltest"
)

// TestProgressOnTerminal: one line shows the progress and the waits, and disappears at the end.
func TestProgressOnTerminal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newExample(t, false)
		for _, f := range []sandbox.Fault{{Kind: "503", Method: "DELETE", Times: 4}, {Kind: "429-bare", Method: "POST"}} { // the POST comes after the DELETE
			w.inject(f)
		}
		var screen terminaltest.Terminal
		env := w.env(io.Discard, &screen)
		env.ShowsErr = true
		if status := Main(t.Context(), env, []string{"apply", "--auto-approve", "examples/orgs", "--max-deletes", "3"}); status != ExitOK {
			t.Fatal(screen.Stay)
		}
		if len(screen.Stay) > 0 || screen.Last != "" {
			t.Errorf("left on the screen: %q, %q", screen.Stay, screen.Last)
		}
		for _, want := range []string{"Reading: 0 of 5 organizations", "Reading: 4 of 5 organizations", "Applying: 0 of 4 organizations, 0 of 7 steps",
			`Applying: \d of 7 steps; waiting 1s to try again \(status 503\)`,
			`Applying: \d of 7 steps; waiting 5\ds \(Atlas limits requests\)`, "Applying: 4 of 4 organizations, 7 of 7 steps"} {
			if !slices.ContainsFunc(screen.Live, regexp.MustCompile("^"+want).MatchString) {
				t.Errorf("no line starts with %q in %q", want, screen.Live)
			}
		}
		if i := slices.IndexFunc(screen.Live, func(line string) bool { return len(line) > 79 }); i >= 0 {
			t.Errorf("longer than the terminal: %s", screen.Live[i])
		}
	})
}

// TestEstimateOfApply: after Atlas refuses an invitation, the log estimates the time for the rest. The end of the output says what is
// left. The next run continues.
func TestEstimateOfApply(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, sandbox.Demo(), false)
		var tree strings.Builder
		tree.WriteString("name: Acme-Production\ncredentials: ACME_PROD\nmanage: { members: additive }\nmembers:\n")
		for n := range 30 {
			fmt.Fprintf(&tree, "  - { username: p%d@acme.example, roles: [ORG_MEMBER] }\n", n)
		}
		w.write("orgs/a.yaml", tree.String())
		status, stdout, stderr := w.run("apply", "--auto-approve", "--timeout", "90s")
		if status != ExitError || !strings.Contains(stdout, "\n  10 skipped: --timeout 1m30s has passed\n") ||
			!strings.HasSuffix(stdout, "\n\nNot sent yet: 10 invitations, about 1 min at Atlas's limit.\nTo continue:\n  atlas-gitops apply --auto-approve\n") {
			t.Errorf("status %d, %s", status, stdout)
		}
		estimate := regexp.MustCompile(`^2\d invitations left: about [23] min at Atlas's limit of 10 invitations/min\.\n`)
		if !estimate.MatchString(stderr) || strings.Contains(stderr, "Waiting") {
			t.Errorf("the log says %s", stderr)
		}
		if status, stdout, stderr := w.run("apply", "--auto-approve"); status != ExitOK || !strings.HasSuffix(stdout, "0 skipped, 0 blocked.\n") {
			t.Errorf("the next run: %d %s%s", status, stdout, stderr)
		}
	})
}
