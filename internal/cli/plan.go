package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"atlas-gitops/internal/flagvalue"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/reconcile"
	"atlas-gitops/internal/render"
	"atlas-gitops/internal/safetext"
	"atlas-gitops/internal/sandbox"
)

// planOptions are the flags of plan.
type planOptions struct {
	atlas
	only         []string
	base         flagvalue.Word
	out          flagvalue.File
	summary      bool
	format       flagvalue.Choice
	color        flagvalue.Choice
	detailedExit bool
	limits
	parallelism flagvalue.Number
}

func planCommand() command {
	return command{
		name: "plan", args: "[FLAGS] [PATH…]", maxArgs: -1, isCommon: true,
		about:  "show what apply would change in Atlas",
		detail: "Compares the YAML files of the tree with the live organizations, and shows what apply would change, in order. Changes nothing in Atlas." + pathHelp + credentialHelp,
		examples: []string{
			"plan --sandbox examples/orgs",
			"plan --sandbox --detailed-exitcode examples/orgs",
			"plan --out plan.json orgs",
		},
		interruptible: true,
		define: func(f flags) run {
			o := &planOptions{}
			f.only(&o.only)
			f.base(&o.base)
			f.Var(&o.out, "out", "save the plan in `FILE`, for apply --plan")
			f.format(&o.format, "text", "json", "markdown")
			f.summary(&o.summary)
			f.color(&o.color)
			f.BoolVar(&o.detailedExit, "detailed-exitcode", false, "exit with status 2 if there are changes")
			f.limits(&o.limits)
			f.parallelism(&o.parallelism)
			f.atlas(&o.atlas)
			return o.run
		},
	}
}

func (o *planOptions) run(ctx context.Context, c *call) (int, error) {
	if err := cmp.Or(o.checkSummary(), reconcile.CheckPlanName(string(o.out))); err != nil {
		return ExitError, err
	}
	return reading(ctx, c, o.atlas, o.runLive)
}

// runLive shows and saves the plan.
func (o *planOptions) runLive(ctx context.Context, c *call, connection *reconcile.Connection) (int, error) {
	r, err := o.plan(ctx, c, connection, nil)
	if err != nil {
		return ExitError, err
	}
	c.remember(r.Plan, o.verbose)
	if err := errors.Join(o.show(c, r), o.save(c, r.Plan)); err != nil {
		return ExitError, err
	}
	switch {
	case r.HasErrors():
		return ExitError, nil
	case o.detailedExit && r.Plan.Changed() > 0:
		return ExitChanges, nil
	}
	return ExitOK, nil
}

// plan compares the tree with Atlas. An error means that there is no plan at all.
func (o *planOptions) plan(ctx context.Context, c *call, connection *reconcile.Connection, approval *reconcile.Approval) (*reconcile.Run, error) {
	tree, selection, err := c.loadTree(o.only, o.color)
	if err != nil {
		return nil, err
	}
	approval.Select(selection)
	options := reconcile.PlanOptions{Limits: o.limits.plan(), Approval: approval, Parallel: o.parallelism.Value, Verbose: o.verbose > 0}
	if o.base != "" {
		if options.Base, err = c.LoadBase(ctx, tree, string(o.base)); err != nil {
			return nil, err
		}
	}
	return connection.Plan(ctx, tree, selection, options)
}

// checkSummary refuses --summary for other formats: they always have every step.
func (o *planOptions) checkSummary() error {
	if o.summary && o.format.Value != "text" {
		return fmt.Errorf("--summary shortens text; leave it out, or leave out --format %s", o.format.Value)
	}
	return nil
}

// view shows a plan without a command that accepts it.
func (o *planOptions) view(c *call) render.View {
	return render.View{Colors: c.colors(o.color), Now: c.Now(), Summary: o.summary, Verbose: o.verbose > 0}
}

// show writes the plan and its errors.
func (o *planOptions) show(c *call, r *reconcile.Run) (err error) {
	v := o.view(c)
	apply := &applyOptions{planOptions: *o}
	v.Command, v.AcceptOne, v.AcceptedFile = apply.acceptLine(c, r.Plan, r.Plan.Digest), apply.acceptLine(c, r.Plan, r.Plan.BlockedDigest()), r.AcceptedFile
	switch o.format.Value {
	case "json":
		err = plan.WriteJSON(c.Stdout, r.Plan)
	case "markdown":
		err = v.WritePlanMarkdown(c.Stdout, r.Plan)
	default:
		v.FileName = r.Show
		err = v.WritePlan(c.Stdout, r.Plan)
	}
	return errors.Join(err, c.printPlanErrors(r))
}

// printPlanErrors writes why organizations are not planned in full. It also names the organizations of the sandbox if that helps.
func (c *call) printPlanErrors(r *reconcile.Run) error {
	err := render.WriteErrors(c.Stderr, r.Plan, r.Show)
	if names := r.SandboxOrgs(); len(names) > 0 {
		fmt.Fprintln(c.Stderr, render.SandboxHas(names, c.treeOf(names)))
	}
	return err
}

// treeOf returns the directory of the tree for the demonstration organizations, or "" if the sandbox has none of them.
func (c *call) treeOf(orgs []string) string {
	const tree = "examples/orgs"
	isKnown := func(o *sandbox.Org) bool { return slices.Contains(orgs, o.Name) }
	switch {
	case !slices.ContainsFunc(sandbox.Demo().Orgs, isKnown):
		return ""
	case c.Exists(tree):
		return tree
	}
	return tree + " of the atlas-gitops repository"
}

// save saves the plan in the file of --out, and says how to apply it. If guards block the plan, only JSON does not show that.
func (o *planOptions) save(c *call, p *plan.Plan) error {
	if o.out == "" {
		return nil
	}
	if err := c.SavePlan(string(o.out), p); err != nil {
		return fmt.Errorf("--out: %w", err)
	}
	saved, apply := "Saved the plan in "+safetext.Line(string(o.out))+".", &applyOptions{planOptions: *o, planFile: o.out}
	switch {
	case p.Changed() == 0:
	case len(p.Blocked()) == 0:
		saved += " Apply it with: " + apply.applyLine(c, p)
	case len(p.Blocked()) < p.Changed():
		saved += " Apply what guards do not block with: " + apply.applyLine(c, p)
	case o.format.Value == "json":
		saved += " Guards block it; to apply it nevertheless: " + apply.acceptLine(c, p, p.Digest)
	}
	fmt.Fprintln(c.Stderr, saved)
	return nil
}

// remember saves a plan in the cache when it is shown. Only --verbose reports an error.
func (c *call) remember(p *plan.Plan, verbose int) {
	if err := c.Remember(p); err != nil && verbose > 0 {
		c.printErrors(err)
	}
}
