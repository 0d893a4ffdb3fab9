package terminal

import (
	"io"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"atlas-gitops/internal/client"
	"atlas-gitops/internal/reconcile"
	"atlas-gitops/internal/terminal/terminaltest"
)

// TestProgressBelowLines: what is told meanwhile stands above the live line, which is the last of all.
func TestProgressBelowLines(t *testing.T) {
	var shown terminaltest.Terminal
	p := newProgress(NewScreen(&shown), true, nil)
	p.Begin(reconcile.Applying, 2, 3)
	if _, err := io.WriteString(p.screen, "warning: this\nand that\n"); err != nil {
		t.Fatal(err)
	}
	p.StepEnded()
	if !slices.Equal(shown.Stay, []string{"warning: this", "and that"}) || shown.Last != "Applying: 0 of 2 organizations, 1 of 3 steps" {
		t.Errorf("got %q above %q", shown.Stay, shown.Last)
	}
	p.End()
	p.StepEnded()
	if shown.Last != "" {
		t.Errorf("%q is left", shown.Last)
	}
}

// TestProgressOfWaits: of several waits the longest is told.
func TestProgressOfWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var shown terminaltest.Terminal
		p := newProgress(NewScreen(&shown), true, func() int { return 39 })
		p.Begin(reconcile.Reading, 2, 0)
		p.waiting(client.Wait{For: 22 * time.Second})
		p.waiting(client.Wait{For: 5 * time.Second, Err: &client.Error{Status: 503}})
		if p.whatFor != "for Atlas's limits" || shown.Last != "Reading: 0 of 2 organizations; waiting" { // as far as the terminal is wide
			t.Errorf("got %q", shown.Last)
		}
		p.End()
	})
}
