package plan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// TestFieldPaths: every field keeps its own path, however deep it is.
func TestFieldPaths(t *testing.T) {
	deep := resource.Fields{"a": resource.Fields{"b": resource.Fields{"c": resource.Fields{"d1": true, "d2": true, "d10": true}}}}
	want := []string{"a.b.c.d1", "a.b.c.d2", "a.b.c.d10"}
	for reason, changes := range map[string][]plan.FieldChange{
		"an update":                                   plan.Step{Op: plan.Update, Before: resource.Fields{"a": nil}, After: deep}.Changed(),
		"an update of what is unknown before":         plan.Step{Op: plan.Update, After: deep}.Changed(),
		"the update that unsets a field as a whole":   plan.Step{Op: plan.Update, Before: deep, After: resource.Fields{"a": nil}}.Changed(),
		"the fields of an object that is new or goes": plan.Contents(deep),
	} {
		var got []string
		for _, c := range changes {
			got = append(got, c.Field())
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", reason, diff)
		}
	}
}
