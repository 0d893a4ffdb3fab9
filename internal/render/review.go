package render

import (
	"fmt"
	"strings"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/safetext"
	"atlas-gitops/internal/suggest"
)

// reviewTitle is the title of the section about what the change of the tree means.
const reviewTitle = "What this change means"

// ReviewLine is one line about what the change of the tree means: an item, or all adopted objects of one kind in an organization.
type ReviewLine struct {
	plan.ReviewItem // the first one
	Text            string
	Names           []string // of several adopted objects
}

// Org returns the organization of the line.
func (l ReviewLine) Org() plan.Org { return plan.Org{Name: l.Organization, ID: l.ID} }

// Message returns the line for a reader who does not see the heading: with the organization, and on one line.
func (l ReviewLine) Message() string {
	if l.About == plan.NewDomain {
		return l.Text
	}
	return l.Org().Heading() + ": " + l.Text + strings.Join(l.Names, ", ")
}

// ReviewLines returns the lines of a review.
func ReviewLines(items []plan.ReviewItem) (lines []ReviewLine) {
	for i := 0; i < len(items); {
		n := adoptedTogether(items[i:])
		line := ReviewLine{ReviewItem: items[i], Text: ReviewText(items[i])}
		if n > 1 {
			line.Text = fmt.Sprintf("already in Atlas: %s (%d): ", safetext.Value(items[i].Kind), n)
			var names []string
			for _, adopted := range items[i : i+n] {
				names = append(names, item(adopted.Name()))
			}
			line.Names = suggest.Some(names)
		}
		lines, i = append(lines, line), i+n
	}
	return lines
}

// adoptedTogether counts the items at the start that share a line.
func adoptedTogether(items []plan.ReviewItem) int {
	n, first := 1, items[0]
	for first.About == plan.Adopted && n < len(items) {
		next := items[n]
		if next.About != first.About || next.Kind != first.Kind || next.Organization != first.Organization || next.ID != first.ID {
			break
		}
		n++
	}
	return n
}

// text returns the line with its place, indented.
func (l ReviewLine) text(v View, indent string, column int) string {
	line := indent + l.Text
	switch {
	case len(l.Names) > 0:
		return wrap(indent, l.Text, l.Names) + "\n"
	case l.Source != nil:
		line = beside(line, v.place(*l.Source), column)
	}
	return line + "\n"
}

// writeReview writes what the change of the tree means.
func (t *planText) writeReview() {
	groups := grouping{t.Summary}.groups(t.plan.Review)
	if len(groups) == 0 {
		return
	}
	t.WriteString(t.Colors.Bold(reviewTitle+":") + "\n")
	for _, g := range groups {
		t.WriteString("  " + g.heading + "\n")
		for _, line := range g.lines {
			text := line.text(t.View, "    ", t.column)
			if line.About.IsWarning() {
				text = t.Colors.Fair(strings.TrimSuffix(text, "\n")) + "\n"
			}
			t.WriteString(text)
		}
		if len(g.names) > 0 {
			t.WriteString(wrap("    ", "", g.names) + "\n")
		}
	}
	t.WriteByte('\n')
}

// review returns what the change of the tree means, for Markdown. Files are named by their path from the root of the repository.
func (v View) review(p *plan.Plan) (blocks []Block) {
	v.FileName = nil
	for _, g := range (grouping{v.Summary}).groups(p.Review) {
		heading := g.heading + "\n"
		for _, line := range g.lines {
			blocks = append(blocks, Block{Heading: heading, Text: line.text(v, "  ", sourceColumn)})
		}
		if len(g.names) > 0 {
			blocks = append(blocks, Block{Heading: heading, Text: wrap("  ", "", g.names) + "\n"})
		}
	}
	return blocks
}
