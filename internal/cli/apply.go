package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/plan"
)

func applyCommand() command {
	return command{
		name: "apply", args: "[FLAGS] [PATH…]", maxArgs: -1,
		about: "show the plan, and do it once it is approved",
		detail: "Shows what plan shows, asks, and does it. Only the answer yes approves.\n" +
			"Without a terminal to ask on, --accept or --auto-approve is needed. Running it\n" +
			"again does only what is still to do. What guards refuse takes --accept with the\n" +
			"digest of the plan; it approves that plan and no other. --plan carries out a\n" +
			"saved plan instead of making one." + credentialHelp,
		flags: []string{"only", "plan", "accept", "auto-approve", "format", "color", "max-deletes", "parallelism", "audit-log",
			"credentials-out", "sandbox", "base-url", "timeout", "verbose"},
		formats: []string{"text", "json"},
		examples: []string{
			"apply examples/orgs",
			"apply --plan plan.json",
			"apply --sandbox --auto-approve examples/orgs",
		},
		polite: true,
		writes: true,
		run:    (*invocation).apply,
	}
}

func (in *invocation) apply(ctx context.Context) (int, error) {
	approved, err := in.approval()
	if err := errors.Join(err, in.checkApply()); err != nil {
		return ExitError, err
	}
	log, err := in.openAuditLog()
	if err != nil {
		return ExitError, err
	}
	status, err := in.applyWith(ctx, approved, log)
	if logErr := log.close(); logErr != nil {
		status, err = ExitError, errors.Join(err, logErr)
	}
	return status, err
}

// applyWith finds out what there is to do, and does it as far as it is approved.
func (in *invocation) applyWith(ctx context.Context, approved *approval, log *auditLog) (int, error) {
	c, err := in.connect(ctx)
	if err != nil {
		return ExitError, err
	}
	defer c.close()
	f, err := in.fleetToApply(ctx, c)
	if err != nil {
		return ExitError, err
	}
	done, err := in.applyFleet(ctx, c, f, approved, log)
	return done.status, err
}

// application is what became of a plan.
type application struct {
	status  int
	refusal string         // why it was refused; "" unless it was
	results []apply.Result // nil if nothing was tried
}

// applyFleet shows what there is to do, and does it if it is approved.
func (in *invocation) applyFleet(ctx context.Context, c *connection, f *fleet, approved *approval, log *auditLog) (application, error) {
	if err := in.showBefore(f); err != nil {
		return application{status: ExitError}, fmt.Errorf("the plan cannot be shown, and nothing was done: %w", err)
	}
	if f.plan.Steps() == 0 {
		return application{status: f.status(nil)}, in.reportNothing(f, "")
	}
	if reason, err := in.refuse(f, approved); reason != "" || err != nil {
		return application{status: ExitRefused, refusal: reason}, errors.Join(err, in.reportNothing(f, reason))
	}
	keeper, err := in.newKeeper(c, f)
	if err != nil {
		return application{status: ExitError}, errors.Join(err, in.reportNothing(f, "there is no place for what is handed out"))
	}
	if err := in.ask(ctx, approved); err != nil {
		return application{status: ExitError}, err
	}
	done := application{results: in.carryOut(ctx, f, log, keeper)}
	done.status = f.status(done.results)
	if ctx.Err() != nil {
		done.status = ExitError // what was done last was not looked at again
	}
	if err := keeper.close(); err != nil {
		in.complain(err)
		done.status = ExitError
	}
	if err := in.report(f, done.results); err != nil {
		done.status = ExitError
		return done, fmt.Errorf("what was done cannot be shown: %w", err)
	}
	return done, nil
}

