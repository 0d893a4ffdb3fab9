package apply

import (
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
	Reason  string           // of a conflict, a skipped step, or one that was applied and not looked at again; what was handed out
	Found   *resource.Object // what a conflict, or a failure, found; nil if the object is gone, or out of reach
	Err     error            // of a failed step
	Tries   int              // how often it was tried to write

	// AsBefore tells of a failed step that nothing came of it: a look at the object has shown that, or Atlas said so.
	AsBefore bool

	unreached bool // nobody answered when the object was looked at
	confirmed bool // the object was seen to be as wanted after the write

	note string // what became of what was handed out; it is a part of the reason, whatever else is
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

// Skip returns how the steps of a plan ended that was not carried out at all.
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
