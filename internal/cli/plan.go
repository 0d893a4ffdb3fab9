package cli

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/spec"
)

func planCommand() command {
	return command{
		name: "plan", args: "[FLAGS] [PATH…]", maxArgs: -1,
		about:   "show what apply would do",
		detail:  "Reads the tree (PATH…, files or directories; " + defaultTree + " if there is none) and the\nlive organizations, and shows in order what apply would do. Only reads." + credentialHelp,
		flags:   []string{"only", "base", "out", "format", "color", "detailed-exitcode", "max-deletes", "parallelism", "sandbox", "base-url", "timeout", "verbose"},
		formats: []string{"text", "json", "markdown"},
		examples: []string{
			"plan examples/orgs",
			"plan --out plan.json examples/orgs",
			"plan --sandbox --detailed-exitcode examples/orgs",
		},
		polite: true,
		run:    (*invocation).plan,
	}
}

func (in *invocation) plan(ctx context.Context) (int, error) {
	c, err := in.connect(ctx)
	if err != nil {
		return ExitError, err
	}
	defer c.close()
	f, err := in.makePlan(ctx, c)
	if err != nil {
		return ExitError, err
	}
	in.remember(f)
	if err := errors.Join(in.show(f), in.savePlan(f)); err != nil {
		return ExitError, err
	}
	switch {
	case f.trouble():
		return ExitError, nil
	case in.detailedExit && f.plan.Changed() > 0:
		return ExitChanges, nil
	}
	return ExitOK, nil
}

// show writes the plan, and then the troubles of single organizations.
func (in *invocation) show(f *fleet) error {
	v := in.view(f)
	v.Colors = in.colors()
	var err error
	switch in.format.value {
	case "json":
		err = plan.WriteJSON(in.Stdout, f.portable())
	case "markdown":
		err = v.WriteMarkdown(in.Stdout, f.portable())
	default:
		err = v.WriteText(in.Stdout, f.plan)
	}
	in.complain(errors.Join(f.troubles...))
	return err
}

// view shows a plan.
func (in *invocation) view(f *fleet) plan.View {
	v := plan.View{Now: in.Now(), Against: f.against}
	if f.against == "" {
		v.Command, v.Via = in.commandFor(f.plan), in.via()
	}
	return v
}

// fleet is what there is to do, and the way to where it is done.
type fleet struct {
	plan       *plan.Plan
	accounts   map[string]*apply.Account // by whichOrg; for an organization that is to be created, that of who pays
	specs      map[specKey]*spec.Org     // nil for a saved plan
	troubles   []error                   // of single organizations, which the plan leaves out or holds in part
	maxDeletes int
	fromRoot   func(file string) string // what a repository calls a file of the tree
	against    string                   // what the tree was compared with instead of Atlas; "" for Atlas
}

// whichOrg tells an organization of a plan from all others: by its id, or by its name before it has one.
func whichOrg(o plan.Org) string {
	if o.Creates() {
		return "new " + o.Name
	}
	return o.ID
}

// specKey tells an organization of a plan from all others of its tree.
type specKey struct{ name, id, credentials string }

func specOf(o plan.Org) specKey { return specKey{o.Name, o.ID, o.Credentials} }

// accountFor returns what the first step in an organization is done with.
func accountFor(t apply.Target, o plan.Org) *apply.Account {
	if o.Creates() {
		return t.Create.Payer
	}
	return t.Account
}

func (f *fleet) trouble() bool { return len(f.troubles) > 0 }

// portable returns the plan with its files named from the root of their repository: the same plan wherever it is made.
func (f *fleet) portable() *plan.Plan {
	orgs, troubles := slices.Clone(f.plan.Orgs), f.troublesByName()
	for i, org := range orgs {
		orgs[i].Steps = slices.Clone(org.Steps)
		for j, step := range org.Steps {
			if step.Source != nil {
				orgs[i].Steps[j].Source = &plan.Source{File: f.fromRoot(step.Source.File), Line: step.Source.Line}
			}
		}
		for _, trouble := range troubles[specKey{name: org.Name, credentials: org.Credentials}] {
			if trouble.isAbout(org) {
				orgs[i].Error = strings.Join(trouble.lines(f.fromRoot), "\n")
				break
			}
		}
	}
	p := plan.New(orgs)
	p.Check(f.maxDeletes)
	return p
}

