package render

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/safetext"
	"atlas-gitops/internal/suggest"
)

// maxCommand is the longest command, in bytes, that Markdown shows.
const maxCommand = 4_000

// headings that the plan and the results share.
const (
	unplannedHeading = "\n### Not planned, or only in part"
	notesHeading     = "\n### Notes"
)

// WritePlanMarkdown writes the plan for a pull request: what guards block and how to accept that, the totals, what the change means, what
// could not be planned, notes, what is removed, may lock out the credential, or makes a person an owner, then the other steps: first
// those that several organizations share, and then by organization. At the end it says how to apply the plan. Text from Atlas or from
// the tree appears only in code, where GitHub interprets neither Markdown nor mentions.
func (v View) WritePlanMarkdown(w io.Writer, p *plan.Plan) error {
	full := cmp.Or(v.FullOutput, "Run `plan` without `--format markdown` to see all of it.")
	g := guardText{v, p}
	m := NewPage(v.Size, g.blockedMarkdown()+v.About+bold(v.comparedWith()+summary(p)), full, foot(v, p))
	m.Section("\n### "+reviewTitle, "\n\n```text\n", v.review(p), "```\n")
	g.sections(m)
	m.Section(unplannedHeading, "\n\n```text\n", errorBlocks(p, v.FileName), "```\n")
	m.Section(notesHeading, "\n\n```text\n", notes(p), "```\n")
	m.Section("\n### Removals, lock-outs and new owners", "\n\n```diff\n", dangers(v, p), "```\n")
	groups, rest := g.group(leastFolded, g.standsAlone)
	for _, same := range groups {
		m.fold(same.title(v), same.blocks(v), "\n```text\n"+wrap("", "", same.names)+"\n```\n")
	}
	for _, org := range rest {
		m.Details(org, additions(org.Steps), others(v, org))
	}
	return m.Write(w, p.Steps())
}

func foot(v View, p *plan.Plan) string {
	if p.Changed() == 0 || v.ComparedWith != "" {
		return ""
	}
	foot := "\nDigest: `" + p.Digest + "`\n"
	switch {
	case v.AcceptedWith != "":
	case v.Command == "" || len(v.Command) > maxCommand || !isHarmless(v.Command):
		foot += "\n" + toApply(p) + ", run `apply --accept` with this digest.\n"
	case v.AcceptHint != "":
		foot += "\n" + toApply(p) + v.AcceptHint + ":\n\n```text\n" + v.Command + "\n```\n"
	default:
		foot += "\n" + toApply(p) + ":\n\n```sh\n" + v.Command + "\n```\n"
	}
	return foot
}

// isHarmless reports whether a command can be shown unchanged. A command that safetext would change is not shown at all, because the
// changed one would be wrong.
func isHarmless(command string) bool {
	for line := range strings.Lines(command) {
		if line = strings.TrimSuffix(line, "\n"); safetext.Line(line) != line {
			return false
		}
	}
	return true
}

// notes returns the notices of the organizations that have a section in the text form, and then the sums over all others.
func notes(p *plan.Plan) (blocks []Block) {
	for _, org := range p.Orgs {
		for _, n := range org.Notices {
			if isShown(org, false) && !n.IsIdle() {
				blocks = append(blocks, Block{Text: org.Heading() + ": " + Notice(n) + "\n"})
			}
		}
	}
	for line := range strings.Lines(drift(p) + leftAlone(p.Orgs, false)) {
		blocks = append(blocks, Block{Text: line})
	}
	for _, about := range plan.IdleKinds() {
		if names := idle(p, about); len(names) > 0 {
			blocks = append(blocks, Block{Text: wrap("", "", sentence(suggest.Some(names), len(names), about)) + "\n"})
		}
	}
	return blocks
}

// isDanger reports whether a reviewer must see the step first.
func isDanger(s plan.Step) bool { return s.IsDestructive() || s.IsDeferred() || plan.GrantsOwner(s) }

func dangers(v View, p *plan.Plan) (blocks []Block) {
	for _, org := range p.Orgs {
		for _, s := range org.Steps {
			if isDanger(s) {
				blocks = append(blocks, Block{Heading: "  " + org.Heading() + "\n", Text: v.diff(s), Step: true})
			}
		}
	}
	return blocks
}

func others(v View, org plan.Org) (blocks []Block) {
	for _, s := range org.Steps {
		if !isDanger(s) {
			blocks = append(blocks, Block{Text: v.diff(s), Step: true})
		}
	}
	return blocks
}

// standsAlone reports whether a reviewer must see the step by itself: a danger, and each step of an organization that guards block.
func (g guardText) standsAlone(org int, s plan.Step) bool { return isDanger(s) || g.isBlocked(org) }

// leastFolded is how many organizations must share steps so that Markdown shows these once. For two, another folded section with a list
// of names saves no lines, and a reader would look for the steps of one organization in two sections.
const leastFolded = 3

// title says what a group changes, in HTML: a single step in full, or how many steps there are.
func (g *group) title(v View) string {
	in := Count(len(g.orgs), "organization")
	if len(g.steps) > 1 {
		return additions(g.steps) + ", in each of " + in
	}
	s := g.steps[0]
	title := codeHTML(s.Line())
	if details := strings.Join(v.Details(withoutPlaces(s)), "; "); details != "" {
		title += ": " + codeHTML(safetext.Clip(details))
	}
	return title + " in " + in
}

// blocks returns a block for each step of a group. It stands for the steps of all organizations of the group.
func (g *group) blocks(v View) (blocks []Block) {
	for _, s := range g.steps {
		blocks = append(blocks, Block{Text: v.diff(s), Step: true, More: len(g.orgs) - 1})
	}
	return blocks
}

// additions counts the steps that are no danger, as text.
func additions(steps []plan.Step) string {
	n := map[plan.Op]int{}
	for _, s := range steps {
		n[s.Op] += one(!isDanger(s))
	}
	var counts []string
	for _, op := range []plan.Op{plan.Create, plan.Update} {
		if n[op] > 0 {
			counts = append(counts, fmt.Sprintf("%d to %s", n[op], op))
		}
	}
	return strings.Join(counts, ", ")
}
