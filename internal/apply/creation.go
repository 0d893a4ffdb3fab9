package apply

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// CreationUnknownError means that it is unknown whether Atlas created an organization.
type CreationUnknownError struct {
	Name     string
	LockFile string // keeps every other run from creating the organization
	HandsOut bool   // Atlas should have handed out a credential for it
	Err      error
}

func (e *CreationUnknownError) Error() string {
	return fmt.Sprintf("it is unknown whether %q was created: %v", e.Name, e.Err)
}
func (e *CreationUnknownError) Unwrap() error { return e.Err }

// Advice says how to find out, and what to do then.
func (e *CreationUnknownError) Advice() string {
	credential := ""
	if e.HandsOut {
		credential = ", and create a credential for it"
	}
	return "look for it in Atlas. If it is there, write its id below its name in the tree" + credential + ". In both cases, remove " + e.LockFile + " and plan again"
}

// ErrVisible means that an organization with this name has appeared since the plan was made.
var ErrVisible = errors.New("the credential in create.from now sees an organization with this name; make a new plan")

// createOrg creates the organization. It tries again only if it is certain that Atlas did not create it. Reading again would
// not show that, and a second organization cannot be undone.
func (w *work) createOrg(runCtx runContext, step plan.Step) Outcome {
	ctx := context.WithoutCancel(runCtx)
	o := Outcome{Step: step, Verdict: Failed}
	if o.Err = w.isFree(ctx); o.Err != nil {
		return o
	}
	if o.Err = w.recorder().Begin(w.org, step); o.Err != nil {
		return o
	}
	made, err := w.post(runCtx, &o)
	switch {
	case err == nil:
		return w.recordOrg(o, made)
	case is(err, resource.Failure.Ambiguous):
		o.Err = &CreationUnknownError{w.org.Name, w.Recorder.LockFile(w.org), w.org.HandsOut(), err}
	default:
		o.AsBefore, o.Err = true, errors.Join(err, w.Recorder.Abort(w.org, step))
	}
	return o
}

// post sends the request, and counts the tries. It sends the request again if a temporary failure kept Atlas from carrying it out.
func (w *work) post(runCtx runContext, o *Outcome) (made resource.Created, err error) {
	ctx, session := context.WithoutCancel(runCtx), resource.ApplySession(w.account.API)
	for range 2 * maxWrites {
		made, err = resource.Organization.Create(ctx, session, "", resource.Object{Fields: o.Step.After})
		waited := is(err, resource.Failure.Waited)
		if !waited {
			o.Tries++
		}
		if err == nil || is(err, resource.Failure.Ambiguous) || !waited && !is(err, resource.Failure.Temporary) || o.Tries >= int(w.maxTries.Load()) || runCtx.Err() != nil {
			break
		}
		if free := w.isFree(ctx); free != nil { // somebody may have created it while the request waited
			return made, free
		}
	}
	return made, err
}

// isFree returns an error if the paying credential already sees an organization with this name.
func (w *work) isFree(ctx context.Context) error {
	if w.account.Err != nil {
		return w.account.Err
	}
	visible, err := resource.Organizations(ctx, w.account.API)
	if err == nil && slices.Contains(resource.OrgNames(visible), w.org.Name) {
		err = ErrVisible
	}
	return err
}

// recordOrg records a new organization and its credential, before any other step runs in it.
func (w *work) recordOrg(o Outcome, made resource.Created) Outcome {
	w.org.ID = made.Object.ID
	kept, err := w.Recorder.Commit(w.org, o.Step, made)
	o.Reason, o.note = kept.Note, kept.Note
	if o.Err = err; err == nil && kept.Account == nil && w.org.HandsOut() {
		o.Err = ErrNothingHandedOut
	}
	if o.Err == nil {
		o.Verdict, o.confirmed, w.account = Applied, true, kept.Account
	}
	return o
}
