package reconcile

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// Approval is what the values of --accept approve: a plan, or single organizations that guards block.
type Approval struct {
	Digests []string   // each in full, or its first digits
	Plan    *plan.Plan // the first approved plan whose steps are known; nil for none

	saved []*plan.Plan // for each digest, the plan in the file that was given instead; nil for a digest
}

// A digest may be shortened to leastDigits. They are enough that nobody can craft two plans with the same first digits.
const (
	leastDigits = 32
	allDigits   = 64
)

// ReadApproval reads the values of --accept or of the input accept: digests, or files of saved plans. A value can have several digests,
// separated by spaces: GitHub's form to run a workflow has only one line for it. It returns nil for no values. The error does not name
// the flag or the input.
func (e Env) ReadApproval(accept []string) (*Approval, error) {
	if len(accept) == 0 {
		return nil, nil
	}
	a, wrong := &Approval{}, []error(nil)
	for _, value := range separated(accept) {
		digest, p, err := readAccepted(e, value)
		a.Digests, a.Plan, wrong = append(a.Digests, digest), cmp.Or(a.Plan, p), append(wrong, err)
		if digest != "" && !isNotADigest(value) {
			p = nil // only its digest was given
		}
		a.saved = append(a.saved, p)
	}
	if err := errors.Join(wrong...); err != nil {
		return nil, err
	}
	return a, nil
}

// Select narrows each plan that was approved by its file to the selected organizations: with --only, the file approves its part of them.
func (a *Approval) Select(s Selection) {
	if a == nil || s.IsWhole {
		return
	}
	refs := make([]resource.OrgRef, len(s.Orgs))
	for i, o := range s.Orgs {
		refs[i] = o.OrgRef
	}
	for i, p := range a.saved {
		if p == nil {
			continue
		}
		part := plan.PartOf(p, refs)
		if a.Plan == p {
			a.Plan = part
		}
		a.Digests[i], a.saved[i] = part.Digest, part
	}
}

// separated returns the values, with each digest of a value that has only digests as a value of its own.
func separated(values []string) (all []string) {
	for _, value := range values {
		if fields := strings.Fields(value); len(fields) > 1 && !slices.ContainsFunc(fields, isNotADigest) {
			all = append(all, fields...)
		} else {
			all = append(all, value)
		}
	}
	return all
}

// isNotADigest reports whether a text has something else than the digits of a digest.
func isNotADigest(text string) bool {
	return strings.Trim(strings.ToLower(text), "0123456789abcdef") != ""
}

// readAccepted returns the digest that a value of --accept names, and the plan with that digest if it is known.
func readAccepted(e Env, accept string) (digest string, p *plan.Plan, err error) {
	digest = strings.ToLower(accept)
	switch {
	case isNotADigest(digest):
		if p, err = e.ReadPlan(accept); err != nil {
			return "", nil, fmt.Errorf("it is neither a digest nor a saved plan: %w", err)
		}
		return p.Digest, p, nil
	case len(digest) < leastDigits || len(digest) > allDigits:
		return "", nil, fmt.Errorf("%s has %d digits; give all %d digits of the digest, or at least the first %d",
			digest, len(digest), allDigits, leastDigits)
	}
	if p, err = e.ReadPlan(rememberedFile(e.Cache, digest)); err != nil || !strings.HasPrefix(p.Digest, digest) {
		p = nil // the plan was not remembered, or another one since; the digest is enough
	}
	return digest, p, nil
}

// Covers reports whether p is the approved plan. A file does not approve what guards found only since it was saved. A nil approval
// covers no plan.
func (a *Approval) Covers(p *plan.Plan) bool {
	return a.covers(p, func(saved *plan.Plan) bool { return saved == nil || !plan.IsMoreGuarded(p, saved) })
}

// IsOutguarded reports whether p has the approved steps, but guards found more than in the file that approves them.
func (a *Approval) IsOutguarded(p *plan.Plan) bool {
	return !a.Covers(p) && a.covers(p, func(*plan.Plan) bool { return true })
}

// covers reports whether p has the digest of an approved plan that passes. The plan is nil if only its digest was given.
func (a *Approval) covers(p *plan.Plan, passes func(saved *plan.Plan) bool) bool {
	if a == nil {
		return false
	}
	for i, digest := range a.Digests {
		if strings.HasPrefix(p.Digest, digest) && passes(a.savedAt(i)) {
			return true
		}
	}
	return false
}

func (a *Approval) savedAt(i int) *plan.Plan {
	if i < len(a.saved) {
		return a.saved[i]
	}
	return nil
}

// acceptances returns the digests as acceptances of organizations.
func (a *Approval) acceptances() (all []plan.Acceptance) {
	if a == nil {
		return nil
	}
	for _, digest := range a.Digests {
		all = append(all, plan.Acceptance{Digest: digest})
	}
	return all
}

// acceptances returns a function for [plan.Plan.Check]: what the approval and the tree accept in an organization of the plan.
func (r *Run) acceptances(a *Approval) func(plan.Org) []plan.Acceptance {
	return func(org plan.Org) []plan.Acceptance {
		all := a.acceptances()
		if o := r.orgs[org.Ref().Key()]; o != nil {
			for _, accepted := range o.Acceptances() {
				source := SourceOf(accepted.Place)
				all = append(all, plan.Acceptance{Digest: accepted.Digest, Reason: accepted.Reason, Source: &source})
			}
		}
		return all
	}
}

// accepts reports whether the approval accepts this organization of a plan.
func (a *Approval) accepts(org plan.Org) bool {
	return a != nil && org.Accepted != nil && slices.ContainsFunc(a.Digests, func(digest string) bool { return strings.HasPrefix(org.Digest, digest) })
}

// Ready returns the organizations with steps that neither guards nor the approval would hold back. Without an approval, guards do.
func (a *Approval) Ready(p *plan.Plan) (ready []plan.Org) {
	isApproved := a.Covers(p)
	for i, org := range p.Orgs {
		if len(org.Steps) > 0 && (isApproved || !p.IsBlocked(i) && (a == nil || a.accepts(org))) {
			ready = append(ready, org)
		}
	}
	return ready
}

// Unmatched returns an error for each digest that approves neither the plan nor one of its organizations.
func (a *Approval) Unmatched(p *plan.Plan) (errs []error) {
	if a == nil {
		return nil
	}
	for i, digest := range a.Digests {
		one := &Approval{Digests: []string{digest}, saved: []*plan.Plan{a.savedAt(i)}}
		if !one.Covers(p) && !slices.ContainsFunc(p.Orgs, one.accepts) {
			errs = append(errs, fmt.Errorf("%s approves nothing here: no organization with this digest is blocked", digest))
		}
	}
	return errs
}
