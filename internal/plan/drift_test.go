package plan_test

import (
	"strings"
	"testing"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// TestMarkDrift: a step is drift if the earlier tree would make the same one; the plan counts them.
func TestMarkDrift(t *testing.T) {
	step := func(key, role string) plan.Step {
		return plan.Step{Op: plan.Create, Kind: "invitations", Key: key, After: resource.Fields{"roles": []any{role}}}
	}
	for _, row := range []struct {
		reason       string
		now, earlier []plan.Step
		want         string // "" where nothing is drift
	}{
		{"the only one, whatever its place", []plan.Step{step("ada", "ORG_MEMBER")}, []plan.Step{step("kay", "ORG_OWNER"), step("ada", "ORG_MEMBER")}, "1 of 1 step"},
		{"one of two", []plan.Step{step("ada", "ORG_MEMBER"), step("kay", "ORG_MEMBER")}, []plan.Step{step("ada", "ORG_MEMBER")}, "1 of 2 steps"},
		{"another role is another step", []plan.Step{step("ada", "ORG_MEMBER")}, []plan.Step{step("ada", "ORG_OWNER")}, ""},
		{"there was no such step", []plan.Step{step("ada", "ORG_MEMBER")}, nil, ""},
	} {
		org := plan.Org{Name: "Acme", ID: id, Steps: row.now}
		org.MarkDrift(row.earlier)
		_, line, _ := strings.Cut(written(t, plan.New([]plan.Org{org}), plan.View{}.WriteText), "\nDrift: ")
		if got, _, _ := strings.Cut(line, ","); got != row.want {
			t.Errorf("%s: got %q, want %q", row.reason, got, row.want)
		}
	}
}
