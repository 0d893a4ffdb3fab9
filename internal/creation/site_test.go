package creation

import (
	"strings"
	"testing"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// TestSiteAfter: ids that a run writes above an organization in the same file move it down.
func TestSiteAfter(t *testing.T) {
	for _, row := range []struct {
		reason string
		moved  []insertion
		want   int
	}{
		{"no insertion", nil, 10},
		{"one line above", []insertion{{3, 1}}, 11},
		{"two lines above; their positions are those of the plan", []insertion{{3, 1}, {9, 1}}, 12},
		{"one line above, and one right below", []insertion{{3, 1}, {10, 1}}, 11},
		{"one line below", []insertion{{20, 1}}, 10},
		{"its own id, below its name", []insertion{{10, 1}}, 10},
		{"an id above that added no line", []insertion{{3, 0}}, 10},
	} {
		if got := (site{line: 10}).after(row.moved).line; got != row.want {
			t.Errorf("%s: it stands in line %d, want %d", row.reason, got, row.want)
		}
	}
}

// TestSitesOf: each organization has its own lock file, even if two are in one file of the tree. Its name is always the same.
func TestSitesOf(t *testing.T) {
	sites := Sites{Follow: func(name string) (string, error) { return "real/" + name, nil }, Path: func(file string) string { return file }}
	of := func(name string) site {
		step := plan.CreateOrganization(resource.Fields{"name": name})
		step.Source = &plan.Source{File: "orgs/labs.yaml", Line: 2}
		at, err := sites.of(plan.Org{Name: name, Steps: []plan.Step{step}})
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	want := site{file: "orgs/labs.yaml", line: 2, real: "real/orgs/labs.yaml", lockFile: "real/orgs/.bb1239e5.creating"}
	if got := of("Acme-Labs"); got != want {
		t.Errorf("got %+v", got)
	}
	if of("Acme-Two").lockFile == want.lockFile {
		t.Error("two organizations have one lock file")
	}
	if _, err := sites.of(plan.Org{Name: "Acme", Steps: []plan.Step{plan.CreateOrganization(nil)}}); err == nil || !strings.Contains(err.Error(), "save a new plan with plan --out") {
		t.Errorf("a plan without the file of the step: %v", err)
	}
}
