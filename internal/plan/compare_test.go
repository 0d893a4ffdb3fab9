package plan_test

import (
	"testing"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// TestIsWithin: a plan is within an approved one if each of its steps was approved.
func TestIsWithin(t *testing.T) {
	step := func(key, role string) plan.Step {
		return plan.Step{Op: plan.Create, Kind: "invitations", Key: key, After: resource.Fields{"roles": []any{role}}}
	}
	org := func(name string, steps ...plan.Step) *plan.Plan {
		return plan.New([]plan.Org{{Name: name, ID: "1", Steps: steps}})
	}
	approved := org("Acme", step("ada", "ORG_MEMBER"), step("kay", "ORG_MEMBER"))
	for _, row := range []struct {
		reason string
		now    *plan.Plan
		want   bool
	}{
		{"the same plan", approved, true},
		{"a part of the approved steps", org("Acme", step("kay", "ORG_MEMBER")), true},
		{"another step", org("Acme", step("kay", "ORG_MEMBER"), step("lin", "ORG_MEMBER")), false},
		{"another role", org("Acme", step("kay", "ORG_OWNER")), false},
		{"another name", org("Acme-2", step("kay", "ORG_MEMBER")), false},
	} {
		if row.now.IsWithin(approved) != row.want {
			t.Errorf("%s: within %v, want %v", row.reason, !row.want, row.want)
		}
	}
}