// checkApply refuses flags that do not go together.
func (in *invocation) checkApply() error {
	problem := ""
	switch {
	case in.planFile != "" && len(in.args) > 0:
		problem = "--plan carries out a plan as it was saved; leave out " + in.args[0]
	case in.planFile != "" && len(in.only) > 0:
		problem = "--plan carries out a plan as it was saved, as a whole; leave out --only, or use it for plan --out"
	case in.accept != "" && in.autoApprove:
		problem = "--accept approves one plan and --auto-approve any; use one of them"
	case in.accept == "" && !in.autoApprove && in.format.value == "json":
		problem = "apply --format json cannot ask; look at 'atlas-gitops plan', then add --accept DIGEST, or --auto-approve"
	case in.accept == "" && !in.autoApprove && !in.Terminal:
		problem = "apply has no terminal to ask on; look at 'atlas-gitops plan', then add --accept DIGEST, or --auto-approve"
	default:
		return nil
	}
	return errors.New(problem)
}

// fleetToApply returns what there is to do: what was saved, or what the tree needs now.
func (in *invocation) fleetToApply(ctx context.Context, c *connection) (*fleet, error) {
	if in.planFile != "" {
		return in.savedFleet(ctx, c)
	}
	f, err := in.makePlan(ctx, c)
	if err == nil {
		in.remember(f)
	}
	return f, err
}

// savedFleet returns what was saved. What guards look at is counted as it is now.
func (in *invocation) savedFleet(ctx context.Context, c *connection) (*fleet, error) {
	p, err := in.readPlan(string(in.planFile))
	if err != nil {
		return nil, err
	}
	f := &fleet{plan: p, accounts: map[string]*apply.Account{}, maxDeletes: in.maxDeletes.value, fromRoot: asItIs}
	for _, org := range p.Orgs {
		if len(org.Steps) > 0 {
			f.accounts[whichOrg(org)] = in.savedAccount(ctx, c, org)
		}
		if org.Error != "" {
			f.troubles = append(f.troubles, errors.New("when the plan was saved: "+org.Error))
		}
	}
	in.progress.begin("Reading", len(p.Orgs), 0)
	errs := in.runner(f).Recount(ctx, p.Orgs, in.progress.orgDone)
	in.progress.end()
	for i, err := range errs {
		if err != nil { // then nothing is done there
			f.accounts[whichOrg(p.Orgs[i])] = &apply.Account{Err: fmt.Errorf("what guards count cannot be read: %w", err)}
		}
	}
	if ctx.Err() != nil {
		return nil, nothingDone(ctx)
	}
	p.Check(in.maxDeletes.value)
	return f, nil
}

// runner works on the organizations of the fleet.
func (in *invocation) runner(f *fleet) *apply.Runner {
	return &apply.Runner{Account: func(o plan.Org) *apply.Account { return f.accounts[whichOrg(o)] }, Parallel: in.parallelism.value}
}

// showBefore writes the plan, unless the report at the end will hold it.
func (in *invocation) showBefore(f *fleet) error {
	if in.format.value == "json" {
		in.complain(errors.Join(f.troubles...))
		return nil
	}
	return in.show(f)
}

// refuse returns why the plan must not be carried out: it is not the one that was approved, or guards object.
func (in *invocation) refuse(f *fleet, approved *approval) (reason string, err error) {
	switch {
	case approved.covers(f.plan):
		return "", nil
	case approved != nil:
		return "this is not the plan that was approved", in.tellDifference(f, approved)
	case len(f.plan.Violations) == 0:
		return "", nil
	}
	if in.format.value == "json" {
		fmt.Fprintln(in.Stderr, plan.View{Command: in.commandFor(f.plan), Via: in.via()}.Acceptance("This accepts it, just as it is"))
	}
	in.complain(fmt.Errorf("refused by guards, for %s; nothing was done. Only --accept gets past them", times(len(f.plan.Violations), "reason")))
	return "a guard refused the plan", nil
}

