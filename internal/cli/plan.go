package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/spec"
)

func planCommand() command {
	return command{
		name: "plan", args: "[FLAGS] [PATH…]", maxArgs: -1,
		about:   "show what apply would do",
		detail:  "Reads the tree (PATH…, files or directories; " + defaultTree + " if there is none) and the\nlive organizations, and shows in order what apply would do. Only reads." + credentialHelp,
		flags:   []string{"only", "format", "detailed-exitcode", "sandbox", "base-url", "timeout", "verbose"},
		formats: []string{"text", "json"},
		examples: []string{
			"plan examples/orgs",
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
	f, err := in.showPlan(ctx, c)
	switch {
	case err != nil:
		return ExitError, err
	case f.trouble:
		return ExitError, nil
	case in.detailedExit && f.plan.Changed() > 0:
		return ExitChanges, nil
	}
	return ExitOK, nil
}

// showPlan makes the plan and writes it, and then the troubles of single organizations.
func (in *invocation) showPlan(ctx context.Context, c *connection) (*fleet, error) {
	f, troubles, err := in.makePlan(ctx, c)
	if err != nil {
		return nil, err
	}
	write := plan.WriteText
	if in.format.value == "json" {
		write = plan.WriteJSON
	}
	if err := write(in.Stdout, f.plan); err != nil {
		return nil, err
	}
	in.complain(errors.Join(troubles...))
	return f, nil
}

// fleet is the tree as compared with the live organizations.
type fleet struct {
	plan     *plan.Plan
	accounts map[string]*apply.Account // by organization id
	trouble  bool                      // the plan leaves organizations out, or holds them in part
}

// makePlan compares the tree with the live organizations. Troubles are those of single organizations; an error means
// that there is no plan at all.
func (in *invocation) makePlan(ctx context.Context, c *connection) (f *fleet, troubles []error, err error) {
	orgs, err := in.loadTree()
	if err != nil {
		return nil, nil, err
	}
	targets := make([]apply.Target, len(orgs))
	for i, o := range orgs {
		targets[i] = apply.Target{Name: o.Name, ID: o.ID, Want: o.Want, Account: c.account(o)}
		if err := notYet(o); err != nil {
			targets[i].Account = &apply.Account{Err: err}
		}
	}
	found, errs := apply.Survey(ctx, targets)
	if ctx.Err() != nil {
		return nil, nil, nothingDone(ctx)
	}
	f = &fleet{accounts: map[string]*apply.Account{}}
	for i, o := range orgs {
		f.accounts[found[i].ID] = targets[i].Account
		if err := notYetWritten(o, found[i].Steps); err != nil {
			found[i].Steps, errs[i] = nil, errors.Join(errs[i], err)
		}
		for j, step := range found[i].Steps {
			found[i].Steps[j].Source = source(o, step)
		}
		if errs[i] != nil {
			trouble := orgError{o, errs[i], orgs}
			troubles = append(troubles, trouble)
			found[i].Error = strings.Join(explainAll(trouble), "\n")
		}
	}
	f.plan, f.trouble = plan.New(found), len(troubles) > 0
	return f, troubles, nil
}

// notYetError says that a tree asks for something that this version only checks, or compares.
type notYetError struct {
	what  string
	place spec.Place
}

func (e *notYetError) Error() string {
	return e.what + " is not carried out by this version, so nothing is planned for this organization"
}

// notYet refuses to plan an organization in part: who reads the plan would take it for all that was asked for.
func notYet(o *spec.Org) error {
	if place, ok := o.Written("state"); ok {
		return &notYetError{"state", place}
	}
	return nil
}

// notYetWritten does the same where the plan has steps that nobody can take.
func notYetWritten(o *spec.Org, steps []plan.Step) error {
	i := slices.IndexFunc(steps, func(s plan.Step) bool { return s.Kind == resource.Members.Name })
	if i < 0 {
		return nil
	}
	place, _ := o.Written(resource.Members.Name)
	return &notYetError{fmt.Sprintf("what members needs (%s)", steps[i].Line()), place}
}
