package reconcile

import (
	"strings"

	"atlas-gitops/internal/creation"
	"atlas-gitops/internal/plan"
)

// byGuards begins the reason for an organization that guards block. notApproved is the reason for one that nothing approves.
const (
	byGuards    = "guard"
	notApproved = "it is not approved"
)

func isByGuards(reason string) bool { return strings.HasPrefix(reason, byGuards) }

// held returns the organizations that the run must hold back, by their index in the plan, and why. An approved plan holds back only
// what has no place for a new credential.
func (r *Run) held(o ApplyOptions) map[int]string {
	held, isApproved := map[int]string{}, o.Approval.Covers(r.Plan)
	for i, org := range r.Plan.Orgs {
		switch {
		case len(org.Steps) == 0:
		case !isApproved && r.Plan.IsBlocked(i):
			held[i] = guards(r.Plan.ViolationsOf(i))
		case len(org.Handouts()) > 0 && o.CredentialsOut == "":
			held[i] = creation.NoFile(r.connection.env.Files)
		case !isApproved && !o.Approval.accepts(org) && !o.AutoApprove && (o.Approval != nil || o.Approve == nil):
			held[i] = notApproved
		}
	}
	return held
}

// guards returns the reason for an organization in which guards found something: guards removals, last-owner.
func guards(found []plan.Violation) string {
	names, noun := make([]string, len(found)), byGuards
	for i, v := range found {
		names[i] = string(v.Guard)
	}
	if len(names) > 1 {
		noun += "s"
	}
	return noun + " " + strings.Join(names, ", ")
}

// countOf counts the organizations that are held back for this reason.
func countOf(held map[int]string, reason string) (n int) {
	for _, why := range held {
		if why == reason {
			n++
		}
	}
	return n
}
