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
	step        plan.Step
	kind        *resource.Kind
	runCtx      context.Context // of the run; what was begun is finished all the same
	maxTries    int
	looks, made int   // how often it was looked and written
	failed      error // of the last write
	lost        bool  // a write may have had its effect, although it failed
}

// run does one step. A write is never repeated blindly: after each that failed, the object is looked at again, and what
// is found says how to go on. So a write whose answer got lost is not done twice, and nothing is written over that
// changed while it had to wait.
func run(ctx context.Context, s *resource.Session, org string, step plan.Step, maxTries int) Outcome {
	a := &attempt{step: step, kind: resource.ByName(step.Kind), runCtx: ctx, maxTries: maxTries}
	ctx = context.WithoutCancel(ctx)
	for {
		live, all, err := a.look(ctx, s, org)
		a.looks++
		if outcome, ended := a.end(live, err); ended {
			return outcome
		}
		if step.TakesLastOwner(all) {
			return Outcome{Step: step, Verdict: Skipped, Reason: "nobody else is an active ORG_OWNER; run it again when somebody is", Tries: a.made}
		}
		answer, err := write(ctx, a.kind, s, org, live, step)
		if a.failed = err; !is(err, resource.Failure.Waited) {
			a.made++
		}
		if err == nil {
			return a.written(answer)
		}
		a.lost = a.lost || is(err, resource.Failure.Ambiguous)
	}
}

// look returns the live object of the step. Whether it is the last active owner is a question to the whole list.
func (a *attempt) look(ctx context.Context, s *resource.Session, org string) (live *resource.Object, all []resource.Object, err error) {
	if !a.step.TakesOwner() {
		live, err = a.kind.Look(ctx, s, org, a.step.Object())
		return live, nil, err
	}
	all, err = a.kind.Read(ctx, s, org, []resource.Object{a.step.Object()})
	return resource.State{a.step.Kind: all}.Find(a.step.Kind, a.step.Key), all, err
}

func (a *attempt) outcome(v Verdict, err error) Outcome {
	return Outcome{Step: a.step, Verdict: v, Err: err, Tries: a.made}
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
	runOver := a.runCtx.Err() != nil
	switch {
	case runOver && (lookErr != nil || a.failed != nil && readiness == plan.Ready) && !a.lost:
		o = a.outcome(Skipped, nil)
		o.Reason = endReason(a.runCtx)
	case lookErr != nil:
		o = a.outcome(Failed, cmp.Or(a.failed, lookErr))
		o.unreached = is(lookErr, resource.Failure.Outage)
		if ends(a.step) {
			o.Err = &resource.DeletionUnknownError{Failed: a.failed, Err: lookErr}
		}
	case readiness == plan.Done && !a.lost:
		o = a.outcome(Unchanged, nil) // somebody else has done it
		o.confirmed = true
	case readiness == plan.Done:
		o = a.outcome(Applied, nil)
		o.confirmed = true
	case readiness == plan.Conflict:
		o = a.outcome(Conflict, nil)
		o.Found, o.Reason = shown(live, a.step), conflict(a.step, live)
	case a.failed != nil && (!is(a.failed, resource.Failure.Temporary) || a.made >= a.maxTries || a.looks > 2*maxWrites || runOver):
		o = a.outcome(Failed, a.failed)
	default:
		return o, false
	}
	return o, true
}

// is tells whether an error is a [resource.Failure] with a property. An error of another type has none.
func is(err error, property func(resource.Failure) bool) bool {
	var failure resource.Failure
	return errors.As(err, &failure) && property(failure)
}

// write sends what the step does, or what is left of it. What a creation began that was interrupted is completed: by another
// creation where that hands out a credential, else by an update.
func write(ctx context.Context, k *resource.Kind, s *resource.Session, org string, live *resource.Object, step plan.Step) (answer *resource.Object, err error) {
	if step.Op == plan.Delete {
		return nil, k.Delete(ctx, s, org, *live)
	}
	want := step.Object()
	isThere := live != nil && !k.PresenceOf(*live).IsGone()
	if isThere {
		want.ID, want.Fields = live.ID, step.Rest(*live)
	}
	if step.Op == plan.Create && (!isThere || k.HandsOut != nil && k.HandsOut(want)) {
		made, err := k.Create(ctx, s, org, want)
		return made.Object, err
	}
	return k.Update(ctx, s, org, *live, want)
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
