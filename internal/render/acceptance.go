package render

import (
	"fmt"
	"strings"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/safetext"
	"atlas-gitops/internal/spec"
	"atlas-gitops/internal/suggest"
)

// toAccept returns the title of the command that accepts a plan. If the plan also changes other organizations than those that guards
// block, the title says that the command also accepts what they block.
func toAccept(title string, p *plan.Plan) string {
	if n := len(p.Blocked()); 0 < n && n < p.Changed() {
		return title + ", also what guards block"
	}
	return title
}

// toApply returns the title of the command that applies a plan.
func toApply(p *plan.Plan) string { return toAccept("To apply exactly this plan", p) }

// withCommand returns a title, and below it the lines of a command, without a line break at the end.
func withCommand(title, command string) string {
	return title + ":\n  " + strings.ReplaceAll(command, "\n", "\n  ")
}

// acceptances returns how to accept what guards block: one organization, or everything.
func (t *planText) acceptances(blocked []*finding) string {
	text := ""
	if t.AcceptOne != "" && t.plan.Changed() > 1 {
		where := ""
		if hasShared(blocked) { // their digests are not shown
			where = ", with its digest from the plan without --summary"
		}
		text = withCommand("To apply an organization that guards block"+where+t.AcceptHint, t.AcceptOne) + "\n"
	}
	return text + withCommand(toApply(t.plan)+t.AcceptHint, t.Command)
}

// maxEntries is how many entries for the file of acceptances Markdown shows.
const maxEntries = 20

// blockedMarkdown says what guards block, and which lines accept that, or returns "". These lines come first in a comment.
func (g guardText) blockedMarkdown() string {
	p := g.plan
	blocked, names := p.Blocked(), orgNames(p.Orgs)
	if len(blocked) == 0 || g.AcceptedWith != "" {
		return ""
	}
	listed := pick(names, blocked)
	for i, name := range listed {
		listed[i] = inCode(name)
	}
	text := fmt.Sprintf("**%s:** %s.", guardsTitle(p), suggest.JoinSome(listed))
	if g.ComparedWith != "" || g.AcceptedFile == "" {
		return text + "\n\n"
	}
	text += " To accept that, review it, then commit these lines to " + inCode(safetext.Value(g.AcceptedFile)) + ":\n\n```yaml\n"
	for _, org := range blocked[:min(len(blocked), maxEntries)] {
		if entry := spec.AcceptanceEntry(p.Orgs[org].Digest, p.Orgs[org].Name); isHarmless(entry) {
			text += entry
		} else {
			text += "# " + safetext.Line(names[org]) + ": the JSON form of the plan has its digest\n"
		}
	}
	if more := len(blocked) - maxEntries; more > 0 {
		text += "# " + Count(more, "more organization") + ": the JSON form of the plan has their digests\n"
	}
	return text + "```\n\n"
}

// sections writes what guards block, and then what somebody accepted.
func (g guardText) sections(m *Page) {
	blocked, accepted := g.blocks()
	m.Section("\n### "+guardsTitle(g.plan), "\n\n```text\n", blocked, "```\n")
	m.Section("\n### "+g.acceptedTitle(), "\n\n```text\n", accepted, "```\n")
}

// blocks returns what guards block, and what somebody accepted. The names of what would be removed are missing: the steps show them.
func (g guardText) blocks() (blocked, accepted []Block) {
	p := g.plan
	for i, org := range p.Orgs {
		text := g.acceptedBy(org, "  ")
		for _, one := range p.ViolationsOf(i) {
			if one.Guard != plan.TotalRemovals {
				text += "  " + Violation(one) + "\n"
			}
		}
		switch block := (Block{Heading: org.Heading() + "\n", Text: text}); {
		case g.isBlocked(i):
			if g.AcceptedFile == "" && len(blocked) < maxEntries {
				block.Text += g.digestLine(org, "  ")
			}
			blocked = append(blocked, block)
		case text != "":
			accepted = append(accepted, block)
		}
	}
	if run := theRun(p, ""); run != "" && len(blocked) > 0 {
		blocked = append([]Block{{Text: run}}, blocked...)
	}
	return blocked, accepted
}

// inCode returns a text that safetext has made harmless as Markdown code.
func inCode(text string) string { return "`" + text + "`" }

// Question returns the question whether to apply a plan that was shown, and what will not be applied.
func Question(s apply.Scope) string {
	if len(s.Holds) == 0 {
		return "Apply this plan? Type \"yes\" to continue: "
	}
	held := Wrap("", fmt.Sprintf("Will not be applied: %s in %s: %s.", Count(s.HeldSteps, "step"), Count(len(s.Holds), "organization"), s.Holds.Reasons()), "  ")
	return held + fmt.Sprintf("\nApply the rest, %s in %s? Type \"yes\" to continue: ", Count(s.Steps, "step"), Count(s.Orgs, "organization"))
}
