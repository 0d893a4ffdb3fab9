package cli

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/flagvalue"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/reconcile"
	"atlas-gitops/internal/render"
	"atlas-gitops/internal/safetext"
)

// applyOptions are the flags of apply.
type applyOptions struct {
	planOptions
	planFile       flagvalue.File
	accept         []string
	autoApprove    bool
	auditLog       flagvalue.File
	credentialsOut flagvalue.File
}

func applyCommand() command {
	return command{
		name: "apply", args: "[FLAGS] [PATH…]", maxArgs: -1, isCommon: true,
		about: "show the plan, ask, and change Atlas",
		detail: "Shows the plan, asks, and applies the plan if you type yes. Where there is no terminal, pass --accept or --auto-approve. " +
			"If a run ends early, run it again: it does only what is left." + pathHelp + "\n" +
			"Guards block single organizations, and the others are applied. To apply a blocked one, review it, then pass --accept with the digest " +
			"that the plan shows for it, or commit that digest to _accepted.yaml. With the digest of the plan, --accept applies exactly this plan. " +
			"With --plan, the command applies a saved plan and makes no new one." + credentialHelp,
		examples: []string{
			"apply --sandbox examples/orgs",
			"apply --sandbox --auto-approve examples/orgs",
			"apply --plan plan.json",
		},
		interruptible: true,
		define: func(f flags) run {
			o := &applyOptions{}
			f.apply(o)
			return o.run
		},
	}
}

func (f flags) apply(o *applyOptions) {
	f.only(&o.only)
	f.Var(&o.planFile, "plan", "apply the plan saved in `FILE`")
	f.accept(&o.accept)
	f.BoolVar(&o.autoApprove, "auto-approve", false, "apply the plan without asking")
	f.format(&o.format, "text", "json")
	f.summary(&o.summary)
	f.color(&o.color)
	f.limits(&o.limits)
	f.parallelism(&o.parallelism)
	f.auditLog(&o.auditLog)
	f.credentialsOut(&o.credentialsOut)
	f.atlas(&o.atlas)
}

func (o *applyOptions) run(ctx context.Context, c *call) (int, error) {
	ctx, stop := o.limited(ctx)
	defer stop()
	approval, err := c.ReadApproval(o.accept)
	if err := errors.Join(reconcile.WrapEach("--accept", err), cmp.Or(o.checkSummary(), o.check(c))); err != nil {
		return ExitError, err
	}
	log, err := c.OpenAuditLog("--audit-log", string(o.auditLog))
	if err != nil {
		return ExitError, err
	}
	status, err := o.apply(ctx, c, reconcile.ApplyOptions{Approval: approval, Log: log, CredentialsOut: string(o.credentialsOut), CredentialsFlag: "--credentials-out"})
	if logErr := log.Close(); logErr != nil {
		status, err = ExitError, errors.Join(err, logErr)
	}
	return status, err
}

// check refuses flags that exclude each other, and a question that nobody can answer.
func (o *applyOptions) check(c *call) error {
	switch {
	case o.planFile != "" && len(c.args) > 0:
		return errors.New("--plan applies a plan exactly as it was saved; leave out " + c.args[0])
	case o.planFile != "" && len(o.only) > 0:
		return errors.New("--plan applies the whole saved plan; leave out --only, or use it with plan --out")
	case len(o.accept) > 0 || o.autoApprove:
		return nil
	case o.isJSON():
		return errors.New("apply --format json cannot ask. " + insteadOfAsking)
	case c.Terminal == nil:
		return errors.New("apply cannot ask, because standard input is not a terminal. " + insteadOfAsking)
	}
	return nil
}

// insteadOfAsking says how to approve a plan where apply cannot ask.
const insteadOfAsking = "Run 'atlas-gitops plan' and review it, then pass --accept DIGEST, or pass --auto-approve"

func (o *applyOptions) isJSON() bool { return o.format.Value == "json" }

// apply makes or reads the plan, shows it, and applies it if it is approved.
func (o *applyOptions) apply(ctx context.Context, c *call, options reconcile.ApplyOptions) (int, error) {
	connection, disconnect, err := c.connect(ctx, o.atlas, true)
	if err != nil {
		return ExitError, err
	}
	defer disconnect()
	r, err := o.toDo(ctx, c, connection, options.Approval)
	if err != nil {
		return ExitError, err
	}
	if err := o.showBefore(c, r, options.Approval); err != nil {
		return ExitError, fmt.Errorf("the plan cannot be shown, so nothing was applied: %w", err)
	}
	if err := c.CheckExposed(ctx, options.CredentialsOut, r.Plan); err != nil {
		fmt.Fprintln(c.Stderr, "warning: "+safetext.Line(err.Error()))
	}
	options.AutoApprove, options.Approve = o.autoApprove, c.ask
	options.Log.Describe(factsOf(ctx, c, o))
	done, err := r.Apply(ctx, options)
	if !done.HasTried() {
		return o.stopped(c, r, options.Approval, done, err)
	}
	if timeout := timeoutError(0); errors.As(context.Cause(ctx), &timeout) {
		c.line = withoutFlag(c.line, "--timeout") // it may be too short again
	}
	c.printErrors(done.Err)
	c.warnUnmatched(options.Approval, r.Plan)
	if err := o.report(c, r, done); err != nil {
		return ExitError, fmt.Errorf("the run ended, but its results cannot be shown; plan again to see what is left: %w", err)
	}
	return exitOf(r, done), nil
}

// warnUnmatched warns of each digest of --accept that approves nothing.
func (c *call) warnUnmatched(approval *reconcile.Approval, p *plan.Plan) {
	for _, err := range approval.Unmatched(p) {
		fmt.Fprintln(c.Stderr, "warning: --accept "+err.Error())
	}
}

