// Package planner makes plans: it finds and reads each organization in Atlas, and compares it with the tree by package plan.
package planner

import (
	"cmp"
	"context"
	"errors"
	"maps"

	"golang.org/x/sync/errgroup"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// Target is an organization of the tree, and the accounts with which to reach it.
type Target struct {
	resource.Desired
	Account *resource.Account // of the credential of the organization
	Payer   *resource.Account // of the credential in create.from

	HasBase bool              // there is a base tree, with which the plan compares the tree
	Base    *resource.Desired // the organization in the base tree; nil if it does not have it

	Verbose bool // name what additive lists leave alone, not only count it
}

// Options control how organizations are planned.
type Options struct {
	// Others is the rest of the tree. A target must not be the same live organization as one of them.
	Others []Other

	Parallel int    // the largest number of organizations that are read at once
	Read     func() // called after each organization; may be nil

	// Keep gets what was read of the target with the index; nil: that is not kept, because it needs much memory. Several goroutines call
	// it, each for another index.
	Keep func(i int, l Live)
}

// Plan reads the organizations in parallel and plans each. Plans and errors have the indexes of the targets. An organization with an
// error keeps the steps of the sections that could be read.
func Plan(ctx context.Context, targets []Target, o Options) ([]plan.Org, []error) {
	accounts := make([]*resource.Account, len(targets))
	for i, t := range targets {
		accounts[i] = t.Account
	}
	defer LogIn(ctx, o.Parallel, accounts)()
	found, orgs, errs := make([]liveOrg, len(targets)), make([]plan.Org, len(targets)), make([]error, len(targets))
	InParallel(o.Parallel, len(targets), func(i int) {
		found[i], errs[i] = targets[i].plan(ctx)
		found[i].Review = targets[i].review(ctx, found[i])
		if o.Keep != nil {
			o.Keep(i, found[i].live.trimmed())
		}
		found[i].forget()
		if o.Read != nil {
			o.Read()
		}
	})
	for i := range found {
		orgs[i] = found[i].Org
		errs[i] = cmp.Or(found[i].clash(ctx, o.Others, len(targets)), errs[i])
		if duplicate := new(DuplicateOrgError); errors.As(errs[i], &duplicate) {
			orgs[i].Steps = nil
		}
	}
	RejectDuplicates(orgs, errs)
	return orgs, errs
}

// InParallel calls f for each number below n, for at most limit numbers at once.
func InParallel(limit, n int, f func(i int)) {
	var group errgroup.Group
	group.SetLimit(limit)
	for i := range n {
		group.Go(func() error { f(i); return nil })
	}
	_ = group.Wait() // no function returns an error
}

// liveOrg is the plan of an organization, and what it was planned against.
type liveOrg struct {
	plan.Org
	live Live           // its name is "" if the organization was not found
	want resource.State // the sections that could be read, with their references resolved
}

// forget forgets what was read, except the name.
func (l *liveOrg) forget() { l.live, l.want = Live{Name: l.live.Name}, nil }

// plan reads the organization and plans its steps.
func (t Target) plan(ctx context.Context) (found liveOrg, err error) {
	found.Org = plan.Org{Name: t.Name, ID: t.ID, Credentials: t.Credentials}
	self, err := t.find(ctx)
	switch {
	case err != nil:
		return found, err
	case self == nil && t.ID == "":
		found.Org, err = t.planCreation(ctx, found.Org)
		return found, err
	case t.Delete:
		found.Org, err = t.planDeletion(ctx, found.Org)
		found.live.Name = t.Name
		return found, err
	}
	name := resource.Organization.Name
	sections := maps.Clone(t.Want)
	sections[name] = t.Want[name] // always read the organization itself, because the id may be wrong
	if self != nil {
		found.ID = self.ID
		delete(sections, name) // GET /orgs already showed all its fields
	}
	session := resource.PlanSession(t.Account.API)
	live, want, err := resource.Read(ctx, session, found.ID, sections)
	if self == nil {
		self = live.Find(name, "")
	} else {
		want[name] = t.Want[name]
	}
	if found.want = want; self != nil {
		t.Account.RecordRead(found.ID)
		found.live = newLive(session, found.ID, *self, live)
	}
	if contradiction := t.addSteps(&found.Org, live, want); contradiction != nil {
		err = errors.Join(err, contradiction)
	}
	t.markDrift(ctx, session, &found.Org, live)
	return found, err
}

// addSteps adds to an organization the steps from live to want, the notices, and the baseline of the guards. want has those sections
// of t.Want that could be read, with their references resolved. An error means that a wanted object refers to an object that a step
// would delete. addSteps leaves out such steps.
func (t Target) addSteps(org *plan.Org, live, want resource.State) error {
	want, notices := plan.Lists{Want: t.Want, Additive: t.Additive, Verbose: t.Verbose}.HandsOff(live, want)
	org.Notices = append(plan.Rejections(live, want), notices...)
	if !org.Creates() {
		org.Notices = append(org.Notices, plan.UnmanagedNotice(t.Desired)...)
	}
	steps, err := plan.WithoutDeletedReferences(resource.Kinds, want, plan.Diff(resource.Kinds, live, want))
	org.Steps = append(org.Steps, steps...)
	org.Notices = append(org.Notices, plan.LookalikeNotices(org.Steps)...)
	org.Baseline = plan.BaselineOf(live, org.Steps)
	return err
}

// markDrift marks the steps that the base tree would need, too. Those do not come from a change of the tree.
func (t Target) markDrift(ctx context.Context, s *resource.Session, org *plan.Org, live resource.State) {
	if t.Base == nil || t.Base.Delete || org.Creates() && !t.Base.IsNew() {
		return
	}
	base := plan.Org{}
	if org.Creates() {
		base.Steps = []plan.Step{creation(*t.Base)}
	}
	_ = Target{Desired: *t.Base}.addSteps(&base, live, resource.ResolveKnown(ctx, s, org.ID, live, t.Base.Want)) // steps that contradict each other are not drift
	org.MarkDrift(base.Steps)
}

// find returns the live organization of a target without an id. It returns nil for a target with an id and for a new organization.
func (t Target) find(ctx context.Context) (*resource.Object, error) {
	switch {
	case t.IsNew() && t.Account.Missing:
		return nil, nil
	case t.Account.Err != nil:
		return nil, t.Account.Err
	case t.ID != "":
		return nil, nil
	}
	o, err := t.Account.Find(ctx, t.Name)
	var none *resource.NotFoundError
	switch {
	case err == nil:
		return &o, nil
	case t.Create == nil || !errors.As(err, &none) || len(none.IDs) > 0:
		return nil, err
	case len(none.Visible) > 0:
		return nil, &CredentialInUseError{none.Visible}
	}
	return nil, nil
}
