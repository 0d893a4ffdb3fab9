package action

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"atlas-gitops/internal/reconcile"
	"atlas-gitops/internal/safetext"
)

// planning is a job that only plans: with Atlas, with the plans of other jobs, or without credentials.
type planning struct{ *job }

// plan compares the tree with Atlas and marks the steps that the base already asks for as drift. A pull request from a fork or
// from Dependabot has no credentials: plan then shows what the pull request changes in the tree.
func (p planning) plan(ctx context.Context, c *reconcile.Connection) error {
	r := p.report
	b, err := p.base(ctx)
	if err != nil {
		return err
	}
	if p.isUntrusted() && !c.HasCredentials(r.selection.Orgs) {
		return p.planOffline(b)
	}
	if r.run, err = c.Plan(ctx, r.tree, r.selection, p.planOptions(b)); err != nil {
		return err
	}
	return p.showPlan()
}

func (p planning) isUntrusted() bool { return p.workflow.Pull != nil && p.workflow.Pull.Untrusted }

// planOffline shows what the pull request changes in the tree.
func (p planning) planOffline(b *reconcile.Base) error {
	r := p.report
	if b == nil {
		r.offlineReason = withoutCredentials + " and there is no base to compare the tree with. The tree is valid."
		_, err := fmt.Fprintln(p.Log, r.offlineReason)
		return err
	}
	r.offlineReason = withoutCredentials + " so this shows what the pull request changes in the tree."
	r.run = reconcile.Compare(b, r.tree, r.selection, p.Limits)
	return p.show(r.run)
}

// withoutCredentials is the first half of an offlineReason.
const withoutCredentials = "Runs for pull requests from forks and from Dependabot have no credentials,"

// base reads the tree of the input base. Without that input it reads the base of the pull request. It returns nil if there is
// neither.
func (p planning) base(ctx context.Context) (b *reconcile.Base, err error) {
	pull := p.workflow.Pull
	switch {
	case p.Base != "":
		return p.LoadBase(ctx, p.report.tree, p.Base)
	case pull == nil || p.Repository(p.Dir) == "":
		return nil, nil
	}
	if p.workflow.Event == "pull_request" { // the merge commit is checked out; its first parent is the base
		if b, err = p.LoadBase(ctx, p.report.tree, p.workflow.Checkout+"^1"); err == nil {
			return b, nil
		}
	}
	if b, err = p.LoadBase(ctx, p.report.tree, cmp.Or(pull.Base, "of the pull request")); err == nil || ctx.Err() != nil {
		return b, err
	}
	p.report.noBase = safetext.Line("No step is marked as drift: " + err.Error() + ".")
	_, err = fmt.Fprintln(p.Log, p.report.noBase)
	return nil, err
}

// merge runs the commands plan and drift with the plans that other jobs saved.
func (p planning) merge(ctx context.Context) error {
	r := p.report
	files, err := reconcile.FindPlans(p.Env, p.Plans)
	if err != nil {
		return fmt.Errorf("the input plans: %w", err)
	}
	var b *reconcile.Base
	if p.Command == "plan" {
		if b, err = p.base(ctx); err != nil {
			return err
		}
		if p.isUntrusted() && len(files) == 0 { // the other jobs had no credentials either
			return p.planOffline(b)
		}
	}
	if r.run, err = reconcile.Merge(p.Env, r.tree, r.selection, files, p.planOptions(b)); err != nil {
		return reconcile.WrapEach("the input plans", err)
	}
	if p.Command == "plan" {
		return p.showPlan()
	}
	return p.show(r.run)
}

// showPlan writes the plan. It is an error if the input accept approves nothing of it: a run of apply would do nothing.
func (p planning) showPlan() error {
	err, r := p.show(p.report.run), p.report
	if unmatched := r.approval.Unmatched(r.run.Plan); r.run.Plan.Steps() > 0 && len(unmatched) > 0 && len(unmatched) == len(r.approval.Digests) {
		err = errors.Join(err, reconcile.WrapEach("the input accept", errors.Join(unmatched...)))
	}
	return err
}