// tellDifference says what tells the plan from the one that was approved.
func (in *invocation) tellDifference(f *fleet, approved *approval) error {
	to, colors := in.Stdout, in.colors()
	if in.format.value == "json" {
		to, colors = in.Stderr, false
	}
	var b strings.Builder
	if approved.plan == nil {
		b.WriteString("\nWhat was approved is not known here.")
		if !in.onGitHub {
			b.WriteString(" With a plan that was saved by plan --out FILE,\n--accept FILE shows step by step what is different.")
		}
		b.WriteString("\n")
	} else {
		b.WriteString("\nSince it was approved, this has changed:\n\n")
		if err := (plan.View{Colors: colors}).WriteDifference(&b, approved.plan, f.plan); err != nil {
			return err
		}
		if f.plan.IsWithin(approved.plan) {
			b.WriteString("\nNothing is needed that was not approved.\n")
		}
	}
	needed := "what is needed now"
	if f.trouble() {
		needed = "what could be planned"
	}
	b.WriteString("\n" + plan.View{Command: in.commandFor(f.plan), Via: in.via()}.Acceptance("This approves "+needed) + "\n")
	if _, err := fmt.Fprint(to, b.String()); err != nil {
		return err
	}
	in.complain(fmt.Errorf("the plan is not the one that was approved, %s…; nothing was done", approved.digest[:12]))
	return nil
}

func times(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// ask asks whether to carry out the plan that was shown, unless that is known.
func (in *invocation) ask(ctx context.Context, approved *approval) error {
	if in.autoApprove || approved != nil {
		return nil
	}
	fmt.Fprint(in.Stderr, "\nCarry out this plan? Only \"yes\" does it: ")
	answer := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(in.Stdin).ReadString('\n') // an end of input is no approval
		answer <- strings.TrimSpace(line)
	}()
	select {
	case <-ctx.Done():
		fmt.Fprintln(in.Stderr)
		return nothingDone(ctx)
	case line := <-answer:
		if line != "yes" {
			return errors.New("not approved; nothing was done")
		}
	}
	return nil
}

// carryOut does what there is to do, and tells how far it has come.
func (in *invocation) carryOut(ctx context.Context, f *fleet, log *auditLog, keeper *keeper) []apply.Result {
	defer in.onEnd(ctx)()
	in.progress.begin("Applying", f.plan.Changed(), f.plan.Steps())
	defer in.progress.end()
	runner := in.runner(f)
	runner.Keeper = keeper
	runner.Finished = in.progress.finished
	runner.Ended = func(org plan.Org, o apply.Outcome) error {
		in.progress.stepDone()
		return log.append(f, org, o)
	}
	return runner.Run(ctx, f.plan)
}

// report writes how all steps ended.
func (in *invocation) report(f *fleet, results []apply.Result) error {
	if in.format.value == "json" {
		return f.view(false).WriteJSON(in.Stdout, f.portable(), results)
	}
	fmt.Fprintln(in.Stdout)
	return f.view(in.colors()).WriteText(in.Stdout, results)
}

// reportNothing writes that no step was tried. As text that is the plan, which was shown.
func (in *invocation) reportNothing(f *fleet, reason string) error {
	if in.format.value == "json" {
		return in.report(f, apply.Skip(f.plan, reason))
	}
	return nil
}

// view shows what became of the plan.
func (f *fleet) view(colors plan.Colors) apply.View {
	return apply.View{Colors: colors, Explain: func(err error) string { return plan.OneLine(explain(err)) }, Rename: f.fromRoot}
}

// onEnd tells that the run was ended before it is over. The function that it returns waits until that was told.
func (in *invocation) onEnd(ctx context.Context) (wait func()) {
	told := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(told)
		why := "Interrupted: finishing what was begun. Interrupt again to end at once."
		if !errors.Is(ctx.Err(), context.Canceled) {
			why = fmt.Sprintf("Finishing what was begun: %s. Interrupt to end at once.", context.Cause(ctx))
		}
		fmt.Fprintln(in.Stderr, why)
	})
	return func() {
		if !stop() {
			<-told
		}
	}
}

// status is the exit status of what was planned and done.
func (f *fleet) status(results []apply.Result) int {
	if f.trouble() {
		return ExitError
	}
	for _, r := range results {
		for _, o := range r.Outcomes {
			if !o.Good() {
				return ExitError
			}
		}
	}
	return ExitOK
}
