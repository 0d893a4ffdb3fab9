package reconcile

import (
	"context"
	"errors"
	"testing"

	"atlas-gitops/internal/client"
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
		done, err := r.Apply(ctx, ApplyOptions{})
		cancel(nil)
		if err != nil || done.Stop != NotStopped || len(done.Results) != 1 || done.IsCut != isCut {
			t.Errorf("cut %t: got %+v, %v", isCut, done, err)
		}
	}
}
