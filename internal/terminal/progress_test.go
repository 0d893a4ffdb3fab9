package terminal

import (
	"io"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/client"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/reconcile"
	"atlas-gitops/internal/terminal/terminaltest"
)

// TestProgressBelowLines: what is told meanwhile stands above the live line, which is the last of all.
func TestProgressBelowLines(t *testing.T) {
	var shown terminaltest.Terminal
	p := &progress{screen: NewScreen(&shown), live: true, columns: func() int { return 80 }}
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
		p := &progress{screen: NewScreen(&shown), live: true, columns: func() int { return 39 }}
		p.Begin(reconcile.Reading, 2, 0)
		p.waiting(client.Wait{For: 22 * time.Second})
		p.waiting(client.Wait{For: 5 * time.Second, Err: &client.Error{Status: 503}})
		if p.whatFor != "for Atlas's limits" || shown.Last != "Reading: 0 of 2 organizations; waiting" { // as far as the terminal is wide
			t.Errorf("got %q", shown.Last)
		}
		p.End()
	})
}

// TestProgressInALog: where nobody sees a live line, each organization that is done is a line that stays.
func TestProgressInALog(t *testing.T) {
	var b strings.Builder
	p := &progress{screen: NewScreen(&b)}
	p.Begin(reconcile.Reading, 2, 0)
	p.OrgRead()
	p.End()
	p.Begin(reconcile.Applying, 2, 1)
	step := plan.Step{Op: plan.Update, Kind: "settings"}
	p.StepEnded()
	p.OrgEnded(apply.Result{Org: plan.Org{Name: "Acme", ID: "1"}, Outcomes: []apply.Outcome{{Step: step, Verdict: apply.Applied}}})
	p.OrgEnded(apply.Result{Org: plan.Org{Name: "Beta\n"}, Outcomes: []apply.Outcome{{Step: step, Verdict: apply.Failed}}})
	p.End()
	if want := "[1/2] Acme (1): 1 applied\n[2/2] \"Beta\\n\": 1 failed\n"; b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
}
