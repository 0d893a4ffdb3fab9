package action

import (
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/reconcile"
	"atlas-gitops/internal/spec"
)

// The words for how a run of the action ended.
const (
	endNoChanges = "no-changes"
	endChanges   = "changes"
	endApplied   = "applied"
	endPartial   = "partial"
	endFailed    = "failed"
	endStale     = "stale"   // another plan than that of the input accept is needed now, or another tree
	endBlocked   = "blocked" // guards refuse the plan
)

// report is what a run of the action has found, planned and done.
type report struct {
	command       string
	tree          *reconcile.Tree // nil if it could not be read
	diagnostics   []spec.Diagnostic
	isInvalid     bool                // there are mistakes in the tree
	selection     reconcile.Selection // nothing if there are
	run           *reconcile.Run      // nil if there is no plan
	approval      *reconcile.Approval
	offlineReason string // why Atlas was not asked; "" if it was
	noBase        string // why drift is not told apart; "" if it is, or need not be
	superseded    string // the branch on which a newer commit changes the tree; "" for none
	applied       reconcile.ApplyResult
	err           error // why it ended early
}

// fileName names the files of the tree as the log shows them.
func (r *report) fileName() func(file string) string {
	if r.tree == nil {
		return nil
	}
	return r.tree.Show
}

// conclusion is how the run ended: that there are changes is an output, and no failure unless it shall be one.
func (r *report) conclusion(failOn string) Conclusion {
	switch result := r.result(); {
	case result == endStale, result == endBlocked:
		return Refused
	case result == endFailed, result == endPartial, r.failed():
		return Failed
	case result == endChanges && failOn == "changes" && r.offlineReason == "":
		return Failed
	}
	return Good
}

// result is how it ended, in a word.
func (r *report) result() string {
	switch {
	case r.failed() && !r.did():
		return endFailed
	case r.superseded != "":
		return endStale
	case r.command == "validate", r.run == nil:
		return endNoChanges
	case r.applied.Stop == reconcile.Stale:
		return endStale
	case r.applied.Stop == reconcile.Blocked:
		return endBlocked
	case r.hasErrors():
		return r.part()
	case r.applied.Results != nil:
		return endApplied
	case r.run.Plan.Changed() > 0:
		return endChanges
	}
	return endNoChanges
}

// failed tells whether the run ended early.
func (r *report) failed() bool { return r.err != nil || r.isInvalid }

// did tells whether anything was done.
func (r *report) did() bool {
	for _, result := range r.applied.Results {
		for _, o := range result.Outcomes {
			if o.Good() {
				return true
			}
		}
	}
	return false
}

// hasErrors tells whether something could not be planned, or not be done.
func (r *report) hasErrors() bool {
	return r.failed() || !r.applied.IsGood() || r.run.HasErrors()
}

// part tells whether anything succeeded where not everything did.
func (r *report) part() string {
	switch {
	case r.applied.Results != nil && r.did():
		return endPartial
	case r.applied.Results == nil && len(r.failedOrgs()) < len(r.run.Plan.Orgs) && (r.command != "apply" || r.run.Plan.Steps() == 0):
		return endPartial
	}
	return endFailed
}

// failedOrgs returns the organizations in which something could not be planned, or not be done.
func (r *report) failedOrgs() (failed []plan.Org) {
	if r.run == nil {
		return nil
	}
	for i, org := range r.run.Plan.Orgs {
		bad := org.Error != ""
		if r.applied.Results != nil {
			for _, o := range r.applied.Results[i].Outcomes {
				bad = bad || !o.Good()
			}
		}
		if bad {
			failed = append(failed, org)
		}
	}
	return failed
}

// isNews tells whether there is more to say than that nothing is due to a change of the tree.
func (r *report) isNews() bool {
	if r.run == nil || r.result() != endChanges {
		return r.result() != endNoChanges
	}
	for _, org := range r.run.Plan.Orgs {
		for _, s := range org.Steps {
			if !s.Drift {
				return true
			}
		}
	}
	return false
}
