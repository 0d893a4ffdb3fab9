package apply

import (
	"slices"
	"strings"

	"atlas-gitops/internal/plan"
)

// HoldCause is why a run holds back an organization from the start.
type HoldCause string

const (
	ByGuards    HoldCause = "guards"       // guards block it, and nobody accepted that
	NoFile      HoldCause = "no-file"      // no file was given for its new credential
	NotApproved HoldCause = "not-approved" // no guard blocks it, but nothing approves it
)

// Hold is why a run holds back one organization.
type Hold struct {
	Cause  HoldCause
	Reason string // for people
}

// Holds has the organizations that a run holds back, by their index in the plan.
type Holds map[int]Hold

// Count returns how many organizations are held back for this cause.
func (h Holds) Count(cause HoldCause) (n int) {
	for _, hold := range h {
		if hold.Cause == cause {
			n++
		}
	}
	return n
}

// Reasons returns why organizations are held back, sorted, each reason once.
func (h Holds) Reasons() string {
	var all []string
	for _, hold := range h {
		all = append(all, hold.Reason)
	}
	slices.Sort(all)
	return strings.Join(slices.Compact(all), "; ")
}

// Scope is how much of a plan a run does, and how much it holds back.
type Scope struct {
	Orgs, Steps int
	Invitations int // how many of the steps send one; Atlas limits their pace
	HeldSteps   int
	Holds       Holds
}

// Scope returns the scope of a run that holds back these organizations of a plan.
func (h Holds) Scope(p *plan.Plan) Scope {
	s := Scope{Holds: h}
	for i, org := range p.Orgs {
		if _, isHeld := h[i]; isHeld {
			s.HeldSteps += len(org.Steps)
			continue
		}
		s.Orgs, s.Steps = s.Orgs+one(len(org.Steps) > 0), s.Steps+len(org.Steps)
		for _, step := range org.Steps {
			s.Invitations += one(step.Invites())
		}
	}
	return s
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
