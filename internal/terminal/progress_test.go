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
	for range 3 { // one of them did not last, and is told twice
		p.StepEnded()
	}
	if shown.Last != "Applying: 0 of 2 organizations, 3 of 3 steps" {
		t.Errorf("got %q", shown.Last)
	}
	p.End()
	p.StepEnded()
	if shown.Last != "" {
		t.Errorf("%q is left", shown.Last)
	}
}

// TestProgressOfWaits: of several waits the longest is told.
func TestProgressOfWaits(t *testing.T) {
	for columns, want := range map[int]string{ // as far as the terminal is wide, but for its last column
		39: "Reading: 0 of 2 organizations; waiting",
		40: "Reading: 0 of 2 organizations; waiting", // and a space
		41: "Reading: 0 of 2 organizations; waiting 2",
	} {
		synctest.Test(t, func(t *testing.T) {
			var shown terminaltest.Terminal
			p := &progress{screen: NewScreen(&shown), live: true, columns: func() int { return columns }}
			p.Begin(reconcile.Reading, 2, 0)
			p.waiting(client.Wait{For: 22 * time.Second})
			p.waiting(client.Wait{For: 5 * time.Second, Err: &client.Error{Status: 503}})
			if p.whatFor != "for Atlas's limits" || shown.Last != want {
				t.Errorf("%d columns: got %q, want %q", columns, shown.Last, want)
			}
			p.End()
		})
	}
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
