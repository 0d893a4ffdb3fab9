package creation

import (
	"strings"
	"testing"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// TestSiteAfter: ids that were written above an organization in its file move it down.
func TestSiteAfter(t *testing.T) {
	for _, row := range []struct {
		reason string
		moved  []insertion
		want   int
	}{
		{"nothing was written", nil, 10},
		{"a line above", []insertion{{3, 1}}, 11},
		{"two lines above, counted as the plan counts them", []insertion{{3, 1}, {9, 1}}, 12},
		{"a line above, and one right behind it", []insertion{{3, 1}, {10, 1}}, 11},
		{"a line below", []insertion{{20, 1}}, 10},
		{"its own id, which goes below its name", []insertion{{10, 1}}, 10},
		{"an id that took no line of its own", []insertion{{3, 0}}, 10},
	} {
		if got := (site{line: 10}).after(row.moved).line; got != row.want {
			t.Errorf("%s: it stands in line %d, want %d", row.reason, got, row.want)
		}
	}
}

// TestSitesOf: two organizations have two lock files, also in one file of the tree, and each organization always the same.
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
		t.Errorf("a plan that names no file: %v", err)
	}
}
