package apply

import (
	"context"
	"errors"
	"slices"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// ErrUndone says that an object was as wanted, and when it was looked at once more, was not. ErrNotTaken says that Atlas
// accepted a write, and answered with an object that it had not changed.
var (
	ErrUndone   = errors.New("it was as wanted, and is not any more")
	ErrNotTaken = errors.New("it was accepted, but the answer shows otherwise")
)

// UnconfirmedError says that a write was accepted, and that nobody could look at what became of it.
type UnconfirmedError struct{ Err error }

func (e *UnconfirmedError) Error() string {
	return "it was accepted, but could not be looked at afterwards: " + e.Err.Error()
}
func (e *UnconfirmedError) Unwrap() error { return e.Err }

// confirm reads once more each section in which something was written that nobody has seen since. What is not as its
// step left it has failed.
func (w *work) confirm(ctx context.Context) {
	for _, k := range resource.Kinds {
		isOpen := func(o Outcome) bool { return o.Step.Kind == k.Name && o.Verdict == Applied && !o.confirmed }
		if ctx.Err() != nil || !slices.ContainsFunc(w.outcomes, isOpen) {
			continue
		}
		live, err := k.Read(context.WithoutCancel(ctx), w.api, w.org.ID)
		state := resource.State{k.Name: live}
		for i, o := range w.outcomes {
			if o.Step.Kind != k.Name || !o.Good() {
				continue
			}
			if o = o.seen(k, state.Find(k.Name, o.Step.Key), err); !o.Good() {
				w.tell(o)
			}
			w.outcomes[i] = o
		}
	}
}

// seen returns how a step ended that was good until its object was looked at again.
func (o Outcome) seen(k *resource.Kind, live *resource.Object, err error) Outcome {
	accepted := live != nil && live.Settled && o.Step.Op == plan.Update // after the change
	switch {
	case err != nil && !o.confirmed:
		o.Verdict, o.Err = Failed, &UnconfirmedError{err}
	case err != nil:
	case accepted || plan.Stand(k, live, o.Step) == plan.Done:
		o.confirmed = true
	default:
		return o.failed(ErrUndone, live)
	}
	return o
}

func (o Outcome) failed(err error, found *resource.Object) Outcome {
	o.Verdict, o.Err, o.Found = Failed, err, shown(found, o.Step)
	return o
}
