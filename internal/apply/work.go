package apply

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// work is the work on one organization. One goroutine decides and reports, and each step in progress has one of its own.
type work struct {
	*Runner
	org      plan.Org
	stop     context.CancelCauseFunc // ends the run
	account  *resource.Account
	session  *resource.Session // nil until the credential has been checked
	denied   error             // why the credential may not write
	outcomes []Outcome         // in the order of the steps; zero for a step that has not ended
	outage   bool              // Atlas did not answer an earlier step
	checks   int               // reads in progress that check removals
	checked  map[string]bool   // the kinds whose removals are, or were, checked in that way
	maxTries atomic.Int32      // how often a step may try to write
}

// runSteps does the steps. Those in progress send to calls what must be done here.
func (w *work) runSteps(ctx runContext) {
	s, calls := newSchedule(w.org.Steps), make(chan func())
	for s.isOpen() || w.checks > 0 {
		checker{w}.checkRemovals(ctx, s, calls)
		if i, ok := s.next(); ok {
			w.begin(ctx, s, i, calls)
		} else {
			(<-calls)()
		}
	}
	checker{w}.confirm(ctx)
}

// begin begins a step. It returns before the step has ended, unless the step needs no work, or is the creation of the organization.
func (w *work) begin(ctx runContext, s *schedule, i int, calls chan<- func()) {
	step := w.org.Steps[i]
	if step.IsDeferred() {
		checker{w}.confirm(ctx) // the step may shut out the credential, which then cannot read any more
	}
	if o, ended := w.prepare(ctx, i); ended {
		w.end(s, i, o)
		return
	}
	a := &attempt{work: w, step: step, kind: resource.ByName(step.Kind), runCtx: ctx, session: w.session.ForStep()}
	a.waits = func() (over func()) {
		calls <- func() { s.pause(i) }
		return func() { calls <- func() { s.resume(i) } }
	}
	go func() {
		o := a.run()
		calls <- func() {
			w.limitTries(o.Err)
			w.end(s, i, o)
		}
	}()
}

// limitTries lets the steps that follow try only once after a temporary failure: Atlas still fails.
func (w *work) limitTries(err error) {
	tries := int32(maxWrites)
	if is(err, resource.Failure.Temporary) {
		tries = 1
	}
	w.maxTries.Store(tries)
}

// end records and reports how a step has ended. It stops the run if the report fails.
func (w *work) end(s *schedule, i int, o Outcome) {
	s.end(i)
	w.outcomes[i], w.outage = o, w.outage || o.unreached
	w.report(o)
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

// prepare returns the outcome of a step that must not be tried, because an earlier step or the end of the run forbids it, and of the
// creation of the organization. Before the first step in an organization it checks that the credential belongs there.
func (w *work) prepare(ctx runContext, i int) (o Outcome, ended bool) {
	step := w.org.Steps[i]
	reason := w.skipReason(ctx, i)
	switch {
	case reason != "":
		return Outcome{Step: step, Verdict: Skipped, Reason: reason}, true
	case step.CreatesOrg():
		return w.createOrg(ctx, step), true
	case w.session != nil:
		return o, false
	}
	if w.denied = w.account.CheckOwner(context.WithoutCancel(ctx), w.org.ID); w.denied != nil && step.DeletesOrg() {
		w.denied = &resource.DeletionUnknownError{Err: w.denied}
	}
	if w.denied != nil {
		return Outcome{Step: step, Verdict: Failed, Err: w.denied}, true
	}
	w.session = resource.ApplySession(w.account.API)
	return w.prepare(ctx, i) // the run may have ended meanwhile
}

// skipReason returns why a step must not be tried, or "".
func (w *work) skipReason(ctx runContext, i int) string {
	step := w.org.Steps[i]
	switch {
	case w.org.Creates() && i > 0 && !w.outcomes[0].Good():
		return unreachableReason(w.org, w.outcomes[0].Err)
	case w.outage:
		return "Atlas did not answer an earlier step"
	case ctx.Err() != nil:
		return ctx.reason()
	case w.denied != nil:
		return "the credential cannot be used for this organization; see the error of the first step"
	case !step.IsDeferred():
		return ""
	case w.org.Error != "":
		return "this step comes last, and a part of the organization could not be planned"
	}
	if at := slices.IndexFunc(w.outcomes[:i], func(o Outcome) bool { return !o.Good() }); at >= 0 {
		return fmt.Sprintf("this step comes last, and %s was not done", w.outcomes[at].Step.Line())
	}
	return ""
}
