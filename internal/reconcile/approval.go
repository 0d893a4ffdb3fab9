package reconcile

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"atlas-gitops/internal/plan"
)

// Approval is what the values of --accept approve: a plan, or single organizations that guards block.
type Approval struct {
	Digests []string   // each in full, or its first digits
	Plan    *plan.Plan // the first approved plan whose steps are known; nil for none
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
	}
	if err := errors.Join(wrong...); err != nil {
		return nil, err
	}
	return a, nil
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

// Covers reports whether p is the approved plan. A nil approval covers no plan.
func (a *Approval) Covers(p *plan.Plan) bool {
	return a != nil && slices.ContainsFunc(a.Digests, func(digest string) bool { return strings.HasPrefix(p.Digest, digest) })
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

// Unmatched returns an error for each digest that approves neither the plan nor one of its organizations.
func (a *Approval) Unmatched(p *plan.Plan) (errs []error) {
	if a == nil {
		return nil
	}
	for _, digest := range a.Digests {
		one := &Approval{Digests: []string{digest}}
		if !one.Covers(p) && !slices.ContainsFunc(p.Orgs, one.accepts) {
			errs = append(errs, fmt.Errorf("%s approves nothing here: no organization with this digest is blocked", digest))
		}
	}
	return errs
}
