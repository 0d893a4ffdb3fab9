package apply

import (
	"context"
	"errors"
	"slices"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// ErrReverted means that an object was as wanted when it was read after the write, but not when it was read again later.
// ErrNotPersisted means that Atlas accepted a write, but never showed the object as wanted.
var (
	ErrReverted     = errors.New("the change did not last: Atlas shows the old value again")
	ErrNotPersisted = errors.New("the change did not take effect: Atlas accepted it, but does not show it")
)

// UnconfirmedError means that Atlas accepted a write, but that the object could not be read afterwards.
type UnconfirmedError struct{ Err error }

func (e *UnconfirmedError) Error() string {
	return "Atlas accepted the change, but it could not be checked afterwards: " + e.Err.Error()
}
func (e *UnconfirmedError) Unwrap() error { return e.Err }

// confirm reads again each section that has an applied step without confirmation. If an object is not as its step left it, the
// step has failed. If the run has ended, confirm reads nothing, and adds that to the reasons of these steps.
func (w *work) confirm(ctx runContext) {
	for _, k := range resource.Kinds {
		isOpen := func(o Outcome) bool { return o.Step.Kind == k.Name && o.Verdict == Applied && !o.confirmed }
		if slices.ContainsFunc(w.outcomes, isOpen) {
			w.confirmKind(ctx, k)
		}
	}
}

func (w *work) confirmKind(ctx runContext, k *resource.Kind) {
	var live []resource.Object
	err := ctx.Err()
	if err == nil {
		live, err = k.ReadAgain(context.WithoutCancel(ctx), w.session, w.org.ID, w.objectsOf(k))
	}
	lives := resource.State{k.Name: live}.Index()
	for i, o := range w.outcomes {
		if o.Step.Kind != k.Name || !o.Good() {
			continue
		}
		if err != nil && ctx.Err() != nil {
			w.outcomes[i] = o.notRechecked(ctx.reason())
		} else {
			w.outcomes[i] = o.rechecked(k, lives.Find(k.Name, o.Step.Key), err)
		}
		if !w.outcomes[i].Good() {
			w.report(w.outcomes[i])
		}
	}
}

// checkRemovals begins to read a section in which all removals have ended, while other steps go on. The answer to a removal shows nothing,
// so without this a run would have to wait for a read at its end. What it does not show is left to confirm.
func (w *work) checkRemovals(ctx runContext, s *schedule, calls chan<- func()) {
	for _, k := range resource.Kinds {
		removed := w.uncheckedRemovals(k)
		if len(removed) == 0 || w.checked[k.Name] || s.hasOpenRemoval(k.Name) || !s.isOpen() || ctx.Err() != nil {
			continue
		}
		w.checks, w.checked[k.Name] = w.checks+1, true
		go func() {
			live, err := k.ReadAgain(context.WithoutCancel(ctx), w.session, w.org.ID, nil)
			calls <- func() {
				w.checks--
				if lives := (resource.State{k.Name: live}).Index(); err == nil {
					w.recheck(k, removed, lives)
				}
			}
		}()
	}
}

// uncheckedRemovals returns the steps of a kind that removed an object, and of which no answer has shown it.
func (w *work) uncheckedRemovals(k *resource.Kind) (steps []int) {
	for i, o := range w.outcomes {
		if o.Step.Kind == k.Name && o.Step.Op == plan.Delete && o.Verdict == Applied && !o.confirmed {
			steps = append(steps, i)
		}
	}
	return steps
}

// recheck compares steps with their objects, which were read again, unless confirm has done that meanwhile.
func (w *work) recheck(k *resource.Kind, steps []int, lives resource.Index) {
	for _, i := range steps {
		o := w.outcomes[i]
		if !o.Good() || o.confirmed {
			continue
		}
		w.outcomes[i] = o.rechecked(k, lives.Find(k.Name, o.Step.Key), nil)
		if !w.outcomes[i].Good() {
			w.report(w.outcomes[i])
		}
	}
}

// objectsOf returns the objects of a kind that the steps change.
func (w *work) objectsOf(k *resource.Kind) (objects []resource.Object) {
	for _, o := range w.outcomes {
		if o.Step.Kind == k.Name {
			objects = append(objects, o.Step.Object())
		}
	}
	return objects
}

// notRechecked adds to the reason why the object was not read again. It does not change a step whose object was seen to be as
// wanted.
func (o Outcome) notRechecked(why string) Outcome {
	if !o.confirmed {
		o.Reason = joined(o.note, "not checked afterwards: "+why)
	}
	return o
}

// rechecked returns the outcome of a step after its object was read again. live is nil if the object does not exist any more.
func (o Outcome) rechecked(k *resource.Kind, live *resource.Object, err error) Outcome {
	accepted := live != nil && k.PresenceOf(*live) == resource.Fixed && o.Step.Op == plan.Update // the person accepted the changed invitation
	switch {
	case err != nil && !o.confirmed:
		o.Verdict, o.Err = Failed, &UnconfirmedError{err}
	case err != nil:
	case accepted || o.Step.Readiness(live) == plan.Done:
		o.confirmed = true
	case o.confirmed:
		return o.failed(ErrReverted, live)
	default:
		return o.failed(ErrNotPersisted, live)
	}
	return o
}

func (o Outcome) failed(err error, found *resource.Object) Outcome {
	o.Verdict, o.Err, o.Found = Failed, err, reportable(found, o.Step)
	return o
}
