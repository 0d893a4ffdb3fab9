package apply

import (
	"slices"

	"atlas-gitops/internal/plan"
)

// Scope is how much of a plan a run does, and how much it holds back.
type Scope struct {
	Orgs, Steps         int
	HeldOrgs, HeldSteps int
	Reasons             []string // why organizations are held back, sorted, each once
}

// ScopeOf returns the scope of a run that holds back some organizations: see [Runner.Held].
func ScopeOf(p *plan.Plan, held map[int]string) (s Scope) {
	for i, org := range p.Orgs {
		reason, isHeld := held[i]
		switch {
		case len(org.Steps) == 0:
		case isHeld:
			s.HeldOrgs, s.HeldSteps = s.HeldOrgs+1, s.HeldSteps+len(org.Steps)
			s.Reasons = append(s.Reasons, reason)
		default:
			s.Orgs, s.Steps = s.Orgs+1, s.Steps+len(org.Steps)
		}
	}
	slices.Sort(s.Reasons)
	s.Reasons = slices.Compact(s.Reasons)
	return s
}
