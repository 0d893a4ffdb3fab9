// Package apply carries plans out: the steps of an organization one by one, organizations side by side.
package apply

import (
	"context"
	"errors"
	"fmt"
	"slices"

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

	// StepEnded is called when a step has ended or is blocked, before the next step of its organization begins. It is called again for a step if
	// confirm finds that the change did not last. If it returns an error, no other step of any organization begins. It may be nil.
	StepEnded func(plan.Org, Outcome) error

	// Recorder may be nil if the plan creates no organization, and no step makes Atlas hand out a credential.
	Recorder Recorder

	// OrgEnded is called when all steps of an organization have ended. It may be nil.
	OrgEnded func(Result)
}

// Run carries the plan out: the steps of an organization in their order, organizations side by side. Each step reads the
// live object first, so it repeats nothing and does not overwrite a change that the plan did not see. An error in one
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
func (r *Runner) runOrg(runCtx context.Context, org plan.Org, stop context.CancelCauseFunc) Result {
	if len(org.Steps) == 0 {
		return Result{Org: org}
	}
	w := &work{Runner: r, org: org, stop: stop, account: r.Account(org), maxTries: maxWrites}
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

// runContext is the context of a run. It ends by itself or with its parent. A derived context may see the end of its parent later
// than others that wait for the parent, such as the client. So Err also asks the parent.
type runContext struct {
	context.Context
	parent context.Context
}

func (r runContext) Err() error {
	if err := r.Context.Err(); err != nil {
		return err
	}
	return r.parent.Err()
}

func (r runContext) cause() error {
	if r.Context.Err() != nil {
		return context.Cause(r.Context)
	}
	return context.Cause(r.parent)
}

// work is the work on one organization.
type work struct {
	*Runner
	org      plan.Org
	stop     context.CancelCauseFunc // ends the run
	account  *resource.Account
	session  *resource.Session // nil until the credential has been checked
	denied   error             // why the credential may not write
	outcomes []Outcome
	outage   bool // Atlas did not answer an earlier step
	maxTries int  // how often the next step may try to write
}

func (w *work) runSteps(ctx context.Context) {
	for _, step := range w.org.Steps {
		if step.IsDeferred() {
			w.confirm(ctx) // the step may shut out the credential, which then cannot read any more
		}
		o := w.doStep(ctx, step)
		w.outcomes, w.outage = append(w.outcomes, o), w.outage || o.unreached
		w.report(o)
	}
	w.confirm(ctx)
}

// report calls StepEnded, and stops the run if that fails.
func (w *work) report(o Outcome) {
	if w.StepEnded == nil {
		return
	}
	if err := w.StepEnded(w.org, o); err != nil {
		w.stop(err)
	}
}

// doStep does a step, unless an earlier step or the end of the run forbids it. Before the first step it checks that the credential
// belongs to the organization.
func (w *work) doStep(ctx context.Context, step plan.Step) Outcome {
	if reason := w.skipReason(ctx, step); reason != "" {
		return Outcome{Step: step, Verdict: Skipped, Reason: reason}
	}
	if w.denied != nil {
		return Outcome{Step: step, Verdict: Skipped, Reason: "the credential cannot be used for this organization; see the error of the first step"}
	}
	if step.CreatesOrg() {
		return w.createOrg(ctx, step)
	}
	if w.session == nil {
		if w.denied = w.account.CheckOwner(context.WithoutCancel(ctx), w.org.ID); w.denied != nil && step.DeletesOrg() {
			w.denied = &resource.DeletionUnknownError{Err: w.denied}
		}
		if w.denied != nil {
			return Outcome{Step: step, Verdict: Failed, Err: w.denied}
		}
		w.session = resource.ApplySession(w.account.API)
	}
	o := (&attempt{work: w, step: step, kind: resource.ByName(step.Kind), runCtx: ctx}).run()
	w.maxTries = maxWrites
	if is(o.Err, resource.Failure.Temporary) {
		w.maxTries = 1 // Atlas still fails
	}
	return o
}

// skipReason returns why a step must not be tried, or "".
func (w *work) skipReason(ctx context.Context, step plan.Step) string {
	switch {
	case w.org.Creates() && len(w.outcomes) > 0 && !w.outcomes[0].Good():
		return unreachableReason(w.org, w.outcomes[0].Err)
	case w.outage:
		return "Atlas did not answer an earlier step"
	case ctx.Err() != nil:
		return endReason(ctx)
	case !step.IsDeferred():
		return ""
	case w.org.Error != "":
		return "this step comes last, and a part of the organization could not be planned"
	}
	if i := slices.IndexFunc(w.outcomes, func(o Outcome) bool { return !o.Good() }); i >= 0 {
		return fmt.Sprintf("this step comes last, and %s was not done", w.outcomes[i].Step.Line())
	}
	return ""
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

// endReason returns why a run ended early.
func endReason(ctx context.Context) string {
	cause := context.Cause(ctx)
	if r, ok := ctx.(runContext); ok {
		cause = r.cause()
	}
	return cause.Error()
}