// exitOf returns the exit status of a run.
func exitOf(r *reconcile.Run, done reconcile.ApplyResult) int {
	switch {
	case r.HasErrors() || done.HasFailed():
		return ExitError
	case done.IsBlocked():
		return ExitRefused
	}
	return ExitOK
}

// factsOf returns what the audit log says of the run. A saved plan is applied without its tree.
func factsOf(ctx context.Context, c *call, o *applyOptions) reconcile.RunFacts {
	f := reconcile.RunFacts{Approval: reconcile.OnTerminal}
	switch {
	case o.autoApprove:
		f.Approval = reconcile.AutoApproved
	case len(o.accept) > 0:
		f.Approval = reconcile.Accepted
	}
	if o.auditLog != "" && o.planFile == "" {
		f.Commit = reconcile.Head(ctx, c.Env.Env, c.args)
	}
	return f
}

// toDo returns the saved plan, or makes a plan for the tree.
func (o *applyOptions) toDo(ctx context.Context, c *call, connection *reconcile.Connection, approval *reconcile.Approval) (*reconcile.Run, error) {
	if o.planFile != "" {
		p, err := c.ReadPlan(string(o.planFile))
		if err != nil {
			return nil, err
		}
		return connection.Saved(ctx, p, reconcile.PlanOptions{Limits: o.limits.plan(), Approval: approval, Parallel: o.parallelism.Value})
	}
	r, err := o.plan(ctx, c, connection, approval)
	if err == nil {
		c.remember(r.Plan, o.verbose)
	}
	return r, err
}

// view shows a plan with the command that accepts it.
func (o *applyOptions) view(c *call, r *reconcile.Run) render.View {
	v := o.planOptions.view(c)
	v.Command, v.AcceptOne, v.AcceptedFile, v.FileName = o.acceptLine(c, r.Plan, r.Plan.Digest), o.acceptLine(c, r.Plan, r.Plan.BlockedDigest()), r.AcceptedFile, r.Show
	return v
}

// next returns the commands for another run after a run that left steps undone.
func (o *applyOptions) next(c *call, r *reconcile.Run, done reconcile.ApplyResult) render.Next {
	next := render.Next{Again: safetext.Command(c.line), Replan: o.replanLine(c), IsSaved: o.planFile != "", InvitationsLeft: done.InvitationsLeft, TimeLeft: done.TimeLeft,
		Unapproved: done.Held.Count(apply.NotApproved)}
	if done.Held.Count(apply.ByGuards) > 0 {
		next.Accept = o.acceptLine(c, r.Plan, r.Plan.BlockedDigest())
	}
	if done.IsSpent {
		next.Again = ""
	}
	return next
}

// showBefore writes the plan, except for JSON: then the report at the end has the plan.
func (o *applyOptions) showBefore(c *call, r *reconcile.Run, approval *reconcile.Approval) (err error) {
	if !o.isJSON() {
		v := o.view(c, r)
		if approval.Covers(r.Plan) {
			v.AcceptedWith = "--accept"
		}
		err = v.WritePlan(c.Stdout, r.Plan)
	}
	return errors.Join(err, c.printPlanErrors(r))
}

// stopped reports why no step was tried, unless the plan has no steps. For JSON it also writes the report, in which all steps are
// blocked.
func (o *applyOptions) stopped(c *call, r *reconcile.Run, approval *reconcile.Approval, done reconcile.ApplyResult, err error) (int, error) {
	v, to, results := o.view(c, r), c.Stdout, done.Results
	if o.isJSON() {
		v.Colors, to = false, c.Stderr
	}
	switch {
	case err != nil:
		return ExitError, err
	case done.IsStale:
		results, err = apply.Block(r.Plan, reconcile.StaleReason), v.WriteStale(to, approval.Plan, r.Plan, r.HasErrors())
	case results == nil:
		results = apply.Block(r.Plan, "")
	case o.isJSON():
		fmt.Fprint(c.Stderr, o.next(c, r, done).Text(results))
	}
	c.printErrors(done.BlockedError(approval, "pass --accept DIGEST"))
	if o.isJSON() {
		err = errors.Join(err, apply.WriteJSON(c.Stdout, r.Plan, results))
	}
	return exitOf(r, done), err
}

// report writes the results of all steps, and what to do next. For JSON it writes what to do next to standard error, for people.
func (o *applyOptions) report(c *call, r *reconcile.Run, done reconcile.ApplyResult) error {
	v := o.view(c, r)
	v.Next = o.next(c, r, done)
	if o.isJSON() {
		fmt.Fprint(c.Stderr, v.Next.Text(done.Results))
		return apply.WriteJSON(c.Stdout, r.Plan, done.Results)
	}
	fmt.Fprintln(c.Stdout)
	return v.WriteResults(c.Stdout, done.Results)
}

// ask asks whether to do what the scope says of the plan that was shown. Any answer but yes, also the end of the input, approves
// nothing.
func (c *call) ask(ctx context.Context, s apply.Scope) (err error) {
	console := c.Terminal()
	defer console.Close()
	if _, err := io.WriteString(console, "\n"+render.Question(s)); err != nil {
		return fmt.Errorf("cannot ask on the terminal, so nothing was applied: %w", err)
	}
	answer := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(console).ReadString('\n')
		answer <- line
	}()
	line := ""
	select {
	case <-ctx.Done():
		err = &reconcile.EndedError{Err: context.Cause(ctx)}
	case line = <-answer:
		if strings.TrimSpace(line) != "yes" {
			err = reconcile.ErrNotApproved
		}
	}
	if !strings.HasSuffix(line, "\n") {
		_, _ = io.WriteString(console, "\n") // no line break was typed; the next text starts on a line of its own
	}
	return err
}
