package render

import (
	"fmt"
	"io"
	"strings"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/safetext"
)

// WriteResults writes the result of each step as text, the totals, and how to continue.
func (v View) WriteResults(w io.Writer, results []apply.Result) error {
	var b strings.Builder
	for _, r := range results {
		if len(r.Outcomes) == 0 {
			continue
		}
		b.WriteString(v.Colors.Bold(r.Org.Heading()) + "\n")
		for _, a := range groupUntried(r.Outcomes) {
			a.write(&b, v.Colors)
		}
		b.WriteByte('\n')
	}
	b.WriteString(v.Colors.Bold("Apply: "+counts(results, 0)+".") + "\n")
	if next := v.Next.Text(results); next != "" {
		b.WriteString("\n" + next)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// ResultSummary counts the steps of an organization by verdict, without the verdicts that no step has.
func ResultSummary(r apply.Result) string { return counts([]apply.Result{r}, 1) }

// counts counts the steps by verdict. It leaves out a verdict with fewer steps than least.
func counts(results []apply.Result, least int) string {
	var counts []string
	for _, v := range apply.Verdicts() {
		if n := apply.Count(results, v); n >= least {
			counts = append(counts, fmt.Sprintf("%d %s", n, v))
		}
	}
	return strings.Join(counts, ", ")
}

func paint(c Colors, verdict apply.Verdict, s string) string {
	switch verdict {
	case apply.Applied:
		return c.Good(s)
	case apply.Skipped, apply.Blocked:
		return c.Fair(s)
	case apply.Conflict, apply.Failed:
		return c.Bad(s)
	}
	return s
}

// outcomeGroup is an outcome, and the number of further steps that were skipped or blocked for the same reason.
type outcomeGroup struct {
	apply.Outcome
	more int
}

// groupUntried groups the steps of an organization that were skipped, or blocked, for the same reason. A group stands where its first
// step stands.
func groupUntried(outcomes []apply.Outcome) (groups []outcomeGroup) {
	type cause struct {
		verdict apply.Verdict
		reason  string
	}
	first := map[cause]int{}
	for _, o := range outcomes {
		c, isUntried := cause{o.Verdict, o.Reason}, o.Verdict == apply.Skipped || o.Verdict == apply.Blocked
		if i, ok := first[c]; ok && isUntried {
			groups[i].more++
			continue
		}
		if isUntried {
			first[c] = len(groups)
		}
		groups = append(groups, outcomeGroup{Outcome: o})
	}
	return groups
}

// write writes a single outcome on a few lines, and a group of several on one line.
func (g outcomeGroup) write(b *strings.Builder, c Colors) {
	if g.more == 0 {
		writeOutcome(b, c, g.Outcome)
		return
	}
	b.WriteString(paint(c, g.Verdict, fmt.Sprintf("  %d %s: %s", 1+g.more, g.Verdict, safetext.Line(g.Reason))) + "\n")
}

func writeOutcome(b *strings.Builder, c Colors, o apply.Outcome) {
	b.WriteString(paint(c, o.Verdict, fmt.Sprintf("  %-9s  %s", o.Verdict, o.Step.Line())) + "\n")
	detail := func(s string) { b.WriteString("               " + s + "\n") }
	if o.Reason != "" {
		detail(safetext.Line(o.Reason))
	}
	if o.Err != nil {
		detail(safetext.Line(resource.Explain(o.Err)))
	}
	if o.AsBefore && o.Tries > 1 {
		detail(fmt.Sprintf("tried %d times; nothing changed", o.Tries))
	}
	if o.Found != nil {
		detail("now:")
		for _, line := range contents(o.Found.Fields) {
			detail("  " + line)
		}
	}
}
