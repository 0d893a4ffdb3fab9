package apply

import (
	"context"
	"errors"
	"fmt"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// Recorded is the result of recording a creation.
type Recorded struct {
	Account *resource.Account // of a new organization, with its new credential; nil if Atlas handed out none
	Note    string            // for the report
}

// Recorder records what a run must not lose: that it is creating an organization, because a second one cannot be undone, and new
// credentials, because Atlas shows them only once. Several goroutines use it at once.
type Recorder interface {
	Begin(plan.Org, plan.Step) error                                // before the request is sent; an error prevents that
	Abort(plan.Org, plan.Step) error                                // if it is certain that nothing was created
	LockFile(plan.Org) string                                       // of a new organization, from Begin on; it stays without Abort or Commit
	Commit(plan.Org, plan.Step, resource.Created) (Recorded, error) // before any other request
}

var (
	// ErrNothingHandedOut means that Atlas created an object without the credential that the request asked for.
	ErrNothingHandedOut = errors.New("it was created, but Atlas handed out no credential for it")

	errNoRecorder = errors.New("no file was given for the new credential")
)

// HandoutError means that Atlas created an object, or may have created it, and that its credential is lost. Reading the object
// again would not show that.
type HandoutError struct {
	Created bool // Atlas created it for certain, and Err says so
	Err     error
}

func (e *HandoutError) Error() string {
	if e.Created {
		return e.Err.Error()
	}
	return e.Err.Error() + "; if it was created, its credential is lost"
}
func (e *HandoutError) Unwrap() error { return e.Err }

// Advice says how to get another credential.
func (e *HandoutError) Advice() string {
	if e.Created {
		return "remove it in Atlas and apply again, or create another credential for it in Atlas"
	}
	return "look for it in Atlas: if it is there, remove it and apply again, or create another credential for it"
}

func isHandout(err error) bool {
	var handout *HandoutError
	return errors.As(err, &handout)
}

// begin prepares the recorder if the next write makes Atlas hand out a credential.
func (a *attempt) begin(live *resource.Object) error {
	if !a.creates(live) || !a.step.HandsOut() {
		return nil
	}
	return a.recorder().Begin(a.org, a.step)
}

// create creates the object of the step. If Atlas hands out a credential, it goes to the recorder before any other request, or
// the step fails. This also holds if the kind did not announce a credential, or could not read the rest of the answer. Only an
// unchanged number of writes shows for certain that nothing was created. An error does not show that: the kind may have failed
// to read the answer.
func (a *attempt) create(ctx context.Context, want resource.Object) (*resource.Object, error) {
	before := a.session.Writes()
	made, err := a.kind.Create(ctx, a.session, a.org.ID, want)
	isHandedOut := made.Credential != nil && made.Credential.Secret != ""
	a.created = a.created || isHandedOut || err == nil
	switch {
	case isHandedOut:
		if lost := a.record(made); lost != nil {
			return nil, lost
		}
		return made.Object, err
	case !a.step.HandsOut():
		return made.Object, err
	case err == nil:
		return nil, &HandoutError{Created: true, Err: ErrNothingHandedOut}
	case a.session.Writes() > before:
		return nil, &HandoutError{Err: err}
	}
	return nil, errors.Join(err, a.recorder().Abort(a.org, a.step))
}

func (a *attempt) record(made resource.Created) error {
	kept, err := a.recorder().Commit(a.org, a.step, made)
	a.note = kept.Note
	if err != nil {
		return &HandoutError{Created: true, Err: fmt.Errorf("it was created, but its credential is lost: %w", err)}
	}
	return nil
}

// recorder returns the recorder of the run. Without one, it returns a recorder that refuses every creation.
func (w *work) recorder() Recorder {
	if w.Recorder == nil {
		return noRecorder{}
	}
	return w.Recorder
}

type noRecorder struct{}

func (noRecorder) Begin(plan.Org, plan.Step) error { return errNoRecorder }
func (noRecorder) Abort(plan.Org, plan.Step) error { return nil }
func (noRecorder) LockFile(plan.Org) string        { return "" }
func (noRecorder) Commit(plan.Org, plan.Step, resource.Created) (Recorded, error) {
	return Recorded{}, errNoRecorder
}
