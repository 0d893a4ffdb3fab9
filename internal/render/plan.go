package render

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// WritePlan writes the plan as text: what the change means, the steps of each organization, notes, what guards block, and how to accept
// it. The totals and the digest come last, because a terminal shows the end of a long text.
func (v View) WritePlan(w io.Writer, p *plan.Plan) error {
	t := &planText{guardText: guardText{v, p}}
	t.column = column(t.places())
	t.writeReview()
	orgs := p.Orgs
	if v.Summary {
		orgs = t.writeGroups()
	}
	for _, org := range orgs {
		if isShown(org, v.Verbose) {
			t.writeOrg(org)
		}
	}
	t.writeNotes(orgs)
	t.writeGuards()
	t.writeTotals()
	_, err := io.WriteString(w, t.String())
	return err
}

// planText is a plan that is being written as text.
type planText struct {
	guardText
	column int // in which the places begin
	strings.Builder
}

// places returns the places of all steps and review items.
func (t *planText) places() (places []string) {
	for _, org := range t.plan.Orgs {
		for _, step := range org.Steps {
			if step.Source != nil {
				places = append(places, t.place(*step.Source))
			}
		}
	}
	for _, line := range ReviewLines(t.plan.Review) {
		if line.Source != nil {
			places = append(places, t.place(*line.Source))
		}
	}
	return places
}

func (t *planText) writeOrg(org plan.Org) {
	t.WriteString(t.Colors.Bold(org.Heading()) + "\n")
	for _, step := range org.Steps {
		t.writeStep(&t.Builder, step, t.column)
	}
	for _, n := range org.Notices {
		line := "  " + Notice(n)
		if t.Verbose && len(n.Keys) > 0 {
			line = wrap("  ", Notice(n)+": ", items(n.Keys))
		}
		if !n.IsIdle() {
			t.WriteString(t.Colors.Fair(line) + "\n")
		}
	}
	t.WriteByte('\n')
}

// isShown reports whether the organization has a section of its own: for its steps, or for a notice that the notes at the end do not
// contain. In a verbose plan, what is left alone is such a notice.
func isShown(o plan.Org, verbose bool) bool {
	return len(o.Steps) > 0 || slices.ContainsFunc(o.Notices, func(n plan.Notice) bool {
		return !n.IsIdle() && (n.About != plan.LeftAlone || verbose)
	})
}

// writeNotes writes what does not belong to an organization that has a section of its own.
func (t *planText) writeNotes(orgs []plan.Org) {
	notes := ""
	for line := range strings.Lines(drift(t.plan) + leftAlone(orgs, t.Verbose)) {
		notes += "  " + line
	}
	for _, about := range plan.IdleKinds() {
		if names := idle(t.plan, about); len(names) > 0 && t.plan.Changed() > 0 {
			notes += wrap("  ", "", sentence(names, len(names), about)) + "\n"
		}
	}
	if notes != "" {
		t.WriteString("Notes:\n" + notes + "\n")
	}
}

// leftAlone counts what is left alone in the organizations without a section of their own, one line for each kind.
func leftAlone(orgs []plan.Org, verbose bool) (lines string) {
	for _, k := range resource.Kinds {
		total := plan.Notice{About: plan.LeftAlone, Kind: k.Name}
		for _, org := range orgs {
			for _, n := range org.Notices {
				total.Count += n.Count * one(n.About == plan.LeftAlone && n.Kind == k.Name && !isShown(org, verbose))
			}
		}
		if total.Count > 0 {
			lines += leaveAlone(total) + "\n"
		}
	}
	return lines
}

// isDrift is the line below a step that is drift.
const isDrift = "drift: the base already asks for this"

