package render

import (
	"io"
	"strings"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/safetext"
)

// WriteResultsMarkdown writes for a pull request how every step of the plan ended: how many ended how, what was not done and why,
// and then the rest, organization by organization.
func (v View) WriteResultsMarkdown(w io.Writer, p *plan.Plan, results []apply.Result) error {
	head := Bold(strings.Trim("Apply: "+counts(results, 0)+".\n"+unplanned(p), "\n"))
	page := NewPage(v.Size, head, v.FullOutput, "\nDigest: `"+p.Digest+"`\n")
	notDone := func(o apply.Outcome) bool { return !o.Good() }
	toKnow := func(o apply.Outcome) bool { return o.Good() && o.Reason != "" }
	if next := v.Next.Text(results); next != "" {
		page.Section("\n### Next", "\n\n```text\n", []Block{{Text: safetext.Lines(next)}}, "```\n")
	}
	page.Section("\n### Not done", "\n\n```text\n", outcomes(results, notDone), "```\n")
	page.Section("\n### To know", "\n\n```text\n", outcomes(results, toKnow), "```\n")
	page.Section("\n### Not planned, or not in full", "\n\n```text\n", errorBlocks(p, v.FileName), "```\n")
	for i, r := range results {
		page.Details(r.Org, ResultSummary(r), "diff", done(r, p.Orgs[i]))
	}
	return page.Write(w, p.Steps())
}

// outcomes says of some steps how they ended, and why. Those that were done stand among the others of their organization, too.
func outcomes(results []apply.Result, some func(apply.Outcome) bool) (blocks []Block) {
	for _, r := range results {
		for _, g := range alike(r.Outcomes) {
			if some(g.Outcome) {
				var b strings.Builder
				g.write(&b, false)
				blocks = append(blocks, Block{Heading: r.Org.Heading() + "\n", Text: b.String(), Step: !g.Good(), More: g.more})
			}
		}
	}
	return blocks
}

// done returns the steps after which all was well, with the places that the plan gives them.
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
