package plan_test

import (
	"testing"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// TestBaselineOfHalf: a plan of which a part is done already loses what it lost at first.
func TestBaselineOfHalf(t *testing.T) {
	remove := func(key string) plan.Step { return plan.Step{Op: plan.Delete, Kind: "invitations", Key: key} }
	steps := []plan.Step{{Op: plan.Create, Kind: "invitations", Key: "new"}, remove("a"), remove("b"), remove("c")}
	for reason, keys := range map[string][]string{
		"nothing is done": {"a", "b", "c"}, "the new one is there": {"a", "b", "c", "new"}, "one is gone": {"b", "c"}, "all is done": {"new"},
	} {
		live := resource.State{"invitations": {{Key: "accepted", Fields: resource.Fields{"status": "ACTIVE"}}}}
		for _, key := range keys {
			live["invitations"] = append(live["invitations"], resource.Object{Key: key})
		}
		if got := plan.BaselineOf(live, steps).Lists["invitations"]; got != 3 {
			t.Errorf("%s: of %d", reason, got)
		}
	}
}
