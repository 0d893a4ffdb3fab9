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
	step        plan.Step
	kind        *resource.Kind
	runCtx      context.Context // of the run; what was begun is finished all the same
	looks, made int             // how often it was looked and written
	failed      error           // of the last write
	wrote       bool            // a write had its effect, or may have had it, although it failed
	created     bool            // Atlas has created the object
	note        string          // what became of what was handed out
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
			return Outcome{Step: a.step, Verdict: Skipped, Reason: "nobody else is an active ORG_OWNER; run it again when somebody is", Tries: a.made}
		}
		if err := a.begin(live); err != nil {
			return a.outcome(Failed, err)
		}
		answer, err := a.write(ctx, live)
		switch {
		case isHandout(err):
			return a.outcome(Failed, err)
		case err == nil && !a.isPart(live, answer):
			return a.written(answer)
		}
	}
}

// isPart tells whether the answer to a creation shows that a part of it was written, and something is left. An answer that shows
// nothing new is no reason to write the same once more.
func (a *attempt) isPart(live, answer *resource.Object) bool {
	return a.step.Op == plan.Create && answer != nil && a.step.Readiness(answer) == plan.Ready && a.made < maxWrites &&
		(live == nil || !resource.Equal(shown(live, a.step).Fields, shown(answer, a.step).Fields))
}

// creates tells whether there is nothing yet that could be completed.
func (a *attempt) creates(live *resource.Object) bool {
	return a.step.Op == plan.Create && (live == nil || a.kind.PresenceOf(*live).IsGone())
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
	o := Outcome{Step: a.step, Verdict: v, Err: err, Tries: a.made, note: a.note}
	if o.Good() && a.step.HandsOut() && !a.created {
		o.note = "it was there already, so nothing was handed out"
	}
	o.Reason = o.note
	return o
}

// written returns how a write ended that Atlas accepted. Unless its answer shows that all is as wanted, the object has to
// be looked at again.
func (a *attempt) written(answer *resource.Object) Outcome {
	o := a.outcome(Applied, nil)
	o.confirmed = ends(a.step) || answer != nil && a.step.Readiness(answer) == plan.Done
	return o
}

// ends tells whether the step deletes the organization, with all that could be asked about it.
func ends(s plan.Step) bool { return s.Kind == resource.Organization.Name && s.Op == plan.Delete }

// end returns how the step ended, if there is nothing to write, or not again.
func (a *attempt) end(live *resource.Object, lookErr error) (o Outcome, ended bool) {
	readiness := a.step.Readiness(live)
	switch {
	case a.runCtx.Err() != nil && (lookErr != nil || a.failed != nil && readiness == plan.Ready) && !a.wrote:
		o = a.outcome(Skipped, nil)
		o.Reason = endReason(a.runCtx)
	case lookErr != nil:
		o = a.unseen(lookErr)
	case readiness == plan.Done:
		o = a.done()
	case readiness == plan.Conflict:
		o = a.outcome(Conflict, nil)
		o.Found, o.Reason = shown(live, a.step), joined(a.note, conflict(a.step, live))
	case a.isLost(live), a.failed != nil && !a.triesAgain():
		o = a.gaveUp(live)
	default:
		return o, false
	}
	return o, true
}

// isLost tells whether something that Atlas created is gone, or not listed yet. Another one would be one too many.
func (a *attempt) isLost(live *resource.Object) bool { return a.created && a.creates(live) }

// gaveUp returns how the step ended if it is not done, and is not tried again.
func (a *attempt) gaveUp(live *resource.Object) Outcome {
	o := a.outcome(Failed, cmp.Or(a.failed, ErrNotPersisted))
	isPartly := a.isPartly(live)
	if isPartly {
		o.Found = shown(live, a.step)
	}
	o.AsBefore = !isPartly && !a.isLost(live)
	return o
}

// isPartly tells whether a part of a step that is not done is done all the same.
func (a *attempt) isPartly(live *resource.Object) bool {
	switch a.step.Op {
	case plan.Create:
		return !a.creates(live)
	case plan.Update:
		return a.step.Before == nil && a.wrote || !a.kind.Covers(live.Fields, a.step.Before)
	}
	return false
}

// unseen returns how the step ended if the object could not be looked at.
func (a *attempt) unseen(err error) Outcome {
	o := a.outcome(Failed, cmp.Or(a.failed, err))
	o.unreached = is(err, resource.Failure.Outage)
	if ends(a.step) {
		o.Err = &resource.DeletionUnknownError{Failed: a.failed, Err: err}
	}
	return o
}

// done returns how the step ended if the object is as wanted.
func (a *attempt) done() Outcome {
	o := a.outcome(Applied, nil)
	if !a.wrote { // somebody else has done it
		o.Verdict = Unchanged
	}
	o.confirmed = true
	return o
}

// triesAgain tells whether a write that failed is worth another one.
func (a *attempt) triesAgain() bool {
	return is(a.failed, resource.Failure.Temporary) && a.made < a.tries && a.looks <= 2*maxWrites && a.runCtx.Err() == nil
}

// is tells whether an error is a [resource.Failure] with a property. An error of another type has none.
func is(err error, property func(resource.Failure) bool) bool {
	var failure resource.Failure
	return errors.As(err, &failure) && property(failure)
}

// write writes, and notes what may have come of it.
func (a *attempt) write(ctx context.Context, live *resource.Object) (answer *resource.Object, err error) {
	before := a.session.Writes()
	answer, err = a.send(ctx, live)
	a.failed, a.wrote = err, a.wrote || a.session.Writes() > before
	if !is(err, resource.Failure.Waited) {
		a.made++
	}
	return answer, err
}

// send sends what the step does, or what is left of it. A creation that was interrupted is completed by an update.
func (a *attempt) send(ctx context.Context, live *resource.Object) (answer *resource.Object, err error) {
	if a.step.Op == plan.Delete {
		return nil, a.kind.Delete(ctx, a.session, a.org.ID, *live)
	}
	want := a.step.Object()
	if a.creates(live) {
		return a.create(ctx, want)
	}
	want.ID, want.Fields = live.ID, a.step.Rest(*live)
	return a.kind.Update(ctx, a.session, a.org.ID, *live, want)
}

func conflict(step plan.Step, live *resource.Object) string {
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
