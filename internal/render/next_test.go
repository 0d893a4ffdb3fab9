package render_test

import (
	"testing"
	"time"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/render"
)

// TestNext: the output ends with the next command, unless everything is done.
func TestNext(t *testing.T) {
	shell := render.Next{Again: "atlas-gitops apply orgs", Replan: "atlas-gitops plan orgs"}
	accepted, inputs := shell, render.Next{Again: "command: apply\nonly: Acme", Replan: "command: plan", Hint: " with these inputs"}
	accepted.Again = ""
	saved := render.Next{Replan: "atlas-gitops plan", IsSaved: true}
	paced := shell
	paced.InvitationsLeft, paced.TimeLeft = 12, 72*time.Second
	unpaced := shell
	unpaced.InvitationsLeft = 12
	for _, row := range []struct {
		reason   string
		next     render.Next
		verdicts []apply.Verdict
		want     string
	}{
		{"everything is done", shell, []apply.Verdict{apply.Applied, apply.Unchanged}, ""},
		{"skipped steps", shell, []apply.Verdict{apply.Applied, apply.Skipped}, "To continue:\n  atlas-gitops apply orgs\n"},
		{"a failed step", shell, []apply.Verdict{apply.Failed, apply.Skipped}, "Fix the errors above. To continue:\n  atlas-gitops apply orgs\n"},
		{"a conflict needs a new plan", shell, []apply.Verdict{apply.Failed, apply.Conflict},
			"Atlas has changed since the plan was made. Plan again and review:\n  atlas-gitops plan orgs\n"},
		{"the approval covers only the original plan", accepted, []apply.Verdict{apply.Applied, apply.Skipped},
			"Only a part of the approved plan was applied, and the rest needs a new approval.\nPlan again and review:\n  atlas-gitops plan orgs\n"},
		{"a saved plan does not say its PATHs", saved, []apply.Verdict{apply.Conflict},
			"Atlas has changed since the plan was made. Plan again with the PATHs of the first plan, and review:\n  atlas-gitops plan\n"},
		{"nothing was applied, and the approval does not cover what is left", accepted, []apply.Verdict{apply.Failed, apply.Skipped},
			"Fix the errors above. Plan again and review:\n  atlas-gitops plan orgs\n"},
		{"a step that was already done counts as applied, and the approval does not cover what is left", accepted, []apply.Verdict{apply.Unchanged, apply.Failed},
			"Only a part of the approved plan was applied, and the rest needs a new approval.\nPlan again and review:\n  atlas-gitops plan orgs\n"},
		{"no command is known, but the time is", render.Next{InvitationsLeft: 1, TimeLeft: time.Minute}, []apply.Verdict{apply.Skipped},
			"Not sent yet: 1 invitation, about 1 min at Atlas's limit.\n"},
		{"inputs of the action", inputs, []apply.Verdict{apply.Skipped}, "To continue with these inputs:\n  command: apply\n  only: Acme\n"},
		{"the time for the remaining invitations", paced, []apply.Verdict{apply.Applied, apply.Skipped},
			"Not sent yet: 12 invitations, about 2 min at Atlas's limit.\nTo continue:\n  atlas-gitops apply orgs\n"},
		{"the limit of invitations is unknown", unpaced, []apply.Verdict{apply.Skipped}, "To continue:\n  atlas-gitops apply orgs\n"},
		{"no command is known", render.Next{}, []apply.Verdict{apply.Skipped}, ""},
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
