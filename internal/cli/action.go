package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

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

// action is a run of the GitHub Action.
type action struct {
	*invocation
	run *github.Run
	*report
	log   io.Writer           // which the runner reads
	notes []github.Annotation // about the run itself
	reads spec.Reads          // what the tree is made of
}

func (in *invocation) action(ctx context.Context) (int, error) {
	run, err := github.ReadRun(in.Getenv, func(name string) ([]byte, error) { return fs.ReadFile(in.Files, filepath.ToSlash(name)) })
	if err != nil {
		return ExitError, in.neverBegan(err)
	}
	a := &action{invocation: in, run: run, report: &report{command: in.task.value}, log: in.Stdout}
	in.args, in.writes, in.autoApprove, in.onGitHub = in.trees, a.command == "apply", true, true
	if in.Getenv("RUNNER_DEBUG") == "1" {
		in.verbose = max(in.verbose, 1)
	}
	unmute, err := github.StopCommands(a.log)
	if err != nil {
		return ExitError, err
	}
	a.run.Commit = a.commit(ctx)
	in.Stderr = &screen{w: a.log} // one log, in order
	in.Terminal, in.ShowsOut, in.ShowsErr = false, false, false
	in.progress = newProgress(in.Env)
	a.err = a.work(ctx)
	in.complain(a.err)
	if err := errors.Join(unmute(), a.publish(context.WithoutCancel(ctx))); err != nil {
		return ExitError, in.failEarly(err)
	}
	return a.exitStatus(in.failOn.value), nil
}

// commit is the one whose tree is read. For a pull request that is its head, if what is checked out is its merge.
func (a *action) commit(ctx context.Context) string {
	root := a.repository(a.Dir)
	if root == "" {
		return a.run.Commit
	}
	there, err := a.Resolve(ctx, root, "HEAD")
	if err != nil || a.run.Event == "pull_request" && there == a.run.Checkout {
		return a.run.Commit
	}
	return there
}

// neverBegan ends a run of which there is nothing else to tell.
func (in *invocation) neverBegan(err error) error {
	var b strings.Builder
	outputErr := github.WriteOutputs(&b, []github.Output{{Name: "result", Value: endFailed}})
	if in.Getenv(outputFile) != "" {
		outputErr = errors.Join(outputErr, in.appendTo(outputFile, b.String()))
	}
	return in.failEarly(errors.Join(err, outputErr))
}

// failEarly makes an error an annotation, and shows it.
func (in *invocation) failEarly(err error) error {
	for _, line := range explainAll(err) {
		_, _ = io.WriteString(in.Stdout, github.Command("error", plan.OneLine(line), github.Property{Name: "title", Value: "atlas-gitops"}))
	}
	return errShown
}

// work does what the input command says, and shows it as text.
func (a *action) work(ctx context.Context) (err error) {
	tree, err := a.load()
	if err != nil {
		return err
	}
	a.reads = tree.Reads
	a.diagnostics = append(tree.Diagnostics, spec.Endings(tree.Orgs, a.Now())...)
	slices.SortStableFunc(a.diagnostics, func(x, y spec.Diagnostic) int { return x.Place.Compare(y.Place) })
	if len(a.diagnostics) > 0 {
		if err := spec.WriteText(a.Stdout, a.diagnostics); err != nil {
			return err
		}
	}
	if spec.Count(a.diagnostics, spec.Error) > 0 {
		return errShown
	}
	if a.selection, err = selected(tree.Orgs, a.only); err != nil {
		return err
	}
	if a.command == "validate" {
		_, err := fmt.Fprintln(a.Stdout, areValid(len(a.orgs))+".")
		return err
	}
	return a.workLive(ctx)
}

// workLive does what takes more than a tree.
func (a *action) workLive(ctx context.Context) (err error) {
	if a.approved, err = a.approval(); err != nil {
		return err
	}
	if a.command == "apply" {
		if err := a.checkNewest(ctx); err != nil || a.overtaken != "" {
			return err
		}
	}
	c, err := a.connect(ctx)
	if err != nil {
		return err
	}
	defer c.close()
	if a.command == "plan" {
		return a.plan(ctx, c)
	}
	if a.fleet, err = a.survey(ctx, c, a.selection, nil); err != nil {
		return err
	}
	if a.command == "drift" {
		return a.show(a.fleet)
	}
	if err := a.checkAttempt(); err != nil {
		return err
	}
	a.application, err = a.applyFleet(ctx, c, a.fleet, a.approved, nil)
	return err
}

