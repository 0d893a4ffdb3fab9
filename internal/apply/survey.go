package apply

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// Account is what one credential can reach.
type Account struct {
	API     resource.API
	Err     error // why the credential cannot be used at all; API is nil then
	Missing bool  // it is that nobody has set the credential
	IsKey   bool  // the credential is an API key, not a service account

	once    sync.Once
	visible []resource.Object
	names   []string // of those, sorted
	err     error
}

// organizations returns all organizations that the credential can see. It asks Atlas once.
func (a *Account) organizations(ctx context.Context) ([]resource.Object, error) {
	a.once.Do(func() {
		a.visible, a.err = resource.Organizations(ctx, a.API)
		a.names = namesOf(a.visible)
	})
	return a.visible, a.err
}

// Target is one organization as it should be, and the way to it.
type Target struct {
	Name    string
	ID      string // "" finds the organization by its name
	Want    resource.State
	Account *Account

	Credentials string          // the name of the account's credential
	Additive    map[string]bool // the kinds of which only what is listed is managed
	Delete      bool            // the organization is to be deleted
	Create      *Creation       // how to create it if it does not exist; nil: not at all

	Base *Target // as an earlier version of the tree wants it; nil if there is none
}

// NotFoundError says that a credential sees no organization of the name, or several.
type NotFoundError struct {
	Name    string
	IDs     []string // of those that share the name
	Visible []string // the names that the credential sees
}

func (e *NotFoundError) Error() string {
	if len(e.IDs) > 0 {
		return fmt.Sprintf("GET /orgs: several organizations are called %q; write the id of the one that is meant: %s", e.Name, some(e.IDs))
	}
	return fmt.Sprintf("GET /orgs: no organization is called %q", e.Name)
}

// Survey reads the organizations, all at once, and returns what there is to do in each, with the errors by the same
// index. An error may leave the steps of those sections that could be read. No more organizations than the limit are
// read at once; read, unless nil, is told of each that was. Rest is what else the tree describes: no target may mean the same
// live organization as one of them.
func Survey(ctx context.Context, targets []Target, rest []Other, limit int, read func()) ([]plan.Org, []error) {
	found, orgs, errs := make([]surveyed, len(targets)), make([]plan.Org, len(targets)), make([]error, len(targets))
	parallel(limit, len(targets), func(i int) {
		found[i], errs[i] = survey(ctx, targets[i])
		if read != nil {
			read()
		}
	})
	for i := range found {
		orgs[i] = found[i].Org
		errs[i] = cmp.Or(found[i].clash(ctx, rest, len(targets)), errs[i])
		if twin := new(TwinError); errors.As(errs[i], &twin) {
			orgs[i].Steps = nil
		}
	}
	rejectTwins(orgs, errs)
	return orgs, errs
}

// surveyed is an organization as it was found.
type surveyed struct {
	plan.Org
	live string // its name; "" if it was not found
}

// Recount counts again, in what is live now, what guards need to know of a plan that was saved. It reads no more than the
// lists that lose something. The errors have the index of their organization, whose numbers stay as they were saved: it
// must not be worked on. counted is told of each organization.
func (r *Runner) Recount(ctx context.Context, orgs []plan.Org, counted func()) []error {
	errs := make([]error, len(orgs))
	parallel(r.Parallel, len(orgs), func(i int) {
		errs[i] = r.recount(ctx, &orgs[i])
		counted()
	})
	return errs
}

func (r *Runner) recount(ctx context.Context, org *plan.Org) error {
	live := resource.State{}
	for _, k := range resource.Kinds {
		if org.Creates() || k == resource.Organization || !slices.ContainsFunc(org.Steps, func(s plan.Step) bool { return s.Kind == k.Name && s.IsDestructive() }) {
			continue
		}
		account := r.Account(*org)
		if account.Err != nil {
			return account.Err
		}
		objects, err := k.Read(ctx, resource.PlanSession(account.API), org.ID, nil)
		if err != nil {
			return err
		}
		live[k.Name] = objects
	}
	if len(live) > 0 {
		org.Baseline = plan.BaselineOf(live, org.Steps)
	}
	return nil
}

