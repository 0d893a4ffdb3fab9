package apply

import (
	"context"
	"errors"

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

// checker reads again what steps changed, to see whether it is there.
type checker struct{ *work }

// confirm reads again each section that has an applied step without confirmation. If an object is not as its step left it, the
// step has failed. If the run has ended, confirm reads nothing, and adds that to the reasons of these steps.
func (c checker) confirm(ctx runContext) {
	for _, k := range resource.Kinds {
		isOpen := func(o Outcome) bool { return o.Verdict == Applied && !o.confirmed }
		if len(c.stepsOf(k, isOpen)) > 0 {
			c.confirmKind(ctx, k)
		}
	}
}

func (c checker) confirmKind(ctx runContext, k *resource.Kind) {
	var live []resource.Object
	steps, err := c.stepsOf(k, Outcome.Good), ctx.Err()
	if err == nil {
		live, err = resource.ReadAgain(context.WithoutCancel(ctx), c.session, c.org.ID, k, c.objectsOf(steps))
	}
	if err == nil || ctx.Err() == nil {
		c.recheck(k, steps, live, err)
		return
	}
	for _, i := range steps {
		c.outcomes[i] = c.outcomes[i].notRechecked(ctx.reason())
	}
}

// checkRemovals begins to read a section in which all removals have ended, while other steps go on. The answer to a removal shows nothing,
// so without this a run would have to wait for a read at its end. What it does not show is left to confirm.
func (c checker) checkRemovals(ctx runContext, s *schedule, calls chan<- func()) {
	isUnchecked := func(o Outcome) bool { return o.Step.Op == plan.Delete && o.Verdict == Applied && !o.confirmed }
	for _, k := range resource.Kinds {
		if c.checked[k.Name] || !s.hasEndedRemovals(k.Name) {
			continue
		}
		c.checked[k.Name] = true
		removals := c.stepsOf(k, isUnchecked)
		if len(removals) == 0 || !s.isOpen() || ctx.Err() != nil {
			continue
		}
		c.checks++
		go func() {
			live, err := resource.ReadAgain(context.WithoutCancel(ctx), c.session, c.org.ID, k, nil)
			calls <- func() {
				if c.checks--; err == nil {
					c.recheck(k, removals, live, nil)
				}
			}
		}()
	}
}

// recheck compares steps with the live objects of their kind, which were read again. A step that has failed meanwhile stays as it is.
func (c checker) recheck(k *resource.Kind, steps []int, live []resource.Object, err error) {
	lives := resource.State{k.Name: live}.Index()
	for _, i := range steps {
		o := c.outcomes[i]
		if !o.Good() {
			continue
		}
		c.outcomes[i] = o.rechecked(k, lives.Find(k.Name, o.Step.Key), err)
		if !c.outcomes[i].Good() {
			c.report(c.outcomes[i])
		}
	}
}

// stepsOf returns the steps of a kind that ended in a certain way, by their index.
func (c checker) stepsOf(k *resource.Kind, matches func(Outcome) bool) (steps []int) {
	for i, o := range c.outcomes {
		if o.Step.Kind == k.Name && matches(o) {
			steps = append(steps, i)
		}
	}
	return steps
}

// objectsOf returns the objects that steps change.
func (c checker) objectsOf(steps []int) (objects []resource.Object) {
	for _, i := range steps {
		objects = append(objects, c.outcomes[i].Step.Object())
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
