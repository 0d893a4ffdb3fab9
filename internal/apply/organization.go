package apply

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// Creation is how an organization is created.
type Creation struct {
	Payer  *Account        // the credential of the organization that pays
	Fields resource.Fields // what is said of it below create, with the name of the payer's credential
}

// TakenError says that the credential of an organization that does not exist yet is that of another one.
type TakenError struct{ Visible []string } // the names of those that it belongs to

func (e *TakenError) Error() string {
	return "GET /orgs: the organization does not exist yet, and its credential is that of another one: " + some(e.Visible)
}

// CreationError says why an organization cannot be created as the tree says.
type CreationError struct {
	Field   string // of create, which is the trouble
	Problem string
}

func (e *CreationError) Error() string { return e.Problem }

// surveyNew returns what there is to do to create the organization and all that is in it. Nothing of it is planned unless all
// can be.
func (t Target) surveyNew(ctx context.Context, org plan.Org) (plan.Org, error) {
	firstOwner, err := t.Create.check(ctx, t.Name)
	if err != nil {
		return org, err
	}
	org.Steps = []plan.Step{t.creation()}
	if !resource.IsOwner(resource.RequestedCredential(org.Steps[0].After)) { // nobody may do the rest
		for _, k := range resource.Kinds {
			if _, managed := t.Want[k.Name]; managed && k != resource.Organization {
				org.Notices = append(org.Notices, plan.Notice{About: plan.Later, Kind: k.Name})
			}
		}
		t.markDrift(ctx, resource.EmptySession(), &org, resource.State{})
		return org, nil
	}
	live, want, err := resource.NewOrganization(ctx, t.Want, firstOwner)
	if err != nil {
		org.Steps = nil
		return org, err
	}
	err = t.compare(&org, live, want)
	t.markDrift(ctx, resource.EmptySession(), &org, live)
	return org, err
}

// creation is the step that creates the organization.
func (t Target) creation() plan.Step {
	fields := maps.Clone(t.Create.Fields)
	for _, self := range t.Want[resource.Organization.Name] {
		maps.Copy(fields, self.Fields)
	}
	return plan.CreateOrganization(fields)
}

// check makes sure, before anything is sent, that the creation can succeed. It returns the first owner of the
// organization, or nil if nobody is named.
func (c *Creation) check(ctx context.Context, name string) (firstOwner *resource.Object, err error) {
	if c.Payer.Err != nil {
		return nil, &PayerError{c.Payer.Err}
	}
	payers, err := c.Payer.organizations(ctx)
	id, given := c.Fields["ownerId"].(string)
	switch {
	case err != nil:
		return nil, &PayerError{err}
	case len(payers) == 0:
		return nil, &CreationError{resource.Payer, "the credential sees no organization that could pay"}
	case slices.Contains(namesOf(payers), name):
		return nil, &CreationError{resource.Payer, fmt.Sprintf("the credential sees an organization that is called %q already; write its id", name)}
	case !given && c.Payer.IsKey:
		return nil, &CreationError{resource.Payer, "ownerId is missing: with an API key Atlas needs the id of a user who is to own the organization"}
	case !given:
		return nil, nil
	}
	for _, payer := range payers {
		if firstOwner, err = resource.UserByID(ctx, c.Payer.API, payer.ID, id); err != nil || firstOwner != nil {
			return firstOwner, err
		}
	}
	if c.Fields["federationSettingsId"] != nil {
		return nil, nil // whoever owns an organization of the federation may own this one (API description); the payer need not know them
	}
	return nil, &CreationError{"ownerId", fmt.Sprintf("no active user of %s has the id %s", some(namesOf(payers)), id)}
}

// PayerError is trouble with the credential of the organization that pays.
type PayerError struct{ Err error }

func (e *PayerError) Error() string { return "create.from: " + e.Err.Error() }
func (e *PayerError) Unwrap() error { return e.Err }

// DeletionError says why an organization is not deleted.
type DeletionError struct {
	Live     string   // what it is called; "" if that is not the trouble
	Projects []string // that it still has
}

func (e *DeletionError) Error() string {
	if e.Live != "" {
		return fmt.Sprintf("it is to be deleted, but the organization of that id is called %q", e.Live)
	}
	return "it is to be deleted, but still has projects: " + some(e.Projects)
}

// GoneError says that nobody can tell whether an organization that is to be deleted is still there: Atlas lets its
// credentials end with it, and says no more of a credential than that it is not good.
type GoneError struct {
	Failed error // the deletion, if it was tried
	Err    error // the look
}

func (e *GoneError) Error() string {
	if e.Failed != nil {
		return e.Failed.Error() + "; and then " + e.Err.Error()
	}
	return e.Err.Error()
}
func (e *GoneError) Unwrap() error { return e.Err }

