package cli

import (
	"errors"
	"testing"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/plan"
)

// TestResult: in which word a run ends, with which status, and whether there is news that a comment should be added for.
func TestResult(t *testing.T) {
	step, drift := plan.Step{Op: plan.Update, Kind: "settings"}, plan.Step{Op: plan.Update, Kind: "settings", Drift: true}
	changed, same, unread := plan.Org{Steps: []plan.Step{step}}, plan.Org{}, plan.Org{Error: "it cannot be read"}
	with := func(orgs ...plan.Org) *fleet {
		f := &fleet{plan: plan.New(orgs)}
		for _, o := range orgs {
			if o.Error != "" {
				f.troubles = append(f.troubles, errors.New(o.Error))
			}
		}
		return f
	}
	ended := func(status int, verdicts ...apply.Verdict) application {
		done := application{status: status}
		for _, v := range verdicts { // each in an organization of its own
			done.results = append(done.results, apply.Result{Outcomes: []apply.Outcome{{Step: step, Verdict: v}}})
		}
		return done
	}
	err := errors.New("it failed")
	for _, row := range []struct {
		reason string
		report report
		failOn string
		result string
		status int
		isNews bool
	}{
		{"a valid tree", report{command: "validate"}, "changes", endNoChanges, ExitOK, false},
		{"a tree with mistakes", report{command: "validate", err: err}, "error", endFailed, ExitError, true},
		{"there is a newer tree", report{command: "apply", overtaken: "main"}, "error", endStale, ExitRefused, true},
		{"there is a newer tree, and nobody can be told", report{command: "apply", overtaken: "main", err: err}, "error", endFailed, ExitError, true},
		{"a fork without a base", report{command: "plan", foreign: "why"}, "changes", endNoChanges, ExitOK, false},

		{"nothing to do", report{command: "plan", fleet: with(same)}, "changes", endNoChanges, ExitOK, false},
		{"something to do", report{command: "plan", fleet: with(changed)}, "error", endChanges, ExitOK, true},
		{"something to do, and there shall be nothing", report{command: "plan", fleet: with(changed)}, "changes", endChanges, ExitError, true},
		{"only drift", report{command: "plan", fleet: with(plan.Org{Steps: []plan.Step{drift}})}, "error", endChanges, ExitOK, false},
		{"drift, and a change", report{command: "plan", fleet: with(plan.Org{Steps: []plan.Step{drift, step}})}, "error", endChanges, ExitOK, true},
		{"what a fork changes is not what there is to do", report{command: "plan", fleet: with(changed), foreign: "why"}, "changes", endChanges, ExitOK, true},
		{"one of two cannot be planned", report{command: "plan", fleet: with(same, unread)}, "error", endPartial, ExitError, true},
		{"nothing can be planned", report{command: "plan", fleet: with(unread, unread)}, "error", endFailed, ExitError, true},
		{"a plan that cannot be shown", report{command: "plan", fleet: with(changed), err: err}, "error", endFailed, ExitError, true},

		{"nothing to apply", report{command: "apply", fleet: with(same)}, "error", endNoChanges, ExitOK, false},
		{"nothing to apply where one could look", report{command: "apply", fleet: with(same, unread), application: application{status: ExitError}}, "error", endPartial, ExitError, true},
		{"applied", report{command: "apply", fleet: with(changed), application: ended(ExitOK, apply.Applied)}, "changes", endApplied, ExitOK, true},
		{"somebody did it meanwhile", report{command: "apply", fleet: with(changed), application: ended(ExitOK, apply.Unchanged)}, "error", endApplied, ExitOK, true},
		{"one failed, and one did not", report{command: "apply", fleet: with(changed, changed), application: ended(ExitError, apply.Applied, apply.Failed)}, "error", endPartial, ExitError, true},
		{"all of it failed", report{command: "apply", fleet: with(changed, changed), application: ended(ExitError, apply.Conflict, apply.Skipped)}, "error", endFailed, ExitError, true},
		{"all of it failed, and there was nothing to do elsewhere", report{command: "apply", fleet: with(changed, same), application: application{ExitError, "", append(ended(0, apply.Failed).results, apply.Result{})}}, "error", endFailed, ExitError, true},
		{"all was done where one could look", report{command: "apply", fleet: with(changed, unread), application: ended(ExitError, apply.Applied, apply.Applied)}, "error", endPartial, ExitError, true},
		{"all was done, and not all looked at", report{command: "apply", fleet: with(changed), application: ended(ExitError, apply.Applied)}, "error", endPartial, ExitError, true},
		{"what was done cannot be shown", report{command: "apply", fleet: with(changed), application: ended(ExitOK, apply.Applied), err: err}, "error", endPartial, ExitError, true},
		{"nothing was tried, and somebody else's organization is in order", report{command: "apply", fleet: with(changed, same), application: application{status: ExitError}, err: err}, "error", endFailed, ExitError, true},

		{"guards refuse it", report{command: "apply", fleet: with(changed), application: application{ExitRefused, "guards", nil}}, "error", endBlocked, ExitRefused, true},
		{"another plan was accepted", report{command: "apply", fleet: with(changed), approved: &approval{}, application: application{ExitRefused, "another", nil}}, "error", endStale, ExitRefused, true},
	} {
		r := row.report
		if r.result() != row.result || r.exitStatus(row.failOn) != row.status || r.isNews() != row.isNews {
			t.Errorf("%s: %s, %d, %t; want %s, %d, %t", row.reason, r.result(), r.exitStatus(row.failOn), r.isNews(), row.result, row.status, row.isNews)
		}
	}
}
