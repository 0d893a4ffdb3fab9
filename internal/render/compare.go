package render

import (
	"io"
	"strings"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/safetext"
)

// WriteComparison says step by step how the plan that is needed now differs from the approved plan.
func (v View) WriteComparison(w io.Writer, comparison []plan.Comparison) error {
	var b strings.Builder
	for _, c := range comparison {
		b.WriteString(v.Colors.Bold(c.Org.Heading()) + "\n")
		if c.NewName != "" {
			b.WriteString("  named " + safetext.Value(c.NewName) + " now\n")
		}
		for _, change := range c.Changes {
			v.writeBelow(&b, changeTitle(change.Reason), change.Step)
			if change.Now != nil {
				v.writeBelow(&b, "but needed now", *change.Now)
			}
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func changeTitle(r plan.ChangeReason) string {
	switch r {
	case plan.NotInRun:
		return "approved, but this run is not about the organization"
	case plan.NotPlanned:
		return "approved, but not everything could be planned"
	case plan.NotNeeded:
		return "not needed any more"
	case plan.Different:
		return "approved"
	}
	return "not approved"
}

// writeBelow writes a step below a title.
func (v View) writeBelow(b *strings.Builder, title string, s plan.Step) {
	b.WriteString("  " + title + ":\n")
	v.writeStep(b, s.WithoutOrigin(), sourceColumn)
}
