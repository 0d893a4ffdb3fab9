package apply

import (
	"slices"

	"atlas-gitops/internal/plain"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// Verdict says how a planned step ended.
type Verdict string

const (
	Applied   Verdict = "applied"
	Unchanged Verdict = "unchanged" // the object was already as wanted
	Conflict  Verdict = "conflict"  // the object was neither as planned nor as wanted, and was left alone
	Failed    Verdict = "failed"
	Skipped   Verdict = "skipped" // the step was not tried, because something went wrong before its turn
	Blocked   Verdict = "blocked" // the step was not tried, because the run held back its organization from the start
)

// Verdicts lists all verdicts, in the order of reports.
func Verdicts() []Verdict {
	return []Verdict{Applied, Unchanged, Conflict, Failed, Skipped, Blocked}
}

// Outcome is a planned step and how it ended.
type Outcome struct {
	Step    plan.Step
	Verdict Verdict
	Reason  string           // why there is a conflict, the step was skipped or blocked, or the object was not read again; also the note
	Found   *resource.Object // the live object in a conflict or after a failure; nil if it is gone or could not be read
	Err     error            // why the step failed
	Tries   int              // how often a write was sent

	// AsBefore means that the step failed and changed nothing: reading the object showed that, or Atlas said so.
	AsBefore bool

	unreached bool // Atlas did not answer when the object was read
	confirmed bool // the object was as wanted when it was read after the write

	note string // where the new credential is; always a part of the reason
}

// joined joins two reasons. Each may be "".
func joined(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "; " + b
}

// Good reports whether the object is now as the plan wants it.
func (o Outcome) Good() bool { return o.Verdict == Applied || o.Verdict == Unchanged }

// Result is how all the steps of one organization ended, in their order.
type Result struct {
	Org      plan.Org
	Outcomes []Outcome
}

// Good reports whether every step is done.
func (r Result) Good() bool {
	return !slices.ContainsFunc(r.Outcomes, func(o Outcome) bool { return !o.Good() })
}

// HasFailed reports whether a step went wrong: it failed, is in conflict, or could not be tried any more.
func (r Result) HasFailed() bool {
	return slices.ContainsFunc(r.Outcomes, func(o Outcome) bool { return !o.Good() && o.Verdict != Blocked })
}

// IsBlocked reports whether the run held back the organization.
func (r Result) IsBlocked() bool { return len(r.Outcomes) > 0 && r.Outcomes[0].Verdict == Blocked }

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

// Block returns the results for a plan of which nothing is tried: each step is blocked for the same reason.
func Block(p *plan.Plan, reason string) []Result {
	results := make([]Result, len(p.Orgs))
	for i, org := range p.Orgs {
		results[i] = block(org, reason)
	}
	return results
}

func block(org plan.Org, reason string) Result {
	r := Result{Org: org}
	for _, step := range org.Steps {
		r.Outcomes = append(r.Outcomes, Outcome{Step: step, Verdict: Blocked, Reason: reason})
	}
	return r
}

// reportable returns the live object with only the fields that the step is about: a report must not show others. It returns nil for
// an object that is Fixed.
func reportable(found *resource.Object, step plan.Step) *resource.Object {
	if found == nil || resource.ByName(step.Kind).PresenceOf(*found) == resource.Fixed {
		return nil
	}
	o := *found
	o.Fields = resource.Fields{}
	for _, fields := range []resource.Fields{step.Before, step.After} {
		for field := range fields {
			o.Fields[field] = plain.Canonical(found.Fields[field])
		}
	}
	return &o
}