// checkNewest makes sure that no newer tree is on the branch: an old run that is started again, or had to wait, would
// undo what the newer one has done.
func (a *action) checkNewest(ctx context.Context) error {
	if a.run.Branch == "" || a.run.Repository == "" {
		return nil
	}
	hub, err := a.hub()
	var files []string
	var all bool
	if err == nil {
		files, all, err = hub.ChangedSince(ctx, a.run.Repository, a.run.Commit, a.run.Branch)
	}
	var refused *github.Error
	switch {
	case errors.Is(err, errNoToken), errors.As(err, &refused) && refused.Forbidden():
		a.say(github.WarningLevel, "order", "nobody knows whether this is the newest tree of "+a.run.Branch+": "+err.Error()+"; check the input github-token, and permissions: contents: read")
		return nil
	case err != nil:
		return fmt.Errorf("nobody knows whether this is the newest tree of %s, so nothing was done: %w; run it again", a.run.Branch, err)
	case !all && !slices.ContainsFunc(files, a.reads.Rename(a.namesFromRoot()).Has):
		return nil
	}
	a.overtaken = a.run.Branch
	_, err = fmt.Fprintln(a.Stdout, overtaken(a.overtaken))
	return err
}

func overtaken(branch string) string {
	return plan.OneLine(branch) + " has another tree than this commit by now, so nothing was done. The newest run of the workflow does it; start that one, not this one, again."
}

// checkAttempt refuses to create an organization in a run that is started again: what an earlier attempt has created, and
// the lock file that it left, are gone with its checkout.
func (a *action) checkAttempt() error {
	i := slices.IndexFunc(a.fleet.plan.Orgs, plan.Org.Creates)
	if i < 0 || !a.run.Rerun {
		return nil
	}
	return fmt.Errorf("this run was started again, and an earlier attempt may have created %s; nothing was done. Look into Atlas: if it is there, write its id below its name; if not, begin a new run",
		a.fleet.plan.Orgs[i].Heading())
}

// plan plans, and tells what the pull request asks for from drift. Where nobody may have credentials, it shows what the
// pull request changes in the tree.
func (a *action) plan(ctx context.Context, c *connection) error {
	b, err := a.baseOf(ctx)
	if err != nil {
		return err
	}
	switch {
	case a.run.Pull == nil || !a.run.Pull.Untrusted || !nobodyIsSet(c.targets(a.orgs, nil)):
		a.fleet, err = a.survey(ctx, c, a.selection, b)
	case b == nil:
		a.foreign = "and there is no base to compare the tree with. The tree is valid."
		_, err := fmt.Fprintln(a.Stdout, withoutCredentials, a.foreign)
		return err
	default:
		a.foreign = "so this shows what it changes in the tree."
		a.fleet = a.compare(c, b, a.orgs)
	}
	if err != nil {
		return err
	}
	return a.show(a.fleet)
}

// withoutCredentials begins to say why Atlas was not asked.
const withoutCredentials = "The run has no credentials, as those for pull requests from forks and of Dependabot have none,"

// baseOf reads the tree that a pull request is to be merged into, or that of the input base; nil if there is none.
func (a *action) baseOf(ctx context.Context) (b *base, err error) {
	switch {
	case a.base != "":
		return a.loadBase(ctx, string(a.base))
	case a.run.Pull == nil || a.repository(a.Dir) == "":
		return nil, nil
	}
	if a.run.Event == "pull_request" { // what is checked out is the merge, whose first parent is the base
		if b, err = a.loadBase(ctx, a.run.Checkout+"^1"); err == nil {
			return b, nil
		}
	}
	if b, err = a.loadBase(ctx, cmp.Or(a.run.Pull.Base, "of the pull request")); err == nil || ctx.Err() != nil {
		return b, err
	}
	a.noBase = plan.OneLine("Drift is not told apart: " + err.Error() + ".")
	_, err = fmt.Fprintln(a.Stdout, a.noBase)
	return nil, err
}

// say adds an annotation about the run itself.
func (a *action) say(level github.Level, about, message string) {
	a.notes = append(a.notes, note(level, plan.Source{}, about, message))
}
