package reconcile

import (
	"cmp"
	"context"
	"strings"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/planner"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/spec"
)

// PlanOptions say how a tree is planned.
type PlanOptions struct {
	Base       *Base // the earlier version of the tree to tell drift from; nil for none
	MaxDeletes int   // how many removals in one organization no guard refuses
	Parallel   int   // how many organizations are read at once
}

// Run is a plan, the connection that carries it out, and what asked for it. The maps are by the [resource.OrgRef.Key] of an
// organization as the plan has it: the plan may know an id that the tree does not have.
type Run struct {
	Plan         *plan.Plan
	Errors       []error // why an organization is not planned, or not in full: an [OrgError] each, or the words of a saved plan
	ComparedWith string  // what the tree was compared with instead of Atlas; "" for Atlas

	*FileNames
	connection *Connection // nil if nobody can carry the plan out
	accounts   map[resource.OrgRef]*resource.Account
	orgs       map[resource.OrgRef]*spec.Org // none for a saved plan
	isSaved    bool
	parallel   int
}

// HasErrors tells whether something could not be planned.
func (r *Run) HasErrors() bool { return len(r.Errors) > 0 }

// Plan compares organizations of a tree with those that are live. An error means that there is no plan at all.
func (c *Connection) Plan(ctx context.Context, t *Tree, s Selection, o PlanOptions) (*Run, error) {
	targets := c.targets(s.Orgs, o.Base)
	c.observer.Begin(Reading, len(targets), 0)
	found, errs := planner.Plan(ctx, targets, planner.Options{Others: c.others(s.Rest), Parallel: o.Parallel, Read: c.observer.OrgRead})
	c.observer.End()
	if ctx.Err() != nil {
		return nil, ended(ctx)
	}
	r := &Run{FileNames: t.FileNames, connection: c, accounts: map[resource.OrgRef]*resource.Account{}, orgs: map[resource.OrgRef]*spec.Org{}, parallel: o.Parallel}
	for i, org := range s.Orgs {
		r.accounts[found[i].Ref().Key()] = targets[i].Account
		r.addSources(org, &found[i])
		if found[i].Creates() {
			r.accounts[found[i].Ref().Key()] = targets[i].Payer
			errs[i] = cmp.Or(errs[i], r.sites().Check(found[i]))
		}
		if errs[i] != nil {
			r.fail(&OrgError{org, errs[i], s.All()}, &found[i])
		}
	}
	r.Plan = plan.New(found)
	r.Plan.Check(o.MaxDeletes)
	return r, nil
}

// targets returns the organizations with the ways to them, and as they were in the base.
func (c *Connection) targets(orgs []*spec.Org, b *Base) []planner.Target {
	targets := make([]planner.Target, len(orgs))
	for i, o := range orgs {
		targets[i] = planner.Target{Desired: o.Desired, Account: c.account(o.OrgRef), Base: b.find(o.OrgRef)}
	}
	// A payer gets its account after all organizations, since accounts are shared by name: where the payer's credential is also
	// that of an organization, the sandbox has to grant it for that one.
	for i, o := range orgs {
		if o.Create != nil {
			targets[i].Payer = c.payer(o.Create)
		}
	}
	return targets
}

// others returns what else the tree describes, beside what this run is about.
func (c *Connection) others(orgs []*spec.Org) (all []planner.Other) {
	for _, o := range orgs {
		all = append(all, planner.Other{OrgRef: o.OrgRef, IsNew: o.Create != nil, Account: func() *resource.Account { return c.account(o.OrgRef) }})
	}
	return all
}

// addSources adds to each step the place in the tree that asks for it.
func (r *Run) addSources(o *spec.Org, found *plan.Org) {
	r.orgs[found.Ref().Key()] = o
	for i, step := range found.Steps {
		found.Steps[i].Source = source(o, step)
	}
}

// fail adds what went wrong with an organization.
func (r *Run) fail(err *OrgError, found *plan.Org) {
	if found.Creates() {
		found.Steps, found.Notices = nil, nil // all of it, or nothing
	}
	r.Errors = append(r.Errors, err)
	found.Error = strings.Join(err.Lines(nil), "\n")
}

// offline returns what a change of the tree asks for in an organization.
func (r *Run) offline(o *spec.Org, b *Base) plan.Org {
	found := planner.Offline(o.Desired, b.find(o.OrgRef))
	r.addSources(o, &found)
	return found
}

// PlaceOf returns the place in the tree that asks for a step: where the object is written, or else the section that does
// not have it any more, or else the organization.
func (r *Run) PlaceOf(org plan.Org, s plan.Step) plan.Source {
	if s.Source != nil {
		return *s.Source
	}
	o := r.orgs[org.Ref().Key()]
	if o == nil {
		return plan.Source{}
	}
	if at, ok := o.Place(s.Kind, s.Key); ok {
		return sourceOf(at)
	}
	if at, ok := o.Written(s.Kind); ok {
		return sourceOf(at)
	}
	at, _ := o.Place(resource.Organization.Name, "")
	return sourceOf(at)
}
