package render

import (
	"fmt"
	"strings"
	"time"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/suggest"
)

// writeViolations writes what guards block, organization by organization. Unless it is accepted, it also writes how to accept it.
func (t *planText) writeViolations() {
	if len(t.plan.Violations) == 0 {
		return
	}
	paint := t.Colors.Bad
	if t.AcceptedWith != "" {
		paint = t.Colors.Fair
	}
	t.WriteString(paint(guardsTitle(t.AcceptedWith)+":") + "\n")
	names := orgNames(t.plan.Orgs)
	for _, f := range t.findings() {
		if len(f.orgs) == 1 {
			t.WriteString("  " + t.plan.Orgs[f.orgs[0]].Heading() + "\n" + f.text)
		} else {
			t.WriteString("  " + Count(len(f.orgs), "organization") + "\n" + f.text + wrap("    ", "", pick(names, f.orgs)) + "\n")
		}
	}
	if t.Command != "" && t.AcceptedWith == "" && t.ComparedWith == "" {
		t.WriteString(t.Acceptance(ToApply) + "\n")
	}
	t.WriteByte('\n')
}

// finding is what guards found in an organization. In a summary it can stand for several organizations with the same findings.
type finding struct {
	orgs []int // their indexes in the plan
	text string
}

// findings returns what guards found, in the order of the plan.
func (t *planText) findings() (all []*finding) {
	for _, v := range t.plan.Violations {
		if last := len(all) - 1; last < 0 || all[last].orgs[0] != v.Org {
			all = append(all, &finding{orgs: []int{v.Org}})
		}
		all[len(all)-1].text += violationLines(v, t.plan.Orgs[v.Org], "    ")
	}
	if t.Summary {
		return merge(all)
	}
	return all
}

// merge joins the organizations with the same findings.
func merge(findings []*finding) (all []*finding) {
	equal := map[string]*finding{}
	for _, f := range findings {
		if same := equal[f.text]; same != nil {
			same.orgs = append(same.orgs, f.orgs...)
			continue
		}
		equal[f.text] = f
		all = append(all, f)
	}
	return all
}

func guardsTitle(acceptedWith string) string {
	if acceptedWith != "" {
		return "Accepted with " + acceptedWith
	}
	return "Guards block this plan"
}

// ToApply is the title of the command that accepts a plan.
const ToApply = "To apply exactly this plan"

// Acceptance returns a title, and below it the command that accepts the plan.
func (v View) Acceptance(title string) string {
	return withCommand(title+v.AcceptHint, v.Command)
}

// withCommand returns a title, and below it the lines of a command, without a line break at the end.
func withCommand(title, command string) string {
	return title + ":\n  " + strings.ReplaceAll(command, "\n", "\n  ")
}

// violations returns what guards block, below the heading of the organization.
func violations(p *plan.Plan) (blocks []Block) {
	for _, v := range p.Violations {
		org := p.Orgs[v.Org]
		blocks = append(blocks, Block{Heading: org.Heading() + "\n", Text: violationLines(v, org, "  ")})
	}
	return blocks
}

// violationLines returns what a guard blocks, and what would be removed.
func violationLines(v plan.Violation, org plan.Org, indent string) string {
	return indent + Violation(v) + "\n" + removals(v, org, indent+"  ")
}

// Violation returns one line about what a guard blocks.
func Violation(r plan.Violation) string {
	switch r.Guard {
	case plan.Creation:
		return "the organization would be created"
	case plan.Deletion:
		return "the organization would be deleted"
	case plan.Removals:
		return fmt.Sprintf("%s; the limit is %d (--max-deletes)", Count(r.Count, "removal"), r.Limit)
	case plan.EmptyList:
		return fmt.Sprintf("all %d %s would be removed", r.Count, r.Kind)
	case plan.LastOwner:
		return fmt.Sprintf("no active ORG_OWNER would remain; at least %d is required", r.Limit)
	}
	return "the credential of this run may be locked out"
}

// removals lists what the steps that a guard counted remove: one line, or more, for each kind of removal, with at most 20 names.
func removals(r plan.Violation, org plan.Org, indent string) string {
	var b strings.Builder
	add := func(title string, isCounted func(plan.Step) bool) {
		var keys []string
		for _, s := range org.Steps {
			if s.Key != "" && r.IsAbout(s) && isCounted(s) {
				keys = append(keys, s.Key)
			}
		}
		if len(keys) > 0 {
			b.WriteString(wrap(indent, title+": ", suggest.Some(items(keys))) + "\n")
		}
	}
	for _, k := range resource.Kinds {
		add("removes "+k.Name, func(s plan.Step) bool { return s.Op == plan.Delete && s.Kind == k.Name })
	}
	add("takes ORG_OWNER from", plan.Step.Demotes)
	add("takes roles, teams or projects from", func(s plan.Step) bool { return s.Op == plan.Update && !s.Demotes() })
	for _, s := range org.Steps {
		if r.Guard == plan.OwnAccess && r.IsAbout(s) {
			b.WriteString(indent + s.Kind + ": " + strings.Join(fieldsOf(plan.WithoutOrigin(s), time.Time{}, place), "; ") + "\n")
		}
	}
	return b.String()
}
