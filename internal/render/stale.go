package render

import (
	"io"
	"strings"

	"atlas-gitops/internal/plan"
)

// WriteStale says how the plan that is needed now differs from the approved plan, which is nil if it is unknown, and how to
// approve the new one. HasErrors means that not everything could be planned.
func (v View) WriteStale(w io.Writer, approved, now *plan.Plan, hasErrors bool) error {
	var b strings.Builder
	if approved == nil {
		b.WriteString("\nWhat was approved is not known here.")
		if v.AcceptHint == "" {
			b.WriteString(" With a plan that was saved by plan --out FILE,\n--accept FILE shows step by step what is different.")
		}
		b.WriteString("\n")
	} else {
		b.WriteString("\nSince it was approved, this has changed:\n\n")
		if err := v.WriteComparison(&b, plan.Compare(approved, now)); err != nil {
			return err
		}
		if now.IsWithin(approved) {
			b.WriteString("\nNothing is needed that was not approved.\n")
		}
	}
	needed := "what is needed now"
	if hasErrors {
		needed = "what could be planned"
	}
	b.WriteString("\n" + v.Acceptance("This approves "+needed) + "\n")
	_, err := io.WriteString(w, b.String())
	return err
}
