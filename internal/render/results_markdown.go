package render

import (
	"io"
	"strings"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/safetext"
)

// WriteResultsMarkdown writes the results of all steps for a pull request: the totals, how to continue, what was not done and why,
// what guards block, notes, what could not be planned, and then the applied and unchanged steps, organization by organization.
func (v View) WriteResultsMarkdown(w io.Writer, p *plan.Plan, results []apply.Result) error {
	head := bold(strings.Trim("Apply: "+counts(results, 0)+".\n"+unplanned(p), "\n"))
	g := guardText{v, p}
	page := NewPage(v.Size, g.blockedMarkdown()+v.About+head, v.FullOutput, "\nDigest: `"+p.Digest+"`\n")
	notDone := func(o apply.Outcome) bool { return !o.Good() }
	hasNote := func(o apply.Outcome) bool { return o.Good() && o.Reason != "" }
	if next := v.Next.Text(results); next != "" {
		page.Section("\n### Next", "\n\n```text\n", []Block{{Text: safetext.Lines(next)}}, "```\n")
	}
	g.sections(page)
	page.Section("\n### Not done", "\n\n```text\n", outcomes(results, notDone), "```\n")
	page.Section(notesHeading, "\n\n```text\n", outcomes(results, hasNote), "```\n")
	page.Section(unplannedHeading, "\n\n```text\n", errorBlocks(p, v.FileName), "```\n")
	for i, r := range results {
		page.Details(r.Org, ResultSummary(r), done(r, p.Orgs[i]))
	}
	return page.Write(w, p.Steps())
}

// outcomes returns the results of the selected steps, with reasons. It does not count good ones as steps, because done has them, too.
func outcomes(results []apply.Result, some func(apply.Outcome) bool) (blocks []Block) {
	for _, r := range results {
		for _, g := range groupUntried(r.Outcomes) {
			if some(g.Outcome) {
				var b strings.Builder
				g.write(&b, false)
				blocks = append(blocks, Block{Heading: r.Org.Heading() + "\n", Text: b.String(), Step: !g.Good(), More: g.more})
			}
		}
	}
	return blocks
}

// done returns the applied and unchanged steps, with the places that the plan gives them.
func done(r apply.Result, planned plan.Org) (blocks []Block) {
	for i, o := range r.Outcomes {
		if !o.Good() {
			continue
		}
		step := o.Step
		step.Source, step.Sources = planned.Steps[i].Source, planned.Steps[i].Sources
		blocks = append(blocks, Block{Heading: "  " + string(o.Verdict) + "\n", Text: View{}.diff(step), Step: true})
	}
	return blocks
}
