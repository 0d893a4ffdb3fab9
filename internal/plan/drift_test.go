package plan_test

import (
	"testing"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// TestMarkDrift: a step is drift if the earlier tree needs the same step.
func TestMarkDrift(t *testing.T) {
	step := func(key, role string) plan.Step {
		return plan.Step{Op: plan.Create, Kind: "invitations", Key: key, After: resource.Fields{"roles": []any{role}}}
	}
	placed := func(s plan.Step) plan.Step {
		s.Source, s.Sources = &plan.Source{File: "x", Line: 1}, map[string]plan.Source{"roles": {File: "y", Line: 2}}
		return s
	}
	for _, row := range []struct {
		reason       string
		now, earlier []plan.Step
		want         int // how many are drift
	}{
		{"the same step among others", []plan.Step{step("ada", "ORG_MEMBER")}, []plan.Step{step("kay", "ORG_OWNER"), step("ada", "ORG_MEMBER")}, 1},
		{"the same step from another place", []plan.Step{placed(step("ada", "ORG_MEMBER"))}, []plan.Step{step("ada", "ORG_MEMBER")}, 1},
		{"one of two", []plan.Step{step("ada", "ORG_MEMBER"), step("kay", "ORG_MEMBER")}, []plan.Step{step("ada", "ORG_MEMBER")}, 1},
		{"another role is another step", []plan.Step{step("ada", "ORG_MEMBER")}, []plan.Step{step("ada", "ORG_OWNER")}, 0},
		{"the earlier tree needs no step", []plan.Step{step("ada", "ORG_MEMBER")}, nil, 0},
	} {
		org := plan.Org{Name: "Acme", ID: id, Steps: row.now}
		org.MarkDrift(row.earlier)
		got := 0
		for _, s := range org.Steps {
			if s.Drift {
				got++
			}
		}
		if got != row.want {
			t.Errorf("%s: got %d, want %d", row.reason, got, row.want)
		}
	}
}
