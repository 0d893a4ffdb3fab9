package render

import (
	"io"
	"strings"

	"atlas-gitops/internal/plan"
)

// WriteStale writes how the new plan differs from the approved plan, and how to approve the new one. approved is nil if only the
// digest of that plan is known. hasErrors means that the new plan is not complete.
func (v View) WriteStale(w io.Writer, approved, now *plan.Plan, hasErrors bool) error {
	var b strings.Builder
	var comparison []plan.Comparison
	if approved != nil {
		comparison = plan.Compare(approved, now)
	}
	switch {
	case approved == nil:
		b.WriteString("\nThe steps of the approved plan are not known here, so they cannot be compared.\n")
		if v.AcceptHint == "" {
			b.WriteString("Next time, save the plan with plan --out FILE and approve it with --accept FILE.\n")
		}
	case approved.Digest == now.Digest:
		b.WriteString("\nThe steps are those of the approved plan, but guards block something that they did not block in it.\n")
	case len(comparison) == 0:
		b.WriteString("\nOnly the order of the steps differs.\n")
	default:
		b.WriteString("\nThe plan has changed since it was approved:\n\n")
		if err := v.WriteComparison(&b, comparison); err != nil {
			return err
		}
		if now.IsWithin(approved) {
			b.WriteString("\nEvery step of the new plan was already approved.\n")
		}
	}
	title := "To approve the new plan"
	if hasErrors {
		title = "To approve the new plan, which is not complete because of errors"
	}
	b.WriteString("\n" + withCommand(toAccept(title, now)+v.AcceptHint, v.Command) + "\n")
	_, err := io.WriteString(w, b.String())
	return err
}
