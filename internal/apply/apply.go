// Package apply carries plans out: organizations side by side, and in each one the steps that do not depend on each other.
package apply

import (
	"context"
	"errors"

	"golang.org/x/sync/errgroup"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// DefaultParallel is how many organizations a run works on at once by default. Most of Atlas's limits of requests are per
// organization [doc rate-limits].
const DefaultParallel = 128

// Runner carries plans out.
type Runner struct {
	Account  func(plan.Org) *resource.Account
	Parallel int // how many organizations a run works on at once

	// Held has the organizations that the run holds back. All their steps are [Blocked].
	Held Holds

	// StepEnded is called when a step has ended or is blocked, for one step of an organization at a time. It is called again for a step if
	// confirm finds that the change did not last. If it returns an error, no other step of any organization begins. It may be nil.
	StepEnded func(plan.Org, Outcome) error

	// Recorder may be nil if the plan creates no organization, and no step makes Atlas hand out a credential.
	Recorder Recorder

	// OrgEnded is called when all steps of an organization have ended. It may be nil.
	OrgEnded func(Result)
}

// Run carries the plan out: organizations side by side, and in each one up to [sideBySide] steps that do not depend on each other. Each
// step reads the live object first, so it repeats nothing and does not overwrite a change that the plan did not see. An error in one
// organization does not stop another. Once ctx is done, Run begins no step, but it finishes those that it has begun.
func (r *Runner) Run(ctx context.Context, p *plan.Plan) []Result {
	own, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	runCtx := runContext{own, ctx}
	results := make([]Result, len(p.Orgs))
	var group errgroup.Group
	group.SetLimit(r.Parallel)
	for i, org := range p.Orgs {
		group.Go(func() error {
			if hold, held := r.Held[i]; held {
				results[i] = r.hold(org, hold.Reason, stop)
			} else {
				results[i] = r.runOrg(runCtx, org, stop)
			}
			return nil
		})
	}
	_ = group.Wait() // no function returns an error
	return results
}

// runOrg carries out the steps of one organization.
func (r *Runner) runOrg(runCtx runContext, org plan.Org, stop context.CancelCauseFunc) Result {
	if len(org.Steps) == 0 {
		return Result{Org: org}
	}
	w := &work{Runner: r, org: org, stop: stop, account: r.Account(org), outcomes: make([]Outcome, len(org.Steps)), checked: map[string]bool{}}
	w.maxTries.Store(maxWrites)
	w.runSteps(runCtx)
	result := Result{w.org, w.outcomes}
	if r.OrgEnded != nil {
		r.OrgEnded(result)
	}
	return result
}

// hold reports the steps of an organization that the run holds back.
func (r *Runner) hold(org plan.Org, reason string, stop context.CancelCauseFunc) Result {
	w := &work{Runner: r, org: org, stop: stop}
	result := block(org, reason)
	for _, o := range result.Outcomes {
		w.report(o)
	}
	return result
}

// unreachableReason returns why no step can run in an organization after its creation failed.
func unreachableReason(org plan.Org, err error) string {
	var lost *CreationUnknownError
	switch {
	case errors.As(err, &lost):
		return "it is unknown whether the organization was created"
	case org.ID != "":
		return "there is no credential for the new organization"
	}
	return "the organization was not created"
}
