package reconcile

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"atlas-gitops/internal/natural"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/planner"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/spec"
)

// PlanOptions say how a tree is planned.
type PlanOptions struct {
	Base     *Base       // the earlier version of the tree, to mark drift and to say what the change means; nil for none
	Limits   plan.Limits // of the guards
	Approval *Approval   // what --accept approves, so that guards do not block it; nil for nothing
	Parallel int         // the most organizations to read at once
	Verbose  bool        // name what additive lists leave alone, not only count it
}

// Run is a plan, the connection that applies it, and the tree that asks for it. The keys of the maps are the
// [resource.OrgRef.Key] of the organization in the plan, which may have an id that the tree lacks.
type Run struct {
	Plan         *plan.Plan
	Errors       []error // why organizations are not planned in full: an [OrgError] each, or an error that a saved plan holds
	AcceptedFile string  // the file of acceptances that counts for all organizations of the tree; "" for a saved plan, whose tree is unknown
	ComparedWith string  // what the tree was compared with instead of Atlas; "" for Atlas

	*FileNames
	connection *Connection // nil if the plan cannot be applied
	accounts   map[resource.OrgRef]*resource.Account
	orgs       map[resource.OrgRef]*spec.Org // none for a saved plan
	isSaved    bool
	parallel   int
}

// HasErrors reports whether an organization is not planned in full.
func (r *Run) HasErrors() bool { return len(r.Errors) > 0 }

// SandboxOrgs returns the names of the organizations of the sandbox, in natural order, if the tree has one that the sandbox does not
// have. It returns nil for Atlas.
func (r *Run) SandboxOrgs() []string {
	if r.connection == nil || r.connection.embedded == nil {
		return nil
	}
	isForeign := func(err error) bool {
		var failed *OrgError
		return errors.As(err, &failed) && failed.Org.Create == nil && !r.connection.embedded.HasOrg(cmp.Or(failed.Org.ID, failed.Org.Name))
	}
	if !slices.ContainsFunc(r.Errors, isForeign) {
		return nil
	}
	return slices.SortedFunc(slices.Values(r.connection.embedded.OrgNames()), natural.Compare)
}

// Plan compares organizations of a tree with Atlas. An error means that there is no plan at all.
func (c *Connection) Plan(ctx context.Context, t *Tree, s Selection, o PlanOptions) (*Run, error) {
	run, _, err := planTree(ctx, c, t, s, o, nil)
	return run, err
}

// Surveyed is what was read of an organization, and its plan.
type Surveyed struct {
	planner.Live
	Planned plan.Org
}

// Survey plans as [Connection.Plan] does. It also returns what it read and planned, in the order of the selected organizations.
func (c *Connection) Survey(ctx context.Context, t *Tree, s Selection, o PlanOptions) (*Run, []Surveyed, error) {
	all := make([]Surveyed, len(s.Orgs))
	run, planned, err := planTree(ctx, c, t, s, o, func(i int, l planner.Live) { all[i].Live = l })
	for i, org := range planned {
		all[i].Planned = org
	}
	return run, all, err
}

// planTree returns the run, and the plan of each selected organization in their order. keep gets what was read; nil: that is not kept.
func planTree(ctx context.Context, c *Connection, t *Tree, s Selection, o PlanOptions, keep func(int, planner.Live)) (*Run, []plan.Org, error) {
	targets := c.targets(s.Orgs, o)
	c.observer.Begin(Reading, Work{Orgs: len(targets)})
	found, errs := planner.Plan(ctx, targets, planner.Options{Others: c.others(s.Rest), Parallel: o.Parallel, Read: c.observer.OrgRead, Keep: keep})
	c.observer.End()
	if ctx.Err() != nil {
		return nil, nil, c.Ended(ctx)
	}
	r := &Run{FileNames: t.FileNames, connection: c, accounts: map[resource.OrgRef]*resource.Account{}, orgs: map[resource.OrgRef]*spec.Org{}, parallel: o.Parallel}
	for i, org := range s.Orgs {
		r.accounts[found[i].Ref().Key()] = targets[i].Account
		r.addSources(o.Base.org(org.OrgRef), org, &found[i])
		if found[i].Creates() {
			r.accounts[found[i].Ref().Key()] = targets[i].Payer
			errs[i] = cmp.Or(errs[i], r.sites().Check(found[i]))
		}
		if errs[i] != nil {
			r.fail(&OrgError{org, errs[i]}, s.All(), &found[i])
		}
	}
	r.AcceptedFile = acceptedFile(s.All())
	r.Plan = plan.New(slices.Clone(found)) // which sorts
	r.Plan.Review = o.Base.review(s, r.Plan.Orgs, r.orgs)
	r.Plan.Check(o.Limits, r.acceptances(o.Approval))
	return r, found, nil
}

// targets returns the organizations with their accounts and their earlier version in the base.
func (c *Connection) targets(orgs []*spec.Org, options PlanOptions) []planner.Target {
	targets := make([]planner.Target, len(orgs))
	for i, o := range orgs {
		targets[i] = planner.Target{Desired: o.Desired, Account: c.account(o.OrgRef),
			HasBase: options.Base != nil, Base: options.Base.find(o.OrgRef), Verbose: options.Verbose}
	}
	// Credentials with the same name share an account. Organizations come first: if a payer uses the credential of an organization,
	// the sandbox must grant that credential for the organization.
	for i, o := range orgs {
		if o.Create != nil {
			targets[i].Payer = c.payer(o.Create)
		}
	}
	return targets
}

// others returns the organizations of the tree that are not selected.
func (c *Connection) others(orgs []*spec.Org) (all []planner.Other) {
	for _, o := range orgs {
		all = append(all, planner.Other{OrgRef: o.OrgRef, IsNew: o.Create != nil, Account: func() *resource.Account { return c.account(o.OrgRef) }})
	}
	return all
}

// addSources adds to each step the place in the tree that asks for it, and to each review item its place and its organization.
// base is the organization in the base tree, or nil.
func (r *Run) addSources(base, o *spec.Org, found *plan.Org) {
	r.orgs[found.Ref().Key()] = o
	AddSources(o, found.Steps)
	AddReviewSources(base, o, found)
}

// fail records the error of an organization of the tree.
func (r *Run) fail(err *OrgError, tree []*spec.Org, found *plan.Org) {
	if found.Creates() {
		found.Steps, found.Notices = nil, nil // a creation is planned in full or not at all
	}
	r.Errors = append(r.Errors, err)
	found.Problems = err.problems(tree, found.ID)
	lines := make([]string, len(found.Problems))
	for i, p := range found.Problems {
		lines[i] = p.Line(found.Name)
	}
	found.Error = strings.Join(lines, "\n")
}

// PlaceOf returns the place in the tree that asks for a step, or the nearest one.
func (r *Run) PlaceOf(org plan.Org, s plan.Step) plan.Source {
	if s.Source != nil {
		return *s.Source
	}
	o := r.orgs[org.Ref().Key()]
	if o == nil {
		return plan.Source{}
	}
	at, _ := nearest(o, s.Kind, s.Key)
	return SourceOf(at)
}
