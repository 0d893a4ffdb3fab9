package plan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// TestDiffOrdersKinds: what depends on another thing is made after it and removed before it.
func TestDiffOrdersKinds(t *testing.T) {
	kinds := []*resource.Kind{{Name: "teams", Key: "name"}, {Name: "members", Key: "username"}}
	old := []resource.Object{{Key: "old"}, {Key: "elder"}}
	steps := plan.Diff(kinds,
		resource.State{"members": old, "teams": old},
		resource.State{"members": {{Key: "new"}}, "teams": {{Key: "new"}}})
	var got []string
	for _, s := range steps {
		got = append(got, s.Line())
	}
	want := []string{"+ teams/new", "+ members/new", "- members/elder", "- members/old", "- teams/elder", "- teams/old"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
