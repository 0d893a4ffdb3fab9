package action

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"atlas-gitops/internal/reconcile"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/spec"
)

// TestWords: the input only takes the name of an organization, or its id if several share the name.
func TestWords(t *testing.T) {
	org := func(name, id string) *spec.Org {
		return &spec.Org{Desired: resource.Desired{OrgRef: resource.OrgRef{Name: name, ID: id}}}
	}
	r := &report{selection: reconcile.Selection{Orgs: []*spec.Org{org("A", "1"), org("A", ""), org("B", "2"), org("C", "3")}, Rest: []*spec.Org{org("C", "4")}}}
	for i, want := range []string{"1", "A", "B", "3"} {
		if got := r.words(r.selection.Orgs[i].OrgRef); got[0] != want {
			t.Errorf("%d: got %q, want %q", i, got, want)
		}
	}
}

// TestGroups: a few organizations are planned by one job, and many by at most as many jobs as GitHub allows.
func TestGroups(t *testing.T) {
	for _, row := range []struct {
		reason                   string
		orgs, groups, size, last int
	}{
		{"no organizations", 0, 0, 0, 0},
		{"fewer than a group", 3, 1, 3, 3},
		{"exactly one group", 25, 1, 25, 25},
		{"the last group is smaller", 60, 3, 25, 10},
		{"as many groups as GitHub allows", 6400, 256, 25, 25},
		{"larger groups", 6401, 247, 26, 5},
	} {
		words := make([]string, row.orgs)
		for i := range words {
			words[i] = fmt.Sprint(i)
		}
		groups, all := groupsOf(words), []string{}
		for i, g := range groups {
			lines := strings.Split(g.Only, "\n")
			if all = append(all, lines...); g.Number != i+1 || i < len(groups)-1 && len(lines) != row.size || i == len(groups)-1 && len(lines) != row.last {
				t.Errorf("%s: group %d has the number %d and %d organizations", row.reason, i, g.Number, len(lines))
			}
		}
		if len(groups) != row.groups || !slices.Equal(all, words) {
			t.Errorf("%s: %d groups with %d organizations", row.reason, len(groups), len(all))
		}
	}
}
