package cli

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"

	"atlas-gitops/internal/github"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/spec"
)

func actionCommand() command {
	return command{
		name: "action", args: "[FLAGS]",
		about: "what the GitHub Action runs",
		detail: "Does what the inputs of action.yml say, and tells GitHub of it: in annotations,\nin the summary and the outputs of the step, and in a comment on the pull\n" +
			"request, or in issues. A flag that is not given is taken from the variable of\nits input: --max-deletes from INPUT_MAX_DELETES. All else is in the variables\nof GitHub's runner, and GITHUB_TOKEN." + credentialHelp,
		flags: []string{"command", "path", "only", "base", "accept", "max-deletes", "comment", "comment-id", "summary", "annotations", "fail-on",
			"parallelism", "credentials-out"},
		inputs:   true,
		examples: []string{"action --command plan --path examples/orgs --comment never"},
		polite:   true,
		run:      (*invocation).action,
	}
}

// The words for how a run of the action ended.
const (
	endNoChanges = "no-changes"
	endChanges   = "changes"
	endApplied   = "applied"
	endPartial   = "partial"
	endFailed    = "failed"
	endStale     = "stale"   // another plan than that of the input accept is needed now
	endBlocked   = "blocked" // guards refuse the plan
)

// report is what a run of the action has found, planned and done.
type report struct {
	command     string
	diagnostics []spec.Diagnostic
	orgs        []*spec.Org // nil if there are mistakes
	fleet       *fleet      // nil if there is no plan
	approved    *approval
	foreign     string // why Atlas was not asked; "" if it was
	application
	err error // why it ended early
}

func (in *invocation) action(ctx context.Context) (int, error) {
	run, err := github.ReadRun(in.Getenv, func(name string) ([]byte, error) { return fs.ReadFile(in.Files, filepath.ToSlash(name)) })
	if err != nil {
		return ExitError, in.failEarly(err)
	}
	in.args, in.writes, in.autoApprove = in.trees, in.command.value == "apply", in.accept == ""
	if in.Getenv("RUNNER_DEBUG") == "1" {
		in.verbose = max(in.verbose, 1)
	}
	unmute, err := github.Mute(in.Stdout)
	if err != nil {
		return ExitError, err
	}
	out := in.Stdout
	in.Stderr = &screen{w: out} // one log, in order
	in.Terminal, in.ShowsOut, in.ShowsErr = false, false, false
	in.progress = newProgress(in.Env)
	r := in.work(ctx, run)
	in.complain(r.err)
	if err := unmute(); err != nil {
		return ExitError, err
	}
	p := &publisher{in, run, r, out}
	err = p.publish(context.WithoutCancel(ctx))
	if err != nil {
		return ExitError, in.failEarly(err)
	}
	return r.exitStatus(in.failOn.value), nil
}

// failEarly makes an error an annotation, too, and shows it.
func (in *invocation) failEarly(err error) error {
	for _, line := range explainAll(err) {
		_, _ = io.WriteString(in.Stdout, github.Command("error", plan.OneLine(line), github.Property{Name: "title", Value: "atlas-gitops"}))
	}
	return errShown
}

// work does what the input command says, and shows it as text.
func (in *invocation) work(ctx context.Context, run *github.Run) *report {
	r := &report{command: in.command.value}
	r.orgs, r.diagnostics, r.err = in.load()
	if r.err != nil {
		return r
	}
	r.diagnostics = append(r.diagnostics, spec.Endings(r.orgs, in.Now())...)
	slices.SortStableFunc(r.diagnostics, func(a, b spec.Diagnostic) int { return a.Place.Compare(b.Place) })
	if len(r.diagnostics) > 0 {
		r.err = spec.WriteText(in.Stdout, r.diagnostics)
	}
	switch {
	case r.err != nil:
	case spec.Count(r.diagnostics, spec.Error) > 0:
		r.err = errShown
	default:
		if r.orgs, r.err = selected(r.orgs, in.only); r.err == nil {
			r.err = in.workOn(ctx, run, r)
		}
	}
	return r
}

// workOn does it with a tree that is valid.
func (in *invocation) workOn(ctx context.Context, run *github.Run, r *report) (err error) {
	if r.command == "validate" {
		_, err := fmt.Fprintln(in.Stdout, areValid(len(r.orgs))+".")
		return err
	}
	if r.approved, err = in.approval(); err != nil {
		return err
	}
	c, err := in.connect(ctx)
	if err != nil {
		return err
	}
	defer c.close()
	if r.command == "plan" {
		return in.planFor(ctx, c, run, r)
	}
	if r.fleet, err = in.survey(ctx, c, r.orgs); err != nil {
		return err
	}
	if r.command == "drift" {
		return in.show(r.fleet)
	}
	r.application, err = in.applyFleet(ctx, c, r.fleet, r.approved, nil)
	return err
}