// surveyDeletion returns what there is to do to delete the organization.
func (t Target) surveyDeletion(ctx context.Context, org plan.Org) (plan.Org, error) {
	live, err := resource.Organization.Look(ctx, resource.PlanSession(t.Account.API), t.ID, resource.Object{ID: t.ID})
	if err != nil {
		return org, &GoneError{Err: err}
	}
	if name := fmt.Sprint(live.Fields["name"]); name != t.Name {
		return org, &DeletionError{Live: name}
	}
	projects, err := resource.Projects(ctx, t.Account.API, t.ID)
	switch {
	case err != nil:
		return org, err
	case len(projects) > 0:
		return org, &DeletionError{Projects: projects}
	}
	org.Steps = []plan.Step{plan.DeleteOrganization(*live)}
	if t.Base != nil && t.Base.Delete {
		org.MarkDrift(org.Steps)
	}
	return org, nil
}

// LostError says that nobody knows whether an organization was created.
type LostError struct {
	Name     string
	HandsOut bool // Atlas was to hand out a credential for it
	Err      error
}

func (e *LostError) Error() string {
	s := fmt.Sprintf("%v; nobody knows whether Atlas has created %q", e.Err, e.Name)
	if e.HandsOut {
		s += ". If it has, its credential is lost"
	}
	return s
}
func (e *LostError) Unwrap() error { return e.Err }

// ErrVisible says that an organization of the name has appeared since the plan was made.
var ErrVisible = errors.New("the paying credential sees an organization of that name by now")

// Made is what became of an organization that was created.
type Made struct {
	Account *Account // with what was handed out; nil if that was nothing
	Note    string   // for the report
}

// Keeper keeps what becomes of organizations that are created: neither an organization too many nor a credential that got
// lost can be mended. It is used by several goroutines.
type Keeper interface {
	Begin(plan.Org) error                          // before one is created, which it may prevent
	Cancel(plan.Org) error                         // when it is certain that it was not created
	Keep(plan.Org, resource.Created) (Made, error) // before anything else is done in it
}

// create creates the organization. It is tried again only as long as it is certain that it was not: there is no second
// look that would tell, and an organization too many cannot be undone.
func (w *work) create(over context.Context, step plan.Step) Outcome {
	ctx := context.WithoutCancel(over)
	o := Outcome{Step: step, Verdict: Failed}
	if o.Err = w.isFree(ctx); o.Err != nil {
		return o
	}
	if o.Err = w.Keeper.Begin(w.org); o.Err != nil {
		return o
	}
	made, err := w.post(over, &o)
	switch {
	case err == nil:
		return w.keep(o, made)
	case mayBeDone(err):
		o.Err = &LostError{w.org.Name, w.org.HandsOut(), err}
	default:
		o.Err = errors.Join(err, w.Keeper.Cancel(w.org))
	}
	return o
}

// post sends the request, again if it was not carried out for a reason that passes, and counts how often.
func (w *work) post(over context.Context, o *Outcome) (made resource.Created, err error) {
	ctx, session := context.WithoutCancel(over), resource.ApplySession(w.account.API)
	for range 2 * maxWrites {
		made, err = resource.Organization.Create(ctx, session, "", resource.Object{Fields: o.Step.After})
		waited := hadToWait(err)
		if !waited {
			o.Tries++
		}
		if err == nil || mayBeDone(err) || !waited && !passes(err) || o.Tries >= w.tries || over.Err() != nil {
			break
		}
		if free := w.isFree(ctx); free != nil { // after a while
			return made, free
		}
	}
	return made, err
}

// isFree returns an error if the payer's credential sees an organization of the name by now.
func (w *work) isFree(ctx context.Context) error {
	if w.account.Err != nil {
		return w.account.Err
	}
	visible, err := resource.Organizations(ctx, w.account.API)
	if err == nil && slices.Contains(namesOf(visible), w.org.Name) {
		err = ErrVisible
	}
	return err
}

// ErrNothingHandedOut says that Atlas has created an organization without the credential that it was asked for.
var ErrNothingHandedOut = errors.New("it was created, but Atlas handed out no credential for it")

// keep goes on with an organization that was just created: first of all what was handed out is kept.
func (w *work) keep(o Outcome, made resource.Created) Outcome {
	w.org.ID = made.Object.ID
	kept, err := w.Keeper.Keep(w.org, made)
	o.Reason = kept.Note
	if o.Err = err; err == nil && kept.Account == nil && w.org.HandsOut() {
		o.Err = ErrNothingHandedOut
	}
	if o.Err == nil {
		o.Verdict, o.confirmed, w.account = Applied, true, kept.Account
	}
	return o
}
