package reconcile

import (
	"fmt"
	"strings"

	"atlas-gitops/internal/plan"
)

// Approval is the one plan that --accept approves.
type Approval struct {
	Digest string     // in full, or its first digits
	Plan   *plan.Plan // the approved plan; nil if only its digest is known
}

// A digest may be shortened to leastDigits. They are enough that nobody can craft two plans with the same first digits.
const (
	leastDigits = 32
	allDigits   = 64
)

// ReadApproval reads the value of --accept or of the input accept: a digest, or the file of a saved plan. It returns nil for "".
// The error does not name the flag or the input.
func (e Env) ReadApproval(accept string) (*Approval, error) {
	digest := strings.ToLower(accept)
	switch {
	case digest == "":
		return nil, nil
	case strings.Trim(digest, "0123456789abcdef") != "":
		p, err := e.ReadPlan(accept)
		if err != nil {
			return nil, fmt.Errorf("it is neither a digest nor a saved plan: %w", err)
		}
		return &Approval{p.Digest, p}, nil
	case len(digest) < leastDigits || len(digest) > allDigits:
		return nil, fmt.Errorf("%s has %d digits; give all %d digits of the digest, or at least the first %d",
			digest, len(digest), allDigits, leastDigits)
	}
	a := &Approval{Digest: digest}
	if p, err := e.ReadPlan(rememberedFile(e.Cache, digest)); err == nil && a.Covers(p) {
		a.Plan = p
	}
	return a, nil
}

// Covers reports whether p is the approved plan. A nil approval covers no plan.
func (a *Approval) Covers(p *plan.Plan) bool {
	return a != nil && strings.HasPrefix(p.Digest, a.Digest)
}
