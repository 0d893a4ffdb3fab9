package action

import (
	"context"
	"errors"
	"fmt"

	"atlas-gitops/internal/reconcile"
)

// workMerged runs the commands plan and drift with the plans that other jobs saved.
func (j *job) workMerged(ctx context.Context) error {
	r := j.report
	files, err := j.FindPlans(j.Plans)
	if err != nil {
		return fmt.Errorf("the input plans: %w", err)
	}
	var b *reconcile.Base
	if j.Command == "plan" {
		if b, err = j.base(ctx); err != nil {
			return err
		}
		if j.isUntrusted() && len(files) == 0 { // the other jobs had no credentials either
			return j.planOffline(b)
		}
	}
	if r.run, err = j.Merge(r.tree, r.selection, files, j.planOptions(b)); err != nil {
		return reconcile.WrapEach("the input plans", err)
	}
	if j.Command == "plan" {
		return j.showPlan()
	}
	return j.show(r.run)
}

// showPlan writes the plan. It is an error if the input accept approves nothing of it: a run of apply would do nothing.
func (j *job) showPlan() error {
	err, r := j.show(j.report.run), j.report
	if unmatched := r.approval.Unmatched(r.run.Plan); r.run.Plan.Steps() > 0 && len(unmatched) > 0 && len(unmatched) == len(r.approval.Digests) {
		err = errors.Join(err, reconcile.WrapEach("the input accept", errors.Join(unmatched...)))
	}
	return err
}
