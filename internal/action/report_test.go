package action

import (
	"errors"
	"testing"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/reconcile"
)

// TestResult checks the output result, the exit status, and whether comment: on-change writes a new comment.
func TestResult(t *testing.T) {
	step, drift := plan.Step{Op: plan.Update, Kind: "settings"}, plan.Step{Op: plan.Update, Kind: "settings", Drift: true}
	changed, same, unread := plan.Org{Steps: []plan.Step{step}}, plan.Org{}, plan.Org{Error: "it cannot be read"}
	creation := plan.CreateOrganization(map[string]any{"name": "Acme"})
	blocked := plan.Org{Name: "Acme", Steps: []plan.Step{creation}}
	with := func(orgs ...plan.Org) *reconcile.Run {
		f := &reconcile.Run{Plan: plan.New(orgs)}
		f.Plan.Check(plan.Limits{}, nil)
		for _, o := range orgs {
			if o.Error != "" {
				f.Errors = append(f.Errors, errors.New(o.Error))
			}
		}
		return f
	}
	ended := func(verdicts ...apply.Verdict) (done reconcile.ApplyResult) {
		for _, v := range verdicts { // each in an organization of its own
			done.Results = append(done.Results, apply.Result{Outcomes: []apply.Outcome{{Step: step, Verdict: v}}})
		}
		return done
	}
	cut := func(done reconcile.ApplyResult) reconcile.ApplyResult { done.IsCut = true; return done }
	err := errors.New("it failed")
	for _, row := range []struct {
		reason string
		report report
		failOn string
		result string
		want   Conclusion
		isNews bool
	}{
		{"a valid tree", report{command: "validate"}, "changes", endNoChanges, Good, false},
		{"a tree that cannot be read", report{command: "validate", err: err}, "error", endFailed, Failed, true},
		{"a newer commit changes the tree", report{command: "apply", superseded: "main"}, "error", endStale, Refused, true},
		{"a newer commit changes the tree, and the log cannot be written", report{command: "apply", superseded: "main", err: err}, "error", endFailed, Failed, true},
		{"a fork without a base", report{command: "plan", offlineReason: "why"}, "changes", endNoChanges, Good, false},

		{"no changes", report{command: "plan", run: with(same)}, "changes", endNoChanges, Good, false},
		{"changes", report{command: "plan", run: with(changed)}, "error", endChanges, Good, true},
		{"changes, with fail-on: changes", report{command: "plan", run: with(changed)}, "changes", endChanges, Failed, true},
		{"only drift", report{command: "plan", run: with(plan.Org{Steps: []plan.Step{drift}})}, "error", endChanges, Good, false},
		{"drift and a change of the pull request", report{command: "plan", run: with(plan.Org{Steps: []plan.Step{drift, step}})}, "error", endChanges, Good, true},
		{"changes of a fork in the tree, with fail-on: changes", report{command: "plan", run: with(changed), offlineReason: "why"}, "changes", endChanges, Good, true},
		{"one of two organizations cannot be planned", report{command: "plan", run: with(same, unread)}, "error", endPartial, Failed, true},
		{"no organization can be planned", report{command: "plan", run: with(unread, unread)}, "error", endFailed, Failed, true},
		{"a plan that cannot be shown", report{command: "plan", run: with(changed), err: err}, "error", endFailed, Failed, true},

		{"nothing to apply", report{command: "apply", run: with(same)}, "error", endNoChanges, Good, false},
		{"nothing to apply, and one organization cannot be read", report{command: "apply", run: with(same, unread)}, "error", endPartial, Failed, true},
		{"applied", report{command: "apply", run: with(changed), applied: ended(apply.Applied)}, "changes", endApplied, Good, true},
		{"somebody else made the change meanwhile", report{command: "apply", run: with(changed), applied: ended(apply.Unchanged)}, "error", endApplied, Good, true},
		{"one organization is applied, one fails", report{command: "apply", run: with(changed, changed), applied: ended(apply.Applied, apply.Failed)}, "error", endPartial, Failed, true},
		{"no step succeeds", report{command: "apply", run: with(changed, changed), applied: ended(apply.Conflict, apply.Skipped)}, "error", endFailed, Failed, true},
		{"the only step fails, and another organization has no steps", report{command: "apply", run: with(changed, same), applied: reconcile.ApplyResult{Results: append(ended(apply.Failed).Results, apply.Result{})}}, "error", endFailed, Failed, true},
		{"all steps are done, and one organization cannot be read", report{command: "apply", run: with(changed, unread), applied: ended(apply.Applied, apply.Applied)}, "error", endPartial, Failed, true},
		{"all steps are done, and the run ends before it confirms them", report{command: "apply", run: with(changed), applied: cut(ended(apply.Applied))}, "error", endPartial, Failed, true},
		{"the steps are done, and the results cannot be shown", report{command: "apply", run: with(changed), applied: ended(apply.Applied), err: err}, "error", endPartial, Failed, true},
		{"the run ends before the first step, and one organization has no steps", report{command: "apply", run: with(changed, same), err: err}, "error", endFailed, Failed, true},

		{"guards would block a part of the plan", report{command: "plan", run: with(changed, blocked)}, "blocked", endBlocked, Refused, true},
		{"guards would block a part of the plan, with fail-on: changes", report{command: "plan", run: with(changed, blocked)}, "changes", endBlocked, Refused, true},
		{"guards would block a part of the plan, with fail-on: error", report{command: "plan", run: with(changed, blocked)}, "error", endBlocked, Good, true},
		{"guards would block a part of the plan, and another part cannot be read", report{command: "plan", run: with(unread, blocked)}, "blocked", endPartial, Failed, true},
		{"guards would block what a fork asks for; without Atlas nobody can accept it", report{command: "plan", run: with(blocked), offlineReason: "why"}, "blocked", endChanges, Good, true},
		{"drift that guards would block is not the result of looking for drift", report{command: "drift", run: with(blocked)}, "blocked", endChanges, Good, true},

		{"guards block everything", report{command: "apply", run: with(blocked), applied: ended(apply.Blocked)}, "error", endBlocked, Refused, true},
		{"guards block one organization, the other is applied", report{command: "apply", run: with(changed, blocked), applied: ended(apply.Applied, apply.Blocked)}, "error", endBlocked, Refused, true},
		{"guards block one organization, the other fails", report{command: "apply", run: with(changed, blocked), applied: ended(apply.Failed, apply.Blocked)}, "error", endFailed, Failed, true},
		{"guards block one organization, and others are applied and fail", report{command: "apply", run: with(changed, changed, blocked), applied: ended(apply.Failed, apply.Applied, apply.Blocked)}, "error", endPartial, Failed, true},
		{"another plan was accepted", report{command: "apply", run: with(changed), approval: &reconcile.Approval{}, applied: reconcile.ApplyResult{IsStale: true}}, "error", endStale, Refused, true},
	} {
		r := row.report
		r.failOn = row.failOn
		if r.result() != row.result || r.conclusion() != row.want || r.isNews() != row.isNews {
			t.Errorf("%s: %s, %d, %t; want %s, %d, %t", row.reason, r.result(), r.conclusion(), r.isNews(), row.result, row.want, row.isNews)
		}
	}
}
