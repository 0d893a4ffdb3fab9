package plan_test

import (
	"testing"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// TestIsDrift has what the law of drift meets too rarely.
func TestIsDrift(t *testing.T) {
	person := func(projects resource.Fields) resource.State {
		return resource.State{"members": {{Key: "ada@acme.example", Fields: resource.Fields{"projects": projects}}}}
	}
	viewer, two := resource.Fields{"A": []any{"GROUP_READ_ONLY"}}, resource.Fields{"A": []any{"GROUP_READ_ONLY"}, "B": []any{"GROUP_OWNER"}}
	change := plan.Step{Op: plan.Update, Kind: "members", Key: "ada@acme.example", Before: resource.Fields{"projects": nil}, After: resource.Fields{"projects": viewer}}
	removal := plan.Step{Op: plan.Delete, Kind: "members", Key: "eve@acme.example"}
	for _, row := range []struct {
		reason       string
		step         plan.Step
		earlier, now plan.Lists
		want         bool
	}{
		{"the same projects", change, plan.Lists{Want: person(viewer)}, plan.Lists{Want: person(viewer)}, true},
		{"a map is wanted as a whole", change, plan.Lists{Want: person(two)}, plan.Lists{Want: person(viewer)}, false},
		{"nobody listed her", removal, plan.Lists{Want: person(nil)}, plan.Lists{Want: person(nil)}, true},
		{"she was left alone then", removal, plan.Lists{Want: person(nil), Additive: map[string]bool{"members": true}}, plan.Lists{Want: person(nil)}, false},
		{"nobody listed her then", change, plan.Lists{Want: resource.State{"members": {}}}, plan.Lists{Want: person(viewer)}, false},
		{"nobody lists her now", change, plan.Lists{Want: person(viewer)}, plan.Lists{Want: resource.State{"members": {}}}, false},
		{"nobody managed members then", removal, plan.Lists{}, plan.Lists{Want: person(nil)}, false},
	} {
		if got := row.step.IsDrift(row.earlier, row.now); got != row.want {
			t.Errorf("%s: got %v", row.reason, got)
		}
	}
}
