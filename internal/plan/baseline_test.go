package plan_test

import (
	"testing"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// TestBaselineWhileApplying: the baseline of a plan does not change while its steps are carried out.
func TestBaselineWhileApplying(t *testing.T) {
	remove := func(key string) plan.Step { return plan.Step{Op: plan.Delete, Kind: "invitations", Key: key} }
	steps := []plan.Step{{Op: plan.Create, Kind: "invitations", Key: "new"}, remove("a"), remove("b"), remove("c")}
	for reason, keys := range map[string][]string{
		"no step is done": {"a", "b", "c"}, "the creation is done": {"a", "b", "c", "new"}, "a removal is done": {"b", "c"}, "all steps are done": {"new"},
	} {
		live := resource.State{"invitations": {{Key: "accepted", Fields: resource.Fields{"status": "ACTIVE"}}}}
		for _, key := range keys {
			live["invitations"] = append(live["invitations"], resource.Object{Key: key})
		}
		if got := plan.BaselineOf(live, steps).Lists["invitations"]; got != 3 {
			t.Errorf("%s: got %d invitations before the steps, want 3", reason, got)
		}
	}
}
