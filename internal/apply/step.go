package apply

import (
	"context"
	"errors"

	"atlas-gitops/internal/plain"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// maxWrites is how often one step writes at most if every write fails temporarily.
const maxWrites = 6

// attempt is the work on one step.
type attempt struct {
	*work
	step           plan.Step
	kind           *resource.Kind
	session        *resource.Session    // counts the writes of the step
	waits          func() (over func()) // called when a request of the step waits for a limit
	runCtx         runContext           // of the run; a step that has begun is finished even after its end
	looks          int                  // how often the object was read
	tries          int                  // how often a write was sent
	writeErr       error                // of the last write
	mayHaveWritten bool                 // a write of this run had, or may have had, an effect
	created        bool                 // Atlas has created the object
	note           string               // where the new credential is
}

// run does one step. After each failed write it reads the object again before it decides what to do. So it does not repeat a
// write whose answer was lost, and does not overwrite a change that somebody made while the write waited. If a step needs
// several requests, run sends them one by one until nothing is left to write.
func (a *attempt) run() Outcome {
	ctx := context.WithValue(context.WithoutCancel(a.runCtx), waitsKey{}, a.waits)
	for {
		live, all, err := a.look(ctx)
		a.looks++
		if outcome, ended := (ending{a}).of(live, err); ended {
			return outcome
		}
		if a.step.TakesLastOwner(all) {
			return Outcome{Step: a.step, Verdict: Skipped, Reason: "no other active ORG_OWNER would remain; apply again when another person is an active ORG_OWNER", Tries: a.tries}
		}
		if err := a.begin(live); err != nil {
			return ending{a}.outcome(Failed, err)
		}
		answer, err := a.write(ctx, live)
		switch {
		case isHandout(err):
			return ending{a}.outcome(Failed, err)
		case err == nil && !a.isIncomplete(live, answer):
			return ending{a}.written(answer)
		}
	}
}

// isIncomplete reports whether the answer to a creation shows that a part was written, and a part is missing. If the answer shows
// nothing new, writing the same again would not help.
func (a *attempt) isIncomplete(live, answer *resource.Object) bool {
	return a.step.Op == plan.Create && answer != nil && a.step.Readiness(answer) == plan.Ready && a.tries < maxWrites &&
		(live == nil || !plain.Equal(reportable(live, a.step).Fields, reportable(answer, a.step).Fields))
}

// creates reports whether the step must create the object, and not only complete it.
func (a *attempt) creates(live *resource.Object) bool {
	return a.step.Op == plan.Create && (live == nil || a.kind.PresenceOf(*live).IsGone())
}

// look returns the live object of the step. If the step removes or demotes an owner, it also returns the whole list, which shows
// whether another owner stays.
func (a *attempt) look(ctx context.Context) (live *resource.Object, all []resource.Object, err error) {
	if !a.step.TakesOwner() {
		live, err = a.kind.Look(ctx, a.session, a.org.ID, a.step.Object())
		return live, nil, err
	}
	all, err = resource.ReadAgain(ctx, a.session, a.org.ID, a.kind, []resource.Object{a.step.Object()})
	return resource.State{a.step.Kind: all}.Find(a.step.Kind, a.step.Key), all, err
}

// is reports whether an error is a [resource.Failure] with a property. An error of another type has none.
func is(err error, property func(resource.Failure) bool) bool {
	var failure resource.Failure
	return errors.As(err, &failure) && property(failure)
}

// write sends a write, and records whether it had, or may have had, an effect.
func (a *attempt) write(ctx context.Context, live *resource.Object) (answer *resource.Object, err error) {
	before := a.session.Writes()
	answer, err = a.send(ctx, live)
	a.writeErr, a.mayHaveWritten = err, a.mayHaveWritten || a.session.Writes() > before
	if !is(err, resource.Failure.Waited) {
		a.tries++
	}
	return answer, err
}

// send sends the change of the step, or the rest of it. It completes an interrupted creation with an update.
func (a *attempt) send(ctx context.Context, live *resource.Object) (answer *resource.Object, err error) {
	if a.step.Op == plan.Delete {
		return nil, a.kind.Delete(ctx, a.session, a.org.ID, *live)
	}
	want := a.step.Object()
	if a.creates(live) {
		if live != nil {
			want.Spelling = live.Spelling
		}
		return a.create(ctx, want)
	}
	want.ID, want.Fields = live.ID, a.step.Rest(*live)
	return a.kind.Update(ctx, a.session, a.org.ID, *live, want)
}
