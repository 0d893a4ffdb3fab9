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

// MaxParallel is how many organizations are worked on at once unless told otherwise. Atlas counts limits per
// organization.
const MaxParallel = 32

// Runner carries plans out.
type Runner struct {
	Account  func(plan.Org) *resource.Account
	Parallel int // how many organizations are worked on at once

	// StepEnded, unless nil, is told how a step ended before the next one of its organization begins. It is told of a step a
	// second time if confirm finds that the change did not last. After an error no step of any organization begins.
	StepEnded func(plan.Org, Outcome) error

	// Recorder is needed for plans that create organizations, or by which Atlas hands out something else.
	Recorder Recorder

	// OrgEnded, unless nil, is told when all steps of an organization have ended.
	OrgEnded func(Result)
}

// Run carries the plan out: the steps of an organization in their order, organizations side by side. Every step
// looks at the live object first, so that nothing is done twice and nothing is written over that the plan did not
// see. No trouble in one organization stops another. Once ctx is done no step is begun, but one that was begun is
// finished.
func (r *Runner) Run(ctx context.Context, p *plan.Plan) []Result {
	own, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	runCtx := runContext{own, ctx}
	results := make([]Result, len(p.Orgs))
	var group errgroup.Group
	group.SetLimit(r.Parallel)
	for i, org := range p.Orgs {
		group.Go(func() error {
			results[i] = r.runOrg(runCtx, org, stop)
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

// runContext is the context of a run, which ends early by itself or with its parent. Of the latter it would hear only a
// moment after those who wait for the parent, such as a client that sends nothing any more.
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

// work is what is done in one organization.
type work struct {
	*Runner
	org      plan.Org
	stop     context.CancelCauseFunc // ends the run
	account  *resource.Account
	session  *resource.Session // once it is known that the credential may write
	denied   error             // that it may not
	outcomes []Outcome
	outage   bool // nobody answered a step that was tried
	maxTries int  // how often the next step may try to write
}

func (w *work) runSteps(ctx context.Context) {
	for _, step := range w.org.Steps {
		if step.IsDeferred() {
			w.confirm(ctx) // whoever is shut out sees nothing any more
		}
		o := w.doStep(ctx, step)
		w.outcomes, w.outage = append(w.outcomes, o), w.outage || o.unreached
		w.tell(o)
	}
	w.confirm(ctx)
}

// tell tells how a step ended.
func (w *work) tell(o Outcome) {
	if w.StepEnded == nil {
		return
	}
	if err := w.StepEnded(w.org, o); err != nil {
		w.stop(err)
	}
}

// doStep does a step, unless a step before it, or the end of the run, forbids it. Before the first step it makes sure that the
// credential belongs to the organization.
func (w *work) doStep(ctx context.Context, step plan.Step) Outcome {
	if reason := w.skipReason(ctx, step); reason != "" {
		return Outcome{Step: step, Verdict: Skipped, Reason: reason}
	}
	if w.denied != nil {
		return Outcome{Step: step, Verdict: Skipped, Reason: "nothing can be written, as the step before shows"}
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
		w.maxTries = 1 // it has not passed yet
	}
	return o
}

// skipReason says why a step must not be tried after those before it, or "".
func (w *work) skipReason(ctx context.Context, step plan.Step) string {
	switch {
	case w.org.Creates() && len(w.outcomes) > 0 && !w.outcomes[0].Good():
		return unreachableReason(w.org, w.outcomes[0].Err)
	case w.outage:
		return "Atlas does not answer"
	case ctx.Err() != nil:
		return endReason(ctx)
	case !step.IsDeferred():
		return ""
	case w.org.Error != "":
		return "comes last, and a part of the organization could not be planned"
	}
	if i := slices.IndexFunc(w.outcomes, func(o Outcome) bool { return !o.Good() }); i >= 0 {
		return fmt.Sprintf("comes last, and %s before it was not done", w.outcomes[i].Step.Line())
	}
	return ""
}

// unreachableReason says why nothing can be done in an organization after its creation failed.
func unreachableReason(org plan.Org, err error) string {
	var lost *CreationUnknownError
	switch {
	case errors.As(err, &lost):
		return "nobody knows whether the organization was created"
	case org.ID != "":
		return "there is no credential for the organization"
	}
	return "the organization was not created"
}

// endReason says why a run ended early.
func endReason(ctx context.Context) string {
	cause := context.Cause(ctx)
	if r, ok := ctx.(runContext); ok {
		cause = r.cause()
	}
	return cause.Error()
}