// drift returns a line about how much of the plan is drift, or "".
func drift(p *plan.Plan) string {
	n := 0
	for _, org := range p.Orgs {
		for _, s := range org.Steps {
			n += one(s.Drift)
		}
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("drift: the base already asks for %d of %s\n", n, Count(p.Steps(), "step"))
}

// writeTotals writes how much the plan changes, and its digest if the plan can be applied.
func (t *planText) writeTotals() {
	var sentences []string
	for _, about := range plan.IdleKinds() {
		if names := idle(t.plan, about); len(names) > 0 {
			sentences = follow(sentences, sentence(names, len(names), about))
		}
	}
	t.WriteString(t.Colors.Bold(t.comparedWith()+totals(t.plan, sentences)) + "\n")
	if t.plan.Changed() > 0 && t.ComparedWith == "" {
		t.WriteString("Digest: " + t.plan.Digest + "\n")
	}
}

// comparedWith returns a line about what the tree was compared with, or "" for Atlas.
func (v View) comparedWith() string {
	if v.ComparedWith == "" {
		return ""
	}
	return "Compared with " + v.ComparedWith + ", not with Atlas.\n"
}

// summary counts what the plan changes, the organizations of which the tree manages nothing, and those that could not be planned. It
// contains no text of the tree.
func summary(p *plan.Plan) string {
	var sentences []string
	for _, about := range plan.IdleKinds() {
		if n := len(idle(p, about)); n > 0 {
			sentences = follow(sentences, sentence([]string{Count(n, "organization")}, n, about))
		}
	}
	return totals(p, sentences)
}

// totals counts what the plan changes. Only if that is nothing, idle follows: the organizations of which the tree manages nothing.
func totals(p *plan.Plan, idle []string) string {
	s, none := "", "No changes. "
	if len(p.Review) > 0 { // the change of the tree means something, but not for Atlas
		none = "No changes to apply. "
	}
	switch n := matching(p); {
	case p.Changed() > 0:
		s = fmt.Sprintf("Plan: %d to create, %d to update, %d to delete, in %d of %s.",
			p.Count(plan.Create), p.Count(plan.Update), p.Count(plan.Delete), p.Changed(), Count(len(p.Orgs), "organization"))
	case n == 1:
		s = wrap("", none+"1 organization matches. ", idle)
	case n > 0:
		s = wrap("", fmt.Sprintf("%s%d organizations match. ", none, n), idle)
	case len(p.Orgs) > unread(p):
		s = wrap("", none, idle)
	}
	return strings.Trim(s+"\n"+unplanned(p), "\n")
}

// matching counts the managed organizations that were read and that need no step.
func matching(p *plan.Plan) (n int) {
	for _, org := range p.Orgs {
		n += one(org.Error == "" && len(org.Steps) == 0 && !org.IsIdle())
	}
	return n
}

// idle names the organizations without steps that have a notice of this kind.
func idle(p *plan.Plan, about plan.NoticeKind) (names []string) {
	all := orgNames(p.Orgs)
	for i, org := range p.Orgs {
		if org.Error == "" && len(org.Steps) == 0 && org.Has(about) {
			names = append(names, all[i])
		}
	}
	return names
}

// sentence adds what the tree manages to the names of count organizations. The result is meant for wrap.
func sentence(names []string, count int, about plan.NoticeKind) []string {
	one, several := " manages nothing.", " manage nothing."
	if about == plan.OnlyName {
		one, several = " manages only its name.", " manage only their names."
	}
	if count > 1 {
		one = several
	}
	names[len(names)-1] += one
	return names
}

// follow puts a sentence of items after another one.
func follow(sentence, next []string) []string {
	if len(sentence) > 0 {
		last := len(sentence) - 1
		next[0] = sentence[last] + " " + next[0]
		sentence = sentence[:last]
	}
	return append(sentence, next...)
}

// unplanned returns a line about how many organizations have errors, or "".
func unplanned(p *plan.Plan) string {
	switch n := unread(p); n {
	case 0:
		return ""
	case 1:
		return "Errors: 1 organization is not planned, or only in part."
	default:
		return fmt.Sprintf("Errors: %d organizations are not planned, or only in part.", n)
	}
}

func unread(p *plan.Plan) (n int) {
	for _, org := range p.Orgs {
		n += one(org.Error != "")
	}
	return n
}
