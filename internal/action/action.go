// Package action runs the GitHub Action: it does what the inputs say and reports to GitHub through annotations, the summary and
// the outputs of the step, a comment on the pull request, and drift issues.
package action

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"

	"atlas-gitops/internal/github"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/reconcile"
	"atlas-gitops/internal/render"
	"atlas-gitops/internal/safetext"
)

// Options are the inputs of the action; action.yml describes them.
type Options struct {
	Command        string // validate, plan, apply or drift
	Paths, Only    []string
	Base           string
	Accept         []string
	Plans          []string    // paths of saved plans of other jobs, to report as one; none: ask Atlas
	Limits         plan.Limits // of the guards
	Parallel       int
	Comment        string // always, on-change or never
	CommentID      string
	Summary        bool
	Annotations    bool
	FailOn         string // blocked, error or changes
	CredentialsOut string
	AuditLog       string
	Labels         []string // of issues about drift, at least one
	Assignees      []string // of new issues about drift
}

// World is what the action gets from outside.
type World struct {
	reconcile.Env
	Log      io.Writer          // GitHub's runner reads it
	Observer reconcile.Observer // writes progress to the log
	Home     string             // URL of the repository of atlas-gitops
}

// Conclusion is how the run ended, for the exit status.
type Conclusion int

const (
	Good    Conclusion = iota // every step is done, or there was nothing to do; a plan may have what fail-on allows
	Failed                    // an error, a conflict or a step that failed
	Refused                   // nothing failed, but guards or another approval blocked something, or would block it
)

// job is one run of the action.
type job struct {
	World
	Options
	workflow *github.Run
	report   *report
	notes    []github.Annotation // about the run itself

	log    *reconcile.AuditLog
	client *github.Client // nil until it is needed
	pull   *int           // the number of the pull request that the run belongs to, 0 for none; nil until it is known
}

// Run does what the inputs say and reports to GitHub.
func Run(ctx context.Context, w World, o Options) Conclusion {
	workflow, err := github.ReadRun(w.Getenv, func(name string) ([]byte, error) { return fs.ReadFile(w.Files, filepath.ToSlash(name)) })
	if err != nil {
		return NeverBegan(w, err)
	}
	j := &job{World: w, Options: o, workflow: workflow, report: &report{command: o.Command, failOn: o.FailOn}}
	resume, err := github.StopCommands(j.Log)
	if err != nil {
		return failEarly(w, err)
	}
	workflow.Commit = j.commit(ctx)
	j.report.err = j.work(ctx)
	logErrors(j.Log, j.report.err)
	if err := errors.Join(resume(), publisher{j}.publish(context.WithoutCancel(ctx))); err != nil {
		return failEarly(w, err)
	}
	return j.report.conclusion()
}

// NeverBegan reports an error that prevented the run from starting.
func NeverBegan(w World, err error) Conclusion {
	return failEarly(w, errors.Join(err, appendOutputs(w.Env, []github.Output{{Name: "result", Value: endFailed}})))
}

// failEarly writes errors as annotations, one for each line.
func failEarly(w World, err error) Conclusion {
	for _, line := range reconcile.Lines(err) {
		_, _ = io.WriteString(w.Log, github.Command("error", line, github.Property{Name: "title", Value: "atlas-gitops"}))
	}
	return Failed
}

// logErrors writes each error to the log, on a line of its own.
func logErrors(w io.Writer, err error) {
	for _, line := range reconcile.Lines(err) {
		fmt.Fprintln(w, "error: "+line)
	}
}

// commit returns the commit whose tree the run reads. If the merge commit of a pull request is checked out, it returns the head of
// the pull request.
func (j *job) commit(ctx context.Context) string {
	root := j.Repository(j.Dir)
	if root == "" {
		return j.workflow.Commit
	}
	there, err := j.Resolve(ctx, root, "HEAD")
	if err != nil || j.workflow.Event == "pull_request" && there == j.workflow.Checkout {
		return j.workflow.Commit
	}
	return there
}

// work does what the input command says and writes the result to the log.
func (j *job) work(ctx context.Context) (err error) {
	r := j.report
	if len(j.Plans) > 0 && j.Command != "plan" && j.Command != "drift" {
		return fmt.Errorf("the input plans goes with the commands plan and drift, not with %s", j.Command)
	}
	if r.tree, err = j.Load(j.Paths); err != nil {
		return err
	}
	r.diagnostics = r.tree.Findings(j.Now())
	if len(r.diagnostics) > 0 {
		if err := render.WriteDiagnostics(j.Log, r.diagnostics, false, r.fileName()); err != nil {
			return err
		}
	}
	if r.mistakes() > 0 {
		return nil
	}
	if r.selection, err = r.tree.Select(j.Only); err != nil {
		return err
	}
	switch j.Command {
	case "validate":
		_, err := fmt.Fprintln(j.Log, render.AreValid(len(r.selection.Orgs))+".")
		return err
	case "apply":
		return j.workLogged(ctx)
	}
	return j.workLive(ctx)
}