// planFor plans, and tells what the pull request asks for from drift. Where nobody may have credentials, it shows what the
// pull request changes in the tree.
func (in *invocation) planFor(ctx context.Context, c *connection, run *github.Run, r *report) error {
	b, err := in.baseOf(ctx, run)
	if err != nil {
		return err
	}
	switch {
	case run.Pull == nil || !run.Pull.Untrusted || !nobodyIsSet(c.targets(r.orgs)):
		r.fleet, err = in.survey(ctx, c, r.orgs)
	case b == nil:
		r.foreign = "and there is no base to compare the tree with. The tree is valid."
		_, err := fmt.Fprintln(in.Stdout, withoutCredentials, r.foreign)
		return err
	default:
		r.foreign = "so this shows what it changes in the tree."
		r.fleet = in.compare(c, b, r.orgs)
	}
	if err != nil {
		return err
	}
	if b != nil && r.foreign == "" {
		r.fleet.markDrift(b)
	}
	return in.show(r.fleet)
}

// withoutCredentials begins to say why Atlas was not asked.
const withoutCredentials = "The run has no credentials, as those for pull requests from forks and of Dependabot have none,"

// baseOf reads the tree that a pull request is to be merged into, or that of the input base; nil if there is none.
func (in *invocation) baseOf(ctx context.Context, run *github.Run) (b *base, err error) {
	switch {
	case in.base != "":
		return in.loadBase(ctx, string(in.base))
	case run.Pull == nil || in.repository(in.Dir) == "":
		return nil, nil
	}
	if run.Event == "pull_request" { // what is checked out is the merge, whose first parent is the base
		if b, err = in.loadBase(ctx, run.Checkout+"^1"); err == nil {
			return b, nil
		}
	}
	if b, err = in.loadBase(ctx, cmp.Or(run.Pull.Base, "of the pull request")); err == nil {
		return b, nil
	}
	_, err = fmt.Fprintln(in.Stdout, "Drift is not told apart: "+plan.OneLine(err.Error())+".")
	return nil, err
}

// exitStatus is that of the run: there are changes is an output, and no failure unless it shall be one.
func (r *report) exitStatus(failOn string) int {
	switch result := r.result(); {
	case result == endStale, result == endBlocked:
		return ExitRefused
	case result == endFailed, result == endPartial, r.err != nil, r.status != ExitOK:
		return ExitError
	case result == endChanges && failOn == "changes":
		return ExitError
	}
	return ExitOK
}

// result is how it ended, in a word.
func (r *report) result() string {
	switch {
	case r.err != nil && !r.did():
		return endFailed
	case r.command == "validate", r.fleet == nil:
		return endNoChanges
	case r.refusal != "" && r.approved != nil:
		return endStale
	case r.refusal != "":
		return endBlocked
	case r.hasTrouble():
		return r.part()
	case r.results != nil:
		return endApplied
	case r.fleet.plan.Changed() > 0:
		return endChanges
	}
	return endNoChanges
}

// did tells whether anything was done.
func (r *report) did() bool {
	for _, result := range r.results {
		for _, o := range result.Outcomes {
			if o.Good() {
				return true
			}
		}
	}
	return false
}

// hasTrouble tells whether something could not be planned, or not be done.
func (r *report) hasTrouble() bool {
	return r.err != nil || r.status != ExitOK || r.fleet.trouble()
}

// part tells whether anything succeeded where not everything did.
func (r *report) part() string {
	switch {
	case r.results != nil && r.did():
		return endPartial
	case r.results == nil && len(r.failedOrgs()) < len(r.fleet.plan.Orgs) && (r.command != "apply" || r.fleet.plan.Steps() == 0):
		return endPartial
	}
	return endFailed
}

// failedOrgs returns the organizations in which something could not be planned, or not be done.
func (r *report) failedOrgs() (failed []plan.Org) {
	if r.fleet == nil {
		return nil
	}
	for i, org := range r.fleet.plan.Orgs {
		bad := org.Error != ""
		if r.results != nil {
			for _, o := range r.results[i].Outcomes {
				bad = bad || !o.Good()
			}
		}
		if bad {
			failed = append(failed, org)
		}
	}
	return failed
}
