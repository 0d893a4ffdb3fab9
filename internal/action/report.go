package action

import (
	"slices"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/reconcile"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/spec"
)

// The values of the output result.
const (
	endNoChanges = "no-changes"
	endChanges   = "changes"
	endApplied   = "applied"
	endPartial   = "partial"
	endFailed    = "failed"
	endStale     = "stale"   // the plan is not the accepted one, or a newer commit changes the tree
	endBlocked   = "blocked" // guards blocked something, or would block it; nothing failed
)

// report is what a run of the action found, planned and applied.
type report struct {
	command       string
	failOn        string          // see [Options]
	tree          *reconcile.Tree // nil if it could not be read
	diagnostics   []spec.Diagnostic
	selection     reconcile.Selection // empty if the tree has mistakes
	run           *reconcile.Run      // nil if there is no plan
	approval      *reconcile.Approval
	offlineReason string // why the tree was not compared with Atlas; "" if it was
	noBase        string // why no step is marked as drift although there is a base; "" otherwise
	superseded    string // the branch on which a newer commit changes the tree; "" for none
	applied       reconcile.ApplyResult
	err           error // why the run ended early
}

// fileName returns a function that names a file of the tree for the log, or nil without a tree.
func (r *report) fileName() func(file string) string {
	if r.tree == nil {
		return nil
	}
	return r.tree.Show
}

// conclusion returns how the run ended. What a plan shows makes the run fail only as failOn says.
func (r *report) conclusion() Conclusion {
	switch result := r.result(); {
	case result == endStale, result == endBlocked && (r.command == "apply" || r.failOn != "error"):
		return Refused
	case result == endFailed, result == endPartial, r.failed():
		return Failed
	case result == endChanges && r.failOn == "changes" && r.offlineReason == "":
		return Failed
	}
	return Good
}

// result returns the value of the output result.
func (r *report) result() string {
	switch {
	case r.failed() && !r.didSomething():
		return endFailed
	case r.superseded != "":
		return endStale
	case r.run == nil:
		return endNoChanges
	case r.applied.IsStale:
		return endStale
	case r.failed() || r.applied.HasFailed() || r.run.HasErrors():
		return r.partialOrFailed()
	case r.applied.IsBlocked(), len(r.blockedOrgs()) > 0:
		return endBlocked
	case r.applied.Results != nil:
		return endApplied
	case r.run.Plan.Changed() > 0:
		return endChanges
	}
	return endNoChanges
}

// mistakes counts the errors in the tree.
func (r *report) mistakes() int { return spec.Count(r.diagnostics, spec.Error) }

// failed reports whether an error or a mistake in the tree ended the run early.
func (r *report) failed() bool { return r.err != nil || r.mistakes() > 0 }

// didSomething reports whether at least one step is done.
func (r *report) didSomething() bool {
	return slices.ContainsFunc(r.applied.Results, func(result apply.Result) bool {
		return slices.ContainsFunc(result.Outcomes, apply.Outcome.Good)
	})
}

// partialOrFailed returns the result of a run with errors: partial if something succeeded.
func (r *report) partialOrFailed() string {
	switch {
	case r.didSomething():
		return endPartial
	case r.applied.Results == nil && len(r.failedOrgs()) < len(r.run.Plan.Orgs) && (r.command != "apply" || r.run.Plan.Steps() == 0):
		return endPartial
	}
	return endFailed
}

// blockedOrgs returns the organizations that the run held back, or that a run of apply would hold back because of guards.
func (r *report) blockedOrgs() (blocked []resource.OrgRef) {
	if r.run == nil || r.offlineReason != "" {
		return nil
	}
	for i, org := range r.run.Plan.Orgs {
		if r.applied.Results != nil && r.applied.Results[i].IsBlocked() || r.command == "plan" && r.run.Plan.IsBlocked(i) && !r.approval.Covers(r.run.Plan) {
			blocked = append(blocked, org.Ref())
		}
	}
	return blocked
}

// failedOrgs returns the organizations with an error or with a step that went wrong.
func (r *report) failedOrgs() (failed []resource.OrgRef) {
	if r.run == nil {
		return nil
	}
	for i, org := range r.run.Plan.Orgs {
		if org.Error != "" || r.applied.Results != nil && r.applied.Results[i].HasFailed() {
			failed = append(failed, org.Ref())
		}
	}
	return failed
}

// isNews reports whether the result is anything but "no changes" or drift alone, or the change of the tree means something.
func (r *report) isNews() bool {
	if r.run != nil && len(r.run.Plan.Review) > 0 {
		return true
	}
	if r.run == nil || r.result() != endChanges {
		return r.result() != endNoChanges
	}
	return slices.ContainsFunc(r.run.Plan.Orgs, func(org plan.Org) bool {
		return slices.ContainsFunc(org.Steps, func(s plan.Step) bool { return !s.Drift })
	})
}
