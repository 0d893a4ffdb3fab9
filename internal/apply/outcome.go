package apply

import (
	"slices"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// Verdict is how a planned step ended.
type Verdict string

const (
	Applied   Verdict = "applied"
	Unchanged Verdict = "unchanged" // it was already as wanted
	Conflict  Verdict = "conflict"  // it was neither as planned nor as wanted, and was left alone
	Failed    Verdict = "failed"
	Skipped   Verdict = "skipped" // it was not tried
)

// Verdicts lists them in the order in which they are reported.
func Verdicts() []Verdict { return []Verdict{Applied, Unchanged, Conflict, Failed, Skipped} }

// Outcome is a planned step and how it ended.
type Outcome struct {
	Step    plan.Step
	Verdict Verdict
	Reason  string           // of a conflict, or why a step was skipped, or was applied and not read again; with the note
	Found   *resource.Object // the live object in a conflict or after a failure; nil if it is gone or could not be read
	Err     error            // of a failed step
	Tries   int              // how often it was tried to write

	// AsBefore means that the step failed and changed nothing: reading the object showed that, or Atlas said so.
	AsBefore bool

	unreached bool // Atlas did not answer when the object was read
	confirmed bool // the object was as wanted when it was read after the write

	note string // what became of the new credential; always a part of the reason
}

// joined returns one reason of two, of which each may be "".
func joined(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "; " + b
}

// Good tells whether the object is now as the plan wants it.
func (o Outcome) Good() bool { return o.Verdict == Applied || o.Verdict == Unchanged }

// Result is how all the steps of one organization ended, in their order.
type Result struct {
	Org      plan.Org
	Outcomes []Outcome
}

// Good tells whether all steps are done.
func (r Result) Good() bool {
	return !slices.ContainsFunc(r.Outcomes, func(o Outcome) bool { return !o.Good() })
}

// Count returns how many steps ended with the verdict.
func Count(results []Result, v Verdict) (n int) {
	for _, r := range results {
		for _, o := range r.Outcomes {
			if o.Verdict == v {
				n++
			}
		}
	}
	return n
}

// Skip returns the results of a plan that was not carried out: each step is skipped.
func Skip(p *plan.Plan, reason string) []Result {
	results := make([]Result, len(p.Orgs))
	for i, org := range p.Orgs {
		results[i].Org = org
		for _, step := range org.Steps {
			results[i].Outcomes = append(results[i].Outcomes, Outcome{Step: step, Verdict: Skipped, Reason: reason})
		}
	}
	return results
}

// reportable returns what a report may show of a live object: the fields that the step is about, and no other that Atlas
// answered. Of an object that is Fixed it shows nothing.
func reportable(found *resource.Object, step plan.Step) *resource.Object {
	if found == nil || resource.ByName(step.Kind).PresenceOf(*found) == resource.Fixed {
		return nil
	}
	o := *found
	o.Fields = resource.Fields{}
	for _, fields := range []resource.Fields{step.Before, step.After} {
		for field := range fields {
			o.Fields[field] = resource.Canonical(found.Fields[field])
		}
	}
	return &o
}
