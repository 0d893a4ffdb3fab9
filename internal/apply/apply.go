// Package apply reads live organizations to plan against them, and carries plans out.
package apply

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// maxParallel is how many organizations are worked on at once. Atlas counts limits per organization.
const maxParallel = 32

func parallel(n int, f func(i int)) {
	var group errgroup.Group
	group.SetLimit(maxParallel)
	for i := range n {
		group.Go(func() error { f(i); return nil })
	}
	_ = group.Wait() // no function returns an error
}

// Verdict is how a planned step ended.
type Verdict string

const (
	Applied   Verdict = "applied"
	Unchanged Verdict = "unchanged" // it was already as wanted
	Conflict  Verdict = "conflict"  // it was neither as planned nor as wanted, and was left alone
	Failed    Verdict = "failed"
	Skipped   Verdict = "skipped" // it was not tried, because of another step or an interrupt
)

// verdicts lists them in the order in which they are reported.
func verdicts() []Verdict { return []Verdict{Applied, Unchanged, Conflict, Failed, Skipped} }

// Outcome is a planned step and how it ended.
type Outcome struct {
	Step    plan.Step
	Verdict Verdict
	Reason  string           // of a conflict or a skipped step
	Found   *resource.Object // what a conflict found; nil if the object is gone
	Err     error            // of a failed step
	Tries   int              // how often it was tried to write

	unreached bool // nobody answered when the object was looked at
}

// Good tells whether the object is now as the plan wants it.
func (o Outcome) Good() bool { return o.Verdict == Applied || o.Verdict == Unchanged }

// Result is how all the steps of one organization ended, in their order.
type Result struct {
	Org      plan.Org
	Outcomes []Outcome
}

// Run carries the plan out: the steps of an organization in their order, organizations side by side. Every step
// looks at the live object first, so that nothing is done twice and nothing is written over that the plan did not
// see. No trouble in one organization stops another. Once ctx is done no step is begun, but one that was begun is
// finished.
func Run(ctx context.Context, p *plan.Plan, account func(plan.Org) *Account) []Result {
	results := make([]Result, len(p.Orgs))
	parallel(len(p.Orgs), func(i int) {
		results[i].Org = p.Orgs[i]
		if len(p.Orgs[i].Steps) > 0 {
			results[i].Outcomes = runOrg(ctx, account(p.Orgs[i]), p.Orgs[i])
		}
	})
	return results
}

func runOrg(ctx context.Context, account *Account, org plan.Org) []Outcome {
	outcomes := make([]Outcome, 0, len(org.Steps))
	api, denied := resource.Remember(account.API), error(nil)
	tries := maxWrites
	for _, step := range org.Steps {
		reason := whyNot(ctx, org, step, outcomes)
		if reason == "" && len(outcomes) == 0 {
			denied = account.mayWrite(context.WithoutCancel(ctx), org.ID)
		}
		switch {
		case reason != "":
			outcomes = append(outcomes, Outcome{Step: step, Verdict: Skipped, Reason: reason})
		case denied != nil && len(outcomes) == 0:
			outcomes = append(outcomes, Outcome{Step: step, Verdict: Failed, Err: denied})
		case denied != nil:
			outcomes = append(outcomes, Outcome{Step: step, Verdict: Skipped, Reason: "nothing is written with this credential"})
		default:
			done := run(ctx, api, org.ID, step, tries)
			outcomes = append(outcomes, done)
			tries = maxWrites
			if passes(done.Err) {
				tries = 1 // it has not passed yet
			}
		}
	}
	return outcomes
}

// whyNot says why a step must not be tried after those before it, or "".
func whyNot(ctx context.Context, org plan.Org, step plan.Step, before []Outcome) string {
	i := slices.IndexFunc(before, func(o Outcome) bool { return !o.Good() })
	switch {
	case slices.ContainsFunc(before, func(o Outcome) bool { return o.unreached }):
		return "Atlas does not answer"
	case ctx.Err() != nil:
		return whyOver(ctx)
	case !isLate(step):
		return ""
	case org.Error != "":
		return "comes last, and a part of the organization could not be planned"
	case i >= 0:
		return fmt.Sprintf("comes last, and %s before it was not done", before[i].Step.Line())
	}
	return ""
}

// whyOver says why a run ended early.
func whyOver(ctx context.Context) string {
	if errors.Is(ctx.Err(), context.Canceled) {
		return "interrupted"
	}
	return context.Cause(ctx).Error()
}

