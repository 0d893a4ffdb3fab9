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

// TestProgressBelowLines: other lines appear above the live line, which always stays last.
func TestProgressBelowLines(t *testing.T) {
	var shown terminaltest.Terminal
	p := &progress{screen: NewScreen(&shown), live: true, columns: func() int { return 80 }}
	p.Begin(reconcile.Applying, reconcile.Work{Orgs: 2, Steps: 3})
	if _, err := io.WriteString(p.screen, "warning: this\nand that\n"); err != nil {
		t.Fatal(err)
	}
	p.StepEnded(apply.Outcome{})
	if !slices.Equal(shown.Stay, []string{"warning: this", "and that"}) || shown.Last != "Applying: 0 of 2 organizations, 1 of 3 steps" {
		t.Errorf("got %q above %q", shown.Stay, shown.Last)
	}
	for range 3 { // one change did not last, so its step is reported twice
		p.StepEnded(apply.Outcome{})
	}
	if shown.Last != "Applying: 0 of 2 organizations, 3 of 3 steps" {
		t.Errorf("got %q", shown.Last)
	}
	p.End()
	p.StepEnded(apply.Outcome{})
	if shown.Last != "" {
		t.Errorf("%q is left", shown.Last)
	}
}

// TestProgressFits: the line ends before the last column. If it is too long, the reason for a wait replaces the number of
// organizations.
func TestProgressFits(t *testing.T) {
	for columns, want := range map[int]string{
		120: "Applying: 0 of 2 organizations, 0 of 3 steps; waiting 22s (limit: Organization Settings)",
		80:  "Applying: 0 of 3 steps; waiting 22s (limit: Organization Settings)",
		40:  "Applying: 0 of 3 steps; waiting 22s (l…",
		36:  "Applying: 0 of 3 steps; waiting 22…",
		1:   "",
	} {
		synctest.Test(t, func(t *testing.T) {
			var shown terminaltest.Terminal
			p := &progress{screen: NewScreen(&shown), live: true, columns: func() int { return columns }}
			p.Begin(reconcile.Applying, reconcile.Work{Orgs: 2, Steps: 3})
			p.waiting(client.Wait{For: 22 * time.Second, Limit: "Organization Settings"})
			if shown.Last != want {
				t.Errorf("%d columns: got %q, want %q", columns, shown.Last, want)
			}
			p.End()
		})
	}
}

// inviting returns the progress of a stage with invitations, on a terminal if live, and otherwise in a log.
func inviting(shown io.Writer, live bool, invitations int) *progress {
	p := &progress{screen: NewScreen(shown), live: live, columns: func() int { return 80 }}
	p.Begin(reconcile.Applying, reconcile.Work{Orgs: 12, Steps: invitations + 20, Invitations: invitations})
	return p
}

// invited returns the outcome of a step that sent an invitation.
func invited() apply.Outcome {
	return apply.Outcome{Step: plan.Step{Op: plan.Create, Kind: "members", Key: "ada@acme.example"}, Verdict: apply.Applied}
}

// invitationWait returns a wait for the limit of invitations.
func invitationWait() client.Wait {
	return client.Wait{For: time.Minute, Limit: "invitations", Pace: client.Pace{N: 10, Per: time.Minute}}
}

// TestEstimate: after the pace is known, the line says how long the remaining invitations take. Waits for other reasons do not
// replace this estimate.
func TestEstimate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var shown terminaltest.Terminal
		p := inviting(&shown, true, 480)
		p.waiting(client.Wait{For: 2 * time.Second, Err: &client.Error{Status: 400, Code: "INVITATIONS_RATE_LIMITED_IP"}})
		if want := "Applying: 0 of 500 steps; waiting 2s (Atlas limits requests)"; shown.Last != want {
			t.Errorf("got %q, want %q", shown.Last, want)
		}
		p.waiting(invitationWait())
		for _, want := range []string{"Applying: 0 of 500 steps; about 48 min left (limit: 10 invitations/min)", "Applying: 1 of 500 steps; about 48 min left (limit: 10 invitations/min)"} {
			if shown.Last != want {
				t.Errorf("got %q, want %q", shown.Last, want)
			}
			p.waiting(client.Wait{For: time.Hour, Err: &client.Error{Status: 503}})
			p.StepEnded(invited())
		}
		skipped := invited()
		skipped.Verdict = apply.Skipped
		for range 10 {
			p.StepEnded(skipped)
		}
		if want := "Applying: 12 of 500 steps; about 48 min left (limit: 10 invitations/min)"; shown.Last != want {
			t.Errorf("the skipped steps sent no invitation: got %q, want %q", shown.Last, want)
		}
		time.Sleep(2 * time.Second)
		for range 479 {
			p.StepEnded(invited())
		}
		if want := "Applying: 491 of 500 steps; waiting 59m58s to try again (status 503)"; shown.Last != want {
			t.Errorf("got %q, want %q", shown.Last, want)
		}
		p.End()
	})
}

