package apply

import (
	"cmp"
	"context"
	"errors"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// maxWrites is how often one step writes, if each time something goes wrong that passes.
const maxWrites = 6

// attempt is the work on one step.
type attempt struct {
	*work
	step           plan.Step
	kind           *resource.Kind
	runCtx         context.Context // of the run; what was begun is finished all the same
	looks          int             // how often the object was read
	tries          int             // how often a write was sent
	writeErr       error           // of the last write
	mayHaveWritten bool            // a write may have had an effect: it is not "somebody else" if the object is as wanted then
	note           string          // what became of what was handed out
}

// run does one step. A write is never repeated blindly: after each that failed, the object is looked at again, and what
// is found says how to go on. So a write whose answer got lost is not done twice, and nothing is written over that
// changed while it had to wait. What takes several requests is written part by part, as long as something is left.
func (a *attempt) run() Outcome {
	ctx := context.WithoutCancel(a.runCtx)
	for {
		live, all, err := a.look(ctx)
		a.looks++
		if outcome, ended := a.end(live, err); ended {
			return outcome
		}
		if a.step.TakesLastOwner(all) {
			return Outcome{Step: a.step, Verdict: Skipped, Reason: "nobody else is an active ORG_OWNER; run it again when somebody is", Tries: a.tries}
		}
		answer, err := a.write(ctx, live)
		if a.writeErr = err; !is(err, resource.Failure.Waited) {
			a.tries++
		}
		switch {
		case isHandout(err):
			return a.outcome(Failed, err)
		case err == nil && !a.isIncomplete(answer):
			return a.written(answer)
		}
		a.mayHaveWritten = a.mayHaveWritten || err == nil || is(err, resource.Failure.Ambiguous)
	}
}

// isIncomplete tells whether the answer to a creation shows that something is left to be written.
func (a *attempt) isIncomplete(answer *resource.Object) bool {
	return a.step.Op == plan.Create && answer != nil && a.step.Readiness(answer) == plan.Ready
}

// look returns the live object of the step. Whether it is the last active owner is a question to the whole list.
func (a *attempt) look(ctx context.Context) (live *resource.Object, all []resource.Object, err error) {
	if !a.step.TakesOwner() {
		live, err = a.kind.Look(ctx, a.session, a.org.ID, a.step.Object())
		return live, nil, err
	}
	all, err = a.kind.Read(ctx, a.session, a.org.ID, []resource.Object{a.step.Object()})
	return resource.State{a.step.Kind: all}.Find(a.step.Kind, a.step.Key), all, err
}

func (a *attempt) outcome(v Verdict, err error) Outcome {
	return Outcome{Step: a.step, Verdict: v, Reason: a.note, Err: err, Tries: a.tries}
}

// written returns how a write ended that Atlas accepted. Unless the answer shows that all is as wanted, confirm has to read the
// object again. After the deletion of its organization there is nothing left to ask.
func (a *attempt) written(answer *resource.Object) Outcome {
	o := a.outcome(Applied, nil)
	o.confirmed = a.step.DeletesOrg() || answer != nil && a.step.Readiness(answer) == plan.Done
	return o
}

// end returns how the step ended, if there is nothing to write, or not again.
func (a *attempt) end(live *resource.Object, lookErr error) (o Outcome, ended bool) {
	readiness := a.step.Readiness(live)
	switch {
	case a.runCtx.Err() != nil && (lookErr != nil || a.writeErr != nil && readiness == plan.Ready) && !a.mayHaveWritten:
		o = a.outcome(Skipped, nil)
		o.Reason = endReason(a.runCtx)
	case lookErr != nil:
		o = a.lookFailed(lookErr)
	case readiness == plan.Done:
		o = a.done()
	case readiness == plan.Conflict:
		o = a.outcome(Conflict, nil)
		o.Found, o.Reason = reportable(live, a.step), conflictReason(a.step, live)
	case a.writeErr != nil && !a.triesAgain():
		o = a.outcome(Failed, a.writeErr)
	default:
		return o, false
	}
	return o, true
}

// lookFailed returns how the step ended if the object could not be read.
func (a *attempt) lookFailed(err error) Outcome {
	o := a.outcome(Failed, cmp.Or(a.writeErr, err))
	o.unreached = is(err, resource.Failure.Outage)
	if a.step.DeletesOrg() {
		o.Err = &resource.DeletionUnknownError{Failed: a.writeErr, Err: err}
	}
	return o
}

// done returns how the step ended if the object is as wanted.
func (a *attempt) done() Outcome {
	o := a.outcome(Applied, nil)
	if !a.mayHaveWritten { // somebody else has done it
		o.Verdict = Unchanged
		if a.step.HandsOut() {
			o.Reason = "it was there already, so nothing was handed out"
		}
	}
	o.confirmed = true
	return o
}

// triesAgain tells whether a write that failed is worth another one.
func (a *attempt) triesAgain() bool {
	return is(a.writeErr, resource.Failure.Temporary) && a.tries < a.maxTries && a.looks <= 2*maxWrites && a.runCtx.Err() == nil
}

// is tells whether an error is a [resource.Failure] with a property. An error of another type has none.
func is(err error, property func(resource.Failure) bool) bool {
	var failure resource.Failure
	return errors.As(err, &failure) && property(failure)
}

// write sends what the step does, or what is left of it. A creation that was interrupted is completed by an update.
func (a *attempt) write(ctx context.Context, live *resource.Object) (answer *resource.Object, err error) {
	if a.step.Op == plan.Delete {
		return nil, a.kind.Delete(ctx, a.session, a.org.ID, *live)
	}
	want := a.step.Object()
	if live == nil || a.kind.PresenceOf(*live).IsGone() {
		return a.create(ctx, want)
	}
	want.ID, want.Fields = live.ID, a.step.Rest(*live)
	return a.kind.Update(ctx, a.session, a.org.ID, *live, want)
}

func conflictReason(step plan.Step, live *resource.Object) string {
	if live == nil {
		return "it is gone since the plan was made"
	}
	switch presence := resource.ByName(step.Kind).PresenceOf(*live); {
	case presence == resource.Fixed, step.Before["status"] != nil && presence == resource.Active && step.Before["status"] != live.Fields["status"]:
		return "it was accepted since the plan was made"
	case presence == resource.Declined:
		return "the invitation was rejected since the plan was made"
	case presence == resource.Absent:
		return "the invitation expired since the plan was made"
	}
	return "it was changed since the plan was made"
}
