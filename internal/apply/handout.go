package apply

import (
	"context"
	"errors"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// Created is what became of something that was created.
type Created struct {
	Account *resource.Account // of a new organization, with what was handed out; nil if that was nothing
	Note    string            // for the report
}

// Recorder records what a creation leaves that cannot be had again: neither an organization too many nor a credential that got
// lost can be mended. It is used by several goroutines.
type Recorder interface {
	Begin(plan.Org, plan.Step) error                               // before the request is sent, which it may prevent
	Abort(plan.Org, plan.Step) error                               // when it is certain that nothing was created
	Commit(plan.Org, plan.Step, resource.Created) (Created, error) // before anything else is done
}

var (
	// ErrNothingHandedOut says that Atlas has created something without the credential that it was asked for.
	ErrNothingHandedOut = errors.New("it was created, but Atlas handed out no credential for it")

	errNoRecorder = errors.New("no file was given for the new credential")
)

// HandoutError says that something may have been created, and that its credential is lost, or nowhere recorded. No other
// look at the object could tell.
type HandoutError struct{ Err error }

func (e *HandoutError) Error() string {
	return e.Err.Error() + "; if it was created, its credential is lost"
}
func (e *HandoutError) Unwrap() error { return e.Err }

// Advice says how to get another credential.
func (e *HandoutError) Advice() string {
	return "look for it in Atlas: if it is there, remove it, or make another credential for it"
}

func isHandout(err error) bool {
	var handout *HandoutError
	return errors.As(err, &handout)
}

// create creates the object of the step. What Atlas hands out goes to the recorder before anything else, or the step fails.
func (a *attempt) create(ctx context.Context, want resource.Object) (*resource.Object, error) {
	if a.step.HandsOut() {
		return a.createWith(ctx, want)
	}
	made, err := a.kind.Create(ctx, a.session, a.org.ID, want)
	if err == nil && made.Credential != nil { // nobody asked for it
		err = a.record(made)
	}
	return made.Object, err
}

// createWith creates an object for which Atlas hands out a credential.
func (a *attempt) createWith(ctx context.Context, want resource.Object) (*resource.Object, error) {
	if err := a.recorder().Begin(a.org, a.step); err != nil {
		return nil, err
	}
	made, err := a.kind.Create(ctx, a.session, a.org.ID, want)
	switch {
	case is(err, resource.Failure.Ambiguous):
		return nil, &HandoutError{err}
	case err != nil:
		return nil, errors.Join(err, a.Recorder.Abort(a.org, a.step))
	case made.Credential == nil:
		return nil, &HandoutError{ErrNothingHandedOut}
	}
	return made.Object, a.record(made)
}

// record gives what was handed out to the recorder.
func (a *attempt) record(made resource.Created) error {
	kept, err := a.recorder().Commit(a.org, a.step, made)
	if a.note = kept.Note; err != nil {
		return &HandoutError{err}
	}
	return nil
}

// recorder returns the recorder of the run, or one that records nothing and says so.
func (w *work) recorder() Recorder {
	if w.Recorder == nil {
		return noRecorder{}
	}
	return w.Recorder
}

type noRecorder struct{}

func (noRecorder) Begin(plan.Org, plan.Step) error { return errNoRecorder }
func (noRecorder) Abort(plan.Org, plan.Step) error { return nil }
func (noRecorder) Commit(plan.Org, plan.Step, resource.Created) (Created, error) {
	return Created{}, errNoRecorder
}