// TestEstimateInALog: the log gets a line when the estimate is first known, and whenever it has changed by a quarter.
func TestEstimateInALog(t *testing.T) {
	var b strings.Builder
	p := inviting(&b, false, 40)
	if p.waiting(client.Wait{For: time.Minute}) {
		t.Error("this wait is not in the log, so it must be announced")
	}
	for range 2 {
		if !p.waiting(invitationWait()) {
			t.Error("the estimate shows this wait, so it must not be announced")
		}
	}
	for range 35 {
		p.StepEnded(invited())
	}
	p.quit()
	p.waiting(client.Wait{For: time.Hour, Pace: client.Pace{N: 1, Per: time.Hour}})
	want := `40 invitations left: about 4 min at Atlas's limit of 10 invitations/min.
30 invitations left: about 3 min at Atlas's limit of 10 invitations/min.
22 invitations left: about 3 min at Atlas's limit of 10 invitations/min.
16 invitations left: about 2 min at Atlas's limit of 10 invitations/min.
12 invitations left: about 2 min at Atlas's limit of 10 invitations/min.
`
	if got := b.String(); got != want {
		t.Errorf("got %s", got)
	}
}

// TestShortEstimate: the log has no estimate for the last minute, so its waits must be announced.
func TestShortEstimate(t *testing.T) {
	var b strings.Builder
	p := inviting(&b, false, 9)
	if p.waiting(invitationWait()) || b.String() != "" {
		t.Errorf("the log has %q, and nothing announces the wait", b.String())
	}
}

// TestNextStage: a stage does not show the waits of the stage before, and writes its own estimate.
func TestNextStage(t *testing.T) {
	var shown terminaltest.Terminal
	p := inviting(&shown, true, 0)
	p.waiting(client.Wait{For: time.Hour, Limit: "Organization Settings"})
	p.End()
	p.Begin(reconcile.Applying, reconcile.Work{Orgs: 2, Steps: 3})
	if want := "Applying: 0 of 2 organizations, 0 of 3 steps"; shown.Last != want {
		t.Errorf("got %q, want %q", shown.Last, want)
	}
	p.End()

	var b strings.Builder
	p = inviting(&b, false, 40)
	p.waiting(invitationWait())
	p.End()
	p.Begin(reconcile.Applying, reconcile.Work{Orgs: 2, Steps: 42, Invitations: 42})
	p.waiting(invitationWait())
	if !strings.HasSuffix(b.String(), "\n42 invitations left: about 5 min at Atlas's limit of 10 invitations/min.\n") {
		t.Errorf("got %s", b.String())
	}
}

// TestProgressInALog: without a terminal, there is one line for each finished organization.
func TestProgressInALog(t *testing.T) {
	var b strings.Builder
	p := &progress{screen: NewScreen(&b)}
	p.Begin(reconcile.Reading, reconcile.Work{Orgs: 2})
	p.OrgRead()
	p.End()
	p.Begin(reconcile.Applying, reconcile.Work{Orgs: 2, Steps: 1})
	step := plan.Step{Op: plan.Update, Kind: "settings"}
	p.StepEnded(apply.Outcome{})
	p.OrgEnded(apply.Result{Org: plan.Org{Name: "Acme", ID: "1"}, Outcomes: []apply.Outcome{{Step: step, Verdict: apply.Applied}}})
	p.OrgEnded(apply.Result{Org: plan.Org{Name: "Beta\n"}, Outcomes: []apply.Outcome{{Step: step, Verdict: apply.Failed}}})
	p.End()
	if want := "[1/2] Acme (1): 1 applied\n[2/2] \"Beta\\n\": 1 failed\n"; b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
}
