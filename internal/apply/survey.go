package apply

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// Account is what one credential can reach.
type Account struct {
	API resource.API
	Err error // why the credential cannot be used at all; API is nil then

	once    sync.Once
	visible []resource.Object
	err     error
}

// organizations returns all organizations that the credential can see. It asks Atlas once.
func (a *Account) organizations(ctx context.Context) ([]resource.Object, error) {
	a.once.Do(func() { a.visible, a.err = resource.Organizations(ctx, a.API) })
	return a.visible, a.err
}

// Target is one organization as it should be, and the way to it.
type Target struct {
	Name    string
	ID      string // "" finds the organization by its name
	Want    resource.State
	Account *Account
}

// NotFoundError says that a credential sees no organization of the name, or several.
type NotFoundError struct {
	Name    string
	IDs     []string // of those that share the name
	Visible []string // the names that the credential sees
}

func (e *NotFoundError) Error() string {
	if len(e.IDs) > 0 {
		return fmt.Sprintf("GET /orgs: several organizations are called %q; write the id of the one that is meant: %s", e.Name, strings.Join(e.IDs, ", "))
	}
	return fmt.Sprintf("GET /orgs: no organization is called %q", e.Name)
}

// Survey reads the organizations, all at once, and returns what there is to do in each, with the errors by the same
// index. An error may leave the steps of those sections that could be read.
func Survey(ctx context.Context, targets []Target) ([]plan.Org, []error) {
	orgs, errs := make([]plan.Org, len(targets)), make([]error, len(targets))
	parallel(len(targets), func(i int) {
		orgs[i], errs[i] = survey(ctx, targets[i])
	})
	rejectTwins(orgs, errs)
	return orgs, errs
}

// TwinError says that a target turned out to mean the same live organization as another one.
type TwinError struct {
	ID    string
	Other int // the index of the other target
}

func (e *TwinError) Error() string {
	return fmt.Sprintf("the live organization %s is described twice", e.ID)
}

// rejectTwins leaves nothing to do in organizations that are wanted to be two different things.
func rejectTwins(orgs []plan.Org, errs []error) {
	first := map[string]int{}
	for i, org := range orgs {
		j, twin := first[org.ID]
		switch {
		case org.ID == "":
		case twin:
			errs[i], errs[j] = &TwinError{org.ID, j}, &TwinError{org.ID, i}
			orgs[i].Steps, orgs[j].Steps = nil, nil
		default:
			first[org.ID] = i
		}
	}
}

func survey(ctx context.Context, t Target) (plan.Org, error) {
	org := plan.Org{Name: t.Name, ID: t.ID}
	if t.Account.Err != nil {
		return org, t.Account.Err
	}
	self, err := locate(ctx, t)
	if err != nil {
		return org, err
	}
	org.ID = self.ID
	sections := make(resource.State, len(t.Want))
	for kind, objects := range t.Want {
		if kind != resource.Organization.Name {
			sections[kind] = objects
		}
	}
	live, want, err := resource.Read(ctx, t.Account.API, org.ID, sections)
	live[resource.Organization.Name] = []resource.Object{self}
	want[resource.Organization.Name] = t.Want[resource.Organization.Name]
	org.Steps = plan.Diff(resource.Kinds, live, want)
	return org, err
}

// locate finds the live organization: by id, or else the only one with exactly the name.
func locate(ctx context.Context, t Target) (resource.Object, error) {
	if t.ID != "" {
		found, err := resource.Organization.Read(ctx, t.Account.API, t.ID)
		if err == nil && len(found) == 0 {
			err = fmt.Errorf("GET /orgs/%s: the organization was deleted; remove it from the tree", t.ID)
		}
		if err != nil {
			return resource.Object{}, err
		}
		return found[0], nil
	}
	visible, err := t.Account.organizations(ctx)
	if err != nil {
		return resource.Object{}, err
	}
	return named(visible, t.Name)
}

// named returns the only organization with exactly the name.
func named(visible []resource.Object, name string) (resource.Object, error) {
	var found resource.Object
	e := &NotFoundError{Name: name}
	for _, o := range visible {
		visibleName := fmt.Sprint(o.Fields["name"])
		e.Visible = append(e.Visible, visibleName)
		if visibleName == name {
			found = o
			e.IDs = append(e.IDs, o.ID)
		}
	}
	if len(e.IDs) == 1 {
		return found, nil
	}
	slices.Sort(e.IDs)
	slices.Sort(e.Visible)
	return found, e
}