func survey(ctx context.Context, t Target) (found surveyed, err error) {
	found.Org = plan.Org{Name: t.Name, ID: t.ID, Credentials: t.Credentials}
	self, err := t.find(ctx)
	switch {
	case err != nil:
		return found, err
	case self == nil && t.ID == "":
		found.Org, err = t.surveyNew(ctx, found.Org)
		return found, err
	case t.Delete:
		found.Org, err = t.surveyDeletion(ctx, found.Org)
		found.live = t.Name
		return found, err
	}
	name := resource.Organization.Name
	sections := maps.Clone(t.Want)
	sections[name] = t.Want[name] // an id may be wrong
	if self != nil {
		found.ID = self.ID
		delete(sections, name) // the list of organizations tells all of it
	}
	session := resource.PlanSession(t.Account.API)
	live, want, err := resource.Read(ctx, session, found.ID, sections)
	if self != nil {
		live[name], want[name] = []resource.Object{*self}, t.Want[name]
	}
	if self := live.Find(name, ""); self != nil {
		found.live, _ = self.Fields["name"].(string)
	}
	if contradiction := t.compare(&found.Org, live, want); contradiction != nil {
		err = errors.Join(err, contradiction)
	}
	t.markDrift(ctx, session, &found.Org, live)
	return found, err
}

// compare adds what there is to do, and to know, between what is live and what is wanted of it. The error is a reference to
// something that would be deleted: those steps are left out.
func (t Target) compare(org *plan.Org, live, want resource.State) error {
	want, notices := plan.Lists{Want: t.Want, Additive: t.Additive}.HandsOff(live, want)
	org.Notices = append(plan.Rejections(live, want), notices...)
	steps, err := plan.WithoutDeletedReferences(resource.Kinds, want, plan.Diff(resource.Kinds, live, want))
	org.Steps = append(org.Steps, steps...)
	org.Baseline = plan.BaselineOf(live, org.Steps)
	return err
}

// find returns the live organization of a target that has no id. It is nil for one with an id, and for one that is to be
// created.
func (t Target) find(ctx context.Context) (*resource.Object, error) {
	switch {
	case t.Create != nil && t.ID == "" && t.Account.Missing:
		return nil, nil
	case t.Account.Err != nil:
		return nil, t.Account.Err
	case t.ID != "":
		return nil, nil
	}
	o, err := t.Account.named(ctx, t.Name)
	var none *NotFoundError
	switch {
	case err == nil:
		return &o, nil
	case t.Create == nil || !errors.As(err, &none) || len(none.IDs) > 0:
		return nil, err
	case len(none.Visible) > 0:
		return nil, &TakenError{none.Visible}
	}
	return nil, nil
}

// Find returns the id of the only organization that the credential sees under exactly that name.
func (a *Account) Find(ctx context.Context, name string) (id string, err error) {
	o, err := a.named(ctx, name)
	return o.ID, err
}

// named finds the live organization that has exactly the name.
func (a *Account) named(ctx context.Context, name string) (resource.Object, error) {
	visible, err := a.organizations(ctx)
	if err != nil {
		return resource.Object{}, err
	}
	return named(visible, a.names, name)
}

// named returns the only one of the visible organizations, which are called so, with exactly the name.
func named(visible []resource.Object, names []string, name string) (resource.Object, error) {
	var found resource.Object
	var ids []string
	for _, o := range visible {
		if o.Fields["name"] == name {
			found, ids = o, append(ids, o.ID)
		}
	}
	if len(ids) == 1 {
		return found, nil
	}
	slices.Sort(ids)
	return found, &NotFoundError{name, ids, names}
}

// ForeignError says that a credential is that of another organization.
type ForeignError struct {
	ID      string   // of the organization that was meant
	Visible []string // the names of those that the credential belongs to
}

func (e *ForeignError) Error() string {
	return fmt.Sprintf("GET /orgs: the credential does not belong to the organization %s", e.ID)
}

// mayWrite makes sure that the credential belongs to the organization, before anything is written with it.
func (a *Account) mayWrite(ctx context.Context, id string) error {
	if a.Err != nil {
		return a.Err
	}
	visible, err := a.organizations(ctx)
	if err != nil || slices.ContainsFunc(visible, func(o resource.Object) bool { return o.ID == id }) {
		return err
	}
	return &ForeignError{id, a.names}
}

// some joins names for a message, but not without end.
func some(names []string) string { return strings.Join(resource.Some(names), ", ") }

func namesOf(orgs []resource.Object) []string {
	all := make([]string, len(orgs))
	for i, o := range orgs {
		all[i] = fmt.Sprint(o.Fields["name"])
	}
	slices.Sort(all)
	return all
}
