package process

import (
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"atlas-gitops/internal/terminal/terminaltest"
)

// TestInterruptedTwiceOnTerminal: the second interrupt ends the program at once, and leaves no live line on the screen.
func TestInterruptedTwiceOnTerminal(t *testing.T) {
	t.Parallel()
	a := newAtlas(t)
	pty := terminaltest.NewPty(t, a)
	a.stderrTo = pty.Slave
	a.at(0, a.interruptTwice)
	status := a.apply()
	shown, err := pty.Shown()
	if err != nil {
		t.Fatal(err)
	}
	isLive := func(line string) bool { return strings.HasPrefix(line, "Applying: ") }
	if status != -1 || shown.Last != "" || !slices.ContainsFunc(shown.Live, isLive) || slices.ContainsFunc(shown.Stay, isLive) {
		t.Errorf("status %d: %q is left below %q", status, shown.Last, shown.Stay)
	}
}

// TestClosedOutputOnTerminal: plan | head leaves no live line on the screen, and no message.
func TestClosedOutputOnTerminal(t *testing.T) {
	t.Parallel()
	a := newAtlas(t)
	pty := terminaltest.NewPty(t, io.Discard)
	cmd := exec.Command("atlas-gitops", "plan", examples)
	cmd.Env, cmd.Stdout, cmd.Stderr = a.variables, closedPipe(t), pty.Slave
	if err := cmd.Run(); err == nil {
		t.Error("a plan succeeds although its output is closed")
	}
	shown, err := pty.Shown()
	if err != nil || shown.Last != "" || len(shown.Stay) > 0 || len(shown.Live) == 0 {
		t.Errorf("%q is left below %q, %v", shown.Last, shown.Stay, err)
	}
}
