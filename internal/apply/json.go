package apply

import (
	"io"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/safetext"
)

// StepReport is a step and its outcome, as JSON for programs.
type StepReport struct {
	plan.Step
	Verdict Verdict         `json:"verdict"`
	Reason  string          `json:"reason,omitzero"` // why it is not applied, or a note
	Now     resource.Fields `json:"now,omitzero"`    // the live fields, in a conflict or after a failure
	Tries   int             `json:"tries"`
}

// report is a plan in which every step has its verdict.
type report struct {
	Format     int              `json:"format"`
	Digest     string           `json:"digest"`
	Orgs       []orgReport      `json:"orgs"`
	Violations []plan.Violation `json:"guards,omitzero"`
	Counts     map[Verdict]int  `json:"counts"`
}

type orgReport struct {
	Name  string       `json:"name"`
	ID    string       `json:"id,omitzero"`
	Steps []StepReport `json:"steps"`

	Digest   string           `json:"digest,omitzero"`
	Accepted *plan.Acceptance `json:"accepted,omitzero"`

	Notices []plan.Notice `json:"notices,omitzero"`
	Error   string        `json:"error,omitzero"`
}

// Report returns the outcome as JSON for programs.
func (o Outcome) Report() StepReport {
	r := StepReport{Step: o.Step, Verdict: o.Verdict, Reason: o.Reason, Tries: o.Tries}
	if o.Err != nil {
		r.Reason = joined(o.Reason, safetext.Line(resource.Explain(o.Err)))
	}
	if o.Found != nil {
		r.Now = o.Found.Fields
	}
	return r
}

// WriteJSON writes the outcome of every step of the plan, and how many steps have each verdict.
func WriteJSON(w io.Writer, p *plan.Plan, results []Result) error {
	all := report{Format: plan.Format, Digest: p.Digest, Orgs: []orgReport{}, Violations: p.Violations, Counts: map[Verdict]int{}}
	for _, verdict := range Verdicts() {
		all.Counts[verdict] = Count(results, verdict)
	}
	for _, r := range results {
		steps := make([]StepReport, 0, len(r.Outcomes))
		for _, o := range r.Outcomes {
			steps = append(steps, o.Report())
		}
		all.Orgs = append(all.Orgs, orgReport{r.Org.Name, r.Org.ID, steps, r.Org.Digest, r.Org.Accepted, r.Org.Notices, r.Org.Error})
	}
	return safetext.WriteJSON(w, all, "  ")
}
