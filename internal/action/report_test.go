package action

import (
	"errors"
	"testing"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/reconcile"
)

// TestResult: in which word a run ends, with which status, and whether there is news that a comment should be added for.
func TestResult(t *testing.T) {
	step, drift := plan.Step{Op: plan.Update, Kind: "settings"}, plan.Step{Op: plan.Update, Kind: "settings", Drift: true}
	changed, same, unread := plan.Org{Steps: []plan.Step{step}}, plan.Org{}, plan.Org{Error: "it cannot be read"}
	with := func(orgs ...plan.Org) *reconcile.Run {
		f := &reconcile.Run{Plan: plan.New(orgs)}
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
		{"a tree with mistakes", report{command: "validate", err: err}, "error", endFailed, Failed, true},
		{"there is a newer tree", report{command: "apply", superseded: "main"}, "error", endStale, Refused, true},
		{"there is a newer tree, and nobody can be told", report{command: "apply", superseded: "main", err: err}, "error", endFailed, Failed, true},
		{"a fork without a base", report{command: "plan", offlineReason: "why"}, "changes", endNoChanges, Good, false},

		{"nothing to do", report{command: "plan", run: with(same)}, "changes", endNoChanges, Good, false},
		{"something to do", report{command: "plan", run: with(changed)}, "error", endChanges, Good, true},
		{"something to do, and there shall be nothing", report{command: "plan", run: with(changed)}, "changes", endChanges, Failed, true},
		{"only drift", report{command: "plan", run: with(plan.Org{Steps: []plan.Step{drift}})}, "error", endChanges, Good, false},
		{"drift, and a change", report{command: "plan", run: with(plan.Org{Steps: []plan.Step{drift, step}})}, "error", endChanges, Good, true},
		{"what a fork changes is not what there is to do", report{command: "plan", run: with(changed), offlineReason: "why"}, "changes", endChanges, Good, true},
		{"one of two cannot be planned", report{command: "plan", run: with(same, unread)}, "error", endPartial, Failed, true},
		{"nothing can be planned", report{command: "plan", run: with(unread, unread)}, "error", endFailed, Failed, true},
		{"a plan that cannot be shown", report{command: "plan", run: with(changed), err: err}, "error", endFailed, Failed, true},

		{"nothing to apply", report{command: "apply", run: with(same)}, "error", endNoChanges, Good, false},
		{"nothing to apply where one could look", report{command: "apply", run: with(same, unread)}, "error", endPartial, Failed, true},
		{"applied", report{command: "apply", run: with(changed), applied: ended(apply.Applied)}, "changes", endApplied, Good, true},
		{"somebody did it meanwhile", report{command: "apply", run: with(changed), applied: ended(apply.Unchanged)}, "error", endApplied, Good, true},
		{"one failed, and one did not", report{command: "apply", run: with(changed, changed), applied: ended(apply.Applied, apply.Failed)}, "error", endPartial, Failed, true},
		{"all of it failed", report{command: "apply", run: with(changed, changed), applied: ended(apply.Conflict, apply.Skipped)}, "error", endFailed, Failed, true},
		{"all of it failed, and there was nothing to do elsewhere", report{command: "apply", run: with(changed, same), applied: reconcile.ApplyResult{Results: append(ended(apply.Failed).Results, apply.Result{})}}, "error", endFailed, Failed, true},
		{"all was done where one could look", report{command: "apply", run: with(changed, unread), applied: ended(apply.Applied, apply.Applied)}, "error", endPartial, Failed, true},
		{"all was done, and not all looked at", report{command: "apply", run: with(changed), applied: cut(ended(apply.Applied))}, "error", endPartial, Failed, true},
		{"what was done cannot be shown", report{command: "apply", run: with(changed), applied: ended(apply.Applied), err: err}, "error", endPartial, Failed, true},
		{"nothing was tried, and somebody else's organization is in order", report{command: "apply", run: with(changed, same), err: err}, "error", endFailed, Failed, true},

		{"guards refuse it", report{command: "apply", run: with(changed), applied: reconcile.ApplyResult{Stop: reconcile.Blocked}}, "error", endBlocked, Refused, true},
		{"another plan was accepted", report{command: "apply", run: with(changed), approval: &reconcile.Approval{}, applied: reconcile.ApplyResult{Stop: reconcile.Stale}}, "error", endStale, Refused, true},
	} {
		r := row.report
		if r.result() != row.result || r.conclusion(row.failOn) != row.want || r.isNews() != row.isNews {
			t.Errorf("%s: %s, %d, %t; want %s, %d, %t", row.reason, r.result(), r.conclusion(row.failOn), r.isNews(), row.result, row.want, row.isNews)
		}
	}
}
