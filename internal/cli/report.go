package cli

import (
	"atlas-gitops/internal/plan"
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
	command     string
	diagnostics []spec.Diagnostic
	selection          // nothing if there are mistakes
	fleet       *fleet // nil if there is no plan
	approved    *approval
	foreign     string // why Atlas was not asked; "" if it was
	noBase      string // why drift is not told apart; "" if it is, or need not be
	overtaken   string // the branch that has another tree by now; "" if it has not
	application
	err error // why it ended early
}

// exitStatus is that of the run: there are changes is an output, and no failure unless it shall be one.
func (r *report) exitStatus(failOn string) int {
	switch result := r.result(); {
	case result == endStale, result == endBlocked:
		return ExitRefused
	case result == endFailed, result == endPartial, r.err != nil, r.status != ExitOK:
		return ExitError
	case result == endChanges && failOn == "changes" && r.foreign == "":
		return ExitError
	}
	return ExitOK
}

// result is how it ended, in a word.
func (r *report) result() string {
	switch {
	case r.err != nil && !r.did():
		return endFailed
	case r.overtaken != "":
		return endStale
	case r.command == "validate", r.fleet == nil:
		return endNoChanges
	case r.refusal != "" && r.approved != nil:
		return endStale
	case r.refusal != "":
		return endBlocked
	case r.hasTrouble():
		return r.part()
	case r.results != nil:
		return endApplied
	case r.fleet.plan.Changed() > 0:
		return endChanges
	}
	return endNoChanges
}

// did tells whether anything was done.
func (r *report) did() bool {
	for _, result := range r.results {
		for _, o := range result.Outcomes {
			if o.Good() {
				return true
			}
		}
	}
	return false
}

// hasTrouble tells whether something could not be planned, or not be done.
func (r *report) hasTrouble() bool {
	return r.err != nil || r.status != ExitOK || r.fleet.trouble()
}

// part tells whether anything succeeded where not everything did.
func (r *report) part() string {
	switch {
	case r.results != nil && r.did():
		return endPartial
	case r.results == nil && len(r.failedOrgs()) < len(r.fleet.plan.Orgs) && (r.command != "apply" || r.fleet.plan.Steps() == 0):
		return endPartial
	}
	return endFailed
}

// failedOrgs returns the organizations in which something could not be planned, or not be done.
func (r *report) failedOrgs() (failed []plan.Org) {
	if r.fleet == nil {
		return nil
	}
	for i, org := range r.fleet.plan.Orgs {
		bad := org.Error != ""
		if r.results != nil {
			for _, o := range r.results[i].Outcomes {
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
	if r.fleet == nil || r.result() != endChanges {
		return r.result() != endNoChanges
	}
	for _, org := range r.fleet.plan.Orgs {
		for _, s := range org.Steps {
			if !s.Drift {
				return true
			}
		}
	}
	return false
}
