package plan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// TestWithoutDeletedReferences: a tree that removes a team and still puts a person into it contradicts itself. Neither of the two is
// planned, and everything else is.
func TestWithoutDeletedReferences(t *testing.T) {
	kinds := []*resource.Kind{{Name: "teams", Key: "name"}, {Name: "people", Key: "username",
		Refs: []resource.Ref{{Field: "teams", Noun: "team", Path: "teams", Kind: "teams"}, {Field: "projects", Noun: "project", Path: "groups"}}}}
	in := func(teams ...any) resource.Object {
		return resource.Object{Key: "ada", Fields: resource.Fields{"teams": teams}}
	}
	live := resource.State{"teams": {{Key: "Old"}, {Key: "Kept"}}, "people": {in("Old", "Kept"), {Key: "eve", Fields: in("Old").Fields}}}
	for _, row := range []struct {
		reason string
		ada    resource.Object
		want   []string
		wrong  string
	}{
		{"no listed person is in the team", in("Kept"), []string{"+ teams/New", "~ people/ada", "- people/eve", "- teams/Old"}, ""},
		{"the tree does not manage the teams of people", resource.Object{Key: "ada"}, []string{"+ teams/New", "- people/eve", "- teams/Old"}, ""},
		{"a team that the plan creates", in("Kept", "New"), []string{"+ teams/New", "~ people/ada", "- people/eve", "- teams/Old"}, ""},
		{"a person is still in the team", in("Old", "Kept"), []string{"+ teams/New"}, `this plan deletes the team "Old"`},
		{"two references to one team are one error", in("Old", "Old"), []string{"+ teams/New"}, `this plan deletes the team "Old"`},
		{"a project with the same name", resource.Object{Key: "ada", Fields: resource.Fields{"projects": resource.Fields{"Old": []any{"GROUP_OWNER"}}}},
			[]string{"+ teams/New", "~ people/ada", "- people/eve", "- teams/Old"}, ""},
	} {
		want := resource.State{"teams": {{Key: "Kept"}, {Key: "New"}}, "people": {row.ada}}
		steps, err := plan.WithoutDeletedReferences(kinds, want, plan.Diff(kinds, live, want))
		got, wrong := lines(steps), ""
		if err != nil {
			wrong = err.Error()
		}
		if diff := cmp.Diff(row.want, got); diff != "" || wrong != row.wrong {
			t.Errorf("%s: %s\n%s", row.reason, wrong, diff)
		}
	}
}

func lines(steps []plan.Step) (all []string) {
	for _, s := range steps {
		all = append(all, s.Line())
	}
	return all
}
