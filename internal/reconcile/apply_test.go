package reconcile

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/client"
	"atlas-gitops/internal/creation"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// TestApplyEndsEarly: IsCut reports that a run ended early, because its last writes are not confirmed.
func TestApplyEndsEarly(t *testing.T) {
	for _, isCut := range []bool{false, true} {
		ctx, cancel := context.WithCancelCause(t.Context())
		if isCut {
			cancel(errors.New("interrupted"))
		}
		org := plan.Org{Name: "Acme", ID: "5f1b0c0d0e0f0a0b0c0d0e01", Steps: []plan.Step{{Op: plan.Update, Kind: "settings"}}}
		r := &Run{Plan: plan.New([]plan.Org{org}),
			connection: &Connection{observer: silentObserver{}, config: client.Config{Limits: client.NewLimits()}}, parallel: 1,
			accounts: map[resource.OrgRef]*resource.Account{org.Ref().Key(): {Err: errors.New("no key")}}}
		done, err := r.Apply(ctx, ApplyOptions{AutoApprove: true})
		cancel(nil)
		if err != nil || done.IsStale || len(done.Results) != 1 || done.IsCut != isCut {
			t.Errorf("cut %t: got %+v, %v", isCut, done, err)
		}
	}
}

// TestCannotRepeat: the rest of an approved plan needs a new approval as soon as a step is done. A saved plan needs one after a
// creation. Both need a new plan if the tree or Atlas has changed since.
func TestCannotRepeat(t *testing.T) {
	update := plan.Step{Op: plan.Update, Kind: "settings"}
	create := plan.Step{Op: plan.Create, Kind: resource.Organization.Name}
	for _, row := range []struct {
		reason  string
		isSaved bool
		step    plan.Step
		done    apply.Verdict
		err     error
		want    bool
	}{
		{"a step is done", false, update, apply.Applied, nil, true},
		{"somebody else made a change", false, update, apply.Unchanged, nil, true},
		{"no step is done", false, update, apply.Failed, nil, false},
		{"a saved plan", true, update, apply.Applied, nil, false},
		{"a saved plan that created an organization", true, create, apply.Applied, nil, true},
		{"a saved plan that created none", true, create, apply.Failed, nil, false},
		{"a creation is refused", true, create, apply.Failed, errors.New("forbidden"), false},
		{"the tree has the id already", true, create, apply.Failed, &creation.OutdatedError{Err: errors.New("line 3 has an id")}, true},
		{"Atlas has the organization already", true, create, apply.Failed, fmt.Errorf("Acme: %w", apply.ErrVisible), true},
		{"it is unknown whether Atlas has it", true, create, apply.Failed, &apply.CreationUnknownError{Err: errors.New("timeout")}, true},
	} {
		r := &Run{isSaved: row.isSaved, Plan: plan.New(nil)}
		results := []apply.Result{{}, {Outcomes: []apply.Outcome{{Step: row.step, Verdict: row.done, Err: row.err}, {Verdict: apply.Skipped}}}}
		if got := r.cannotRepeat(results, &Approval{Digests: []string{r.Plan.Digest}}); got != row.want {
			t.Errorf("%s: got %t", row.reason, got)
		}
	}
}
