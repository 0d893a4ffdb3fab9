package apply

import (
	"cmp"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// ending decides how an attempt ends.
type ending struct{ *attempt }

func (e ending) outcome(v Verdict, err error) Outcome {
	o := Outcome{Step: e.step, Verdict: v, Err: err, Tries: e.tries, note: e.note}
	if o.Good() && e.step.HandsOut() && !e.created {
		o.note = "it existed already, so Atlas handed out no credential"
	}
	o.Reason = o.note
	return o
}

// written returns the outcome of a write that Atlas accepted. Unless the answer shows that the object is as wanted, confirm
// reads it again.
func (e ending) written(answer *resource.Object) Outcome {
	o := e.outcome(Applied, nil)
	o.confirmed = e.step.DeletesOrg() || answer != nil && e.step.Readiness(answer) == plan.Done
	return o
}

// of returns the outcome if the step has ended: there is nothing to write, or no other write would help.
func (e ending) of(live *resource.Object, lookErr error) (o Outcome, ended bool) {
	readiness := e.step.Readiness(live)
	switch {
	case e.runCtx.Err() != nil && (lookErr != nil || e.writeErr != nil && readiness == plan.Ready) && !e.mayHaveWritten:
		o = e.outcome(Skipped, nil)
		o.Reason = e.runCtx.reason()
	case lookErr != nil:
		o = e.lookFailed(lookErr)
	case readiness == plan.Done:
		o = e.done()
	case readiness == plan.Conflict:
		o = e.outcome(Conflict, nil)
		o.Found, o.Reason = reportable(live, e.step), joined(e.note, conflictReason(e.step, live))
	case e.isLost(live), e.writeErr != nil && !e.triesAgain():
		o = e.gaveUp(live)
	default:
		return o, false
	}
	return o, true
}

// isLost reports whether an object that Atlas created is gone, or not listed yet. Creating it again could make a second one.
func (e ending) isLost(live *resource.Object) bool { return e.created && e.creates(live) }

// gaveUp returns the outcome of a step that is not done and not tried again.
func (e ending) gaveUp(live *resource.Object) Outcome {
	o := e.outcome(Failed, cmp.Or(e.writeErr, ErrNotPersisted))
	isPartly := e.isPartly(live)
	if isPartly {
		o.Found = reportable(live, e.step)
	}
	o.AsBefore = !isPartly && !e.isLost(live)
	return o
}

// isPartly reports whether a part of an unfinished step was written.
func (e ending) isPartly(live *resource.Object) bool {
	switch e.step.Op {
	case plan.Create:
		return !e.creates(live)
	case plan.Update:
		return e.step.Before == nil && e.mayHaveWritten || !e.kind.Covers(live.Fields, e.step.Before)
	}
	return false
}

// lookFailed returns the outcome of a step whose object could not be read.
func (e ending) lookFailed(err error) Outcome {
	o := e.outcome(Failed, cmp.Or(e.writeErr, err))
	o.unreached = is(err, resource.Failure.Outage)
	if e.step.DeletesOrg() {
		o.Err = &resource.DeletionUnknownError{Failed: e.writeErr, Err: err}
	}
	return o
}

// done returns the outcome of a step whose object is as wanted.
func (e ending) done() Outcome {
	o := e.outcome(Applied, nil)
	if !e.mayHaveWritten { // somebody else made the change
		o.Verdict = Unchanged
	}
	o.confirmed = true
	return o
}

// triesAgain reports whether to write again after a write that failed.
func (e ending) triesAgain() bool {
	return is(e.writeErr, resource.Failure.Temporary) && e.tries < int(e.maxTries.Load()) && e.looks <= 2*maxWrites && e.runCtx.Err() == nil
}

func conflictReason(step plan.Step, live *resource.Object) string {
	if live == nil {
		return "it was removed after the plan was made"
	}
	switch presence := resource.ByName(step.Kind).PresenceOf(*live); {
	case presence == resource.Fixed, step.Before["status"] != nil && presence == resource.Active && step.Before["status"] != live.Fields["status"]:
		return "the invitation was accepted after the plan was made"
	case presence == resource.Declined:
		return "the invitation was rejected after the plan was made"
	case presence == resource.Absent:
		return "the invitation expired after the plan was made"
	}
	return "it was changed after the plan was made"
}
