package action

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/github"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/reconcile"
)

// TestTextHead checks the text between the title and the plan, or the results.
func TestTextHead(t *testing.T) {
	const nothing, stale = "**Nothing was applied.**\n\n", "**This is not the plan that was accepted; nothing was applied.** The plan is now:\n\n"
	const errs, note = "### Errors\n\n```text\nerror: it failed\n```\n\n", "### Notes\n\n```text\nNo step is marked as drift.\n```\n\n"
	step := plan.Step{Op: plan.Update, Kind: "settings"}
	f := &reconcile.Run{Plan: plan.New([]plan.Org{{Name: "Acme", ID: "1", Steps: []plan.Step{step}}})}
	failed := []apply.Result{{Org: f.Plan.Orgs[0], Outcomes: []apply.Outcome{{Step: step, Verdict: apply.Failed, Err: errors.New("400")}}}}
	it := errors.New("it failed")
	for _, row := range []struct {
		reason string
		report report
		want   string
	}{
		{"a plan", report{command: "plan", run: f}, ""},
		{"a plan with an error: plan applies nothing anyway", report{command: "plan", run: f, err: it}, errs},
		{"no base", report{command: "plan", run: f, noBase: "No step is marked as drift."}, note},
		{"another plan was accepted", report{command: "apply", run: f, approval: &reconcile.Approval{Digests: []string{"x"}}, applied: reconcile.ApplyResult{IsStale: true}}, stale},
		{"guards", report{command: "apply", run: f, applied: reconcile.ApplyResult{Results: apply.Block(f.Plan, "blocked by guards: removals")}}, nothing},
		{"an error before the first step", report{command: "apply", run: f, err: it}, nothing + errs},
		{"all steps failed: the results say so", report{command: "apply", run: f, applied: reconcile.ApplyResult{Results: failed}}, ""},
	} {
		env := reconcile.Env{Now: func() time.Time { return time.Time{} }, Getenv: func(string) string { return "" }}
		j := &job{World: World{Env: env}, Options: Options{Command: row.report.command, CommentID: "default"}, workflow: &github.Run{Commit: "c"}, report: &row.report}
		text := strings.TrimPrefix(publisher{j}.text(maxSummary, "Look elsewhere."), "### atlas-gitops "+row.report.command+"\n\n")
		got, rest, _ := strings.Cut(text, "For commit `c`.\n\n")
		if hasPlan := strings.HasPrefix(rest, "**Plan: ") || strings.HasPrefix(rest, "**Apply: "); got != row.want || !hasPlan {
			t.Errorf("%s: got %q, want %q", row.reason, got, row.want)
		}
	}
}

// TestNextInputs: the action names inputs, not commands. The rest of an accepted plan needs a new plan first.
func TestNextInputs(t *testing.T) {
	for _, row := range []struct {
		reason  string
		options Options
		first   apply.Verdict
		isSpent bool
		want    string
	}{
		{"no accepted plan", Options{}, apply.Applied, false, "To continue in a new run of the workflow, with these inputs:\n  command: apply\n"},
		{"selected organizations", Options{Only: []string{"Acme", "Beta"}}, apply.Applied, false, "To continue in a new run of the workflow, with these inputs:\n  command: apply\n  only: Acme\n  only: Beta\n"},
		{"no step of the accepted plan is done", Options{Accept: []string{"3f"}}, apply.Skipped, false, "To continue in a new run of the workflow, with these inputs:\n  command: apply\n  accept: 3f\n"},
		{"one step of the accepted plan is done", Options{Accept: []string{"3f"}, Only: []string{"Acme"}}, apply.Applied, true,
			"Only a part of the approved plan was applied, and the rest needs a new approval.\nPlan again and review in a new run of the workflow, with these inputs:\n  command: plan\n  only: Acme\n"},
		{"a conflict", Options{}, apply.Conflict, false, "Atlas has changed since the plan was made. Plan again and review in a new run of the workflow, with these inputs:\n  command: plan\n"},
	} {
		results := []apply.Result{{Outcomes: []apply.Outcome{{Verdict: row.first}, {Verdict: apply.Skipped}}}}
		if got := (&job{Options: row.options}).next(reconcile.ApplyResult{Results: results, IsSpent: row.isSpent}).Text(results); got != row.want {
			t.Errorf("%s: got %q, want %q", row.reason, got, row.want)
		}
	}
}

// TestTextFits: the text stays within its size, whatever comes before the plan or the results. It says where the rest is.
func TestTextFits(t *testing.T) {
	org, result := plan.Org{Name: "Acme", ID: "1"}, apply.Result{Org: plan.Org{Name: "Acme", ID: "1"}}
	for i := range 60 {
		step := plan.Step{Op: plan.Create, Kind: "invitations", Key: fmt.Sprintf("somebody-%d@acme.example", i)}
		org.Steps = append(org.Steps, step)
		result.Outcomes = append(result.Outcomes, apply.Outcome{Step: step, Verdict: apply.Applied})
	}
	f := &reconcile.Run{Plan: plan.New([]plan.Org{org})}
	for name, r := range map[string]report{
		"blocked":  {command: "apply", run: f, applied: reconcile.ApplyResult{Results: apply.Block(f.Plan, "blocked by guards: removals")}},
		"stale":    {command: "apply", run: f, approval: &reconcile.Approval{Digests: []string{"x"}}, applied: reconcile.ApplyResult{IsStale: true}},
		"no base":  {command: "plan", run: f, noBase: "No step is marked as drift."},
		"applied":  {command: "apply", run: f, applied: reconcile.ApplyResult{Results: []apply.Result{result}}},
		"an error": {command: "apply", run: f, err: errors.New(strings.Repeat("It is long. ", 50))},
	} {
		for size := 2000; size < 2040; size++ { // a step takes fewer bytes
			env := reconcile.Env{Now: func() time.Time { return time.Time{} }, Getenv: func(string) string { return "" }}
			j := &job{World: World{Env: env}, Options: Options{Command: r.command, CommentID: "default"}, workflow: &github.Run{Commit: "c"}, report: &r}
			if text := (publisher{j}).text(size, "Look elsewhere."); len(text) > size || len(text) < size-200 || !strings.Contains(text, " of 60 steps, and 0 messages.** Look elsewhere.") {
				t.Fatalf("%s: %d of %d bytes: %s", name, len(text), size, text)
			}
		}
	}
}
