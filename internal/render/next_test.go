package render_test

import (
	"testing"
	"time"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/render"
)

// TestNext: the end of an output says what to type next, and nothing where all is done.
func TestNext(t *testing.T) {
	shell := render.Next{Again: "atlas-gitops apply orgs", Replan: "atlas-gitops plan orgs"}
	accepted, inputs := shell, render.Next{Again: "command: apply\nonly: Acme", Replan: "command: plan", Hint: " with these inputs"}
	accepted.Again = ""
	paced := shell
	paced.TimeFor = func(n int) time.Duration { return time.Duration(n) * 6 * time.Second }
	unpaced := shell
	unpaced.TimeFor = func(int) time.Duration { return 0 }
	for _, row := range []struct {
		reason   string
		next     render.Next
		verdicts []apply.Verdict
		want     string
	}{
		{"all is done", shell, []apply.Verdict{apply.Applied, apply.Unchanged}, ""},
		{"the rest was not tried", shell, []apply.Verdict{apply.Applied, apply.Skipped}, "To continue:\n  atlas-gitops apply orgs\n"},
		{"a failure may need a cure first", shell, []apply.Verdict{apply.Failed, apply.Skipped}, "Solve the errors above. To continue:\n  atlas-gitops apply orgs\n"},
		{"the same plan would end in the same conflict", shell, []apply.Verdict{apply.Failed, apply.Conflict},
			"Atlas has changed since the plan was made. Plan again and review:\n  atlas-gitops plan orgs\n"},
		{"the approval does not hold for the rest", accepted, []apply.Verdict{apply.Applied, apply.Skipped},
			"A part of the approved plan is done, so what is left needs another approval. Plan again and review:\n  atlas-gitops plan orgs\n"},
		{"the action has inputs", inputs, []apply.Verdict{apply.Skipped}, "To continue with these inputs:\n  command: apply\n  only: Acme\n"},
		{"how long the rest takes", paced, []apply.Verdict{apply.Applied, apply.Skipped, apply.Skipped, apply.Skipped, apply.Skipped, apply.Skipped, apply.Skipped, apply.Skipped, apply.Skipped, apply.Skipped, apply.Skipped, apply.Skipped, apply.Skipped},
			"Left: 12 invitations, about 2 min at Atlas's limit.\nTo continue:\n  atlas-gitops apply orgs\n"},
		{"Atlas has shown no limit", unpaced, []apply.Verdict{apply.Skipped}, "To continue:\n  atlas-gitops apply orgs\n"},
		{"nothing is known", render.Next{}, []apply.Verdict{apply.Skipped}, ""},
	} {
		var result apply.Result
		for _, v := range row.verdicts {
			result.Outcomes = append(result.Outcomes, apply.Outcome{Step: plan.Step{Op: plan.Create, Kind: "invitations", Key: "ada@acme.example"}, Verdict: v})
		}
		if got := row.next.Text([]apply.Result{result}); got != row.want {
			t.Errorf("%s: got %q, want %q", row.reason, got, row.want)
		}
	}
}
