package render

import (
	"io"
	"strings"
	"unicode/utf8"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/safetext"
)

// Drift is how Atlas differs from the tree: in one organization, or in several in the same way.
type Drift struct {
	Plan     *plan.Plan // at least one organization, all with the same steps
	IsShared bool       // several organizations may have it, so it names them
	NotRead  []plan.Org // organizations that had it when a run last read them, but that this run did not read
	Adopt    string     // the command line that brings it into the tree
}

// howToResolve ends the head of an issue about drift.
func (d Drift) howToResolve() string {
	return "To keep what Atlas has, bring it into the tree, and open a pull request:\n\n```sh\n" + d.Adopt + "\n```\n\n" +
		"To restore what the tree says, apply the tree.\n"
}

// WriteDriftMarkdown writes what the tree says and what Atlas has instead, for an issue. A plan says what an apply would do; the reader
// of an issue wants to know what is live now.
func (v View) WriteDriftMarkdown(w io.Writer, d Drift) error {
	orgs := d.Plan.Orgs
	head := "**Atlas differs from the tree.**\n\n" + d.howToResolve()
	if d.IsShared {
		head = "**Atlas differs from the tree in the same way in " + Count(len(orgs)+len(d.NotRead), "organization") + ".**\n\n" + d.howToResolve()
	}
	m := NewPage(v.Size, head, v.FullOutput, "")
	var steps []Block
	for _, s := range commonSteps(orgs) {
		steps = append(steps, Block{Text: differences(s), Step: true})
	}
	m.Section("\n### Differences", "\n\n```text\n", steps, "```\n")
	if d.IsShared {
		m.Section("\n### Organizations", "\n\n```text\n", headings(orgs), "```\n")
		m.Section("\n### Not read by the last run", "\n\n```text\n", headings(d.NotRead), "```\n")
	} else {
		m.Section(notesHeading, "\n\n```text\n", notes(d.Plan), "```\n")
	}
	blocked, _ := guardText{v, d.Plan}.blocks()
	m.Section("\n### Guards that block an apply", "\n\n```text\n", blocked, "```\n")
	return m.Write(w, len(steps))
}

// DriftTitle names what differs, without values: settings: multiFactorAuthRequired, members/ada@acme.example.
func DriftTitle(org plan.Org) string {
	var parts []string
	for _, s := range org.Steps {
		part := safetext.Value(s.Address())
		if s.Op == plan.Update && s.Key == "" {
			var names []string
			for _, c := range s.Changed() {
				names = append(names, fieldName(c))
			}
			part += ": " + strings.Join(names, ", ")
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "; ")
}

func headings(orgs []plan.Org) (blocks []Block) {
	for _, org := range orgs {
		blocks = append(blocks, Block{Text: org.Heading() + "\n"})
	}
	return blocks
}

// commonSteps returns the steps of the first organization. A step has a place only if it is the same in all organizations.
func commonSteps(orgs []plan.Org) []plan.Step {
	var steps []plan.Step
	for i, s := range orgs[0].Steps {
		for _, other := range orgs[1:] {
			if !samePlaces(s, other.Steps[i]) {
				s.Source, s.Sources = nil, nil
			}
		}
		steps = append(steps, s)
	}
	return steps
}

// differences returns a step as lines: which object differs, and how.
func differences(s plan.Step) string {
	line := safetext.Value(s.Address())
	if s.Source != nil {
		line = beside(line, place(*s.Source), sourceColumn)
	}
	for _, l := range differenceLines(s) {
		line += "\n    " + l
	}
	return line + "\n"
}

func differenceLines(s plan.Step) []string {
	switch where := whereItIs(s); {
	case where == "":
		return fieldDifferences(s)
	case s.Op == plan.Delete:
		return append([]string{where}, contents(s.Before)...)
	default:
		return append([]string{where}, contents(s.After)...)
	}
}

// whereItIs returns where the object of a step exists: "" if it exists in the tree and in Atlas.
func whereItIs(s plan.Step) string {
	const onlyTree = "in the tree, not in Atlas"
	switch {
	case s.ReinviteReason == plan.AfterRejection:
		return onlyTree + " (the last invitation was rejected)"
	case s.ReinviteReason != "":
		return onlyTree + " (the last invitation expired)"
	case s.Op == plan.Create:
		return onlyTree
	case s.DeletesOrg():
		return "in Atlas, and state: absent in the tree"
	case s.Op == plan.Delete:
		return "in Atlas, not in the tree"
	}
	return ""
}

func fieldDifferences(s plan.Step) (lines []string) {
	for _, c := range s.Changed() {
		at := ""
		if source, ok := s.Sources[c.Field()]; ok && s.Source != nil && source.File != s.Source.File {
			at = " (" + place(source) + ")"
		}
		lines = append(lines, treeAndAtlas(fieldName(c), c, s.Before, at)...)
	}
	return lines
}

// treeAndAtlas returns both values of a field: on one line, or each on its own if they are long.
func treeAndAtlas(name string, c plan.FieldChange, before resource.Fields, at string) []string {
	tree, atlas := Value(c.After), Value(c.Before)
	switch {
	case before == nil:
		return []string{name + ": tree " + tree + at}
	case utf8.RuneCountInString(tree)+utf8.RuneCountInString(atlas) < longText:
		return []string{name + ": tree " + tree + ", Atlas " + atlas + differing(c.After, c.Before) + at}
	}
	return []string{name + ":" + differing(c.After, c.Before) + at, "    tree  " + tree, "    Atlas " + atlas}
}
