package render_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/render"
)

// TestReviewGroups: organizations share equal lines, but never a grant of ORG_OWNER. In a summary they also share lines with different
// places.
func TestReviewGroups(t *testing.T) {
	item := func(about plan.ReviewKind, org, field string, source *plan.Source) plan.ReviewItem {
		return plan.ReviewItem{About: about, Organization: org, Kind: "settings", Field: field, Live: true, Source: source}
	}
	at := func(file string) *plan.Source { return &plan.Source{File: file, Line: 2} }
	owner := func(org string) plan.ReviewItem {
		return plan.ReviewItem{About: plan.NewOwner, Organization: org, Kind: "members", Key: "ada@acme.example", Field: "roles", Source: at("_defaults.yaml")}
	}
	items := []plan.ReviewItem{
		{About: plan.Leaves, Organization: "Gone", Source: at("gone.yaml")},
		owner("A"), item(plan.NotManaged, "A", "x", at("_defaults.yaml")), item(plan.NotManaged, "A", "y", at("a.yaml")), item(plan.Adopted, "A", "z", at("_defaults.yaml")),
		owner("B"), item(plan.NotManaged, "B", "x", at("_defaults.yaml")), item(plan.NotManaged, "B", "y", at("b.yaml")), item(plan.Adopted, "B", "z", at("_defaults.yaml")),
	}
	const whole = `What this change means:
  1 organization is no longer in the tree; Atlas keeps it as it is
    Gone                                       gone.yaml:2
  2 organizations
    no longer managed: settings.x; stays true  _defaults.yaml:2
    A, B
  A
    grants ORG_OWNER to ada@acme.example       _defaults.yaml:2
    no longer managed: settings.y; stays true  a.yaml:2
  B
    grants ORG_OWNER to ada@acme.example       _defaults.yaml:2
    no longer managed: settings.y; stays true  b.yaml:2
  2 organizations
    already in Atlas: settings.z               _defaults.yaml:2
    A, B
`
	const summary = `What this change means:
  1 organization is no longer in the tree; Atlas keeps it as it is
    Gone
  2 organizations
    no longer managed: settings.x; stays true  _defaults.yaml:2
    no longer managed: settings.y; stays true
    A, B
  A
    grants ORG_OWNER to ada@acme.example       _defaults.yaml:2
  B
    grants ORG_OWNER to ada@acme.example       _defaults.yaml:2
  2 organizations
    already in Atlas: settings.z               _defaults.yaml:2
    A, B
`
	p := plan.New(nil)
	p.Review = items
	for _, row := range []struct {
		view render.View
		want string
	}{{render.View{}, whole}, {render.View{Summary: true}, summary}} {
		got, _, _ := strings.Cut(written(t, p, row.view.WritePlan), "\n\n")
		if diff := cmp.Diff(row.want, got+"\n"); diff != "" {
			t.Errorf("summary %t: (-want +got)\n%s", row.view.Summary, diff)
		}
	}
}

// TestReviewLines: what an organization has already is one line for each kind, with at most 20 names.
func TestReviewLines(t *testing.T) {
	var items []plan.ReviewItem
	for _, org := range []string{"A", "B"} {
		for i := range 25 {
			items = append(items, plan.ReviewItem{About: plan.Adopted, Organization: org, Kind: "members", Key: fmt.Sprintf("user%d@acme.example", i)})
		}
		items = append(items, plan.ReviewItem{About: plan.Adopted, Organization: org, Kind: "settings", Field: "genAIFeaturesEnabled"})
	}
	lines := render.ReviewLines(items)
	if len(lines) != 4 || len(lines[0].Names) != 21 || !strings.HasPrefix(lines[0].Message(), "A: already in Atlas: members (25): user0@acme.example, ") ||
		!strings.HasSuffix(lines[0].Message(), ", user19@acme.example, and 5 more") || lines[3].Message() != "B: already in Atlas: settings.genAIFeaturesEnabled" {
		t.Errorf("got %+v", lines)
	}
}

// TestReviewIsNotCut: Markdown that is too long loses steps before it loses a line of the review.
func TestReviewIsNotCut(t *testing.T) {
	p := plan.New([]plan.Org{{Name: "A", ID: "5f1b0c0d0e0f0a0b0c0d0e01", Steps: []plan.Step{{Op: plan.Delete, Kind: "members", Key: strings.Repeat("x", 2000) + "@acme.example"}}}})
	for i := range 30 {
		p.Review = append(p.Review, plan.ReviewItem{About: plan.Leaves, Organization: fmt.Sprintf("Org%d", i), Source: &plan.Source{File: "a.yaml", Line: i + 1}})
	}
	got := written(t, p, render.View{Size: 3000}.WritePlanMarkdown)
	if !strings.Contains(got, "1 of 1 step, and 0 messages") || strings.Count(got, "\n  Org") != 30 {
		t.Errorf("got %s", got)
	}
}