// isLate tells whether the step may shut out those that it is to follow.
func isLate(step plan.Step) bool {
	k := resource.ByName(step.Kind)
	if k.Late == nil {
		return false
	}
	for field, value := range step.After {
		if k.Late(field, value) {
			return true
		}
	}
	return false
}

// maxWrites is how often one step writes, if each time something goes wrong that passes.
const maxWrites = 6

// attempt is the work on one step.
type attempt struct {
	step        plan.Step
	kind        *resource.Kind
	over        context.Context // of the run; what was begun is finished all the same
	maxTries    int
	looks, made int   // how often it was looked and written
	failed      error // of the last write
}

// run does one step. A write is never repeated blindly: after each that failed, the object is looked at again, and what
// is found says how to go on. So a write whose answer got lost is not done twice, and nothing is written over that
// changed while it had to wait.
func run(ctx context.Context, api resource.API, org string, step plan.Step, maxTries int) Outcome {
	a := &attempt{step: step, kind: resource.ByName(step.Kind), over: ctx, maxTries: maxTries}
	ctx = context.WithoutCancel(ctx)
	for {
		live, err := look(ctx, a.kind, api, org, step.Key)
		a.looks++
		if outcome, ended := a.end(live, err); ended {
			return outcome
		}
		if a.failed = write(ctx, a.kind, api, org, live, step); !hadToWait(a.failed) {
			a.made++
		}
		if a.failed == nil {
			return a.outcome(Applied, nil)
		}
	}
}

func (a *attempt) outcome(v Verdict, err error) Outcome {
	return Outcome{Step: a.step, Verdict: v, Err: err, Tries: a.made}
}

// end returns how the step ended, if there is nothing to write, or not again.
func (a *attempt) end(live *resource.Object, lookErr error) (o Outcome, ended bool) {
	standing := plan.Stand(a.kind, live, a.step)
	runOver := isClosed(a.over.Done())
	switch {
	case runOver && (lookErr != nil || a.failed != nil && standing == plan.Ready) && !mayBeDone(a.failed):
		o = a.outcome(Skipped, nil)
		o.Reason = whyOver(a.over)
	case lookErr != nil:
		o = a.outcome(Failed, cmp.Or(a.failed, lookErr))
		o.unreached = isOutage(lookErr)
	case standing == plan.Done && a.made == 0:
		o = a.outcome(Unchanged, nil)
	case standing == plan.Done:
		o = a.outcome(Applied, nil)
	case standing == plan.Conflict:
		o = a.outcome(Conflict, nil)
		o.Found, o.Reason = live, conflict(a.step, live)
	case a.failed != nil && (!passes(a.failed) || a.made >= a.maxTries || a.looks > 2*maxWrites || runOver):
		o = a.outcome(Failed, a.failed)
	default:
		return o, false
	}
	return o, true
}

// hadToWait tells whether a write was not sent, since it had to wait until what was looked at may have changed.
func hadToWait(err error) bool {
	var trouble interface{ HadToWait() bool }
	return errors.As(err, &trouble) && trouble.HadToWait()
}

// passes tells whether what went wrong passes by itself. Whoever sends requests has waited a while already.
func passes(err error) bool {
	var trouble interface{ Passes() bool }
	return errors.As(err, &trouble) && trouble.Passes()
}

// mayBeDone tells whether a write that failed may have had its effect.
func mayBeDone(err error) bool {
	var trouble interface{ MayBeDone() bool }
	return errors.As(err, &trouble) && trouble.MayBeDone()
}

// isOutage tells whether nobody answers, so that the next step would not fare better.
func isOutage(err error) bool {
	var trouble interface{ IsOutage() bool }
	return errors.As(err, &trouble) && trouble.IsOutage()
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// look returns the live object with that key, or nil.
func look(ctx context.Context, k *resource.Kind, api resource.API, org, key string) (*resource.Object, error) {
	objects, err := k.Read(ctx, api, org)
	return resource.State{k.Name: objects}.Find(k.Name, key), err
}

func write(ctx context.Context, k *resource.Kind, api resource.API, org string, live *resource.Object, step plan.Step) error {
	want := resource.Object{Key: step.Key, Fields: step.After}
	switch step.Op {
	case plan.Create:
		return k.Create(ctx, api, org, want)
	case plan.Update:
		return k.Update(ctx, api, org, *live, want)
	}
	return k.Delete(ctx, api, org, *live)
}

func conflict(step plan.Step, live *resource.Object) string {
	switch {
	case live == nil:
		return "it is gone since the plan was made"
	case live.Settled:
		return "it was accepted since the plan was made"
	}
	return "it was changed since the plan was made"
}