// troublesByName returns the troubles of single organizations by their names and credentials.
func (f *fleet) troublesByName() map[specKey][]orgError {
	all := map[specKey][]orgError{}
	for _, err := range f.troubles {
		if trouble := (orgError{}); errors.As(err, &trouble) {
			key := specKey{name: trouble.org.Name, credentials: trouble.org.Credentials}
			all[key] = append(all[key], trouble)
		}
	}
	return all
}

// targets returns the organizations with the ways to them, and as they were in the base; nil for none.
func (c *connection) targets(orgs []*spec.Org, b *base) []apply.Target {
	targets := make([]apply.Target, len(orgs))
	for i, o := range orgs {
		targets[i] = target(o)
		targets[i].Account = c.accountOf(o)
		if was := b.find(o); was != nil {
			earlier := target(was)
			targets[i].Base = &earlier
		}
	}
	for i, o := range orgs {
		if o.Create != nil { // a credential that belongs to an organization of the tree is that of who pays, too
			targets[i].Create.Payer = c.payer(o.Create)
		}
	}
	return targets
}

func (c *connection) accountOf(o *spec.Org) *apply.Account {
	return c.account(o.Credentials, cmp.Or(o.ID, o.Name))
}

// target returns an organization as the tree wants it, without the ways to it.
func target(o *spec.Org) apply.Target {
	t := apply.Target{Name: o.Name, ID: o.ID, Credentials: o.Credentials, Want: o.Want, Additive: o.Additive, Delete: o.Delete}
	if o.Create != nil {
		t.Create = &apply.Creation{Fields: o.Create}
	}
	return t
}

// others returns what else the tree describes, beside what this run is about.
func (c *connection) others(orgs []*spec.Org) (all []apply.Other) {
	for _, o := range orgs {
		all = append(all, apply.Other{Name: o.Name, ID: o.ID, Creates: o.Create != nil, Account: func() *apply.Account { return c.accountOf(o) }})
	}
	return all
}

// makePlan compares the tree with the live organizations. An error means that there is no plan at all.
func (in *invocation) makePlan(ctx context.Context, c *connection) (*fleet, error) {
	selection, err := in.loadTree()
	if err != nil {
		return nil, err
	}
	var b *base
	if in.base != "" {
		if b, err = in.loadBase(ctx, string(in.base)); err != nil {
			return nil, err
		}
	}
	return in.survey(ctx, c, selection, b)
}

// survey compares organizations of the tree with those that are live.
func (in *invocation) survey(ctx context.Context, c *connection, s selection, b *base) (*fleet, error) {
	targets := c.targets(s.orgs, b)
	in.progress.begin("Reading", len(targets), 0)
	found, errs := apply.Survey(ctx, targets, c.others(s.rest), in.parallelism.value, in.progress.orgDone)
	in.progress.end()
	if ctx.Err() != nil {
		return nil, nothingDone(ctx)
	}
	f := &fleet{accounts: map[string]*apply.Account{}, specs: map[specKey]*spec.Org{}, maxDeletes: in.maxDeletes.value, fromRoot: in.namesFromRoot()}
	for i, o := range s.orgs {
		f.specs[specOf(found[i])] = o
		f.accounts[whichOrg(found[i])] = accountFor(targets[i], found[i])
		for j, step := range found[i].Steps {
			found[i].Steps[j].Source = source(o, step)
		}
		if found[i].Creates() {
			errs[i] = cmp.Or(errs[i], in.checkCreation(found[i]))
		}
		f.add(o, s.all(), &found[i], errs[i])
	}
	f.plan = plan.New(found)
	f.plan.Check(in.maxDeletes.value)
	return f, nil
}

// add joins what was found of an organization with the trouble that it has.
func (f *fleet) add(o *spec.Org, all []*spec.Org, found *plan.Org, err error) {
	if err != nil && found.Creates() {
		found.Steps, found.Notices = nil, nil // all of it, or nothing
	}
	if err != nil {
		trouble := orgError{o, err, all}
		f.troubles = append(f.troubles, trouble)
		found.Error = strings.Join(trouble.lines(asItIs), "\n")
	}
}

func (in *invocation) colors() plan.Colors {
	switch in.color.value {
	case "always":
		return true
	case "never":
		return false
	}
	return plan.Colors(in.ShowsOut && in.Getenv("NO_COLOR") == "" && in.Getenv("TERM") != "dumb")
}
