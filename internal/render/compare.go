package render

import (
	"io"
	"strings"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/safetext"
)

// WriteComparison writes, step by step, how the new plan differs from the approved plan.
func (v View) WriteComparison(w io.Writer, comparison []plan.Comparison) error {
	var b strings.Builder
	for _, c := range comparison {
		b.WriteString(v.Colors.Bold(c.Org.Heading()) + "\n")
		if c.NewName != "" {
			b.WriteString("  now called " + safetext.Value(c.NewName) + "\n")
		}
		for _, change := range c.Changes {
			v.writeBelow(&b, changeTitle(change.Reason), change.Step)
			if change.Now != nil {
				v.writeBelow(&b, "planned now", *change.Now)
			}
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func changeTitle(r plan.ChangeReason) string {
	switch r {
	case plan.NotInRun:
		return "approved, but this run leaves out the organization"
	case plan.NotPlanned:
		return "approved, but not planned now because of errors"
	case plan.NotNeeded:
		return "approved, but no longer needed"
	case plan.Different:
		return "approved"
	}
	return "new, not approved"
}

// writeBelow writes a step below a title. It leaves out the place and the mark of drift, because a digest does not cover them.
func (v View) writeBelow(b *strings.Builder, title string, s plan.Step) {
	b.WriteString("  " + title + ":\n")
	v.writeStep(b, plan.WithoutOrigin(s), sourceColumn)
}