// workLive runs the commands plan, apply and drift.
func (j *job) workLive(ctx context.Context) (err error) {
	r := j.report
	if r.approval, err = j.ReadApproval(j.Accept); err != nil {
		return reconcile.WrapEach("the input accept", err)
	}
	r.approval.Select(r.selection)
	if len(j.Plans) > 0 {
		return planning{j}.merge(ctx)
	}
	if j.Command == "apply" {
		if err := j.checkNewest(ctx); err != nil || r.superseded != "" {
			return err
		}
	}
	c, err := j.Connect(ctx, reconcile.ConnectOptions{Writes: j.Command == "apply", Observer: j.Observer})
	if err != nil {
		return err
	}
	defer func() {
		for _, warning := range c.Close() {
			fmt.Fprintln(j.Log, "warning: "+safetext.Line(warning.Error()))
		}
	}()
	if j.Command == "plan" {
		return planning{j}.plan(ctx, c)
	}
	if r.run, err = c.Plan(ctx, r.tree, r.selection, j.planOptions(nil)); err != nil {
		return err
	}
	if j.Command == "apply" {
		if err := j.checkAttempt(); err != nil {
			return err
		}
		return j.apply(ctx)
	}
	return j.show(r.run)
}

func (j *job) planOptions(b *reconcile.Base) reconcile.PlanOptions {
	return reconcile.PlanOptions{Base: b, Limits: j.Limits, Approval: j.report.approval, Parallel: j.Parallel}
}

// apply shows the plan and applies what neither a guard nor the approval holds back.
func (j *job) apply(ctx context.Context) (err error) {
	r := j.report
	if err := j.show(r.run); err != nil {
		return fmt.Errorf("the plan cannot be shown, so nothing was applied: %w", err)
	}
	if j.log != nil && r.run.Plan.Steps() > 0 {
		j.log.Describe(publisher{j}.facts(ctx))
	}
	options := reconcile.ApplyOptions{Approval: r.approval, AutoApprove: r.approval == nil, CredentialsOut: j.CredentialsOut, CredentialsFlag: "the input credentials-out", Log: j.log}
	if r.applied, err = r.run.Apply(ctx, options); err != nil {
		return err
	}
	if !r.applied.IsStale {
		for _, err := range r.approval.Unmatched(r.run.Plan) {
			j.say(github.WarningLevel, "accept", err.Error())
		}
	}
	v := j.view(r.run.Plan, j.Only)
	v.FileName = r.fileName()
	if r.applied.IsStale {
		err = v.WriteStale(j.Log, r.approval.Plan, r.run.Plan, r.run.HasErrors())
	}
	logErrors(j.Log, errors.Join(r.applied.BlockedError(r.approval, "commit the acceptance that the summary shows, or set the input accept"), r.applied.Err))
	if r.applied.HasTried() {
		fmt.Fprintln(j.Log)
		v.Next = j.next(r.applied)
		err = errors.Join(err, v.WriteResults(j.Log, r.applied.Results))
	}
	if err != nil {
		return fmt.Errorf("the run ended, but its results cannot be shown; plan again to see what is left: %w", err)
	}
	return nil
}

// show writes a plan and its errors to the log.
func (j *job) show(run *reconcile.Run) error {
	v := j.view(run.Plan, j.Only)
	v.ComparedWith, v.FileName = run.ComparedWith, j.report.fileName()
	return errors.Join(v.WritePlan(j.Log, run.Plan), render.WriteErrors(j.Log, run.Plan, v.FileName))
}

// checkAttempt refuses to create an organization in a rerun. An earlier attempt may have created it. The id and the lock file that
// this attempt wrote into its checkout are lost.
func (j *job) checkAttempt() error {
	orgs := j.report.run.Plan.Orgs
	i := slices.IndexFunc(orgs, plan.Org.Creates)
	if i < 0 || !j.workflow.Rerun {
		return nil
	}
	return fmt.Errorf("this is a rerun, and an earlier attempt may have created %s; nothing was applied. Look for it in Atlas: if it exists, write its id below its name in the tree; if not, start a new run of the workflow",
		orgs[i].Heading())
}
