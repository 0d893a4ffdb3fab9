package render_test

import (
	"fmt"
	"strings"
	"testing"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/render"
	"atlas-gitops/internal/resource"
)

// TestWriteViolations: what an acceptance changes, and that many names do not hide how to accept.
func TestWriteViolations(t *testing.T) {
	org := plan.Org{Name: "Acme"}
	for i := range 25 {
		org.Steps = append(org.Steps, plan.Step{Op: plan.Delete, Kind: "members", Key: fmt.Sprintf("p%d@acme.example", i), Before: resource.Fields{"roles": []any{"ORG_MEMBER"}}})
	}
	p := plan.New([]plan.Org{org})
	p.Check(3)
	const what = "  25 removals; the limit is 3 (--max-deletes)\n"
	for _, row := range []struct {
		reason         string
		view           render.View
		text, markdown string
		lacks, lacks2  string
	}{
		{"blocked", render.View{Command: "apply --accept"}, "Guards block this plan:\n  Acme\n  " + what, "### Guards block this plan\n\n```text\nAcme\n" + what, "Accepted", "Accepted"},
		{"accepted", render.View{Command: "apply --accept", AcceptedWith: "--accept"}, "Accepted with --accept:\n  Acme\n  " + what, "### Accepted with --accept\n\n```text\nAcme\n" + what, "Guards block", "To apply exactly"},
	} {
		text, markdown := written(t, p, row.view.WritePlan), written(t, p, row.view.WritePlanMarkdown)
		if !strings.Contains(text, row.text) || strings.Contains(text, row.lacks) || strings.Contains(text, row.lacks2) {
			t.Errorf("%s: %s", row.reason, text)
		}
		if !strings.Contains(markdown, row.markdown) || strings.Contains(markdown, row.lacks) {
			t.Errorf("%s: %s", row.reason, markdown)
		}
		if !strings.Contains(text, "p19@acme.example, and 5 more\n") {
			t.Errorf("%s: 20 names are enough: %s", row.reason, text)
		}
	}
}

// TestWriteLeftAlone: a verbose plan names what is left alone, below each organization.
func TestWriteLeftAlone(t *testing.T) {
	left := plan.Notice{About: plan.LeftAlone, Kind: "members", Count: 3, Keys: []string{"ada@acme.example", "bob@acme.example", "some-name-that-is-long@acme.example"}}
	p := plan.New([]plan.Org{{Name: "Acme", Notices: []plan.Notice{left}}})
	const want = "Acme\n  note: 3 members that are not listed are left alone: ada@acme.example,\n    bob@acme.example, some-name-that-is-long@acme.example\n\nNo changes. 1 organization matches.\n"
	if got := written(t, p, render.View{Verbose: true}.WritePlan); got != want {
		t.Errorf("got %s", got)
	}
	if got := written(t, p, render.View{}.WritePlan); got != "Notes:\n  3 members that are not listed are left alone\n\nNo changes. 1 organization matches.\n" {
		t.Errorf("got %s", got)
	}
}
