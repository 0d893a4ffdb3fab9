package render

import (
	"fmt"
	"strings"
	"time"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// writeViolations writes what guards block, organization by organization, and how to accept it unless it is accepted.
func (t *planText) writeViolations() {
	if len(t.plan.Violations) == 0 {
		return
	}
	paint := t.Colors.Bad
	if t.AcceptedWith != "" {
		paint = t.Colors.Fair
	}
	t.WriteString(paint(guardsTitle(t.AcceptedWith)+":") + "\n")
	heading := ""
	for _, block := range violations(t.plan) {
		if block.Heading != heading {
			heading = block.Heading
			t.WriteString("  " + heading)
		}
		for line := range strings.Lines(block.Text) {
			t.WriteString("  " + line)
		}
	}
	if t.Command != "" && t.AcceptedWith == "" && t.ComparedWith == "" {
		t.WriteString(t.Acceptance(toApply) + "\n")
	}
	t.WriteByte('\n')
}

func guardsTitle(acceptedWith string) string {
	if acceptedWith != "" {
		return "Accepted with " + acceptedWith
	}
	return "Guards block this plan"
}

// toApply heads the command that accepts a plan.
const toApply = "To apply exactly this plan"

// Acceptance says how to accept a plan.
func (v View) Acceptance(title string) string {
	return title + v.AcceptHint + ":\n  " + strings.ReplaceAll(v.Command, "\n", "\n  ")
}

// violations returns what guards block, and what would be lost, below the organization.
func violations(p *plan.Plan) (blocks []Block) {
	orgs := p.Index()
	for _, r := range p.Violations {
		org, _ := orgs.Find(r.Org().Ref())
		blocks = append(blocks, Block{Heading: r.Org().Heading() + "\n", Text: "  " + Violation(r) + "\n" + losses(r, org)})
	}
	return blocks
}

// Violation says in one line what a guard blocks.
func Violation(r plan.Violation) string {
	switch r.Guard {
	case plan.Creation:
		return "the organization would be created"
	case plan.Deletion:
		return "the organization would be deleted"
	case plan.Removals:
		return fmt.Sprintf("%s; the limit is %d (--max-deletes)", Count(r.Count, "removal"), r.Limit)
	case plan.EmptyList:
		return fmt.Sprintf("all %d %s would be removed; the limit is %d", r.Count, r.Kind, r.Limit)
	case plan.LastOwner:
		return fmt.Sprintf("no active ORG_OWNER would remain; at least %d is required", r.Limit)
	}
	return "the credential of this run may be locked out"
}

// losses says what the steps that a guard counted take away, and from whom: a line for each sort of loss, with at most 20 names.
func losses(r plan.Violation, org plan.Org) string {
	var b strings.Builder
	add := func(title string, isCounted func(plan.Step) bool) {
		var keys []string
		for _, s := range org.Steps {
			if s.Key != "" && r.IsAbout(s) && isCounted(s) {
				keys = append(keys, s.Key)
			}
		}
		if len(keys) > 0 {
			b.WriteString(wrap("    ", title+": ", resource.Some(items(keys))) + "\n")
		}
	}
	for _, k := range resource.Kinds {
		add("removes "+k.Name, func(s plan.Step) bool { return s.Op == plan.Delete && s.Kind == k.Name })
	}
	add("takes ORG_OWNER from", plan.Step.Demotes)
	add("takes roles, teams or projects from", func(s plan.Step) bool { return s.Op == plan.Update && !s.Demotes() })
	for _, s := range org.Steps {
		if r.Guard == plan.OwnAccess && r.IsAbout(s) {
			b.WriteString("    " + s.Kind + ": " + strings.Join(fieldsOf(s.WithoutOrigin(), time.Time{}, nil), "; ") + "\n")
		}
	}
	return b.String()
}
