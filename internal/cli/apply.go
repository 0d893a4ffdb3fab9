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
		about:  "show the plan, and do it once it is approved",
		detail: "Shows what plan shows, asks, and does it. Only the answer yes approves.\nWithout a terminal to ask on, --auto-approve is needed. Running it again does\nonly what is still to do." + credentialHelp,
		flags:  []string{"only", "auto-approve", "sandbox", "base-url", "timeout", "verbose"},
		examples: []string{
			"apply examples/orgs",
			"apply --sandbox --auto-approve examples/orgs",
		},
		polite: true,
		writes: true,
		run:    (*invocation).apply,
	}
}

func (in *invocation) apply(ctx context.Context) (int, error) {
	if !in.autoApprove && !in.Terminal {
		return ExitError, errors.New("apply has no terminal to ask on; look at 'atlas-gitops plan', then add --auto-approve")
	}
	c, err := in.connect(ctx)
	if err != nil {
		return ExitError, err
	}
	defer c.close()
	f, err := in.showPlan(ctx, c)
	if err != nil {
		return ExitError, err
	}
	if f.plan.Changed() == 0 {
		return f.status(nil), nil
	}
	if err := in.approve(ctx); err != nil {
		return ExitError, err
	}
	fmt.Fprintln(in.Stdout)
	defer in.onEnd(ctx)()
	results := apply.Run(ctx, f.plan, func(o plan.Org) *apply.Account { return f.accounts[o.ID] })
	return f.status(results), apply.WriteText(in.Stdout, results, func(err error) string { return oneLine(explain(err)) })
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
	if f.trouble {
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

// approve asks whether to carry out the plan that was shown.
func (in *invocation) approve(ctx context.Context) error {
	if in.autoApprove {
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
